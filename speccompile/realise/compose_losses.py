"""What compose cannot do of what a plan says: it has no clock of its own, and cron knows neither zones everywhere nor retries.

All else that a plan has one of its artifacts says; what an assertion demands and no plan can hold there is an account of (``verify/standings.py``).
"""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes import schedules as codes
from speccompile.plan.plan import Plan
from speccompile.plan.workload import RestartPolicy
from speccompile.provenance import merged
from speccompile.realise import proxy_losses, sidecars
from speccompile.realise.giving import in_an_image
from speccompile.realise.loss import Loss

_ELSEWHERE = "choose kubernetes or quadlet (`targets:` in deploy.yaml)"


def losses(plan: Plan) -> tuple[Loss, ...]:
    """What crontabs do not hold of schedules, what a borrowed network is less than a shared one, and what the chosen proxy of *plan* does not do."""
    every = [workload for one in plan.services for workload in one.workloads]
    beside = (
        *sidecars.started_after(plan, "compose"),
        *sidecars.beside_the_first(plan),
        *sidecars.cut_off(plan),
    )
    return (*_zones(plan), *_retries(plan), *in_an_image(every), *beside, *proxy_losses.losses(plan))


def _zones(plan: Plan) -> Iterator[Loss]:
    zones = dict.fromkeys(
        one.schedule.zone for one in plan.services if one.workload and one.schedule and one.schedule.zone
    )
    for zone in zones:
        here = [(one.name, one.schedule.zoned) for one in plan.services if one.schedule and one.schedule.zone == zone]
        yield Loss(
            code=codes.ZONE,
            of=tuple(name for name, _ in here),
            what=f"is started in {zone} only where cron reads CRON_TZ, and else in the host's zone",
            why="cronie does (Fedora, RHEL, Arch), the cron of Debian and Ubuntu does not",
            fix=f"on a host of the latter kind: sudo timedatectl set-timezone {zone}, and restart cron",
            elsewhere=_ELSEWHERE,
            origin=merged(why for _, why in here),
        )


def _retries(plan: Plan) -> Iterator[Loss]:
    here = [
        one
        for one in plan.services
        if one.workload
        and one.schedule
        and one.workload.restart.policy is RestartPolicy.ON_FAILURE
        and one.workload.restart.times
    ]
    if here:
        yield Loss(
            code=codes.RETRIES,
            of=tuple(one.name for one in here),
            what="is not tried again when a run failed, but when the next one is due",
            why="cron starts it by `docker compose run`, whose containers no engine restarts",
            fix="let the program try again itself",
            elsewhere=_ELSEWHERE,
            kinds=("retries",),
            origin=merged(one.workload.restart.origin for one in here if one.workload),
        )
