"""The exported files. Their names are the checkpoint, so no crash can set the two apart.

A file ``entries-<first>-<last>.csv`` holds all entries with these ids and those between. It comes into being whole, by a
rename: as long as it is not there, nothing of it counts as exported; once it is there, all of it does.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

_NAME = re.compile(r"entries-\d{19}-(\d{19})\.csv")
_UNFINISHED = ".unfinished"


class Entry(NamedTuple):
    """A ledger's entry; the amount in cents."""

    id: int
    booked_at: datetime
    account: str
    amount: int
    memo: str


class Archive:
    """The directory of the exported files."""

    def __init__(self, directory: Path) -> None:
        """Take *directory*, which must exist; what a killed run left unfinished there is removed."""
        self._directory = directory
        for unfinished in directory.glob(f"*{_UNFINISHED}"):
            unfinished.unlink()

    def checkpoint(self) -> int:
        """The id of the last entry that was exported; 0 when none was."""
        matches = (_NAME.fullmatch(path.name) for path in self._directory.iterdir())
        return max((int(match.group(1)) for match in matches if match), default=0)

    def add(self, entries: Sequence[Entry]) -> Path:
        """Export *entries* (at least one, in the order of their ids, all after the checkpoint): all of them or none."""
        path = self._directory / f"entries-{entries[0].id:019}-{entries[-1].id:019}.csv"
        unfinished = path.with_name(path.name + _UNFINISHED)
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(Entry._fields)
            writer.writerows((id_, booked_at.isoformat(), *rest) for id_, booked_at, *rest in entries)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        self._sync()
        return path

    def _sync(self) -> None:
        """Make the rename outlive a power failure."""
        directory = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
