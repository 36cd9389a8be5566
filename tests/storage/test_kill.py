"""Whatever happens in the middle of a write, the old set or the new set is there, whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

GONE = {"generated/gone/gone.txt": "gone\n"}
SABOTEUR = Path(__file__).with_name("saboteur.py")


@dataclass(frozen=True)
class Runs:
    """The old set, the new set, and one record for each call that was struck."""

    old: dict[str, str]
    new: dict[str, str]
    struck: tuple[dict[str, Any], ...]


@lru_cache
def runs(how: str, shelter: str = "fork") -> Runs:
    """See saboteur.py."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with TemporaryDirectory() as scratch:
        command = [sys.executable, str(SABOTEUR), scratch, how, shelter]
        output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    old, new, *results, last = map(json.loads, output.splitlines())
    assert not last["struck"]
    assert last["outcome"] == "done"
    assert last["recovered"] == new
    return Runs(old, new, tuple(results))


def without_empty(found: dict[str, str]) -> dict[str, str]:
    """Files only: an empty directory may stay when the system refuses to remove it, or stay until the recovery."""
    return {path: text for path, text in found.items() if text != "(empty)"}


def test_old_and_new_differ_in_every_way() -> None:
    found = runs("fail")
    assert found.old["generated/Dockerfile"] != found.new["generated/Dockerfile"]
    assert found.old.keys() - found.new.keys() == {"generated/gone/gone.txt"}
    assert found.new.keys() - found.old.keys() == {"generated/new/deep/new.txt"}
    assert found.old["generated/mine.txt"] == found.new["generated/mine.txt"]


def test_killing_the_process_leaves_a_whole_set_at_once() -> None:
    found = runs("parent")
    assert len(found.struck) > 30
    outcomes = [run["at_once"] for run in found.struck]
    for run in found.struck:
        assert without_empty(run["at_once"]) in (found.old, found.new), run
        assert run["recovered"] in (found.old, found.new), run
    assert found.old in outcomes
    assert [run["recovered"] for run in found.struck][-1] == found.new


def test_killing_the_child_that_commits_is_made_good_at_once() -> None:
    found = runs("child")
    assert len(found.struck) > 15
    for run in found.struck:
        assert run["outcome"] == "done", run
        assert run["everything"] == found.new, run


@pytest.mark.parametrize("shelter", ["fork", "none"])
def test_killing_all_processes_is_made_good_by_the_next_command(shelter: str) -> None:
    found = runs("all", shelter)
    assert len(found.struck) > 45
    for run in found.struck:
        assert run["outcome"] == "killed", run
        assert run["recovered"] in (found.old, found.new), run
    assert [run["recovered"] == found.new for run in found.struck] == sorted(
        run["recovered"] == found.new for run in found.struck
    )
    assert any(run["at_once"] not in (found.old, found.new) for run in found.struck), "the recovery had nothing to do"
    assert max(run["recoveries"] for run in found.struck) >= 9


@pytest.mark.parametrize("shelter", ["fork", "none"])
def test_a_full_disk_changes_nothing_and_leaves_nothing(shelter: str) -> None:
    found = runs("fail", shelter)
    assert len(found.struck) > 60
    for run in found.struck:
        complete = (found.new, {**found.new, **GONE})  # an orphan that cannot be read is not known to be unedited
        if run["outcome"] == "done":
            assert without_empty(run["everything"]) in complete, run
        else:
            assert run["everything"] == found.old, run
    assert {"SC504", "done"} <= {run["outcome"] for run in found.struck} <= {"SC501", "SC503", "SC504", "SC505", "done"}


@pytest.mark.parametrize("shelter", ["fork", "none"])
def test_a_dying_disk_is_made_good_when_it_lives_again(shelter: str) -> None:
    found = runs("dead-disk", shelter)
    for run in found.struck:
        assert run["outcome"] in ("SC501", "SC503", "SC504", "SC505", "done"), run
        complete = (found.new, {**found.new, **GONE})
        allowed = complete if run["outcome"] == "done" else (found.old, *complete)
        assert without_empty(run["recovered"]) in allowed, run
    assert any(run["everything"] not in (found.old, found.new) for run in found.struck), "nothing had to be made good"


def test_ctrl_c_waits_for_the_write() -> None:
    found = runs("interrupt")
    for run in found.struck:
        assert run["outcome"] in ("interrupted", "done"), run
        assert run["recovered"] in (found.old, found.new), run
        assert run["everything"] == run["recovered"], run
