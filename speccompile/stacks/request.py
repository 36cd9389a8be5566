"""What lowering asks of a recipe."""

from __future__ import annotations

from speccompile.provenance import Origin
from speccompile.record import record


@record(kw_only=True)
class Request:
    """What lowering asks of a recipe.

    ``archetype`` is web-service, cli-tool or data-pipeline (a library has no image). ``prefix`` is the service's
    directory as seen from the build context ("" or ``services/api``). ``port`` is the one to listen on; ``command``
    what deploy.yaml wants to run instead of what was found. Packages are Debian's. ``health`` is the generated health
    module: its file as seen from the build context, and where it must be in the image. ``config`` is likewise the
    generated configuration of the server of files, where the facts have ``pages``. ``arguments`` are variables that every step which builds has
    besides, ``secrets`` those that only steps which fetch dependencies have.
    """

    archetype: str
    prefix: str
    port: int | None
    command: tuple[str, ...] | None
    build_packages: tuple[str, ...] = ()
    runtime_packages: tuple[str, ...] = ()
    health: tuple[str, str] | None = None
    config: tuple[str, str] | None = None
    arguments: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    origin: Origin

    @property
    def supplied(self) -> frozenset[str]:
        """The variables that a step which fetches dependencies has."""
        return self.arguments | self.secrets

    def probe(self, *interpreter: str) -> tuple[str, ...]:
        """What asks for health when *interpreter* runs the module where it was asked for."""
        return (*interpreter, self.health[1]) if self.health else ()
