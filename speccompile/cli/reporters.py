"""Diagnostics for people and for machines: text, json, sarif (2.1.0), github (workflow commands)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any
from urllib.parse import quote

import click

from speccompile import __version__
from speccompile.cli.workspace import Workspace
from speccompile.codes.code import Code
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic, Severity, in_order
from speccompile.shown import Shown
from speccompile.text_report import place_of, printable, text_report

_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def report(found: Sequence[Diagnostic], workspace: Workspace, style: str) -> None:
    """Show *found*: text on standard error, the machine formats on standard output."""
    _STYLES[style](in_order(found), workspace)


def _text(found: Sequence[Diagnostic], workspace: Workspace) -> None:
    text_report(found, Shown(str(workspace.root), workspace.shown))


def _json(found: Sequence[Diagnostic], _: Workspace) -> None:
    click.echo(
        json.dumps({"status": "refused", "diagnostics": [as_data(d) for d in found]}, indent=2, ensure_ascii=False)
    )


def _github(found: Sequence[Diagnostic], workspace: Workspace) -> None:
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
    for d in found:
        where = f"file={_property(printable(place_of(d, d.span, workspace)))}"
        where += f",line={d.span.line},col={d.span.column}" if d.span.line else ""
        message = printable(f"{d.message}\nfix: {d.fix}").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        click.echo(f"::{levels[d.severity]} {where},title={_property(d.code)}::{message}")


def _property(text: str) -> str:
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        text = text.replace(char, code)
    return text


def _sarif(found: Sequence[Diagnostic], workspace: Workspace) -> None:
    known = import_module("speccompile.codes.families").CODES  # all modules of codes, for what few ask for
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
                        "rules": [_sarif_rule(code, known.get(code)) for code in rules],
                    }
                },
                "results": [_sarif_result(d, workspace) for d in found],
            }
        ],
    }
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _sarif_rule(code: str, known: Code | None) -> dict[str, Any]:
    text = " ".join(known.explanation.split()) if known else code
    return {"id": code, "shortDescription": {"text": known.title if known else code}, "fullDescription": {"text": text}}


def _sarif_result(d: Diagnostic, workspace: Workspace) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(place_of(d, d.span, workspace))}}
    if d.span.line:
        physical["region"] = {"startLine": d.span.line, "startColumn": max(1, d.span.column)}
    parts = {"fix": d.fix, "found": d.found, "expected": d.expected, "expectedBy": d.expected_by}
    return {
        "ruleId": d.code,
        "level": _SARIF[d.severity],
        "message": {"text": f"{d.message} (fix: {d.fix})"},
        "locations": [{"physicalLocation": physical}],
        "properties": {name: value for name, value in parts.items() if value is not None},
    }


_STYLES: dict[str, Callable[[Sequence[Diagnostic], Workspace], None]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
