"""The scripts of workflows that people have reviewed, known by their digests: one that changes is no longer what was reviewed, and every workflow
with it is a finding until somebody has read it and recorded it anew (``python tests/delivery/scripts_review.py``)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from speccompile import regular
from speccompile.digests import digest
from speccompile.record import record


@record()
class Script:
    """A reviewed script, by its name."""

    name: str


def is_reviewed(wanted: Script, text: str) -> bool:
    """Whether *text* is the reviewed script that is *wanted*."""
    return _record().get(wanted.name) == digest(text.rstrip("\n").encode())


@lru_cache(maxsize=1)
def _record() -> dict[str, str]:
    lines = regular.read_named(Path(__file__).with_suffix(".txt")).decode().splitlines()
    return dict(line.split(" ") for line in lines)
