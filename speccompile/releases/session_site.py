"""What every site does by asking the session with its machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from speccompile.diagnostics import Diagnostic
from speccompile.record import record
from speccompile.releases.composition import Composition
from speccompile.releases.pinning import Image
from speccompile.releases.site import Where


class Session(Protocol):
    """A machine that answers."""

    @property
    def where(self) -> Where:
        """Which one, and for what."""

    def images(self, composition: Composition, built: frozenset[str], registry: str | None) -> Mapping[str, Image]:
        """The image of each service, by digest."""

    def lacking(self, images: Mapping[str, str]) -> list[Diagnostic]:
        """Those of *images* that are nowhere."""

    def keep(self, image: str, name: str) -> None:
        """Give *image* one more *name*."""


@record()
class SessionSite:
    """The part of a ``Site`` that is the same for every machine with images of its own."""

    session: Session

    @property
    def name(self) -> str:
        """The machine's."""
        return str(self.session.where.machine)

    def images(self, composition: Composition, built: frozenset[str], registry: str | None) -> Mapping[str, Image]:
        """What the machine has, or fetches."""
        return self.session.images(composition, built, registry)

    def lacking(self, images: Mapping[str, str]) -> list[Diagnostic]:
        """What it neither has nor can fetch."""
        return self.session.lacking(images)

    def keep(self, image: str, name: str) -> None:
        """Give the image one more name."""
        self.session.keep(image, name)
