"""An application in a real cluster, deployed by the command line from images in a registry.

The cluster is one of the test's own (`own_cluster`), where its programs are built. Where they are not, one that SPECCOMPILE_TEST_KUBECONFIG names (a file for kubectl; its current
context is used, in a namespace that is made and taken away), with a registry in SPECCOMPILE_TEST_REGISTRY to which docker here may push and from which the
cluster's nodes fetch: kind, k3d and minikube have both (kind.sigs.k8s.io/docs/user/local-registry). There is neither in CI, whose time a cluster would take.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from released import Project

from own_cluster import Cluster, cluster
from registry_server import registry
from tools import need

ALLOWED = "--allow-unverified"
_KUBECONFIG, _REGISTRY = "SPECCOMPILE_TEST_KUBECONFIG", "SPECCOMPILE_TEST_REGISTRY"


class Place(NamedTuple):
    """A cluster, and the registry from which its nodes fetch; ``own`` where the cluster is the test's."""

    kubeconfig: str
    registry: str
    own: Cluster | None


@contextmanager
def place(scratch: Path) -> Iterator[Place]:
    """A cluster that is there, or one of the test's own."""
    kubeconfig, there = os.environ.get(_KUBECONFIG), os.environ.get(_REGISTRY)
    if kubeconfig and there:
        yield Place(kubeconfig, there, None)
        return
    with cluster() as own, registry(scratch) as images:
        own.at_the_node(images.port)
        yield Place(str(own.kubeconfig), images.host, own)


class Deployed:
    """The project, and its cluster."""

    def __init__(self, root: Path, there: Place, api: Mapping[str, Any], others: Mapping[str, Any]) -> None:
        self.kubectl = [need("kubectl", "python3 tests/setup.py"), f"--kubeconfig={there.kubeconfig}"]
        self.registry = there.registry
        context = self.asked("config", "current-context").strip()
        self.project = Project(
            root,
            api=api,
            images=others,
            system={"targets": ["kubernetes"], "registry": there.registry},
            environment={"on": "kubernetes", "context": context},
        )
        link = root.parent / "tools" / "kubectl"
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(self.kubectl[0])

    def asked(self, *words: str) -> str:
        """What kubectl says."""
        return subprocess.run([*self.kubectl, *words], capture_output=True, text=True, check=True).stdout

    def built(self, service: str, version: str, **more: Any) -> None:
        """Make an image and push it under *version*."""
        self.project.built(service, version, **more)
        name = f"{self.registry}/{self.project.app}/{service}:{version}"
        docker = self.project.docker
        subprocess.run([docker, "tag", f"{self.project.app}/{service}:local", name], check=True)
        subprocess.run([docker, "push", "--quiet", name], capture_output=True, check=True)

    def released(self, version: str, **more: Any) -> None:
        """Make `api` of *version*, push it, and choose it; `web` stays what it was."""
        self.built("api", version, **more)
        docker, base = self.project.docker, f"{self.registry}/{self.project.app}/web"
        subprocess.run([docker, "tag", f"{base}:v1", f"{base}:{version}"], check=True)
        subprocess.run([docker, "push", "--quiet", f"{base}:{version}"], capture_output=True, check=True)
        self.project.write("generated/kubernetes/.env", f"TAG={version}\n")

    def pods(self, service: str) -> dict[str, str]:
        """The images of the pods of *service* that are ready and stay, by their ids."""
        label = f"--selector=app.kubernetes.io/name={service}"
        found = json.loads(self.asked("--namespace", self.project.app, "get", "pods", label, "--output=json"))["items"]
        ready = [
            one
            for one in found
            if not one["metadata"].get("deletionTimestamp")
            and any(c["type"] == "Ready" and c["status"] == "True" for c in one["status"].get("conditions", ()))
        ]
        return {one["metadata"]["uid"]: one["spec"]["containers"][0]["image"] for one in ready}

    def within(self, *words: str) -> str:
        """What kubectl says of the application's namespace."""
        return self.asked("--namespace", self.project.app, *words)

    def inside(self, pod: str) -> Callable[..., tuple[int, str]]:
        """Runs an argument vector in the container of *pod*."""

        def run(*argv: str) -> tuple[int, str]:
            line = [*self.kubectl, "--namespace", self.project.app, "exec", pod, "--", *argv]
            done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
            return done.returncode, done.stdout + done.stderr

        return run

    def pod(self, service: str) -> str:
        """The name of the one pod of *service*."""
        label = f"--selector=app.kubernetes.io/name={service}"
        (name,) = self.within("get", "pods", label, "--output=name").split()
        return name

    def ended(self, pod: str) -> int:
        """Delete *pod*, and give the code with which its container ended: the last that the cluster says of it."""
        watch = [*self.kubectl, "--namespace", self.project.app, "get", pod, "--watch", "--output=jsonpath={.status.containerStatuses[0].state.terminated.exitCode}{'\\n'}"]  # fmt: skip
        with subprocess.Popen(watch, stdout=subprocess.PIPE, text=True) as watching:
            assert watching.stdout
            watching.stdout.readline()
            self.within("delete", pod, "--wait")
            watching.terminate()
            said = watching.stdout.read().split()
        return int(said[-1])

    def until(self, what: str, holds: Callable[[], object], seconds: int = 240) -> None:
        """Wait until something *holds*."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"{what}: {self.within('get', 'all,events')}"
            time.sleep(1)


@contextmanager
def deployed(
    scratch: Path, there: Place, api: Mapping[str, Any], others: Mapping[str, Any] | None = None
) -> Iterator[Deployed]:
    """An application whose version is v1, not deployed yet; taken away again."""
    with pytest.MonkeyPatch.context() as around:
        around.setenv("KUBECONFIG", there.kubeconfig)
        found = Deployed(scratch / "project", there, api, others or {})
        try:
            found.project.write("generated/kubernetes/.env", "TAG=v1\n")
            yield found
        finally:
            found.asked("delete", "namespace", found.project.app, "--ignore-not-found", "--wait=false")
            found.project.remove()
