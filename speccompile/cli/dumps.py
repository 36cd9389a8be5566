"""What is kept of a failure of ours, for whoever reports it. Imported when there is one."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Iterable
from pathlib import Path

_PREFIX = "speccompile-"


def of_problem(problem: Exception) -> str:
    """The path of a new file with the traceback of *problem*."""
    with tempfile.NamedTemporaryFile("w", prefix=_PREFIX, suffix=".txt", delete=False, encoding="utf-8") as dump:
        dump.write("".join(traceback.format_exception(problem)))
    return dump.name


def of_artifacts(pairs: Iterable[tuple[str, str]]) -> Path:
    """A new directory with artifacts, which are given as paths and texts."""
    kept = Path(tempfile.mkdtemp(prefix=_PREFIX))
    for path, text in pairs:
        place = kept / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return kept
