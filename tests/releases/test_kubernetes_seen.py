"""What a cluster says of objects and pods, read: whether a roll-out is done, which pod is the culprit, and who has set what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from speccompile.releases.kubernetes import seen
from speccompile.releases.kubernetes.told import VERSION


def _deployment(wanted: int, generation: int, **status: int) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "api", "namespace": "shop", "generation": generation, "managedFields": []},
        "spec": {"replicas": wanted, "template": {"spec": {"containers": [{"image": "x@sha256:1"}]}}},
        "status": status,
    }


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (_deployment(2, 3, observedGeneration=3, replicas=2, updatedReplicas=2, readyReplicas=2), True),
        (_deployment(2, 4, observedGeneration=3, replicas=2, updatedReplicas=2, readyReplicas=2), False),
        (_deployment(2, 3, observedGeneration=3, replicas=3, updatedReplicas=1, readyReplicas=2), False),
        (_deployment(2, 3, observedGeneration=3, replicas=2, updatedReplicas=2, readyReplicas=1), False),
        (_deployment(2, 3), False),
        (None, False),
    ],
    ids=["done", "not seen yet", "one old left", "one not ready", "nothing yet", "absent"],
)
def test_a_roll_out_is_done_when_the_controller_says_so(there: dict[str, Any] | None, expected: bool) -> None:
    assert seen.whole(there) is expected


def test_a_stateful_set_that_was_never_updated_is_done() -> None:
    """Its controller counts no updated pods then."""
    there = _deployment(1, 1, observedGeneration=1, replicas=1, readyReplicas=1) | {"kind": "StatefulSet"}
    assert not seen.whole(there)
    there["status"] |= {"currentRevision": "db-1", "updateRevision": "db-1"}
    assert seen.whole(there)


def _pod(
    *, state: dict[str, Any], restarts: int = 0, last: dict[str, Any] | None = None, version: str = "new", **more: Any
) -> seen.Pod:
    container = {"name": "api", "restartCount": restarts, "state": state, "lastState": last or {}}
    conditions = [{"type": "Ready", "status": "True" if "running" in state else "False"}, *more.pop("conditions", ())]
    return seen.pod({
        "metadata": {"uid": "1", "name": "api-1", "annotations": {VERSION: version}, **more},
        "status": {"conditions": conditions, "containerStatuses": [container]},
    })  # fmt: skip


_CRASHED = {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}
_LOOPS = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s restarting"}}


@pytest.mark.parametrize(
    ("pod", "why"),
    [
        (_pod(state=_LOOPS, restarts=3, last=_CRASHED), "api-1: ended with 137 (OOMKilled)"),
        (
            _pod(state={"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}),
            "api-1: ImagePullBackOff: no such image",
        ),
        (
            _pod(state={"waiting": {"reason": "CreateContainerConfigError", "message": 'secret "x" not found'}}),
            'api-1: CreateContainerConfigError: secret "x" not found',
        ),
        (_pod(state={"running": {}}, restarts=1), "api-1 was started again"),
    ],
    ids=["killed", "no image", "no secret", "by its probe"],
)
def test_a_pod_that_will_not_be_well_by_itself_is_known_at_once(pod: seen.Pod, why: str) -> None:
    assert seen.sick((pod,), "new", {}) is pod
    assert seen.why(pod) == why
    assert seen.sick((pod,), "another", {}) is None, "it is of another version"


@pytest.mark.parametrize(
    "pod",
    [
        _pod(state={"waiting": {"reason": "ContainerCreating"}}),
        _pod(state={"waiting": {"reason": "ErrImagePull"}}),
        _pod(state={"running": {}}),
        _pod(state={"waiting": {"reason": "PodInitializing"}}),
    ],
    ids=["being made", "once not fetched", "runs", "waits for another"],
)
def test_a_pod_that_may_be_well_yet_is_waited_for(pod: seen.Pod) -> None:
    assert seen.sick((pod,), "new", {}) is None


def test_what_was_started_again_before_is_no_news() -> None:
    pod = _pod(state={"running": {}}, restarts=4)
    assert seen.sick((pod,), "new", {"1": 4}) is None
    assert seen.sick((pod,), "new", {"1": 3}) is pod


def test_that_no_node_takes_it_is_said() -> None:
    placed = {"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available: 1 Insufficient memory."}
    pod = _pod(state={}, conditions=[placed])
    assert "no node takes api-1: 0/1 nodes are available" in seen.why(pod)
    assert not pod.ready


def test_a_pod_that_ends_is_not_ready() -> None:
    assert not _pod(state={"running": {}}, deletionTimestamp="2026-01-01T00:00:00Z").ready


_OURS = {
    "manager": "speccompile",
    "operation": "Apply",
    "fieldsV1": {"f:spec": {"f:template": {"f:spec": {"f:containers": {'k:{"name":"api"}': {".": {}, "f:name": {}}}}}}},
}


def _managed(*more: dict[str, Any]) -> list[tuple[str, str]]:
    there = _deployment(2, 1)
    there["metadata"]["managedFields"] = [_OURS, *more]
    return [(one.path, one.manager) for one in seen.taken(there)]


def test_who_has_set_what_is_read_field_by_field() -> None:
    """A scale by hand, another image by hand; what both say is ours, too."""
    scaled = {"manager": "kubectl", "subresource": "scale", "fieldsV1": {"f:spec": {"f:replicas": {}}}}
    image: dict[str, Any] = {"f:containers": {'k:{"name":"api"}': {"f:image": {}, "f:name": {}}}}
    edited = {"manager": "kubectl-set", "fieldsV1": {"f:spec": {"f:template": {"f:spec": image}}}}
    assert _managed(scaled, edited) == [
        ("spec.replicas", "kubectl"),
        ('spec.template.spec.containers[{"name":"api"}].image', "kubectl-set"),
    ]


def test_what_somebody_else_has_set_is_let_go_of() -> None:
    """By an entry of its own alone; where none is ours, as of what `kubectl apply` has made, one becomes ours."""
    scaled = {"manager": "kubectl", "subresource": "scale", "fieldsV1": {"f:spec": {"f:replicas": {}}}}
    there = _deployment(2, 1)
    there["metadata"]["managedFields"] = [_OURS, scaled]
    assert seen.letting_go(there) == [
        {"op": "test", "path": "/metadata/managedFields/1/manager", "value": "kubectl"},
        {"op": "remove", "path": "/metadata/managedFields/1"},
    ]
    theirs = {**_OURS, "manager": "kubectl-client-side-apply", "operation": "Update"}
    there["metadata"]["managedFields"] = [theirs, scaled]
    assert [(one["op"], one["path"]) for one in seen.letting_go(there)] == [
        ("test", "/metadata/managedFields/1/manager"),
        ("remove", "/metadata/managedFields/1"),
        ("test", "/metadata/managedFields/0/manager"),
        ("replace", "/metadata/managedFields/0/manager"),
        ("replace", "/metadata/managedFields/0/operation"),
    ]


@pytest.mark.parametrize(
    "harmless",
    [
        {"manager": "kube-controller-manager", "subresource": "status", "fieldsV1": {"f:status": {"f:replicas": {}}}},
        {"manager": "kube-controller-manager", "subresource": "scale", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
        {
            "manager": "kubectl-rollout",
            "fieldsV1": {
                "f:spec": {"f:template": {"f:metadata": {"f:annotations": {"f:kubectl.kubernetes.io/restartedAt": {}}}}}
            },
        },
        {"manager": "kubectl-label", "fieldsV1": {"f:metadata": {"f:labels": {"f:team": {}}}}},
    ],
    ids=["status", "an autoscaler", "a restart", "a label"],
)
def test_what_changes_nothing_that_counts_is_nobodys(harmless: dict[str, Any]) -> None:
    assert _managed(harmless) == []


@pytest.mark.parametrize(
    ("conditions", "good"),
    [
        ([], None),
        ([{"type": "Complete", "status": "True"}], True),
        ([{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "m"}], False),
        ([{"type": "FailureTarget", "status": "True", "reason": "BackoffLimitExceeded"}], False),
        ([{"type": "SuccessCriteriaMet", "status": "True"}], None),
    ],
)
def test_a_job_has_ended_when_it_says_so(conditions: list[dict[str, str]], good: bool | None) -> None:
    found = seen.run({"kind": "Job", "metadata": {"name": "x"}, "status": {"conditions": conditions}})
    assert (found.good, found.key) == (good, "Job/x")


def test_warnings_of_events_are_told_in_their_order() -> None:
    """Without characters that turn a terminal around."""
    events = [
        {"type": "Warning", "reason": "BackOff", "message": "b\x1b[2J", "lastTimestamp": "2026-01-02"},
        {"type": "Normal", "reason": "Pulled", "message": "x", "lastTimestamp": "2026-01-03"},
        {"type": "Warning", "reason": "Unhealthy", "message": "a", "lastTimestamp": "2026-01-01"},
    ]
    assert seen.event_lines(events) == ["Unhealthy: a", "BackOff: b [2J"]


def test_what_is_applied_again_has_nothing_that_only_the_server_says() -> None:
    there = _deployment(2, 3, readyReplicas=2)
    there["metadata"] |= {"uid": "1", "resourceVersion": "9", "labels": {"a": "b"}}
    there["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "3", VERSION: "x"}
    again = seen.cleansed(there)
    assert set(again) == {"apiVersion", "kind", "metadata", "spec"}
    assert again["metadata"] == {
        "name": "api",
        "namespace": "shop",
        "labels": {"a": "b"},
        "annotations": {VERSION: "x"},
    }


def test_what_a_server_says_of_a_deployment_that_was_altered_by_hand() -> None:
    """Recorded from an API server 1.37, after `kubectl scale`, `set image` and `rollout restart`."""
    place = Path(__file__).with_name("recorded") / "deployment-altered-by-hand.json"
    there = json.loads(place.read_text(encoding="utf-8"))
    assert [(one.path, one.manager) for one in seen.taken(there)] == [
        ("spec.replicas", "kubectl"),
        ('spec.template.spec.containers[{"name":"app"}].image', "kubectl-set"),
    ]
    assert {one["op"] for one in seen.letting_go(there)} == {"test", "remove"}
    assert seen.image(there) == "docker.io/library/other:1"
    assert not seen.whole(there)
