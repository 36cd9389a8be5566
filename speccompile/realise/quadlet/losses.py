"""What quadlet cannot hold of a plan, or holds in another way than is said (Podman 5.4, systemd 257)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from speccompile.codes import quadlet as codes
from speccompile.codes.code import Code
from speccompile.plan.plan import Plan
from speccompile.plan.workload import RestartPolicy, Trigger, Workload
from speccompile.provenance import Origin, merged
from speccompile.realise import proxy_losses, sidecars
from speccompile.realise.loss import Loss
from speccompile.realise.quadlet import names
from speccompile.realise.quadlet.programs import TEMPORARY, answer, contained, run


def losses(plan: Plan) -> tuple[Loss, ...]:
    """Of *plan*: once for all workloads that it is about."""
    services = [one for service in plan.services for one in service.workloads]
    every = [*services, *(one for store in plan.stores for one in store.workloads)]
    return (
        *_logs(every),
        *_retries(every),
        *_by_hand(plan, services),
        *_programs(plan, services),
        *sidecars.started_after(plan, "Podman"),
        *proxy_losses.losses(plan),
    )


def _programs(plan: Plan, workloads: Sequence[Workload]) -> Iterator[Loss]:
    for each in contained(plan):
        fix = "let nothing in a container be on the other side (`external: true` for a store, `proxy: none`), or take `artifact` out"
        origins = (one.origin for one in (each.workload.program,) if one)
        yield _of(codes.NO_PROGRAM, [each.workload], "runs in a container all the same", each.why, fix, origins)
    alone = run(plan)
    yield from _unasked(plan, [one for one in workloads if one.name in alone and one.probes])
    files = [one for one in workloads if one.name in alone and any(each.target == TEMPORARY for each in one.scratch)]
    if files:
        why = "systemd gives what has a user of its own a /tmp on the machine's disk"
        fix = "nothing, where the disk has room; or bound it there (a quota of its file system)"
        yield _of(
            codes.DISK_FOR_MEMORY,
            files,
            "has temporary files of any size",
            why,
            fix,
            (one.program.origin for one in files if one.program),
        )
    opened = [one for one in workloads if one.name in alone and one.port and one.egress]
    if opened:
        why = "systemd bounds who may reach it only where it may reach nobody else itself"
        fix = "let it listen on 127.0.0.1 alone, or let the machine's firewall decide who reaches its port"
        yield _of(
            codes.OPEN_PROGRAM,
            opened,
            "is reached at every address at which it listens",
            why,
            fix,
            (one.program.origin for one in opened if one.program),
        )


def _unasked(plan: Plan, workloads: Sequence[Workload]) -> Iterator[Loss]:
    """Programs that are asked less than a health module asks."""
    at_start = {one.workload.name for one in plan.services if one.workload and answer(one)}
    why = "a health module is a part of an image, and it has none here"
    fix = "let it end when it is unwell, or take `artifact` out in deploy.yaml"
    for which, what in (
        (
            [one for one in workloads if one.name in at_start],
            "is asked until it has answered once, and never again, so that it is started anew when it ends and not when it hangs",
        ),
        (
            [one for one in workloads if one.name not in at_start],
            "is started again when it ends, and not when it hangs",
        ),
    ):
        if which:
            yield _of(codes.UNASKED, which, what, why, fix, (one.program.origin for one in which if one.program))


def _logs(workloads: Sequence[Workload]) -> Iterator[Loss]:
    if workloads:
        size = workloads[0].logs.files * workloads[0].logs.size // 10**6
        yield _of(
            codes.LOGS_TOGETHER,
            workloads,
            f"shares the space for its logs with all else that the machine logs, and has not {size} MB of its own",
            "its unit logs to the journal, which bounds the space that all logs take together",
            "bound it there: `SystemMaxUse=` in /etc/systemd/journald.conf (the default is a tenth of the file system, at most 4 GiB)",
            (one.logs.origin for one in workloads),
        )


def _retries(workloads: Sequence[Workload]) -> Iterator[Loss]:
    tried = [one for one in workloads if one.restart.policy is RestartPolicy.ON_FAILURE and one.restart.times]
    if tried:
        yield _of(
            codes.RETRIES_BY_TIME,
            tried,
            "may be tried again once more, or once less, than is said",
            "systemd counts starts within a time, not the retries of one run",
            "let the program try again by itself, or choose kubernetes, which counts them (`targets:` in deploy.yaml)",
            (one.restart.origin for one in tried),
        )


def _by_hand(plan: Plan, workloads: Sequence[Workload]) -> Iterator[Loss]:
    started = [one for one in workloads if one.trigger is Trigger.HAND]
    if started:
        unit = names.unit(plan.app, started[0].name)
        yield _of(
            codes.ARGUMENTS,
            started,
            "is started with the same arguments each time",
            f"`systemctl --user start {unit}` passes none on",
            f"write them below [Container] as Exec=… into a file {unit}.container.d/10-arguments.conf beside the unit, then"
            " `systemctl --user daemon-reload` and start it; or choose compose for it",
            (one.origin for one in started),
        )


def _of(code: Code, workloads: Sequence[Workload], what: str, why: str, fix: str, origins: Iterable[Origin]) -> Loss:
    which = tuple(sorted({one.name for one in workloads}))
    return Loss(code=code, of=which, what=what, why=why, fix=fix, origin=merged(origins))
