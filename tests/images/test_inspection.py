"""What an engine knows about its own images: it knows, it has none, or it failed to tell, which is neither."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from speccompile.errors import Refused
from speccompile.images.engine import Engine, Kind
from speccompile.images.inspection import local
from speccompile.images.runner import Runner
from tools import need, need_engine

KNOWN = json.dumps(
    [{"Id": "sha256:" + "a" * 64, "Size": 7, "RootFS": {"Layers": ["x"]}, "Config": {"Labels": {"a": "b"}}}]
)


def _engine(directory: Path, failures: int, *, words: str) -> Engine:
    """An engine that knows every image, and fails so many times first with *words*."""
    program = directory / "podman"
    answer = directory / "answer"
    answer.write_text(KNOWN, "utf-8")
    script = (
        f'echo x >> "{directory}/asked"\n[ $(wc -l < "{directory}/asked") -gt {failures} ] && exec cat "{answer}"\n'
    )
    program.write_text(f"#!/bin/sh\n{script}echo '{words}' >&2\nexit 125\n", "utf-8")
    program.chmod(0o755)
    return Engine(Kind.PODMAN, str(program), "4.3.1", reproduces=True)


def test_an_engine_that_fails_is_asked_again(tmp_path: Path) -> None:
    engine = _engine(tmp_path, 2, words="Error: layer not known")
    found = local(Runner(), engine, "app:1", (0, 0, 0))
    assert found is not None
    assert (found.size, found.labels) == (7, {"a": "b"})


def test_an_engine_that_never_tells_is_not_one_without_the_image(tmp_path: Path) -> None:
    engine = _engine(tmp_path, 9, words="Error: database is locked")
    with pytest.raises(Refused) as refused:
        local(Runner(), engine, "app:1", (0, 0))
    (said,) = refused.value.diagnostics
    assert said.code == "SC607"
    assert "database is locked" in said.message
    assert (tmp_path / "asked").read_text("utf-8").count("x") == 3


@pytest.mark.parametrize("words", ["Error: inspecting object: app:1: image not known", "Error: No such image: app:1"])
def test_an_engine_that_has_none_is_asked_once(tmp_path: Path, words: str) -> None:
    assert local(Runner(), _engine(tmp_path, 9, words=words), "app:1", (0, 0)) is None
    assert (tmp_path / "asked").read_text("utf-8").count("x") == 1


@pytest.mark.engine
@pytest.mark.parametrize("kind", [Kind.BUILDKIT, Kind.PODMAN, Kind.BUILDAH])
@pytest.mark.parametrize("image", ["registry.example.com/nobody/nothing:1", "no name!", "UPPER"])
def test_the_words_of_real_engines_for_an_image_that_is_not_there(kind: Kind, image: str) -> None:
    program = need_engine() if kind.is_docker else need(kind.value, f"apt-get install {kind.value}")
    assert local(Runner(), Engine(kind, program, "0", reproduces=False), image) is None
