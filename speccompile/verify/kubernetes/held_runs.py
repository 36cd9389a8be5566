"""What holds of runs: when, how long, how often again, never two at once; of copies and of the steps of a release."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from speccompile.plan.assertions import Demand
from speccompile.provenance import Origin
from speccompile.verify.held.outcome import Outcome, approximated, enforced, lost, stricter
from speccompile.verify.held.zones import is_same_zone
from speccompile.verify.kubernetes.findings import PodOf, entries, items
from speccompile.verify.kubernetes.view import Reader, View


def _schedule(view: View, demand: Demand, pod: PodOf) -> Outcome:
    have, lines = pod.manifest.spec.get("schedule"), view.lines(pod.manifest, "spec", "schedule")
    if have is None or pod.manifest.spec.get("suspend"):
        return lost(f"no CronJob starts {demand.service}", lines)
    if have != demand.get("cron"):
        return lost(f"it starts at `{have}`, not `{demand.get('cron')}`", lines, *_blamed(view, demand))
    zone, lines = str(pod.manifest.spec.get("timeZone")), (*lines, *view.lines(pod.manifest, "spec", "timeZone"))
    wanted = demand.get("zone")
    if wanted and not is_same_zone(wanted, zone):
        return lost(f"it starts at `{have}` of {zone}, not of {wanted}", lines, *_blamed(view, demand))
    return enforced(f"it starts at `{have}` of {zone}", lines)


def _blamed(view: View, demand: Demand) -> tuple[Origin, ...]:
    """Why it has the zone that it has."""
    service = view.service(demand.service)
    return (service.schedule.zoned,) if service and service.schedule else ()


def _alone(view: View, demand: Demand, pod: PodOf) -> Outcome:
    """Exclusive runs, and what becomes of one that is due meanwhile."""
    one = pod.manifest
    policy = demand.get("policy")
    if one.kind == "StatefulSet" and one.spec.get("replicas") == 1 and not policy:
        return enforced(
            "a stateful set of one: the next one waits until this one is gone", view.lines(one, "spec", "replicas")
        )
    if one.kind == "Job" and not policy:
        said = f"the API's server refuses a second {one.name}; a later version of it is another one"
        return approximated(said, view.lines(one, "metadata", "name"))
    lines = view.lines(one, "spec", "concurrencyPolicy")
    if one.spec.get("concurrencyPolicy") != "Forbid":
        return lost("a second one could run meanwhile", lines)
    if policy not in (None, "skip"):
        return lost(f"such a run is skipped; it is not let {policy}", lines)
    said = "a run that is due while another goes on is skipped"
    return enforced(said, lines) if policy else approximated(f"{said}; one that somebody starts by hand is not", lines)


def _rundeadline(view: View, demand: Demand, pod: PodOf) -> Outcome:
    above = pod.path[:-1]
    job = pod.manifest.spec if len(above) == 1 else entries(entries(pod.manifest.spec.get("jobTemplate")).get("spec"))
    have, wanted = job.get("activeDeadlineSeconds"), demand.get("seconds")
    lines = view.lines(pod.manifest, *above, "activeDeadlineSeconds")
    if have is None:
        return lost("nothing ends a run that takes too long")
    said = f"a run is ended after {have} s"
    return (
        enforced(said, lines)
        if have == wanted
        else stricter(said, lines)
        if have < wanted
        else approximated(f"{said}: whole seconds", lines)
        if have - wanted < 1
        else lost(f"{said}, not {wanted:g} s", lines)
    )


def _retries(view: View, demand: Demand, pod: PodOf) -> Outcome:
    above = pod.path[:-1]
    job = pod.manifest.spec if len(above) == 1 else entries(entries(pod.manifest.spec.get("jobTemplate")).get("spec"))
    have, wanted = job.get("backoffLimit"), demand.get("count")
    lines = view.lines(pod.manifest, *above, "backoffLimit")
    if have is None:
        return lost("it is no job: it is started again whenever it ends", view.lines(pod.manifest))
    if wanted is None:
        return approximated(f"it is tried again {have} times; no number is said", lines)
    said = f"it is tried again {have} times"
    return (
        enforced(said, lines)
        if have == wanted
        else stricter(said, lines)
        if 0 < have < wanted
        else lost(f"{said}, not {wanted}", lines)
    )


def _resume(view: View, _demand: Demand, pod: PodOf) -> Outcome:
    _, container = view.container(pod)
    told = next(
        (entries(one).get("value") for one in items(container.get("env")) if entries(one).get("name") == "STATE_DIR"),
        None,
    )
    memory = {entries(one).get("name") for one in items(pod.spec.get("volumes")) if "emptyDir" in entries(one)}
    for one in items(container.get("volumeMounts")):
        if told == (entries(one).get("mountPath"),) and entries(one).get("name") not in memory:
            path, _ = view.container(pod)
            return enforced(
                f"{told[0]} outlives a run, and STATE_DIR says where it is",
                view.lines(pod.manifest, *path, "volumeMounts"),
            )
    return lost("no volume outlives a run of it")


def _backup(view: View, _demand: Demand, _pod: PodOf) -> Outcome:
    for one in view.plan.stores:
        made = view.pod(one.backup.workload.name) if one.backup else None
        if made is not None and made.manifest.spec.get("schedule"):
            lines = view.lines(made.manifest, "spec", "schedule")
            return enforced(f"{made.manifest.name} copies it at `{made.manifest.spec['schedule']}` of UTC", lines)
    return lost("nothing copies it")


def _migrate(view: View, demand: Demand, _pod: PodOf) -> Outcome:
    for one in view.of_kind("Job"):
        if one.name.startswith(f"{demand.service}-release"):
            return approximated(
                "a Job runs it once; who applies the manifests waits for its end", view.lines(one, "spec")
            )
    return lost("nothing that is generated runs migrations before a new version serves")


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "schedule": _schedule,
        "rundeadline": _rundeadline,
        "retries": _retries,
        "resume": _resume,
        "backup": _backup,
        "migrate": _migrate,
        "exclusive": _alone,
        "overlap": _alone,
    }
)
