"""What a container engine is, as far as building and pushing go."""

from __future__ import annotations

from enum import Enum

from speccompile.record import record


class Kind(Enum):
    """The programs that are known; two ways to BuildKit go through the docker client."""

    BUILDX = "docker with buildx"
    BUILDKIT = "docker with the engine's own BuildKit"
    PODMAN = "podman"
    BUILDAH = "buildah"

    @property
    def is_docker(self) -> bool:
        """Whether the docker client is what is run."""
        return self in (Kind.BUILDX, Kind.BUILDKIT)

    @property
    def command(self) -> str:
        """What a person types for it."""
        return "docker" if self.is_docker else self.value


@record()
class Engine:
    """An engine that works: its program's path and version.

    ``reproduces`` says whether it can give two builds of the same sources the same digest, ``limit`` why it cannot. ``apart`` is a
    builder that keeps images of its own and fetches bases itself; which ones, it does not tell before the build.
    """

    kind: Kind
    program: str
    version: str
    reproduces: bool
    limit: str = ""
    apart: bool = False

    def __str__(self) -> str:
        return f"{self.kind.value} {self.version} ({self.program})"
