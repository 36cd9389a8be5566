"""A swarm as an engine that releases are deployed by: one manager is told, here or by ssh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from speccompile.backends import swarm as emitted
from speccompile.codes.releases import NO_SWARM, PLATFORM
from speccompile.errors import Refused
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Workload
from speccompile.record import record
from speccompile.releases import documents as common
from speccompile.releases.composition import Composition
from speccompile.releases.documents import Part
from speccompile.releases.engines.compose import Docker
from speccompile.releases.engines.swarm import Stack
from speccompile.releases.granted import Granted
from speccompile.releases.machine import Machine
from speccompile.releases.runner import Hands
from speccompile.releases.site import Site, Where
from speccompile.releases.swarm import documents
from speccompile.releases.swarm.conversation import Manager
from speccompile.releases.swarm.site import SwarmSite
from speccompile.source import Span
from speccompile.verify.readers import dotenv

_CONFIGURATIONS = ("swarm/nginx.conf", "swarm/Caddyfile")


@record()
class _SwarmEngine:
    """An ``Engine``."""

    output: str = "swarm"
    brings_front_door: bool = True

    def composition(self, files: Mapping[str, str], plan: Plan) -> Composition:
        """The stack's file in parts, with the steps of releases, which are in no stack, and who needs whom."""
        yaml = YAML(typ="safe", pure=True)
        stack = yaml.load(files[emitted.PATH])
        steps = yaml.load(emitted.release_steps(plan) or "{}")
        owned = common.owned(plan, stack["services"])
        owner = {name: group for group, names in owned.items() for name in names}
        needs = {
            group: {owner.get(need.name, need.name) for one in workloads for need in one.depends_on}
            for group, workloads in _workloads(plan)
        }
        parts = {
            name: documents.part(stack, steps, names, needs.get(name, set()) - {name})
            for name, names in owned.items()
            if any(one in stack["services"] for one in names)
        }
        front = next((files[path] for path in _CONFIGURATIONS if path in files), "")
        return Composition(parts=parts, images={}, routes=front)

    def values(self, text: str) -> Mapping[str, str]:
        """As a shell reads them, from which docker would get them; raises ``dotenv.Unreadable``."""
        return dotenv.operators(text)

    def checked(self, content: bytes, place: str, given: Granted | None) -> Part:
        """See ``swarm.documents``: nothing of a machine is given in a swarm."""
        del given
        return documents.checked(content, place)

    def address(self, machine: Machine) -> str:
        """A swarm publishes at every address of its nodes; the manager's is one."""
        return (urlsplit(machine.address).hostname if machine.address else None) or "localhost"

    def opened(self, hands: Hands, where: Where) -> Site:
        """A manager of a swarm; raises ``Refused`` when it is none."""
        around = where.machine.environment
        stack = Stack(name=where.app, environment=around)
        said = hands.try_(stack.state())
        machine = str(where.machine)
        if not said.ok:
            why = (said.errors or said.output).strip().split("\n")[-1] or "docker is not installed here"
            fix = (
                "start the engine" if where.machine.address is None else f"try: docker -H {where.machine.address} info"
            )
            raise Refused([PLATFORM.at(Span(machine), f"the engine does not answer: {why}", fix=fix)])
        state, manages, nodes = (*said.output.split(), "", "", "")[:3]
        if manages != "true":
            message = f"{machine} is no manager of a swarm (it is {state or 'none'})"
            fix = "name a manager in the environment's `host`; a swarm begins with: docker swarm init"
            raise Refused([NO_SWARM.at(Span(machine), message, fix=fix)])
        return SwarmSite(
            where=where,
            manager=Manager(hands=hands, stack=stack, values=where.told),
            docker=Docker(environment=around),
            nodes=int(nodes) if nodes.isdigit() else 1,
        )


def _workloads(plan: Plan) -> Iterator[tuple[str, tuple[Workload, ...]]]:
    yield from ((one.name, one.workloads) for one in plan.services)
    yield from ((one.workload.name, one.workloads) for one in plan.stores)


ENGINE = _SwarmEngine()
