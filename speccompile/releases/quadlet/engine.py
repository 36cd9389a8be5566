"""systemd with Podman's quadlet as an engine that releases are deployed by: on this machine; others follow by their agents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from speccompile.codes.releases import UNKEPT
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.plan.plan import Plan
from speccompile.record import record
from speccompile.releases import documents as common
from speccompile.releases.compose_site import host_status
from speccompile.releases.composition import Composition
from speccompile.releases.deployment import Change, Order, changes, deploy
from speccompile.releases.documents import Part
from speccompile.releases.granted import Granted
from speccompile.releases.machine import Machine
from speccompile.releases.quadlet import documents
from speccompile.releases.quadlet.session import QuadletSession, opened
from speccompile.releases.record import HostStatus, Release
from speccompile.releases.rolling import Outcome
from speccompile.releases.runner import Hands
from speccompile.releases.session_site import SessionSite
from speccompile.releases.site import Site, Where, Wish
from speccompile.releases.steps import without_steps
from speccompile.source import Span
from speccompile.verify.readers import dotenv

_DIRECTORY = "quadlet/"
_FIX = "take out the patch or the key (`mounts`, `networks`) that adds it, or write it into a drop-in on the machine: UNIT.container.d/20-ours.conf"


@record()
class QuadletSite(SessionSite):
    """A ``Site``: this machine."""

    session: QuadletSession

    def planned(self, wish: Wish) -> tuple[Change, ...]:
        """What would be done with its units."""
        return changes(self.session.platform(*_both(wish)), self._order(wish))

    def carried_out(self, wish: Wish, renew: Callable[[], None], say: Callable[[str], None]) -> tuple[Outcome, ...]:
        """Replace, wait, go back; see ``rolling``."""
        done = deploy(self.session.platform(*_both(wish)), self._order(wish), renew, say)
        self.session.cellar.prune([one for each in _both(wish) for one in each.images.values()])
        return done

    def status(self, composition: Composition, release: Release | None) -> HostStatus:
        """How its units are."""
        groups = self.session.groups(composition, "status")
        return host_status(self.session.platform(composition), groups, self.name, release)

    def _order(self, wish: Wish) -> Order:
        before = self.session.groups(wish.before, "before") if wish.before else ()
        return Order(
            groups=without_steps(self.session.groups(wish.composition, "wanted"), wish.ran),
            before={group.name: group for group in before},
            chosen=wish.chosen,
            fail_fast=wish.fail_fast,
        )


@record()
class _QuadletEngine:
    """An ``Engine``."""

    output: str = "quadlet"
    brings_front_door: bool = True

    def composition(self, files: Mapping[str, str], plan: Plan) -> Composition:
        """The units in parts; raises ``Refused`` for what a key or a patch adds that no release keeps."""
        units = {
            name: text
            for path, text in files.items()
            if (name := path.removeprefix(_DIRECTORY)) != path and "/" not in name
        }
        here = {
            documents.workload(plan.app, stem)
            for name in units
            for stem, dot, suffix in (name.rpartition("."),)
            if dot and suffix in ("container", "service")
        }
        parts = {
            name: documents.part(plan.app, units, members)
            for service, owned in common.owned(plan, here).items()
            for name, members in _apart(plan.app, units, service, [one for one in owned if one in here])
        }
        if lost := list(_lost(parts)):
            raise Refused(lost)
        routes = next((units[name] for name in documents.CONFIGS if name in units), "")
        return Composition(parts=parts, images={}, routes=routes)

    def values(self, text: str) -> Mapping[str, str]:
        """For names and for what must not be shown: systemd reads the file itself."""
        return dotenv.loosely(text)

    def checked(self, content: bytes, place: str, given: Granted | None) -> Part:
        """See ``quadlet.documents``: units from a store are given nothing of a machine, whatever deploy.yaml gives."""
        del given
        return documents.checked(content, place)

    def address(self, machine: Machine) -> None:
        """A parameter has it."""
        del machine

    def opened(self, hands: Hands, where: Where) -> Site:
        """This machine, and systemd asked whether it is there."""
        return QuadletSite(opened(hands, where))


ENGINE = _QuadletEngine()


def _both(wish: Wish) -> tuple[Composition, ...]:
    return (wish.composition, wish.before) if wish.before else (wish.composition,)


def _apart(app: str, units: Mapping[str, str], service: str, members: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """What a release knows by a name of its own, of the workloads *members* of a service: each program, and together all that run in the service's image."""
    programs = [one for one in members if f"{app}-{one}.service" in units]
    yield from ((one, [one]) for one in programs)
    if rest := [one for one in members if one not in programs]:
        yield (rest[0] if programs else service), rest


def _lost(parts: Mapping[str, Part]) -> Iterator[Diagnostic]:
    for name, one in parts.items():
        if problem := documents.unkept(one):
            yield UNKEPT.at(Span(f"{_DIRECTORY}{name}"), problem, fix=_FIX)
