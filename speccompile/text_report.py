"""Diagnostics for people: where, what, the line itself, what to do; each once, wrapped where a terminal shows them.

Imported by the fast path of ``check`` where it has something to say, so nothing costly may be imported here.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import Protocol

from speccompile.diagnostics import Diagnostic, Severity
from speccompile.frontends.secretlike import shows_secret
from speccompile.source import Span

_EXCERPT = 160
_NARROWEST = 40
# Red, yellow, cyan, each bold (ECMA-48, Select Graphic Rendition), and back to what it was.
_COLOURS = {Severity.ERROR: "\x1b[31m\x1b[1m", Severity.WARNING: "\x1b[33m\x1b[1m", Severity.NOTE: "\x1b[36m\x1b[1m"}
_RESET = "\x1b[0m"
_OF_ANOTHER = "://"  # no path of this machine has two slashes
_NO_FILES = "SC6"  # findings of engines and registries are about a program, an image or an option


class Project(Protocol):
    """What is asked about the project that diagnostics are about, see ``shown.Shown``."""

    def seen(self, path: str) -> str:
        """*path*, which counts from the project's directory, as seen from where the command was started."""

    def source_line(self, path: str, line: int) -> str | None:
        """A line of a source file, for showing; None when it cannot be shown."""


def text_report(found: Sequence[Diagnostic], project: Project) -> None:
    """Show *found* on standard error, in colours where that is a terminal."""
    width = terminal_width()
    for diagnostic in found:
        sys.stderr.write("\n".join((*_lines(diagnostic, project, width), "")))
    sys.stderr.flush()


def terminal_width() -> int | None:
    """How wide the terminal is that shows standard error; None where none does: what a file or a pipe gets is not wrapped, so that it
    is the same everywhere and can be searched."""
    return max(_NARROWEST, shutil.get_terminal_size().columns) if sys.stderr.isatty() else None


def place_of(diagnostic: Diagnostic, span: Span, project: Project) -> str:
    """The file of *span*, one of *diagnostic*'s, as seen from where the command was started."""
    elsewhere = (diagnostic.code.startswith(_NO_FILES) and not span.line) or _OF_ANOTHER in span.path
    return span.path if elsewhere else project.seen(span.path)


def _lines(diagnostic: Diagnostic, project: Project, width: int | None) -> Iterator[str]:
    kind = f"{diagnostic.severity.value}[{diagnostic.code}]"
    head = f"{_place(diagnostic, diagnostic.span, project)}: {kind}: {printable(diagnostic.message)}"
    coloured = f"{_COLOURS[diagnostic.severity]}{kind}{_RESET}" if width else kind
    yield from "\n".join(_wrapped(head, width)).replace(kind, coloured, 1).split("\n")
    yield from _excerpt(diagnostic.span, project, width)
    for related in diagnostic.related:
        place = _place(diagnostic, related.span, project)
        yield from _wrapped(f"  see {place}: {printable(related.message)}", width)
    yield from _wrapped(f"  fix: {printable(diagnostic.fix)}", width)


def _wrapped(text: str, width: int | None) -> list[str]:
    """The lines of *text*, none longer than *width* unless it is one word; what goes on is indented."""
    lines = text.split("\n")
    if width is None:
        return lines
    return [
        part
        for line in lines
        for part in textwrap.wrap(line, width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
        or [""]
    ]


def printable(text: str) -> str:
    """No control character of an input reaches a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


def _place(diagnostic: Diagnostic, span: Span, project: Project) -> str:
    place = Span(place_of(diagnostic, span, project), span.line, span.column)
    return printable(str(place)).replace("\n", "\N{REPLACEMENT CHARACTER}")


def _excerpt(span: Span, project: Project, width: int | None) -> list[str]:
    """The source line (of a long one the part around the column) with a caret; nothing where it may not be shown."""
    line = project.source_line(span.path, span.line)
    if line is None or shows_secret(line):
        return []
    line = printable(line.rstrip().replace("\t", " "))
    gutter = f"{span.line:5d} | "
    room = min(_EXCERPT, width - len(gutter) - 2) if width else _EXCERPT
    start = max(0, span.column - room // 2) if len(line) > room else 0
    cut = ("…" if start else "") + line[start + bool(start) : start + room]
    return [
        gutter + cut + ("…" if len(line) > start + room else ""),
        " " * (len(gutter) + max(0, span.column - 1 - start)) + "^",
    ]
