"""Two who deploy: what the second one does is made of what the first one has left; and files of several machines, or of a plan, are no one else's."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from memory_store import MemoryStore
from release_records import release

from speccompile.cli import releasing
from speccompile.cli.guard import Exit
from speccompile.cli.release_answer import told
from speccompile.cli.workspace import Asked, Workspace
from speccompile.releases import history
from speccompile.releases.composition import put
from speccompile.releases.machine import Machine
from speccompile.releases.record import Release
from speccompile.releases.session import Session
from speccompile.releases.store import Lease, Lost


class _Busy(MemoryStore):
    """Somebody else records a release before the turn is ours."""

    @contextlib.contextmanager
    def lease(self, holder: str, seconds: int) -> Iterator[Lease]:
        """When that is done."""
        self.add(release(2, by="bob"))
        with super().lease(holder, seconds) as lease:
            yield lease


class _Prepared(Exception):
    """Far enough."""


def test_who_waited_goes_by_what_the_other_has_left() -> None:
    """What a failure would go back to is what runs then, and so is what a rollback starts from."""
    store, seen = _Busy(), cast("list[int | None]", [])
    store.add(release(1))

    def prepared(last: Release | None) -> Any:
        seen.append(last.number if last else None)
        if len(seen) == 2:
            raise _Prepared
        return SimpleNamespace(kept=())

    there = cast("Any", SimpleNamespace(store=store, last=lambda: history.newest(store)))
    manner = releasing.Manner(services=(), only_plan=False, wait=True, files=Asked(), style="json", began=0.0)
    with pytest.raises(_Prepared):
        releasing.undertaken(there, prepared, manner)
    assert seen == [1, 2]


def test_each_machine_has_files_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Those of one stage are deployed to side by side, and homes of users differ."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def file(address: str | None) -> Path:
        where = SimpleNamespace(machine=Machine(address), app="bank", environment="production")
        return Session.file(cast("Any", SimpleNamespace(where=where)), "wanted.json")

    places = [file(one) for one in (None, "ssh://deploy@one", "ssh://root@two")]
    assert len(set(places)) == 3
    assert places[0] == tmp_path / "speccompile/bank/production/wanted.json"
    assert all(one.is_relative_to(tmp_path / "speccompile/bank/production") for one in places)


def test_a_file_is_put_there_whole_by_many_at_once(tmp_path: Path) -> None:
    """One of them is there in the end, and nothing else."""
    texts = [json.dumps({"by": number, "long": "x" * 100_000}) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: put(tmp_path / "told/wanted.json", text), texts))
    (file,) = (tmp_path / "told").iterdir()
    assert file.read_text("utf-8") in texts


def test_a_turn_that_was_lost_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It may pass: 75."""

    def lost() -> int:
        raise Lost

    assert told(Workspace.at(str(tmp_path)), "json", lost) == Exit.TRANSIENT
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert found["code"] == "SC707"
    assert "what was begun is left as it is" in found["message"]
    assert "run the command again" in found["fix"]
