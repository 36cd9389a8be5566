"""What holds of the runs of a job: when, how long, how often again, never two at once."""

from __future__ import annotations

from speccompile.plan.assertions import Demand
from speccompile.verify import crontab
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.held.outcome import Outcome, Reader, approximated, enforced, lost, stricter
from speccompile.verify.held.view import View
from speccompile.verify.held.zones import is_same_zone


def schedule(view: View, demand: Demand) -> Outcome:
    """The five fields of its line in the crontab, and the zone that stands above it; without one, the host's."""
    entry, service = view.job(demand.service), view.service(demand.service)
    if entry is None:
        return lost(f"no line of a crontab starts {demand.service}")
    lines = ((crontab.PATH, entry.line),)
    if entry.fields != demand.get("cron"):
        blamed = [service.schedule.origin] if service and service.schedule else []
        return lost(f"the crontab starts it at `{entry.fields}`, not `{demand.get('cron')}`", lines, *blamed)
    wanted, said = demand.get("zone"), f"the crontab, once it is installed, starts it at `{entry.fields}`"
    if wanted and not entry.zone:
        return approximated(f"{said} of the host's zone; {wanted} has to be that", lines)
    if wanted and not is_same_zone(wanted, entry.zone):
        blamed = [service.schedule.zoned] if service and service.schedule else []
        return lost(f"{said} of {entry.zone}, not of {wanted}", lines, *blamed)
    if wanted:
        return approximated(f"{said} of {wanted}, where cron reads CRON_TZ; else that has to be the host's zone", lines)
    return enforced(said, lines)


def exclusive(view: View, demand: Demand) -> Outcome:
    """A name that only one container can have, and a lock around the runs."""
    box = view.box(demand.service)
    if not box.get("container_name"):
        return lost(
            "a second one could be started: nothing gives it a name of its own, and it takes no lock",
            view.at("services", demand.service),
        )
    lines = view.key(demand.service, "container_name")
    locked = items(box.get("entrypoint"))[:1] == ["flock"]
    entry = view.job(demand.service)
    if entry and "flock" in entry.command.split():
        lines = (*lines, (crontab.PATH, entry.line))
    if locked:
        lines = (*lines, *view.key(demand.service, "entrypoint"))
    return enforced(
        f"the engine refuses a second {box['container_name']}"
        + (", and a run takes a lock" if locked or entry else ""),
        lines,
    )


def overlap(view: View, demand: Demand) -> Outcome:
    """The crontab's lock skips a run that is due while the last one is going on."""
    entry = view.job(demand.service)
    if entry is None or "flock --nonblock" not in entry.command:
        return lost(f"no crontab starts {demand.service} with a lock")
    lines = ((crontab.PATH, entry.line),)
    if demand.get("policy") == "skip":
        return enforced("the crontab skips a run while the last one is going on", lines)
    return lost(f"the crontab skips such a run; cron cannot let it {demand.get('policy')}", lines)


def rundeadline(view: View, demand: Demand) -> Outcome:
    """``timeout`` starts the run, after its lock if it takes one."""
    words, wanted = (
        _unlocked([str(word) for word in items(view.box(demand.service).get("entrypoint"))]),
        demand.get("seconds"),
    )
    if words[:2] != ["timeout", "-k"] or not words[3:4] or not words[3].isdecimal():
        return lost(
            "nothing ends a run that takes too long: neither cron nor compose does, and its image has no `timeout` that would, or nothing runs in one"
        )
    lines, service = view.key(demand.service, "entrypoint"), view.service(demand.service)
    said = f"a run is ended after {words[3]} s"
    if int(words[3]) == wanted:
        return enforced(said, lines)
    if int(words[3]) < wanted:
        return stricter(said, lines)
    if int(words[3]) - wanted < 1:
        return approximated(f"{said}: whole seconds", lines)
    return lost(
        f"{said}, not {wanted:g} s", lines, *([service.workload.origin] if service and service.workload else ())
    )


def _unlocked(words: list[str]) -> list[str]:
    """*words* without the lock before them: flock's own end with the file that is locked."""
    if words[:1] != ["flock"]:
        return words
    lock = next((number for number, word in enumerate(words) if word.startswith("/")), len(words))
    return words[lock + 1 :]


def retries(view: View, demand: Demand) -> Outcome:
    """``restart: on-failure:N``, where the engine is who starts a run; what cron starts is a container of its own, which none restarts."""
    policy, wanted = str(view.box(demand.service).get("restart", "")), demand.get("count")
    lines, service = view.key(demand.service, "restart"), view.service(demand.service)
    if wanted == 0 and policy == "no":
        return enforced("restart no: a run that failed is not started again", lines)
    if entry := view.job(demand.service):
        return lost(
            "`docker compose run` starts it, whose containers no engine restarts: it runs again when it is due; let the program try again itself",
            ((crontab.PATH, entry.line),),
        )
    if policy == f"on-failure:{wanted}":
        return enforced(f"restart {policy}", lines)
    number = policy.partition(":")[2]
    if number.isdecimal() and wanted is not None and int(number) < wanted:
        return stricter(f"restart {policy}", lines)
    if wanted is None:
        return lost(f"restart {policy or 'no'}: how often it is tried again is not said; name the number", lines)
    return lost(
        f"restart {policy or 'no'}, not on-failure:{wanted}",
        lines,
        *([service.workload.restart.origin] if service and service.workload else ()),
    )


def resume(view: View, demand: Demand) -> Outcome:
    """A volume for checkpoints that the process is told of."""
    box = view.box(demand.service)
    told = entries(box.get("environment")).get("STATE_DIR")
    targets = [entries(one).get("target") for one in items(box.get("volumes"))]
    if told is None or told not in targets:
        return lost("no volume outlives a run of it")
    lines = (
        *view.key(demand.service, "volumes", targets.index(told)),
        *view.key(demand.service, "environment", "STATE_DIR"),
    )
    return enforced(f"{told} outlives a run, and STATE_DIR says where it is", lines)


READERS: dict[str, Reader] = {
    "schedule": schedule,
    "exclusive": exclusive,
    "overlap": overlap,
    "rundeadline": rundeadline,
    "retries": retries,
    "resume": resume,
}
