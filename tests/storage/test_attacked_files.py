"""What may be in the files that ``check`` reads: whatever it is, it ends with an answer, the same one both ways."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from attacked import Capture, made, outside_ci, project, relocked
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from case_folders import command
from speccompile.digests import digest

__all__ = ["outside_ci", "project"]  # the fixtures that pytest finds here

BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))


@pytest.mark.parametrize(
    "text",
    [BOMB, "[" * 100_000, "a: " * 50_000, "\x00", "- " * 20_000 + "x"],
    ids=["bomb", "deep", "flat", "nul", "nested"],
)
def test_deep_ends_whatever_is_in_a_file(text: str, project: Path, capsys: Capture) -> None:
    for name in ("docker-compose.yml", "Dockerfile", "Dockerfile.dockerignore", ".env.example", ".gitignore"):
        (project / "generated" / name).write_text(text)
    code, _, errors = command(["check", "--deep"], project, capsys)
    assert (code, "internal error" in errors) == (1, False)


FORMATS = st.sampled_from(["text", "json", "sarif", "github"])
KINDS = st.sampled_from(["delete", "write", "append", "touch", "beside", "header", "lock"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(data=st.data())
def test_both_ways_give_the_same_answer(
    data: st.DataObject, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever of inputs, outputs and lock is altered."""
    root = tmp_path / "project"
    shutil.rmtree(root, ignore_errors=True)
    made(root, capsys)
    files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    for _ in range(data.draw(st.integers(0, 3))):
        altered(root, data.draw(st.sampled_from(files)), data.draw(KINDS), data.draw(st.binary(max_size=8)))
    style = data.draw(FORMATS)
    answers = []
    for ci in ("", "false", ""):
        monkeypatch.setenv("CI", ci)
        answers.append(command(["check", "--format", style], root, capsys))
    assert answers[0] == answers[1] == answers[2]


def altered(root: Path, name: str, kind: str, content: bytes) -> None:
    """Do something to the file *name*, or near it."""
    path = root / name
    match kind:
        case "delete":
            path.unlink(missing_ok=True)
        case "write":
            path.write_bytes(content)
        case "append" if path.is_file():
            path.write_bytes(path.read_bytes() + content)
        case "beside":
            (path.parent / "nginx.conf").write_bytes(content)
        case "header":
            (path.parent / "crontab").write_bytes(
                (root / "generated/Dockerfile").read_bytes() if (root / "generated/Dockerfile").is_file() else b""
            )
        case "lock" if path.is_file() and (root / "speccompile.lock").is_file():
            text = (root / "speccompile.lock").read_bytes()
            if text.startswith(b"{"):
                files = json.loads(text)["files"] if b'"files"' in text else {}
                relocked(
                    root,
                    files={**files, **({name: digest(path.read_bytes())} if name.startswith("generated/") else {})},
                )
        case _:
            if path.exists():
                path.touch()
