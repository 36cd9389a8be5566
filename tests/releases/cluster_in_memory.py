"""A cluster in memory that is spoken to as kubectl is: what controllers and the server make of what they are told, in the words of the API; and docker, which
knows each image by a digest of its name. It can be cut off at any change."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from speccompile.images.commands import Command
from speccompile.images.runner import Outcome, Runner

_VERSION = "speccompile.io/version"
_CONFLICT = 'error: Apply failed with 1 conflict: conflict with "kubectl-edit": .spec.replicas'


class CutOff(BaseException):
    """The deployer was killed."""


@dataclass
class Cluster:
    """``sick`` are the images whose pods never become ready, ``failing`` those whose jobs fail; after ``calls`` changes the deployer is cut off (None: never).
    ``refuses`` is what the server says of everything that it is to take."""

    sick: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    secrets: dict[str, set[str]] = field(default_factory=dict)
    calls: int | None = None
    refuses: str = ""
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    pods: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    number: count[int] = field(default_factory=lambda: count(1))

    def uids(self, workload: str) -> list[str]:
        """The pods of *workload* that are ready."""
        return sorted(one["metadata"]["uid"] for one in self.pods.get(workload, ()) if _is_ready(one))

    def images(self, workload: str) -> set[str]:
        """What the pods of *workload* that are ready run."""
        return {one["image"] for one in self.pods.get(workload, ()) if _is_ready(one)}

    def edited(self, key: str, path: str, alter: Callable[[dict[str, Any]], object]) -> None:
        """Somebody sets a field by hand; *path* is of one key below `spec`."""
        live = self.objects[key]
        alter(live)
        managed = live["metadata"]["managedFields"]
        managed[0]["fieldsV1"]["f:spec"].pop(f"f:{path}", None)
        managed.append({
            "manager": "kubectl-edit",
            "operation": "Update",
            "fieldsV1": {"f:spec": {f"f:{path}": {}}},
        })  # fmt: skip

    def answer(self, argv: tuple[str, ...], stdin: str) -> tuple[int, str, str]:
        """What a program writes, and its exit code."""
        program, *words = argv
        if program == "docker":
            return self._docker(words)
        assert words[:2] == ["--context=prod", "--namespace=shop-prod"], words
        self.asked.append(tuple(words[2:]))
        verb, *rest = words[2:]
        if verb == "get":
            return self._got(rest)
        match (verb, rest):
            case "apply", options:
                return self._apply(stdin, tried="--dry-run=server" in options)
            case "rollout", ["status", name, _]:
                return self._rolled(name)
            case "delete", options:
                for name in (one for one in options if not one.startswith("--")):
                    self._change()
                    self._delete(name)
                return 0, "", ""
            case "logs", _:
                return 0, "the last line of it\n", ""
        raise AssertionError(words)

    def _got(self, words: list[str]) -> tuple[int, str, str]:
        match words:
            case ["namespace", name, *_]:
                return 0, json.dumps(self.objects.get(f"Namespace/{name}", "")).strip('"'), ""
            case ["secret", name, *_]:
                return 0, "\n".join(self.secrets.get(name, ())), ""
            case ["events", *_]:
                found = [{"type": "Warning", "reason": "BackOff", "message": "again and again"}]
            case ["pods", selector, *_]:
                found = self.pods.get(selector.rpartition("=")[2], [])
            case ["jobs.batch", selector, *_]:
                found = list(self._jobs(selector.rpartition("=")[2]))
            case [_, selector, *_]:
                ours = "managed-by" in selector
                found = [one for one in self.objects.values() if self._listed(one, ours=ours)]
            case _:
                raise AssertionError(words)
        return 0, json.dumps({"items": found}), ""

    def _change(self) -> None:
        if self.calls is not None:
            if not self.calls:
                raise CutOff
            self.calls -= 1

    def _docker(self, words: list[str]) -> tuple[int, str, str]:
        reference = words[-1]
        repository, _, tag = reference.rpartition(":")
        digest = f"sha256:{hashlib.sha256(reference.encode()).hexdigest()}"
        found = {"Id": digest, "RepoDigests": [f"{repository}@{digest}"] if tag != "unpushed" else []}
        return 0, json.dumps([found]), ""

    def _listed(self, one: dict[str, Any], *, ours: bool) -> bool:
        labels = one["metadata"].get("labels") or {}
        mine = labels.get("app.kubernetes.io/managed-by") == "speccompile" or not ours
        return one["kind"] not in ("Namespace", "Job") and "app.kubernetes.io/part-of" in labels and mine

    def _jobs(self, step: str) -> Iterator[dict[str, Any]]:
        for one in self.objects.values():
            if one["kind"] == "Job" and one["metadata"]["labels"]["app.kubernetes.io/name"] == step:
                image = one["spec"]["template"]["spec"]["containers"][0]["image"]
                kind = "Failed" if image in self.failing else "Complete"
                self.ran.append(one["metadata"]["name"])
                yield {**one, "status": {"conditions": [{"type": kind, "status": "True", "reason": "Why"}]}}

    def _apply(self, stdin: str, *, tried: bool) -> tuple[int, str, str]:
        documents = [json.loads(one) for one in stdin.split("---\n") if one.strip()]
        if self.refuses:
            return 1, "", self.refuses
        for one in documents:
            live = self.objects.get(f"{one['kind']}/{one['metadata']['name']}")
            if live and len(live["metadata"]["managedFields"]) > 1:
                return 1, "", _CONFLICT
        for one in documents if not tried else ():
            self._change()
            self._take(one)
        return 0, "", ""

    def _take(self, told: dict[str, Any]) -> None:
        key = f"{told['kind']}/{told['metadata']['name']}"
        live = self.objects.get(key)
        same = live is not None and live.get("spec") == told.get("spec")
        made = copy.deepcopy(told)
        generation = (live["metadata"]["generation"] if live else 0) + (not same)
        fields: dict[str, Any] = {"f:spec": {f"f:{name}": {} for name in told.get("spec") or {}}}
        managed = [{"manager": "speccompile", "operation": "Apply", "fieldsV1": fields}]
        made["metadata"] |= {"generation": generation, "uid": key, "managedFields": managed}
        self.objects[key] = made
        if told["kind"] in ("Deployment", "StatefulSet"):
            self._roll(made)

    def _roll(self, one: dict[str, Any]) -> None:
        """A deployment keeps old pods until new ones are ready, a stateful set waits for ever for a pod that never is."""
        name, wanted = one["metadata"]["name"], one["spec"].get("replicas", 1)
        version = one["spec"]["template"]["metadata"]["annotations"][_VERSION]
        old = self.pods.get(name, [])
        fresh = [pod for pod in old if pod["metadata"]["annotations"][_VERSION] == version]
        stale = [pod for pod in old if pod not in fresh]
        well = one["spec"]["template"]["spec"]["containers"][0]["image"] not in self.sick
        if one["kind"] == "StatefulSet" and stale and not _is_ready(stale[0]):
            self.pods[name] = old
        elif well:
            self.pods[name] = [*fresh, *(self._pod(one, ready=True) for _ in range(wanted - len(fresh)))][:wanted]
        else:
            kept = stale if one["kind"] == "Deployment" else []
            self.pods[name] = [*kept, *(fresh or [self._pod(one, ready=False)])]
        pods = self.pods[name]
        one["status"] = {
            "observedGeneration": one["metadata"]["generation"],
            "replicas": len(pods),
            "readyReplicas": sum(map(_is_ready, pods)),
            "updatedReplicas": sum(pod["metadata"]["annotations"][_VERSION] == version for pod in pods),
        }

    def _pod(self, one: dict[str, Any], *, ready: bool) -> dict[str, Any]:
        template = one["spec"]["template"]
        uid, name = f"{next(self.number):04}", one["metadata"]["name"]
        crashed = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}
        container = {
            "name": name,
            "restartCount": 0 if ready else 2,
            "state": {"running": {}} if ready else crashed,
            "lastState": {} if ready else {"terminated": {"exitCode": 3, "reason": "Error"}},
        }
        return {
            "metadata": {
                "uid": uid,
                "name": f"{name}-{uid}",
                "annotations": template["metadata"]["annotations"],
                "creationTimestamp": uid,
            },
            "status": {
                "conditions": [{"type": "Ready", "status": str(ready)}],
                "containerStatuses": [container],
            },
            "image": template["spec"]["containers"][0]["image"],
        }

    def _rolled(self, name: str) -> tuple[int, str, str]:
        kind, _, called = name.partition("/")
        (one,) = (o for o in self.objects.values() if (o["kind"].lower(), o["metadata"]["name"]) == (kind, called))
        status, wanted = one["status"], one["spec"].get("replicas", 1)
        done = status["readyReplicas"] == status["updatedReplicas"] == status["replicas"] == wanted
        return (0, "", "") if done else (1, "", "error: timed out waiting for the condition")

    def _delete(self, name: str) -> None:
        kind, _, called = name.partition("/")
        if kind == "Pod":
            for workload, pods in self.pods.items():
                if any(one["metadata"]["name"] == called for one in pods):
                    self.pods[workload] = [one for one in pods if one["metadata"]["name"] != called]
                    self._roll(
                        next(
                            o
                            for o in self.objects.values()
                            if o["metadata"]["name"] == workload and "template" in o["spec"]
                        )
                    )
            return
        self.objects.pop(name, None)
        if kind in ("Deployment", "StatefulSet"):
            self.pods.pop(called, None)


class Kubectl(Runner):
    """A runner whose programs speak to *cluster*."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__()
        self._cluster = cluster

    def answer(self, command: Command, *, stdin: str = "", timeout: float = 0) -> Outcome:
        del timeout
        return Outcome(*self._cluster.answer(command.argv, stdin), 0.0)


def _is_ready(pod: dict[str, Any]) -> bool:
    return bool(pod["status"]["conditions"][0]["status"] == "True")
