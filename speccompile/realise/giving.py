"""What is given by name, on platforms that cannot give all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from speccompile.codes.given import NOT_GIVEN
from speccompile.codes.quadlet import NO_PROGRAM
from speccompile.plan.given import GATEWAY, Given
from speccompile.plan.workload import Workload
from speccompile.provenance import Origin, merged
from speccompile.realise.loss import Loss

_ELSEWHERE = "choose compose or quadlet for it (`targets:` in deploy.yaml)"


def without_gateway(given: Given | None) -> Given | None:
    """*given*, where no name leads to the machine that a container runs on."""
    return replace(given, hosts=tuple(one for one in given.hosts if one.address != GATEWAY)) if given else None


def no_gateway(workloads: Iterable[Workload], why: str) -> Iterator[Loss]:
    """That a platform knows no address of its machines, as *why* says."""
    found = {
        f"{one.name} (`{host.name}`)": host.origin
        for one in workloads
        for host in (one.given.hosts if one.given else ())
        if host.address == GATEWAY
    }
    fix = "write the machine's address in the place of host-gateway"
    yield from lost(found, "does not find the machine that it runs on", why, f"{fix}, or {_ELSEWHERE}")


def nothing_of_others(workloads: Iterable[Workload], networks: str, directories: str) -> Iterator[Loss]:
    """That a platform gives no networks of others and no directories of a machine, as the two texts say why."""
    given = [(one.name, one.given) for one in workloads if one.given]
    joined = {f"{name} ({one.name})": one.origin for name, all_of_it in given for one in all_of_it.networks}
    yield from lost(joined, "is not on the network that others made", networks)
    mounted = {f"{name} ({one.target})": one.origin for name, all_of_it in given for one in all_of_it.directories}
    yield from lost(mounted, "does not get the directory of its machine", directories)


def in_an_image(workloads: Iterable[Workload]) -> Iterator[Loss]:
    """That a platform which knows images alone runs a program from one."""
    programs = {one.name: one.program.origin for one in workloads if one.program}
    if programs:
        yield Loss(
            code=NO_PROGRAM,
            of=tuple(programs),
            what="runs from its image",
            why="nothing runs here without one",
            fix="nothing, where that is right; or choose quadlet (`targets:` in deploy.yaml)",
            origin=merged(programs.values()),
        )


def lost(found: dict[str, Origin], what: str, why: str, fix: str = _ELSEWHERE) -> Iterator[Loss]:
    """The loss of what *found* names, with why each is wanted."""
    if found:
        yield Loss(code=NOT_GIVEN, of=tuple(found), what=what, why=why, fix=fix, origin=merged(found.values()))
