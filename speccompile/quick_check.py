"""``check`` and ``generate`` of an unchanged project, answered before anything heavy is imported.

``generate`` says what it said the last time, when all of that is kept and still so: as no file would change, none is written.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from speccompile import installation
from speccompile.check_record import Record
from speccompile.discovery import project_directory
from speccompile.shown import Shown, project_seen
from speccompile.unchanged import as_it_was, is_near, looked, ok_json, ok_text

TYPE_CHECKING = False  # typing takes too long to import here
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from speccompile.unchanged import Look

FORMATS = {"check": ("text", "json"), "generate": ("text",)}
OPTIONS = {"--format": "format", "-o": "output", "--output": "output"}


class Quick:
    """The answer of a command: *out* is for standard output, *said* are diagnostics (as plain data) for standard error, about *project*."""

    __slots__ = ("out", "project", "said")

    def __init__(self, out: str, said: Sequence[Mapping[str, Any]], project: Shown) -> None:
        self.out, self.said, self.project = out, said, project


def quick_answer(arguments: Sequence[str]) -> Quick | None:
    """The answer to ``[-C DIR] check [-o DIR] [--format text|json]``, or to ``[-C DIR] generate [-o DIR] [--format text]``, for an unchanged project; None
    for anything else."""
    directory, rest = ".", list(arguments)
    if len(rest) >= 2 and rest[0] == "-C":
        directory, rest = rest[1], rest[2:]
    command, *options = rest or ("",)
    given = {OPTIONS.get(name): value for name, value in zip(options[::2], options[1::2], strict=False)}
    style = given.get("format", "text")
    if style not in FORMATS.get(command, ()) or len(options) != 2 * len(given) or None in given:
        return None
    output = given.get("output")
    place = os.path.join(os.path.realpath(directory), output) if output else output  # noqa: PTH118
    root = project_directory(directory) or directory
    look = looked(root, place)
    record = None if look is None else as_it_was(root, look) or _nearly(root, look)
    if record is None:
        return None
    project = Shown(root, project_seen(directory, root))
    return _checked(record, project, style) if command == "check" else _generated(record, project)


def _nearly(root: str, look: Look) -> Record | None:
    """The record all the same, when sources were edited and are seen as before: that takes much to import."""
    if not look.otherwise or not look.record.basis:
        return None
    record: Record | None = import_module("speccompile.nearly").nearly_unchanged(root, look)
    return record


def _checked(record: Record, project: Shown, style: str) -> Quick:
    if style == "json":
        return Quick(ok_json(record.files, record.said), (), project)
    return Quick(ok_text(record.files), record.said, project)


def _generated(record: Record, project: Shown) -> Quick | None:
    """What ``generate`` would say; None where that is not known, or not from here."""
    said_here = record.summary and record.shown == project.shown and record.maker == installation.state()
    if not said_here or not is_near(project.root, record):
        return None
    notes = import_module("json").loads(record.notes) if record.notes else ()
    return Quick(f"{record.summary}\n", notes, project)


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
