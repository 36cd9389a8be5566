"""Whole runs on a real database: where DATABASE_URL names one, in a schema of the tests' own."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ledger_export.archive import Archive
from ledger_export.ledger import AlreadyRunning, open_ledger

URL = os.environ.get("DATABASE_URL", "")
SECRET = os.environ.get("DATABASE_PASSWORD_FILE")
PASSWORD = Path(SECRET).read_text(encoding="utf-8").rstrip("\n") if SECRET else None

pytestmark = pytest.mark.skipif(not URL, reason="DATABASE_URL names no database")


def connect() -> psycopg.Connection:
    """A connection of whoever books."""
    return psycopg.connect(URL, password=PASSWORD)


@pytest.fixture(autouse=True)
def empty_ledger() -> Iterator[None]:
    """Every test has the table to itself."""
    with open_ledger(URL, PASSWORD), connect() as connection:
        connection.execute("TRUNCATE ledger_entries RESTART IDENTITY")
    yield


def book(count: int) -> None:
    """Book *count* entries."""
    with connect() as connection:
        connection.execute(
            "INSERT INTO ledger_entries (account, amount) SELECT 'cash', n FROM generate_series(1, %s) n", [count]
        )


def export(directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A run."""
    return subprocess.run(
        [sys.executable, "-m", "ledger_export"],
        env=os.environ | {"STATE_DIR": str(directory)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def exported(directory: Path) -> list[int]:
    """The ids in all files, in the order of the files' names."""
    ids = []
    for path in sorted(directory.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            ids += [int(row["id"]) for row in csv.DictReader(file)]
    return ids


def test_each_entry_once_and_in_order(tmp_path: Path) -> None:
    """A-001, A-004: over several runs, with nothing to do in between."""
    for count in (0, 2500, 0, 10):
        book(count)
        run = export(tmp_path)
        assert (run.returncode, run.stderr) == (0, "")
    assert exported(tmp_path) == list(range(1, 2511))


def test_resumes(tmp_path: Path) -> None:
    """A-003: after a crash between two files."""
    book(2500)
    with open_ledger(URL, PASSWORD) as ledger:
        Archive(tmp_path).add(next(ledger.batches(0, 2500, 1000)))
    assert export(tmp_path).returncode == 0
    assert exported(tmp_path) == list(range(1, 2501))


def test_one_at_a_time(tmp_path: Path) -> None:
    """A-002."""
    with open_ledger(URL, PASSWORD):
        with pytest.raises(AlreadyRunning), open_ledger(URL, PASSWORD):
            pass
        assert export(tmp_path).returncode == os.EX_TEMPFAIL
    assert export(tmp_path).returncode == 0


def test_a_late_commit_is_not_lost(tmp_path: Path) -> None:
    """An entry that has its id but is not committed holds the run up; it is not overtaken."""
    runs: list[subprocess.CompletedProcess[str]] = []
    with connect() as slow:
        slow.execute("INSERT INTO ledger_entries (account, amount) VALUES ('slow', 1)")
        book(1)
        thread = threading.Thread(target=lambda: runs.append(export(tmp_path)))
        thread.start()
        thread.join(timeout=1.5)
        assert thread.is_alive()
        slow.commit()
        thread.join()
    assert runs[0].returncode == 0
    assert exported(tmp_path) == [1, 2]


@pytest.mark.parametrize("name", ["STATE_DIR", "DATABASE_URL", "DATABASE_PASSWORD_FILE"])
def test_failures_are_told(tmp_path: Path, name: str) -> None:
    """A-007."""
    run = export(tmp_path, **{name: "/nowhere" if name == "DATABASE_PASSWORD_FILE" else ""})
    assert run.returncode == 1
    assert run.stderr.startswith("ledger-export: ")
    assert "Traceback" not in run.stderr
