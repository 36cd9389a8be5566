"""The fast path of ``check``: fast, and never wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_project import expected, lock_for, order_for

from speccompile.digests import ABSENT, digest
from speccompile.drift import Drift, drift
from speccompile.errors import Refused
from speccompile.lock import Lock
from speccompile.lock_file import read_lock
from speccompile.ownership import hidden
from speccompile.paths import LOCK
from speccompile.project.answers import Question
from speccompile.project.disk import DiskTree
from speccompile.project.recorder import Recorder
from speccompile.quick_check import quick_answer
from speccompile.remember import Seen, remember
from speccompile.unchanged import unchanged
from speccompile.writer import write

SPECS = ("specs/assertions.json", "specs/deploy.yaml")


@dataclass(frozen=True)
class Compiled:
    """What a small compiler gives: artifacts that follow from two specs and a few questions."""

    texts: dict[str, str]
    lock: Lock
    questions: tuple[Question, ...]


def compiled(root: Path, *more: Question) -> Compiled:
    """The project in *root*, compiled; *more* questions than are asked."""
    tree = DiskTree(root, hidden("generated", ()))
    recorder = Recorder(tree)
    seen = [
        recorder.read("package.json"),
        recorder.is_file("bun.lock"),
        recorder.below("src").entries(""),
        recorder.is_directory("src/pages"),
        recorder.entries(""),
    ]
    contents = {path: tree.content(path) for path in SPECS}
    texts = {"Dockerfile": f"{seen}\n", "api/compose.yml": f"{sorted(contents.items())}\n"}
    inputs = [(path, ABSENT if content is None else digest(content)) for path, content in contents.items()]
    return Compiled(texts, lock_for(texts, inputs=inputs), (*recorder.questions(), *more))


def generated(root: Path, *more: Question) -> None:
    """What ``generate`` does: write, and remember."""
    done = compiled(root, *more)
    write(root, order_for(done.texts))
    assert slow_check(root)
    remember(root, expected(done.lock), Seen(None, tuple(hidden("generated", ())), done.questions))


def slow_check(root: Path) -> bool:
    """What the full ``check`` does: whether everything is ok."""
    try:
        states = drift(root, read_lock(root), expected(compiled(root).lock))
    except Refused:
        return False
    return all(state.state is Drift.OK for state in states)


@pytest.fixture(autouse=True)
def outside_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the fast path is taken."""
    monkeypatch.delenv("CI", raising=False)


def copied(pristine: Path, root: Path) -> Path:
    """A copy that was checked too: the record of the original says nothing about it."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(pristine, root)
    done = compiled(root)
    remember(root, expected(done.lock), Seen(None, tuple(hidden("generated", ())), done.questions))
    return root


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    for path, text in {"package.json": "{}", "bun.lock": "", "src/a.ts": "a", "specs/assertions.json": "{}"}.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    generated(root)
    return root


def test_ok_after_generate(pristine: Path) -> None:
    record = unchanged(str(pristine))
    assert record is not None
    assert sorted(record.files) == ["generated/Dockerfile", "generated/api/compose.yml"]
    assert slow_check(pristine)
    answer = quick_answer(["-C", str(pristine), "check"])
    assert answer is not None
    assert answer.out == "speccompile.lock: ok, 2 files\n"
    answer = quick_answer(["-C", str(pristine), "check", "--format", "json"])
    assert answer is not None
    assert json.loads(answer.out) == {
        "status": "ok",
        "state": "ok",
        "diagnostics": [],
        "files": [
            {"path": "generated/Dockerfile", "state": "ok"},
            {"path": "generated/api/compose.yml", "state": "ok"},
        ],
    }


@pytest.mark.parametrize("arguments", [
    [], ["check", "--fix"], ["check", "--deep"], ["check", "--format"], ["check", "--format", "sarif"], ["generate"],
    ["-C"], ["-C", "."], ["-C", "", "check"], ["-C", "nowhere", "check"],
    ["check", "check"], ["check", "-C", "."], ["--help"], ["check", "--format", "json", "--fix"],
])  # fmt: skip
def test_other_commands_take_the_full_path(
    arguments: list[str], pristine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pristine)
    assert quick_answer(["check"]) is not None
    assert quick_answer(arguments) is None


def becomes_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def becomes_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def becomes_link(root: Path, path: str) -> None:
    """The same content, but behind a link that leaves the project."""
    (root / path).symlink_to((root / path).rename(root.parent / "moved"))


CHANGES: dict[str, Callable[[Path], object]] = {
    "spec edited": lambda root: (root / SPECS[0]).write_text("{} "),
    "spec added": lambda root: (root / SPECS[1]).write_text(""),
    "spec removed": lambda root: (root / SPECS[0]).unlink(),
    "source edited": lambda root: (root / "package.json").write_text('{"a": 1}'),
    "source no text": lambda root: (root / "package.json").write_bytes(b"\xff"),
    "source removed": lambda root: (root / "bun.lock").unlink(),
    "source listed": lambda root: (root / "src" / "b.ts").touch(),
    "directory appears": lambda root: (root / "src" / "pages").mkdir(),
    "root listed": lambda root: (root / "new").touch(),
    "file becomes directory": lambda root: becomes_directory(root / "bun.lock"),
    "output edited": lambda root: (root / "generated/Dockerfile").write_text("x"),
    "output removed": lambda root: (root / "generated/Dockerfile").unlink(),
    "output a link": lambda root: becomes_link(root, "generated/Dockerfile"),
    "output below a link": lambda root: becomes_link(root, "generated/api"),
    "output a pipe": lambda root: becomes_pipe(root / "generated/Dockerfile"),
    "output a directory": lambda root: becomes_directory(root / "generated/Dockerfile"),
    "lock edited": lambda root: (root / LOCK).write_text((root / LOCK).read_text().replace('"0.1.0"', '"0.1.1"')),
    "lock formatted": lambda root: (root / LOCK).write_text((root / LOCK).read_text().replace("  ", "   ")),
    "lock removed": lambda root: (root / LOCK).unlink(),
    "lock a link": lambda root: becomes_link(root, LOCK),
    "lock a pipe": lambda root: becomes_pipe(root / LOCK),
    "lock empty": lambda root: (root / LOCK).write_text(""),
    "lock no text": lambda root: (root / LOCK).write_bytes(b"\xff\xfe"),
    "reserved name": lambda root: (root / ".speccompile.redo").write_text(""),
    "stray": lambda root: (root / "generated/nginx.conf").touch(),
    "stray below": lambda root: (root / "generated/api/nginx.conf").touch(),
    "project gone": shutil.rmtree,
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_noticed(change: str, pristine: Path, tmp_path: Path) -> None:
    root = copied(pristine, tmp_path / "copy")
    assert unchanged(str(root)) is not None
    CHANGES[change](root)
    assert unchanged(str(root)) is None


@pytest.mark.parametrize("change", [
    lambda root: (root / "src" / "a.ts").write_text("other"),  # nobody asked
    lambda root: (root / ".git").mkdir(),
    lambda root: os.utime(root / "package.json"),
])  # fmt: skip
def test_what_does_not_matter_is_not_looked_at(
    change: Callable[[Path], object], pristine: Path, tmp_path: Path
) -> None:
    root = copied(pristine, tmp_path / "copy")
    change(root)
    assert unchanged(str(root)) is not None
    assert slow_check(root)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data())
def test_fast_says_ok_only_if_slow_does(data: st.DataObject, pristine: Path, tmp_path: Path) -> None:
    root = copied(pristine, tmp_path / "mutant")
    for _ in range(data.draw(st.integers(1, 3))):
        path = root / data.draw(
            st.sampled_from(
                sorted(path.relative_to(pristine).as_posix() for path in pristine.rglob("*") if path.is_file())
            )
        )
        match data.draw(st.sampled_from(["delete", "write", "flip", "touch", "beside"])):
            case "delete":
                path.unlink(missing_ok=True)
            case "write":
                path.write_bytes(data.draw(st.binary(max_size=20)))
            case "flip" if path.is_file() and path.stat().st_size:
                content = bytearray(path.read_bytes())
                position = data.draw(st.integers(0, len(content) - 1))
                content[position] ^= 1 << data.draw(st.integers(0, 7))
                path.write_bytes(content)
            case "touch":
                path.touch()
            case _:
                (path.parent / data.draw(st.sampled_from(["x", "bun.lock", "pages", "deploy.yaml"]))).touch()
    if unchanged(str(root)) is not None:
        assert slow_check(root)


def test_a_record_is_one_directorys(pristine: Path, tmp_path: Path) -> None:
    """A copy or a directory that was moved has not been checked where it is."""
    shutil.copytree(pristine, tmp_path / "bank")
    assert unchanged(str(tmp_path / "bank")) is None
    root = copied(pristine, tmp_path / "bank")
    (tmp_path / "link").symlink_to("bank")
    assert unchanged(str(tmp_path / "link")) is not None, "it is the same directory"
    assert unchanged(str(root.rename(tmp_path / "shop"))) is None


@pytest.mark.parametrize("ci", ["true", "false", "0", "1"])
def test_never_in_ci(ci: str, pristine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unchanged(str(pristine)) is not None
    monkeypatch.setenv("CI", ci)
    assert unchanged(str(pristine)) is None


def test_only_for_the_output_directory_that_was_looked_at(pristine: Path) -> None:
    assert quick_answer(["-C", str(pristine), "check", "-o", "generated"]) is None
    assert quick_answer(["-C", str(pristine), "check", "-o", "elsewhere"]) is None


def test_nothing_heavy_is_imported(pristine: Path) -> None:
    code = "import sys; from speccompile.__main__ import main; main(); print(*sys.modules, file=sys.stderr)"
    run = subprocess.run(
        [sys.executable, "-S", "-c", code, "-C", str(pristine), "check"],
        check=True,
        text=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert run.stdout == "speccompile.lock: ok, 2 files\n"
    heavy = {"pydantic", "jinja2", "ruamel", "click", "typing", "dataclasses", "pathlib", "inspect", "logging"}
    assert not heavy & set(run.stderr.split())
    assert "speccompile.unchanged" in run.stderr


def test_a_full_pipe_is_no_traceback_and_no_false_answer(pristine: Path) -> None:
    code = "import speccompile.quick_check as entry, sys; sys.exit(0 if entry.printed(entry.Quick('x' * 10, (), None)) else 9)"
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    assert run.returncode in (9, 120)
    assert pristine.exists()
