"""Diagnostics for people: where, what, the line itself, what to do; each once, wrapped where a terminal shows them."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence

import click

from speccompile.cli.workspace import Workspace
from speccompile.diagnostics import Diagnostic, Severity
from speccompile.frontends.secretlike import shows_secret
from speccompile.source import Span

_EXCERPT = 160
_NARROWEST = 40
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_NO_FILES = "SC6"  # findings of engines and registries are about a program, an image or an option


def text_report(found: Sequence[Diagnostic], workspace: Workspace) -> None:
    """Show *found* on standard error."""
    width = terminal_width()
    for diagnostic in found:
        click.echo("\n".join(_lines(diagnostic, workspace, width)), err=True)


def terminal_width() -> int | None:
    """How wide the terminal is that shows standard error; None where none does: what a file or a pipe gets is not wrapped, so that it
    is the same everywhere and can be searched."""
    return max(_NARROWEST, shutil.get_terminal_size().columns) if sys.stderr.isatty() else None


def place_of(diagnostic: Diagnostic, span: Span, workspace: Workspace) -> str:
    """The file of *span*, one of *diagnostic*'s, as seen from where the command was started."""
    return span.path if diagnostic.code.startswith(_NO_FILES) and not span.line else workspace.seen(span.path)


def _lines(diagnostic: Diagnostic, workspace: Workspace, width: int | None) -> Iterator[str]:
    kind = f"{diagnostic.severity.value}[{diagnostic.code}]"
    head = f"{_place(diagnostic, diagnostic.span, workspace)}: {kind}: {printable(diagnostic.message)}"
    coloured = click.style(kind, fg=_COLOURS[diagnostic.severity], bold=True)
    yield from "\n".join(_wrapped(head, width)).replace(kind, coloured, 1).split("\n")
    yield from _excerpt(diagnostic.span, workspace, width)
    for related in diagnostic.related:
        place = _place(diagnostic, related.span, workspace)
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


def _place(diagnostic: Diagnostic, span: Span, workspace: Workspace) -> str:
    place = Span(place_of(diagnostic, span, workspace), span.line, span.column)
    return printable(str(place)).replace("\n", "\N{REPLACEMENT CHARACTER}")


def _excerpt(span: Span, workspace: Workspace, width: int | None) -> list[str]:
    """The source line (of a long one the part around the column) with a caret; nothing where it may not be shown."""
    line = workspace.source_line(span.path, span.line)
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
