"""What is obeyed and what is not: a journal where the writer keeps it, nothing that lies in the tree; and what a lock file may claim."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from storage_project import any_name, artifact, generate, order_for, refused, snapshot, states

from speccompile.digests import digest
from speccompile.local_state import usable
from speccompile.lock import Lock, dump
from speccompile.lock_file import read_lock
from speccompile.paths import LOCK
from speccompile.writer import create, preview, recover
from speccompile.writer.journal import MARKER, REDO, UNDO

TEXTS = {"Dockerfile": "FROM x\n", "api/compose.yml": "a: 1\n"}


def planted(tmp_path: Path, journal: dict[str, object], token: str = "5" * 32) -> None:
    """A journal where the writer keeps its own, and the marker that belongs to it."""
    place = usable(str(tmp_path))
    place.remove(UNDO, REDO)
    place.create(REDO, json.dumps({"token": token, "output": "generated", "folders": [], **journal}).encode())
    (tmp_path / MARKER).write_text(token)


def deletion(path: str, text: str) -> dict[str, object]:
    """A journal that has a file deleted."""
    return {"entries": [{"path": path, "before": digest(text.encode()), "after": None}]}


def test_a_journal_in_its_place_is_obeyed(tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    planted(tmp_path, deletion("generated/Dockerfile", artifact(TEXTS["Dockerfile"])))
    assert refused(lambda: preview(tmp_path, order_for(TEXTS))) == {".": "SC505"}
    assert recover(tmp_path, any_name)
    assert {*snapshot(tmp_path)} == {"generated/api/compose.yml", LOCK}


@pytest.mark.parametrize("marker", [None, "", "5" * 31, "4" * 32, "5" * 33])
def test_a_journal_of_another_tree_is_not_obeyed(marker: str | None, tmp_path: Path) -> None:
    """The tree that it was about is gone; another is at its path, which may bring anything."""
    generate(tmp_path, TEXTS)
    planted(tmp_path, deletion("generated/Dockerfile", artifact(TEXTS["Dockerfile"])))
    (tmp_path / MARKER).unlink()
    if marker is not None:
        (tmp_path / MARKER).write_text(marker)
    before = snapshot(tmp_path)
    assert not recover(tmp_path, any_name)
    assert snapshot(tmp_path) == before
    assert set(states(generate(tmp_path, TEXTS)).values()) == {"identical"}


@pytest.mark.parametrize("name", [".speccompile.redo", ".speccompile.undo", MARKER])
def test_a_journal_in_the_tree_is_not_obeyed(name: str, tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    inode = (tmp_path / LOCK).stat().st_ino
    body = json.dumps(
        {
            "output": "generated",
            "token": "x",
            "folders": [],
            **deletion("generated/Dockerfile", artifact(TEXTS["Dockerfile"])),
        }
    )
    (tmp_path / name).write_text(f"{inode}\n{body}\n")
    (tmp_path / name).write_text(f"{(tmp_path / name).stat().st_ino}\n{body}\n")
    before = snapshot(tmp_path)
    assert not recover(tmp_path, any_name)
    generate(tmp_path, TEXTS)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("journal", [
    deletion("generated/mine.txt", "mine\n"), deletion("mine", "mine\n"), deletion("../mine", "mine\n"), deletion("generated/../mine", ""),
    deletion(".git/config", ""), {"output": "../elsewhere/", "entries": []}, {"output": 1, "entries": []}, {"entries": 1},
    {"entries": [], "folders": ["src"]}, {"entries": [{"path": "generated/x"}]}, {},
])  # fmt: skip
def test_what_a_journal_names_is_checked(journal: dict[str, object], tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    (tmp_path / "generated/mine.txt").write_text("mine\n")
    (tmp_path / "mine").write_text("mine\n")
    planted(tmp_path, journal)
    before = snapshot(tmp_path)
    assert set(refused(lambda: recover(tmp_path, any_name)).values()) == {"SC505"}
    assert set(refused(lambda: generate(tmp_path, {})).values()) == {"SC505"}
    assert snapshot(tmp_path) == before


def test_what_somebody_put_there_since_the_kill_stays(tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    new = digest(b"new")
    planted(
        tmp_path,
        {
            "entries": [
                {"path": "generated/Dockerfile", "before": digest(artifact(TEXTS["Dockerfile"]).encode()), "after": new}
            ]
        },
    )
    (tmp_path / "generated/Dockerfile").write_text("typed meanwhile")
    hidden = tmp_path / "generated" / f".speccompile.{digest(b'Dockerfile')[-32:]}.new"
    hidden.write_text("new")
    assert recover(tmp_path, any_name)
    assert snapshot(tmp_path)["generated/Dockerfile"] == "typed meanwhile"
    assert not hidden.exists()


def test_new_files_are_all_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/deploy.yaml").write_text("mine")
    before = snapshot(tmp_path)
    texts = {"specs/assertions.json": "{}", "specs/deploy.yaml": "version: 1"}
    assert refused(lambda: create(tmp_path, texts, any_name)) == {"specs/deploy.yaml": "SC502"}
    assert snapshot(tmp_path) == before
    (tmp_path / "specs/deploy.yaml").unlink()
    create(tmp_path, texts, any_name)
    assert snapshot(tmp_path) == texts


@pytest.mark.parametrize("listed", ["src/main.py", "generated/mine.txt", "generated/run"])
def test_a_lock_that_lists_somebody_elses_files_has_none_of_them_deleted(listed: str, tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    (tmp_path / listed).parent.mkdir(exist_ok=True)
    (tmp_path / listed).write_text("mine\n")
    lock = read_lock(tmp_path)
    assert lock is not None
    output = "generated" if listed.startswith("generated") else ""
    lock.output, lock.files = output, ((listed, digest(b"mine\n")),)
    (tmp_path / LOCK).write_text(dump(lock))
    assert (listed, "orphan") in states(generate(tmp_path, {})).items()
    assert (tmp_path / listed).read_text() == "mine\n"


def test_a_lock_that_lists_somebody_elses_file_has_it_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/Dockerfile").write_text("mine\n")
    lock = Lock(tool="1", output="generated", files=[("generated/Dockerfile", digest(b"mine\n"))])
    (tmp_path / LOCK).write_text(dump(lock))
    assert refused(lambda: generate(tmp_path, TEXTS, discard=True)) == {"generated/Dockerfile": "SC502"}
    assert (tmp_path / "generated/Dockerfile").read_text() == "mine\n"


def test_a_lock_cannot_reach_outside(tmp_path: Path) -> None:
    root, victim = tmp_path / "project", tmp_path / "victim"
    root.mkdir()
    victim.mkdir()
    (victim / "Dockerfile").write_text(artifact("even one of ours"))
    lock = Lock(
        tool="1", output="../victim", files=[("../victim/Dockerfile", digest(artifact("even one of ours").encode()))]
    )
    (root / LOCK).write_text(dump(lock))
    assert states(generate(root, {}))["../victim/Dockerfile"] == "orphan"
    assert (victim / "Dockerfile").exists()
