"""How long a service lives: what starts it again, how often, and how long it may take to start, to run and to stop."""

from __future__ import annotations

from speccompile.plan.workload import Probes, Restart, RestartPolicy, Schedule, Workload
from speccompile.provenance import Origin, merged
from speccompile.realise.quadlet.calendar import shortest_gap
from speccompile.realise.quadlet.quadlet_plan import NEVER, Image, Life

_PAUSE = 5
_PULLING = 600
"""Seconds for an image that has to be fetched first; systemd counts them as part of the start."""

_MORE = 10
"""Seconds beyond the grace period: Podman kills when that is over, and systemd must not be faster."""

_HOUR = 3600


def life(workload: Workload, schedule: Schedule | None, image: Image, awaited: Origin | None) -> Life:
    """Of *workload*, which runs from *image*, and which *schedule* starts where there is one; *awaited* is why another one waits for its end."""
    once = workload.restart.policy is not RestartPolicy.ALWAYS
    restart, deadline = workload.restart, workload.deadline
    starts = restart.times + 1 if restart.times else None
    return Life(
        once=once,
        kept=awaited if once and schedule is None else None,
        restart=_word(restart),
        pause=_PAUSE,
        window=_window(workload, schedule) if starts else 0,
        starts=starts,
        starting=(deadline.seconds if deadline else None) if once else _patience(workload.probes, image),
        stopping=workload.stop.grace + _MORE,
        bounded=_bounding(workload, image),
        origin=restart.origin,
    )


def _bounding(workload: Workload, image: Image) -> Origin:
    """Why a start may take as long as it may."""
    once, probes = workload.restart.policy is not RestartPolicy.ALWAYS, workload.probes
    if once:
        return merged((workload.deadline.origin, workload.origin)) if workload.deadline else workload.origin
    return merged((workload.origin, image.origin, *((probes.origin,) if probes else ())))


def _word(restart: Restart) -> str:
    match restart.policy:
        case RestartPolicy.ALWAYS:
            return "always"
        case RestartPolicy.ON_FAILURE:
            return "on-failure"
        case RestartPolicy.NEVER:
            return "no"


def _window(workload: Workload, schedule: Schedule | None) -> int:
    """The seconds within which starts are counted: systemd knows no number of retries, only of starts in a time (systemd.unit(5), StartLimit…).

    All tries have to be in it, so it is as long as they can take; and not the next run of the schedule, which begins to count anew.
    """
    tries = (workload.restart.times or 0) + 1
    longest = tries * (workload.deadline.seconds + workload.stop.grace + _PAUSE) if workload.deadline else _HOUR
    return min(longest, shortest_gap(schedule.cron) - 1) if schedule else longest


def _patience(probes: Probes | None, image: Image) -> int | None:
    """The seconds until it has to be healthy. What is not killed when it is unwell (a database that replays its log) is waited for."""
    if probes is None or not probes.live:
        return None
    return (
        (0 if image.pull == NEVER else _PULLING)
        + probes.start_period
        + probes.retries * (probes.interval + probes.timeout)
    )
