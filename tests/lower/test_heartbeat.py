"""Workers are seen to be well by a file's age or by their queue's ping, where the image has what looks."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from projects import manifest
from speccompile.errors import Refused
from speccompile.lower.heartbeat import _AGE, _celery
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.memory import MemoryTree
from tools import ROOT

PYTHON = {
    "requirements.txt": "celery==5.4.0\nredis==5.0.4\n",
    "tasks.py": "from celery import Celery\napp = Celery('tasks')\n",
}
_WORKER = ROOT / "tests/stacks/dotnet-worker-job/app"
CHISELED = {
    path.relative_to(_WORKER).as_posix(): path.read_text("utf-8") for path in _WORKER.rglob("*") if path.is_file()
}


def compiled(files: dict[str, str], **service: Any) -> Compilation:
    deploy = {
        "app": "shop",
        "services": {"worker": {"path": ".", "archetype": "data-pipeline", "role": "worker", **service}},
    }
    specs = {"specs/assertions.json": manifest("data-pipeline"), "specs/deploy.yaml": json.dumps(deploy)}
    return compile_project(MemoryTree({**files, **specs}), Surroundings(None, ("shop",), allow_unverified=False))


def checked(made: Compilation) -> tuple[str, ...] | None:
    container = made.plan.services[0].workload
    return container.probes.ready if container and container.probes else None


def test_a_file_that_is_named_is_looked_at() -> None:
    made = compiled(PYTHON, command=["python", "tasks.py"], heartbeat={"file": "/tmp/beat", "within": "90s"})
    assert checked(made) == ("sh", "-c", _AGE, "heartbeat", "/tmp/beat", "90")
    text = next(one.text for one in made.artifacts if one.path == "docker-compose.yml")
    assert "$$(date +%s)" in text, "compose takes $ for its own"


def test_a_celery_worker_is_asked_through_its_queue() -> None:
    asked = checked(compiled(PYTHON, command=["celery", "-A", "tasks", "worker"]))
    assert asked is not None
    assert asked[:2] == ("python", "-c")
    assert asked[3:] == ("celery", "-A", "tasks")


@pytest.mark.parametrize(
    ("argv", "application"),
    [
        (("celery", "-A", "shop", "worker"), ("celery", "-A", "shop")),
        (("celery", "--app=shop", "worker", "-c", "2"), ("celery", "--app=shop")),
        (("/app/.venv/bin/celery", "--app", "shop", "worker"), ("/app/.venv/bin/celery", "--app", "shop")),
        (("celery", "-A", "shop", "beat"), None),
        (("celery", "-A", "shop", "worker", "-n", "other@%h"), None),
        (("celery", "worker"), None),
        (("python", "worker"), None),
        ((), None),
    ],
)  # fmt: skip
def test_only_a_worker_of_the_usual_name_is_asked(argv: tuple[str, ...], application: tuple[str, ...] | None) -> None:
    assert _celery(argv) == application


def test_others_are_asked_nothing() -> None:
    assert checked(compiled(PYTHON, command=["python", "tasks.py"])) is None


def test_a_file_that_cannot_be_written_is_no_heartbeat() -> None:
    with pytest.raises(
        Refused, match=r"SC955.*/app/beat is neither copied into the image, nor anywhere where it can be written"
    ):
        compiled(PYTHON, command=["python", "tasks.py"], heartbeat={"file": "/app/beat"})


def test_an_image_without_a_shell_says_that_nothing_looks() -> None:
    made = compiled(CHISELED, heartbeat={"file": "/tmp/beat"})
    assert checked(made) is None
    assert [one.code for one in made.notes if one.code == "SC388"] == ["SC388"]


@pytest.mark.parametrize(("age", "status"), [(10, 0), (1000, 1), (None, 2)], ids=["fresh", "stale", "missing"])
def test_the_words_do_what_they_say(tmp_path: Path, age: int | None, status: int) -> None:
    file = tmp_path / "a beat"
    if age is not None:
        file.write_text("")
        os.utime(file, (time.time() - age,) * 2)
    done = subprocess.run(["sh", "-c", _AGE, "heartbeat", str(file), "60"], capture_output=True, check=False)
    assert bool(done.returncode) == bool(status)
