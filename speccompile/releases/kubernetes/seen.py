"""What a cluster says of objects and of pods, read; and what follows for a roll-out that is under way. Nothing is asked here.

The words are those of the API (kubernetes.io/docs/reference/kubernetes-api; "Deployment status", "Pod lifecycle").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from speccompile.record import record
from speccompile.releases.engines.kubernetes import MANAGER
from speccompile.releases.kubernetes.documents import Document, key, template
from speccompile.releases.kubernetes.told import version

_HOPELESS = frozenset(("CrashLoopBackOff", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError"))  # fmt: skip
"""Why a container waits that will not begin by itself (kubelet's own words)."""
_CONTROLLERS = ("kube-", "kubelet")
_RESTARTED = "f:kubectl.kubernetes.io/restartedAt"


@record(kw_only=True)
class Pod:
    """A pod: its id, of which version it is, whether it is ready, how often its containers were started again, why one of them waits or has ended (""
    where none does), which container that is, and why it has no node."""

    id: str
    name: str
    version: str
    ready: bool
    restarts: int
    waits: str
    ended: str
    container: str
    unscheduled: str


def pod(found: Document) -> Pod:
    """A pod as ``kubectl get pods`` has it."""
    about, status = found["metadata"], found.get("status") or {}
    conditions = {one["type"]: one for one in status.get("conditions") or ()}
    containers = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    waiting = next((one for one in containers if _waits(one)), None)
    ended = next((one for one in containers if _ended(one)), None)
    culprit = waiting or ended
    placed = conditions.get("PodScheduled") or {}
    return Pod(
        id=str(about["uid"]),
        name=str(about["name"]),
        version=version(found),
        ready=(conditions.get("Ready") or {}).get("status") == "True" and not about.get("deletionTimestamp"),
        restarts=sum(int(one.get("restartCount") or 0) for one in containers),
        waits=_said(waiting["state"]["waiting"]) if waiting else "",
        ended=_ended(ended) if ended else "",
        container=str(culprit["name"]) if culprit else "",
        unscheduled=_line(placed.get("message")) if placed.get("status") == "False" else "",
    )


def _waits(container: Document) -> bool:
    reason = ((container.get("state") or {}).get("waiting") or {}).get("reason")
    return bool(reason) and reason not in ("PodInitializing", "ContainerCreating")


def _ended(container: Document) -> str:
    """How a container has ended, just now or before it was started again; "" where it ended as it should, or never did."""
    for state in (container.get("state") or {}, container.get("lastState") or {}):
        one = state.get("terminated") or {}
        if one and one.get("exitCode") != 0:
            return f"ended with {one.get('exitCode')} ({_line(one.get('reason')) or 'no reason given'})"
    return ""


def _said(state: Document) -> str:
    message = _line(state.get("message"))
    return f"{_line(state.get('reason'))}{f': {message}' if message else ''}"


def sick(pods: Iterable[Pod], wanted: str, known: Mapping[str, int]) -> Pod | None:
    """A pod of the version *wanted* that will not be well by itself: it was started again since *known* (how often each had been), or cannot begin."""
    for one in pods:
        hopeless = one.waits.split(":")[0] in _HOPELESS
        if one.version == wanted and (hopeless or one.restarts > known.get(one.id, 0)):
            return one
    return None


def why(one: Pod) -> str:
    """Why a pod is not well, in the cluster's words where it has some."""
    reason = one.waits or one.ended
    if not reason and one.unscheduled:
        return f"no node takes {one.name}: {one.unscheduled}"
    if one.ended and one.waits.startswith("CrashLoopBackOff"):
        reason = one.ended
    if reason:
        return f"{one.name}: {reason}"
    return f"{one.name} was started again" if one.restarts else f"{one.name} is not ready"


def whole(there: Document | None) -> bool:
    """Whether a controller has done all that it was told: as many pods as there shall be are ready, all of them of its newest version."""
    if there is None:
        return False
    spec, status = there["spec"], there.get("status") or {}
    if there["kind"] == "CronJob":
        return True
    wanted = int(spec.get("replicas", 1))
    seen = int(status.get("observedGeneration") or 0) >= int(there["metadata"].get("generation") or 0)
    updated, ready = int(status.get("updatedReplicas") or 0), int(status.get("readyReplicas") or 0)
    # A stateful set's controller counts as updated only what it has updated itself: none, where the first version is the last.
    same = status.get("updateRevision") and status.get("updateRevision") == status.get("currentRevision")
    return seen and ready == wanted == int(status.get("replicas") or 0) and (updated == wanted or bool(same))


def counted(there: Document) -> str:
    """How many of a controller's pods are ready, and how many of them are of its newest version."""
    status, wanted = there.get("status") or {}, int(there["spec"].get("replicas", 1))
    return (
        f"{int(status.get('readyReplicas') or 0)} of {wanted} ready, {int(status.get('updatedReplicas') or 0)} updated"
    )


def image(there: Document) -> str:
    """The image that a controller's pods run."""
    return str(template(there)["spec"]["containers"][0].get("image") or "")


@record()
class Taken:
    """A field that somebody else has set: the object (``KIND/NAME``), the path in it, who (the name of the field's manager), and which of the object's
    entries about managers says so."""

    object: str
    path: str
    manager: str
    entry: int


def taken(there: Document) -> Iterator[Taken]:
    """The fields of an object's `spec` and `data` that somebody but us has set, and that are not ours, too. What the cluster's own controllers set is none of
    these (the volume of a claim, the number of pods that an autoscaler wants); a restart by hand changes nothing that counts."""
    managed = there["metadata"].get("managedFields") or ()
    ours = {path for one in managed if one.get("manager") == MANAGER for path in _paths(one.get("fieldsV1") or {})}
    for number, one in enumerate(managed):
        manager = _line(one.get("manager"))
        if manager == MANAGER or manager.startswith(_CONTROLLERS) or one.get("subresource") == "status":
            continue
        for path in _paths(one.get("fieldsV1") or {}):
            if path not in ours and path[0] in ("f:spec", "f:data") and _RESTARTED not in path:
                yield Taken(key(there), _spelt(path), manager, number)


def letting_go(there: Document) -> list[dict[str, Any]]:
    """What makes the fields ours that somebody else has set (RFC 6902). The entry of the other manager goes; where we have none, the first becomes ours: an
    object of which no manager is known any more has one that nobody is ("before-first-apply"), with whom we would be in conflict again."""
    managed = there["metadata"].get("managedFields") or ()
    entries = sorted({one.entry for one in taken(there)}, reverse=True)
    known = any(one.get("manager") == MANAGER and one.get("operation") == "Apply" for one in managed)
    plain = [number for number in entries if not managed[number].get("subresource")]
    becomes = None if known or not plain else plain[-1]
    found = []
    for number in entries:
        at = f"/metadata/managedFields/{number}"
        found.append({"op": "test", "path": f"{at}/manager", "value": managed[number]["manager"]})
        if number == becomes:
            found.append({"op": "replace", "path": f"{at}/manager", "value": MANAGER})
            found.append({"op": "replace", "path": f"{at}/operation", "value": "Apply"})
        else:
            found.append({"op": "remove", "path": at})
    return found


def _paths(fields: Document, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The leaves of a set of fields (kubernetes.io/docs/reference/using-api/server-side-apply, "fieldsV1")."""
    for name, below in fields.items():
        if name == ".":
            continue
        if below and set(below) != {"."}:
            yield from _paths(below, (*at, name))
        else:
            yield (*at, name)


def _spelt(path: Sequence[str]) -> str:
    """A path as people write it; what chooses an item of a list stands in brackets."""
    return "".join(
        f".{_line(one[2:])}" if one.startswith("f:") else f"[{_line(one[2:])}]" for one in path
    ).lstrip(".")  # fmt: skip


@record(kw_only=True)
class Run:
    """A job: whether it has done what it should (None while it runs), and why not."""

    key: str
    good: bool | None
    message: str


def run(found: Document) -> Run:
    """A job as ``kubectl get jobs`` has it."""
    conditions = {one["type"]: one for one in (found.get("status") or {}).get("conditions") or () if one.get("status") == "True"}  # fmt: skip
    failed = conditions.get("Failed") or conditions.get("FailureTarget")
    good = False if failed else True if "Complete" in conditions else None
    return Run(key=key(found), good=good, message=_said(failed) if failed else "")


def cleansed(there: Document) -> dict[str, Any]:
    """An object as it is, so that it can be applied again: without what only the server says of it."""
    about = there["metadata"]
    notes = {name: one for name, one in (about.get("annotations") or {}).items() if not name.startswith("deployment.kubernetes.io/")}  # fmt: skip
    kept = {"name": about["name"], "namespace": about["namespace"], "labels": about.get("labels") or {}, "annotations": notes}  # fmt: skip
    return {"apiVersion": there["apiVersion"], "kind": there["kind"], "metadata": kept, "spec": there["spec"]}


def event_lines(found: Iterable[Document]) -> list[str]:
    """The warnings among events, the oldest first."""
    warned = [one for one in found if one.get("type") == "Warning"]
    warned.sort(key=lambda one: str(one.get("lastTimestamp") or one.get("eventTime") or ""))
    return [f"{_line(one.get('reason'))}: {_line(one.get('message'))}" for one in warned]


def _line(text: object) -> str:
    return "".join(char if char.isprintable() else " " for char in str(text or "")).strip()
