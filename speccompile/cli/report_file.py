"""A report in a file that somebody named: nothing but a report is ever replaced by it."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from speccompile import regular
from speccompile.codes.reporting import NOT_A_REPORT, REPORT_UNWRITABLE
from speccompile.errors import Refused
from speccompile.report.data import FORMAT
from speccompile.report.markdown import MARK
from speccompile.source import Span

_HTML = f"<!DOCTYPE html>\n{MARK}"
_JSON = '{\n  "status": "ok",\n  "report": '
_BEGINNINGS = tuple(text.encode() for text in (MARK, _HTML, f"{_JSON}{FORMAT}"))


def write_report(place: Path, shown: str, text: str) -> None:
    """Write *text* to *place*, which messages call *shown*: the whole of it at once.

    Raises ``Refused``: SC681 where something else than a report is there, SC682 where it cannot be written.
    """
    if not _may_be_replaced(place):
        fix = "name another file with -o, or delete this one when it is not wanted any more"
        raise Refused([NOT_A_REPORT.at(Span(shown), "this is no report of speccompile, so it was left alone", fix=fix)])
    try:
        _replace(place, text)
    except OSError as problem:
        message = f"the report cannot be written here: {os.strerror(problem.errno or 0)}"
        fix = "name a file in a directory that is there and may be written, with -o"
        raise Refused([REPORT_UNWRITABLE.at(Span(shown), message, fix=fix)]) from None


def _may_be_replaced(place: Path) -> bool:
    """Whether nothing is at *place*, or a report: whole files that begin as ours do."""
    try:
        mode = place.lstat().st_mode
    except OSError:
        return True
    if not stat.S_ISREG(mode):
        return False
    try:
        return regular.read_named(place)[: max(map(len, _BEGINNINGS))].startswith(_BEGINNINGS)
    except OSError:
        return False


def _replace(place: Path, text: str) -> None:
    """With the permissions that a new file gets: a temporary one has fewer."""
    mask = os.umask(0)
    os.umask(mask)
    handle, made = tempfile.mkstemp(dir=place.parent, prefix=".speccompile.report-")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123  # it is open already
            file.write(text)
        Path(made).chmod(0o666 & ~mask)
        Path(made).replace(place)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
