"""Images beside one service: a container each in the network of every instance of that service (``beside`` in deploy.yaml).

There the two reach each other at 127.0.0.1, also at what listens nowhere else, and a sidecar goes out where its service does. It has no name of its
own for others. What the service needs of it is told with that address; the steps of a release run without it, as they run before the service.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from speccompile.codes.neighbours import NO_OWNER, OUT_OF_REACH, SAME_PORT, SHARES
from speccompile.diagnostics import Diagnostic, Related, quoted
from speccompile.plan.plan import Service, Store
from speccompile.plan.walk import cited
from speccompile.plan.workload import Beside, Replicas, Workload
from speccompile.provenance import Cause, because, merged
from speccompile.record import record
from speccompile.spec.project import AccessorySpec, ProjectSpec

CODE = "SC777"
TITLE = "sidecars"

LOOPBACK = "127.0.0.1"
"""Where a sidecar and its service reach each other; a name would have to be looked up, which not every image can."""

_LARGEST = 65535
_LASTING = ("server", "worker")


@record()
class _Owner:
    """A workload that stays up, and the service in whose image it runs."""

    workload: Workload
    service: Service


def besides(spec: ProjectSpec, services: Sequence[Service], pulled: Sequence[Store]) -> tuple[Store, ...]:
    """*pulled* with the sidecars of *spec* beside the workloads of *services* that they are of; one that has no owner is left as it is."""
    asked = {one.name: one for one in spec.accessories if one.deploy.beside}
    owners = _owners(services)
    return tuple(
        replace(store, workload=_beside(store.workload, asked[name], owners[owner].workload, spec))
        if (name := store.workload.name) in asked and (owner := str(asked[name].deploy.beside)) in owners
        else store
        for store in pulled
    )


def _beside(plain: Workload, asked: AccessorySpec, owner: Workload, spec: ProjectSpec) -> Workload:
    origin = because(CODE, Cause(asked.deploy.at("beside")))
    needs = next((one.deploy for one in spec.services if one.name == owner.name), None)
    wanted = (
        because(CODE, Cause(needs.at("needs", needs.needs.index(plain.name))))
        if needs and plain.name in needs.needs
        else None
    )
    of = owner.replicas
    # What it is started with moves into the pod, or the unit, of another: all of it is where it is because of that key.
    return replace(
        cited(plain, origin),
        inside=None,
        replicas=Replicas(
            count=of.count, exclusive=False, most=of.most, busy=of.busy, origin=merged((origin, of.origin))
        ),
        beside=Beside(name=owner.name, first=wanted, origin=origin),
    )


def objections(spec: ProjectSpec, services: Sequence[Service]) -> Iterator[Diagnostic]:
    """What is wrong with the sidecars of *spec*, and what each of them opens."""
    owners = _owners(services)
    taken: dict[tuple[str, int], AccessorySpec] = {}
    for one in spec.accessories:
        if not one.deploy.beside:
            continue
        yield from _needed_by_others(spec, one)
        owner = owners.get(one.deploy.beside)
        if owner is None:
            yield _no_owner(one, sorted(owners))
            continue
        yield from _same_port(one, owner, taken)
        yield _shares(one, owner)


def _owners(services: Sequence[Service]) -> dict[str, _Owner]:
    """What stays up, by name."""
    found = {}
    for service in services:
        if service.workload and service.role in _LASTING:
            found[service.workload.name] = _Owner(service.workload, service)
        found |= {one.workload.name: _Owner(one.workload, service) for one in service.processes if not one.ends}
    return found


def _no_owner(one: AccessorySpec, owners: Sequence[str]) -> Diagnostic:
    return NO_OWNER.at(
        one.deploy.at("beside"),
        f"{one.name} cannot be beside {quoted(one.deploy.beside or '')}: a sidecar has the network of a service that is built here and stays up",
        fix=f"take it out; or put it beside a server or a worker of this file: {', '.join(owners)}"
        if owners
        else "take it out: no service here stays up",
        found=quoted(one.deploy.beside or ""),
        expected="a server or a worker of this file",
        expected_by="`beside`, which is the network of another",
    )


def _needed_by_others(spec: ProjectSpec, one: AccessorySpec) -> Iterator[Diagnostic]:
    for service in spec.services:
        needs = service.deploy.needs if service.deploy else ()
        if service.deploy and one.name in needs and service.name != one.deploy.beside:
            yield OUT_OF_REACH.at(
                service.deploy.at("needs", needs.index(one.name)),
                f"{service.name} needs {one.name}, which is in the network of {one.deploy.beside} and has no name for others",
                fix=f"take it out, and let {service.name} need {one.deploy.beside}; or take `beside` out of {one.name}, so that it has a name",
                found=one.name,
                expected="a service that has a name in the network",
                expected_by="`needs`",
                related=(Related("it is a sidecar here", one.deploy.at("beside")),),
            )


def _same_port(one: AccessorySpec, owner: _Owner, taken: dict[tuple[str, int], AccessorySpec]) -> Iterator[Diagnostic]:
    port, at = one.deploy.port, one.deploy.at("port")
    other = taken.setdefault((owner.workload.name, port), one)
    holder = other.name if other is not one else owner.workload.name
    listens = owner.workload.port and owner.workload.port.number == port
    if other is not one or listens:
        yield SAME_PORT.at(
            at,
            f"{one.name} and {holder} listen on {port} in one network, where only one of the two gets it",
            fix=f"write a port such as {port + 1 if port < _LARGEST else port - 1}",
            found=str(port),
            expected=f"a port that {holder} does not have",
            expected_by=f"the network of {owner.workload.name}",
        )


def _shares(one: AccessorySpec, owner: _Owner) -> Diagnostic:
    name = owner.workload.name
    out = f" and goes out as {name} does" if owner.workload.egress else ""
    steps = any(process.ends for process in owner.service.processes)
    without = f"; the steps of the release of {owner.service.name} run without it" if steps else ""
    return SHARES.at(
        one.deploy.at("beside"),
        f"{one.name} is in the network of {name}: it reaches every port of {name}, also those that listen on {LOOPBACK} alone, and all that {name} reaches,"
        f"{out}{without}".rstrip(","),
        fix=f"take it out, where that is not meant; else nothing, while {quoted(one.deploy.image)} is trusted with it",
    )
