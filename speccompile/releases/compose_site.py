"""Compose as an engine that releases are deployed by: a machine that runs containers, this one or one that ssh reaches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from ruamel.yaml import YAML

from speccompile.codes.releases import UNKEPT
from speccompile.errors import Refused
from speccompile.plan.plan import Plan
from speccompile.record import record
from speccompile.releases import documents, granted
from speccompile.releases.composition import Composition
from speccompile.releases.deployment import Change, Order, changes, deploy
from speccompile.releases.documents import Part
from speccompile.releases.doors import DOORS
from speccompile.releases.granted import Granted
from speccompile.releases.machine import Machine
from speccompile.releases.record import HostStatus, Release, ServiceStatus
from speccompile.releases.rolling import Outcome
from speccompile.releases.runner import Hands
from speccompile.releases.session import Session, opened
from speccompile.releases.session_site import SessionSite
from speccompile.releases.site import Site, Where, Wish
from speccompile.releases.steps import without_steps
from speccompile.releases.wanted import SERVING, Group, Platform, State, Way
from speccompile.source import Span
from speccompile.verify.readers import dotenv

_FIX = "take out the patch that adds it, or use the platform's own tool: docker compose up --detach --wait"
_COMPOSE = "docker-compose.yml"


@record()
class ComposeSite(SessionSite):
    """A ``Site``: a machine with an engine and compose."""

    session: Session

    def planned(self, wish: Wish) -> tuple[Change, ...]:
        """What would be done with its containers."""
        return changes(self.session.platform(wish.composition), self._order(wish, "plan-"))

    def carried_out(self, wish: Wish, renew: Callable[[], None], say: Callable[[str], None]) -> tuple[Outcome, ...]:
        """Start beside, wait, switch, end; see ``rolling``."""
        order = self._order(wish)
        self.session.ready(wish.composition)
        return deploy(self.session.platform(wish.composition), order, renew, say)

    def status(self, composition: Composition, release: Release | None) -> HostStatus:
        """How its containers are."""
        return host_status(
            self.session.platform(composition), self.session.groups(composition, "status"), self.name, release
        )

    def _order(self, wish: Wish, files: str = "") -> Order:
        """*wish* in the files that are called so: what is only planned, without the turn to deploy, must not change those of a deployment."""
        before = self.session.groups(wish.before, f"{files}before") if wish.before else ()
        return Order(
            groups=without_steps(self.session.groups(wish.composition, f"{files}wanted"), wish.ran),
            before={group.name: group for group in before},
            chosen=wish.chosen,
            fail_fast=wish.fail_fast,
        )


@record()
class _ComposeEngine:
    """An ``Engine``."""

    output: str = ""
    brings_front_door: bool = True

    def composition(self, files: Mapping[str, str], plan: Plan) -> Composition:
        """The compose file in parts."""
        document = YAML(typ="safe", pure=True).load(files[_COMPOSE])
        owned = documents.owned_with_sidecars(plan, document["services"])
        parts = {name: documents.part(document, names) for name, names in owned.items()}
        lost = [
            UNKEPT.at(Span(_COMPOSE), problem, fix=_FIX)
            for one in parts.values()
            if (problem := documents.unkept(one, granted.of(plan)))
        ]
        if lost:
            raise Refused(lost)
        return Composition(parts=parts, images={}, routes=next((files[name] for name in DOORS if name in files), ""))

    def values(self, text: str) -> Mapping[str, str]:
        """As far as one reader can tell: compose reads the file itself, this is for names and for what must not be shown."""
        return dotenv.loosely(text)

    def checked(self, content: bytes, place: str, given: Granted | None) -> Part:
        """See ``documents``."""
        return documents.checked(content, place, given)

    def address(self, machine: Machine) -> None:
        """A parameter has it."""
        del machine

    def opened(self, hands: Hands, where: Where) -> Site:
        """The machine, its engine and compose asked whether they are there."""
        return ComposeSite(opened(hands, where))


ENGINE = _ComposeEngine()


def host_status(platform: Platform, groups: Sequence[Group], host: str, release: Release | None) -> HostStatus:
    """How the services are on a machine just now. Raises ``PlatformFailed``."""
    return HostStatus(
        host=host,
        at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        wanted=release.number if release else None,
        services={group.name: _service_status(platform, group, release) for group in groups},
    )


def _service_status(platform: Platform, group: Group, release: Release | None) -> ServiceStatus:
    number = release.services[group.name].from_release if release and group.name in release.services else None
    whys: Mapping[State, str] = {
        State.STARTING: "it starts",
        State.UNHEALTHY: "its health check fails",
        State.STOPPED: "it has ended",
    }
    running = [one for one in group.workloads if one.way is not Way.ON_DEMAND]
    there = {one.name: platform.instances(one.name) for one in running}
    for wanted in running:
        if not there[wanted.name]:
            return ServiceStatus(state="absent", why=f"{wanted.name} does not run")
        bad = next((one for one in there[wanted.name] if one.state not in SERVING), None)
        if bad:
            state = {State.STARTING: "starting", State.UNHEALTHY: "unhealthy"}.get(bad.state, "stopped")
            return ServiceStatus.model_validate({"state": state, "why": f"{wanted.name}: {bad.why or whys[bad.state]}"})
    other = next((one.name for one in running if any(each.version != one.version for each in there[one.name])), None)
    if other:
        return ServiceStatus(state="healthy", why=f"{other} is not what release {number or 'none'} says")
    return ServiceStatus(state="healthy", release=number)
