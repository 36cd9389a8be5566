"""Diagnostics for people and for machines: text, json, sarif (2.1.0), github (workflow commands)."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import click

from speccompile import __version__
from speccompile.cli.workspace import Workspace
from speccompile.codes import CODES
from speccompile.diagnostics import Diagnostic, Severity, in_order
from speccompile.frontends.secretlike import shows_secret
from speccompile.source import Span

_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_EXCERPT = 160
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def report(found: Sequence[Diagnostic], workspace: Workspace, style: str) -> None:
    """Show *found*: text on standard error, the machine formats on standard output."""
    _STYLES[style](in_order(found), workspace)


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as plain data."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "path": diagnostic.span.path,
        "line": diagnostic.span.line,
        "column": diagnostic.span.column,
        "fix": diagnostic.fix,
        "related": [
            {"message": r.message, "path": r.span.path, "line": r.span.line, "column": r.span.column}
            for r in diagnostic.related
        ],
    }


def _text(found: Sequence[Diagnostic], workspace: Workspace) -> None:
    for diagnostic in found:
        severity = click.style(
            f"{diagnostic.severity.value}[{diagnostic.code}]", fg=_COLOURS[diagnostic.severity], bold=True
        )
        lines = [f"{place(diagnostic.span)}: {severity}: {_printable(diagnostic.message)}"]
        lines += _excerpt(diagnostic.span, workspace)
        lines += [f"  see {place(related.span)}: {_printable(related.message)}" for related in diagnostic.related]
        lines.append(f"  fix: {_printable(diagnostic.fix)}")
        click.echo("\n".join(lines), err=True)


def _printable(text: str) -> str:
    """No control character of an input reaches a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


def place(where: Span | str) -> str:
    """A path or a position on one line, as a terminal may show it."""
    return _printable(str(where)).replace("\n", "\N{REPLACEMENT CHARACTER}")


def _excerpt(span: Span, workspace: Workspace) -> list[str]:
    """The source line (of a long one the part around the column) with a caret; nothing where it may not be shown."""
    line = workspace.source_line(span.path, span.line)
    if line is None or shows_secret(line):
        return []
    line = _printable(line.rstrip().replace("\t", " "))
    start = max(0, span.column - _EXCERPT // 2) if len(line) > _EXCERPT else 0
    cut = ("…" if start else "") + line[start + bool(start) : start + _EXCERPT]
    gutter = f"{span.line:5d} | "
    return [
        gutter + cut + ("…" if len(line) > start + _EXCERPT else ""),
        " " * (len(gutter) + max(0, span.column - 1 - start)) + "^",
    ]


def _json(found: Sequence[Diagnostic], _: Workspace) -> None:
    click.echo(json.dumps({"diagnostics": [as_data(d) for d in found]}, indent=2, ensure_ascii=False))


def _github(found: Sequence[Diagnostic], workspace: Workspace) -> None:
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
    for d in found:
        path = _property(posixpath.normpath(posixpath.join(workspace.shown, d.span.path)))
        where = f"file={path}" + (f",line={d.span.line},col={d.span.column}" if d.span.line else "")
        message = f"{d.message}\nfix: {d.fix}".replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        click.echo(f"::{levels[d.severity]} {where},title={_property(d.code)}::{message}")


def _property(text: str) -> str:
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        text = text.replace(char, code)
    return text


def _sarif(found: Sequence[Diagnostic], _: Workspace) -> None:
    rules = sorted({d.code for d in found})
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "speccompile",
                        "version": __version__,
                        "rules": [_sarif_rule(code) for code in rules],
                    }
                },
                "results": [_sarif_result(d) for d in found],
            }
        ],
    }
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _sarif_rule(code: str) -> dict[str, Any]:
    known = CODES.get(code)
    text = " ".join(known.explanation.split()) if known else code
    return {"id": code, "shortDescription": {"text": known.title if known else code}, "fullDescription": {"text": text}}


def _sarif_result(d: Diagnostic) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(d.span.path)}}
    if d.span.line:
        physical["region"] = {"startLine": d.span.line, "startColumn": max(1, d.span.column)}
    return {
        "ruleId": d.code,
        "level": _SARIF[d.severity],
        "message": {"text": f"{d.message} (fix: {d.fix})"},
        "locations": [{"physicalLocation": physical}],
    }


_STYLES: dict[str, Callable[[Sequence[Diagnostic], Workspace], None]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
