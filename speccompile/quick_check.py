"""``check`` of an unchanged project, answered before anything heavy is imported."""

from __future__ import annotations

import os
import sys

from speccompile.check_record import Record
from speccompile.discovery import project_directory
from speccompile.shown import Shown, project_seen
from speccompile.unchanged import ok_json, ok_text, unchanged

TYPE_CHECKING = False  # typing takes too long to import here
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

FORMATS = ("text", "json")
OPTIONS = {"--format": "format", "-o": "output", "--output": "output"}


class Quick:
    """An answer of ``check``: *out* is for standard output, *said* are diagnostics (as plain data) for standard error, about *project*."""

    __slots__ = ("out", "project", "said")

    def __init__(self, out: str, said: Sequence[Mapping[str, Any]], project: Shown) -> None:
        self.out, self.said, self.project = out, said, project


def quick_answer(arguments: Sequence[str]) -> Quick | None:
    """The answer to ``[-C DIR] check [-o DIR] [--format text|json]`` for an unchanged project; None for anything else."""
    directory, rest = ".", list(arguments)
    if len(rest) >= 2 and rest[0] == "-C":
        directory, rest = rest[1], rest[2:]
    given = {OPTIONS.get(name): value for name, value in zip(rest[1::2], rest[2::2], strict=False)}
    if rest[:1] != ["check"] or len(rest) != 1 + 2 * len(given) or None in given:
        return None
    style = given.get("format", "text")
    output = given.get("output")
    place = os.path.join(os.path.realpath(directory), output) if output else output  # noqa: PTH118
    root = project_directory(directory) or directory
    record = unchanged(root, place) if style in FORMATS else None
    return None if record is None else _answer(record, Shown(root, project_seen(directory, root)), style)


def _answer(record: Record, project: Shown, style: str) -> Quick:
    if style == "json":
        return Quick(ok_json(record.files, record.said), (), project)
    return Quick(ok_text(record.files), record.said, project)


def printed(answer: Quick) -> bool:
    """Whether *answer* got out; when it did not, the full command runs into the same trouble and reports it."""
    try:
        if answer.said:
            from speccompile.diagnostic_data import from_data  # noqa: PLC0415  # takes longer than all else, and few have anything to say
            from speccompile.text_report import text_report  # noqa: PLC0415

            text_report([from_data(one) for one in answer.said], answer.project)
        sys.stdout.write(answer.out)
        sys.stdout.flush()
    except (OSError, ValueError, LookupError, TypeError):
        return False
    return True
