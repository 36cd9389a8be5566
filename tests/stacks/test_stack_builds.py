"""Every case on a real engine: generated, built, run, stopped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from stack_cases import CASES, UNBUILT, app, archetype, detected, directory, recipe

from tools import ROOT, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

SPEC = {
    "id": "A-001", "natural": "it works", "type": "safety", "category": "behavior", "status": "confirmed", "source": "test",
}  # fmt: skip
ANSWERS = {"cli": ["hello", "there"]}


def run(*argv: str, check: bool = True) -> str:
    """What a command prints on standard output."""
    done = subprocess.run(argv, capture_output=True, text=True, timeout=600, check=False)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def generate(case: str, folder: Path, more: Mapping[str, str] | None = None) -> Path:
    """The case's application with its specs and its artifacts, and with *more* files."""
    shutil.copytree(app(case), folder / "app")
    for path, text in (more or {}).items():
        (folder / "app" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "app" / path).write_text(text, "utf-8")
    (folder / "app/specs").mkdir()
    manifest = {"version": "1.0.0", "archetype": archetype(case), "assertions": [SPEC]}
    (folder / "app/specs/assertions.json").write_text(json.dumps(manifest), "utf-8")
    if directory(case):
        deploy = {"version": 1, "services": {"web": {"path": directory(case)}}}
        (folder / "app/specs/deploy.yaml").write_text(json.dumps(deploy), "utf-8")
    argv = [sys.executable, "-m", "speccompile", "-C", str(folder / "app"), "generate"]
    done = subprocess.run(
        argv,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "app"


@pytest.fixture(params=[case for case in CASES if case not in UNBUILT])
def image(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str, str]]:
    """An engine, a case, and the image that was built for it."""
    docker, case = need_engine(), str(request.param)
    where = generate(case, tmp_path)
    tag = f"speccompile-test-stacks:{case}"
    run(docker, "build", "--quiet", "--tag", tag, "--file", str(where / "generated/Dockerfile"), str(where))
    yield docker, case, tag
    run(docker, "image", "rm", "--force", tag)


def test_it_runs(image: tuple[str, str, str]) -> None:
    """A server answers and stops in time, a tool takes arguments, a job ends; all on a read-only root without
    capabilities."""
    docker, case, tag = image
    made = recipe(case)
    owner = "uid={},gid={},mode=0700".format(*made.user.split(":"))
    # What the compose file has volumes for, since the sources write there.
    kept = tuple(f"/app/{one.directory}" for one in detected(case).facts.written if one.free)
    writable = tuple(word for path in (*made.writable, *kept) for word in ("--tmpfs", f"{path}:{owner}"))
    sealed = (
        *writable,
        "--read-only",
        "--tmpfs",
        "/tmp",
        "--cap-drop",
        "ALL",
        "--security-opt",
        "no-new-privileges",
        "--init",
    )
    if archetype(case) == "web-service":
        serves(docker, tag, f"{detected(case).facts.port}/tcp", sealed)
    elif archetype(case) == "cli-tool":
        assert run(docker, "run", "--rm", *sealed, tag, "hello", "there").lower()
        with pytest.raises(subprocess.CalledProcessError) as failed:
            subprocess.run([docker, "run", "--rm", *sealed, tag], capture_output=True, timeout=60, check=True)
        assert failed.value.returncode == 2
    else:
        assert "wrote" in run(docker, "run", "--rm", *sealed, tag)


def serves(docker: str, tag: str, port: str, sealed: tuple[str, ...]) -> None:
    """The server answers at its port, its own health check passes, and SIGTERM ends it long before the grace period
    does."""
    # The image that it is made of may have another one.
    assert port in json.loads(run(docker, "image", "inspect", "--format", "{{json .Config.ExposedPorts}}", tag))
    container = run(
        docker, "run", "--detach", *sealed, "--env", "NAME=everybody", "--publish", f"127.0.0.1::{port}", tag
    )
    try:
        address = run(docker, "port", container, port).splitlines()[0]
        assert "everybody" in answer(f"http://{address}/") or "me" in answer(f"http://{address}/")
        check = json.loads(run(docker, "image", "inspect", "--format", "{{json .Config.Healthcheck.Test}}", tag))
        assert check[0] == "CMD"
        run(docker, "exec", container, *check[1:])
        run(docker, "stop", "--time", "10", container)
        ended = run(docker, "inspect", "--format", "{{.State.ExitCode}}", container)
        assert ended != "137", "it had to be killed"
    finally:
        run(docker, "rm", "--force", container)


def answer(url: str) -> str:
    """What *url* answers, once it does."""
    why: OSError | None = None
    for _ in range(240):
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return str(response.read(2000), "utf-8")
        except OSError as error:
            why = error
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            time.sleep(0.25)
    raise AssertionError(f"{url} does not answer: {why}")
