"""Hostile strings through a real build: what the engine says of the image is what the plan said."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile_image import PATHS, TEXTS, plan

from speccompile.backends import dockerfile as backend
from speccompile.backends import ignore
from speccompile.verify import dockerfile
from tools import need_engine

pytestmark = pytest.mark.engine


def docker(*argv: str) -> str:
    """What the engine's client prints."""
    done = subprocess.run([need_engine(), *argv], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image that is built of the hostile plan's own artifacts."""
    context = tmp_path_factory.mktemp("context")
    for artifact in (*backend.emit(plan()), *ignore.emit(plan())):
        (context / artifact.path).write_text(artifact.text, encoding="utf-8")
    (context / "src").mkdir()
    for path in PATHS:
        (context / "src" / path).write_text(path, encoding="utf-8")
    tag = f"speccompile-test-hostile:{uuid.uuid4().hex}"
    docker("build", "--quiet", "--tag", tag, "--file", str(context / "Dockerfile"), str(context))
    yield tag
    docker("image", "rm", "--force", tag)


@pytest.fixture(scope="module")
def config(image: str) -> dict[str, Any]:
    """What the engine says of the image."""
    found: dict[str, Any] = json.loads(docker("image", "inspect", "--format", "{{json .Config}}", image))
    return found


def test_the_reader_reads_them_too() -> None:
    """The verifier's reader gets the same strings out of the file; it finds only what this odd image lacks."""
    (artifact,) = backend.emit(plan())
    found = {d.code for d in dockerfile.verify(plan(), {artifact.path: artifact.text})}
    assert not found & {"SC910", "SC911", "SC924"}


def test_labels_and_environment(config: dict[str, Any]) -> None:
    """Every label and variable has its value, to the character."""
    assert {key: value for key, value in config["Labels"].items() if key.startswith("org.example")} == {
        f"org.example.l{n}": text for n, text in enumerate(TEXTS)
    }
    variables = dict(entry.split("=", 1) for entry in config["Env"])
    assert {key: value for key, value in variables.items() if key != "PATH" and key.startswith("E")} == {
        f"E{n}": text for n, text in enumerate(TEXTS)
    }


def test_entrypoint_and_command(config: dict[str, Any], image: str) -> None:
    """Argument vectors are the plan's, and a program gets them so."""
    assert config["Entrypoint"] == ["printf", "%s\\n"]
    assert config["Cmd"] == list(TEXTS)
    assert docker("run", "--rm", "--network", "none", image) == "".join(f"{text}\n" for text in TEXTS)


def test_words_and_paths(image: str) -> None:
    """RUN passes every word on; COPY puts every file where it belongs."""
    run = ("run", "--rm", "--network", "none", "--entrypoint")
    assert docker(*run, "cat", image, "/w/words") == "".join(f"{text}\n" for text in TEXTS)
    assert docker(*run, "cat", image, *(f"/w/{path}" for path in PATHS)) == "".join(PATHS)
    assert Path("/w/words").exists() is False
