"""What lowering asks of a recipe."""

from __future__ import annotations

from speccompile.provenance import Origin, Wanted
from speccompile.record import record
from speccompile.vocabulary import ArchetypeName


@record(kw_only=True)
class Request:
    """What lowering asks of a recipe.

    ``archetype`` is web-service, cli-tool or data-pipeline (a library has no image). ``prefix`` is the service's
    directory as seen from the build context ("" or ``services/api``). ``port`` is the one to listen on; ``command``
    what deploy.yaml wants to run instead of what was found. The packages ``to_build`` and ``to_run`` are Debian's. ``health`` is the generated health
    module: its file as seen from the build context, and where it must be in the image. ``config`` is likewise the
    generated configuration of the server of files, where the facts have ``pages``. ``arguments`` are variables that every step which builds has
    besides, ``secrets`` those that only steps which fetch dependencies have. ``release`` are the commands that the image runs before a new version serves.
    """

    archetype: ArchetypeName
    prefix: str
    port: Wanted[int] | None
    command: Wanted[tuple[str, ...]] | None
    to_build: tuple[Wanted[str], ...] = ()
    to_run: tuple[Wanted[str], ...] = ()
    health: tuple[str, str] | None = None
    config: tuple[str, str] | None = None
    arguments: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    release: tuple[tuple[str, ...], ...] = ()
    origin: Origin

    @property
    def build_packages(self) -> tuple[str, ...]:
        """The packages that building takes."""
        return tuple(one.value for one in self.to_build)

    @property
    def runtime_packages(self) -> tuple[str, ...]:
        """The packages that running takes."""
        return tuple(one.value for one in self.to_run)

    @property
    def supplied(self) -> frozenset[str]:
        """The variables that a step which fetches dependencies has."""
        return self.arguments | self.secrets

    def probe(self, *interpreter: str) -> tuple[str, ...]:
        """What asks for health when *interpreter* runs the module where it was asked for."""
        return (*interpreter, self.health[1]) if self.health else ()
