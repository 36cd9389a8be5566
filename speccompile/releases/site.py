"""A place that releases are carried out at, and the engines that know such places: all that the commands know of either.

An engine is a module with an ``ENGINE`` of the type below, and a line in ``sites.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.record import record
from speccompile.releases.composition import Composition
from speccompile.releases.deployment import Change
from speccompile.releases.documents import Part
from speccompile.releases.granted import Granted
from speccompile.releases.machine import Machine
from speccompile.releases.pinning import Image
from speccompile.releases.record import HostStatus, Release
from speccompile.releases.rolling import Outcome
from speccompile.releases.runner import Hands
from speccompile.releases.steps import once_for_all
from speccompile.source import Span


def _nothing(named: str) -> bytes:
    raise KeyError(named)


@record(kw_only=True)
class Where:
    """What is deployed to: the application, the environment, the machine, the file of values, the directory that paths in them count from when the
    machine is this one, the seconds until a version is trusted. ``told`` are the values, as the engine reads them, by name; ``asked`` are the names that
    the project's own files ask for: those may have values in the environment of our own process, too. ``context`` and ``namespace`` say where in which cluster
    it is, for an engine that has such; ``said`` is where the specs say all this; ``kept`` gives what the store of the releases keeps under a digest."""

    app: str
    environment: str
    machine: Machine
    values: str | None
    directory: str
    watch: float
    told: Mapping[str, str]
    asked: frozenset[str] = frozenset()
    context: str | None = None
    namespace: str | None = None
    said: Span = Span("specs/deploy.yaml")
    kept: Callable[[str], bytes] = _nothing


@record(kw_only=True)
class Wish:
    """What shall run: the *composition*, with an image for each service; of it the services *chosen*; ``before`` is what the last release was;
    ``ran`` are the services whose steps are not run, as that was done before or is not wanted."""

    composition: Composition
    chosen: frozenset[str]
    before: Composition | None
    fail_fast: bool
    ran: frozenset[str] = frozenset()

    def on(self, machine: int) -> Wish:
        """The same on a machine, by its number: on all but the first those steps have been run that are run once."""
        return replace(self, ran=self.ran | once_for_all(self.composition)) if machine else self


class Site(Protocol):
    """A machine, or a cluster of them, that answers. What it cannot do it says by ``PlatformFailed``."""

    @property
    def name(self) -> str:
        """For people and for the records."""

    def images(self, composition: Composition, built: frozenset[str], registry: str | None) -> Mapping[str, Image]:
        """The image of each service, by digest; *built* are those that are built here, *registry* is where they are pushed. Raises ``Refused``."""

    def lacking(self, images: Mapping[str, str]) -> list[Diagnostic]:
        """Those of *images*, by service, that it neither has nor can fetch."""

    def keep(self, image: str, name: str) -> None:
        """Let *image*, which no registry has, be there for as long as somebody may go back to it: under *name*."""

    def planned(self, wish: Wish) -> tuple[Change, ...]:
        """What would be done, in its order; nothing is."""

    def carried_out(self, wish: Wish, renew: Callable[[], None], say: Callable[[str], None]) -> tuple[Outcome, ...]:
        """Do it; *renew* keeps the right to, *say* is told what goes on."""

    def status(self, composition: Composition, release: Release | None) -> HostStatus:
        """How the services of *composition*, which *release* is said to be, are just now."""


class Engine(Protocol):
    """What is known of an engine without one at hand: how the compiler's files become parts that releases keep, and what a part may say."""

    @property
    def output(self) -> str:
        """The directory of its files below the output directory, "" for that itself: where the file of values is looked for."""

    @property
    def brings_front_door(self) -> bool:
        """Whether the front door is a container of ours, at a port that a parameter says; else requests come in by what the platform has."""

    def composition(self, files: Mapping[str, str], plan: Plan) -> Composition:
        """What the compiled *files* of *plan* come to, by service; images are still names."""

    def values(self, text: str) -> Mapping[str, str]:
        """The values that are in a file with *text*, by name; raises ``dotenv.Unreadable`` where it has to know them all and does not."""

    def checked(self, content: bytes, place: str, given: Granted | None) -> Part:
        """The part that *content* from a store is; raises ``Refused`` when it says what the compiler never writes (SC701), or has more of a machine than
        is *given* (SC783; None: it is only looked at)."""

    def address(self, machine: Machine) -> str | None:
        """The host by which its front door is reached from outside; None where a parameter says that."""

    def opened(self, hands: Hands, where: Where) -> Site:
        """The place *where*, ready; raises ``Refused`` when it does not answer."""
