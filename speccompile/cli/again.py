"""What ``generate`` says when it is run once more and nothing has changed: it is kept in the record of ``check``, and said without compiling."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from speccompile.cli.next_steps import follow_from_files
from speccompile.cli.summary import as_text
from speccompile.cli.workspace import Compiled
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic
from speccompile.project.answers import answer_to_test
from speccompile.remember import NOTHING_AGAIN, Again
from speccompile.writer import State, Written


class Near:
    """Whether anything is there in the output directory of *compiled*, and what was asked of that."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self.asked: dict[str, bool] = {}

    def __call__(self, path: str) -> bool:
        """Whether anything has the name *path*, seen from the output directory."""
        self.asked[path] = self._compiled.is_there(path)
        return self.asked[path]


def again(compiled: Compiled, written: Written, told: str, near: Near, notes: Sequence[Diagnostic]) -> Again:
    """What would be said with *notes*, after *written* was; *told* follows from what is *near*. Nothing where it depends on more than a record can have,
    or has what a terminal could be led astray by."""
    identical = tuple(replace(one, state=State.IDENTICAL) for one in written.files if one.state is not State.STALE)
    summary = as_text(compiled, Written(identical), told, dry_run=False)
    if not follow_from_files(compiled) or not summary.replace("\n", "").isprintable():
        return NOTHING_AGAIN
    there = tuple((path, answer_to_test(found)) for path, found in sorted(near.asked.items()))
    data = json.dumps([as_data(one) for one in notes]) if notes else ""
    return Again(compiled.workspace.shown, summary, data, there)
