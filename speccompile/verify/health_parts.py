"""The parts of health modules that people have reviewed, known by their digests: an emitter's template that changes is
no longer what was reviewed, and every module made of it is a finding until somebody has read the difference and recorded
it anew (``python tests/health/health_review.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from speccompile import regular
from speccompile.digests import digest
from speccompile.record import record

_MARK = 4  # characters of a line's digest; they only tell the place of what the part's own digest has noticed


@record()
class Part:
    """A run of lines by the digest of them all, and a mark of each."""

    name: str
    digest: str
    marks: tuple[str, ...]

    def altered(self, lines: Sequence[str]) -> int | None:
        """The first of *lines*, counted from 0, that is not the reviewed one; None when all are."""
        have = lines[: len(self.marks)]
        if digest("\n".join(have).encode()) == self.digest:
            return None
        differing = (at for at, (want, line) in enumerate(zip(self.marks, have, strict=False)) if want != mark(line))
        return next(differing, 0 if len(have) == len(self.marks) else len(have))


def reviewed(language: str, name: str) -> Part:
    """A part by its *name*; raises ``KeyError`` for one that nobody has reviewed."""
    return _record()[f"{language}/{name}"]


@lru_cache(maxsize=1)
def _record() -> dict[str, Part]:
    return recorded(Path(__file__).with_suffix(".txt"))


def recorded(path: Path) -> dict[str, Part]:
    """The parts that the record at *path* lists, by name."""
    lines = regular.read_named(path).decode().splitlines()
    return {part.name: part for part in map(_read, lines)}


def _read(line: str) -> Part:
    name, total, marks = line.split(" ")
    return Part(name, total, tuple(marks[at : at + _MARK] for at in range(0, len(marks), _MARK)))


def mark(line: str) -> str:
    """What tells *line* from another one, for all but one in 65,536."""
    return hashlib.sha256(line.encode()).hexdigest()[:_MARK]
