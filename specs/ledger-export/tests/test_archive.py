"""The files and the checkpoint."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger_export.archive import Archive, Entry

WHEN = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def entries(*ids: int) -> list[Entry]:
    """Entries with these ids."""
    return [Entry(number, WHEN, "cash", -250, 'said "no",\nand paid') for number in ids]


def test_an_empty_archive_has_no_checkpoint(tmp_path: Path) -> None:
    """The first run begins at the beginning."""
    assert Archive(tmp_path).checkpoint() == 0


def test_the_checkpoint_is_the_last_id(tmp_path: Path) -> None:
    """Also for who opens the archive afterwards, and whatever else is there."""
    archive = Archive(tmp_path)
    archive.add(entries(1, 2, 5))
    archive.add(entries(9))
    (tmp_path / "notes.txt").touch()
    assert Archive(tmp_path).checkpoint() == 9


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    """Quotes, commas and newlines included."""
    path = Archive(tmp_path).add(entries(7))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["id", "booked_at", "account", "amount", "memo"],
        ["7", "2026-03-01T12:30:00+00:00", "cash", "-250", 'said "no",\nand paid'],
    ]


def test_a_crash_before_the_rename_exports_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the killed run left is neither counted nor kept."""

    def crash(_self: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", crash)
        Archive(tmp_path).add(entries(1))
    assert len(list(tmp_path.iterdir())) == 1
    assert Archive(tmp_path).checkpoint() == 0
    assert list(tmp_path.iterdir()) == []
