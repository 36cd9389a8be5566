"""What runs in a real cluster is what its manifests answer; and what only a cluster does: volumes, schedules, signals, probes, secrets out of band."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from deployed_cluster import ALLOWED, Deployed, deployed, place
from of_manifests import of_manifests
from running import agrees, finds

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_HEALTH = {"path": "/health", "interval": "1s", "timeout": "20s", "start_period": "3s", "retries": 2}
_SERVER = {"stack": "python", "port": 3000, "health": _HEALTH, "resources": {"memory": "64M"}}
_OTHERS = {
    "keeper": {
        **_SERVER,
        "path": "keeper",
        "assertions": "keeper/assertions.json",
        "routes": [],
        "writable": ["/app/data"],
        "secrets": ["SEAL"],
    },
    "nightly": {
        "path": "nightly",
        "role": "job",
        "stack": "python",
        "schedule": {"cron": "* * * * *", "deadline": "15m"},
        "resources": {"memory": "64M"},
    },
}
_SECRET = 'quiet $(x) "é"'
_API = {"secrets": ["API_KEY"], "needs": ["keeper"]}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """An application that is deployed, with its secrets."""
    scratch = tmp_path_factory.mktemp("running")
    with place(scratch) as there, deployed(scratch, there, _API, _OTHERS) as found:
        for name in ("web", "api", "keeper"):
            found.built(name, "v1")
        found.built("nightly", "v1", main="import time\ntime.sleep(600)\n")
        if there.own:
            there.own.volume("kept")
        project = found.project
        refused, said = project.answer("deploy", "production", ALLOWED)
        assert (refused, {one["code"] for one in said["diagnostics"]}) == (1, {"SC717"}), said
        project.write("generated/secrets/key", _SECRET)
        project.write("generated/secrets/seal", "wax")
        project.write("generated/.env", "API_KEY_FILE=./secrets/key\nSEAL_FILE=./secrets/seal\n")
        context = found.asked("config", "current-context").strip()
        told = project.call("secrets", "kubernetes", "--context", context, ALLOWED)
        assert told.returncode == 0, told.stderr + told.stdout
        around = {**os.environ, "PATH": f"{project.root.parent / 'tools'}:{os.environ['PATH']}"}
        subprocess.run(["sh", "-eu", "-c", told.stdout], env=around, check=True, capture_output=True)
        code, said = project.answer("deploy", "production", ALLOWED)
        assert (code, said.get("release")) == (0, 1), said
        yield found


def _system(running: Deployed) -> Any:
    place = running.project.root / "generated"
    files = (path for path in (place / "kubernetes").rglob("*.yaml"))
    return of_manifests({str(path.relative_to(place)): path.read_text("utf-8") for path in files})


@pytest.mark.parametrize("service", ["api", "web", "keeper"])
def test_what_runs_is_what_the_artifacts_answer(running: Deployed, service: str) -> None:
    """The questions that all platforms are asked. Whom one reaches is not: policies are taken here, and this network does not enforce them."""
    agrees(_system(running), service, running.inside(running.pod(service)))


def test_whom_it_calls_it_finds(running: Deployed) -> None:
    finds(_system(running), "api", running.inside(running.pod("api")))


def test_secrets_are_what_was_in_the_file(running: Deployed) -> None:
    """Created by the command that was printed, of which no value is a part."""
    assert running.inside(running.pod("api"))("sh", "-c", 'cat "$API_KEY_FILE"') == (0, _SECRET)
    assert running.inside(running.pod("keeper"))("sh", "-c", 'cat "$SEAL_FILE"') == (0, "wax")


def test_a_volume_outlives_its_pod(running: Deployed) -> None:
    """It belongs to the group of the program, which is not root; another pod of the set has it."""
    inside = running.inside(running.pod("keeper"))
    assert inside("python", "-c", "open('/app/data/kept', 'x').write('kept')")[0] == 0
    before = set(running.pods("keeper"))
    running.within("delete", running.pod("keeper"), "--wait")
    running.until("another pod", lambda: running.pods("keeper").keys() - before)
    assert running.inside(running.pod("keeper"))("cat", "/app/data/kept") == (0, "kept")


def test_a_program_that_knows_no_signal_ends_when_it_is_told(running: Deployed) -> None:
    """It is not process 1, which a signal that it does not handle does not end: it would be killed when its grace is over."""
    name = running.within("create", "job", "once", "--from=cronjob/nightly", "--output=name").strip()
    running.until("a pod that runs", lambda: "Running" in running.within("get", "pods", "--selector=job-name=once"))
    pod = running.within("get", "pods", "--selector=job-name=once", "--output=name").strip()
    assert running.ended(pod) == 143
    running.within("delete", name, "--wait=false")


def test_a_server_ends_by_itself(running: Deployed) -> None:
    """After the time in which the nodes hear of it."""
    assert running.ended(running.pod("web")) == 0
    running.until("another pod", lambda: len(running.pods("web")) == 1)


def test_a_server_that_hangs_is_started_anew(running: Deployed) -> None:
    """Its process is stopped, so that it answers nobody."""
    pod = running.pod("web")
    stopping = "import os, signal; [os.kill(int(p), signal.SIGSTOP) for p in os.listdir('/proc') if p.isdigit() and int(p) != os.getpid() and b'main.py' in open(f'/proc/{p}/cmdline', 'rb').read()]"
    assert running.inside(pod)("python", "-c", stopping)[0] == 0
    restarts = "--output=jsonpath={.status.containerStatuses[0].restartCount}"
    running.until("it is started again", lambda: running.within("get", pod, restarts) == "1")
    running.until("it is ready again", lambda: len(running.pods("web")) == 1)


def test_a_run_that_is_due_while_another_goes_on_is_skipped(running: Deployed) -> None:
    """Its schedule is every minute, and a run takes ten."""
    running.until("a run that is skipped", lambda: running.within("get", "events", "--field-selector=reason=JobAlreadyActive", "--output=name"))  # fmt: skip
    owned = [one for one in running.within("get", "jobs", "--output=name").split() if "/nightly-" in one]
    assert len(owned) == 1
