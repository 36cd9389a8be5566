"""Findings as the Language Server Protocol has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lsprotocol import types

from speccompile.cli.editor.places import range_of
from speccompile.diagnostics import Diagnostic, Related, Severity

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
Text = Callable[[str], str]
"""Gives the text of a file of the project as it is shown, "" where it cannot be read."""
Address = Callable[[str], str]
"""Gives the URI of a file of the project."""


def by_file(findings: Iterable[Diagnostic], text: Text, address: Address) -> dict[str, list[types.Diagnostic]]:
    """The findings of each file, by its path."""
    found: dict[str, list[types.Diagnostic]] = {}
    for one in findings:
        found.setdefault(one.span.path, []).append(_finding(one, text, address))
    return found


def _finding(one: Diagnostic, text: Text, address: Address) -> types.Diagnostic:
    return types.Diagnostic(
        range=range_of(one.span, text(one.span.path)),
        message=f"{one.message}\nfix: {one.fix}",
        severity=_SEVERITIES[one.severity],
        code=one.code,
        source="speccompile",
        related_information=[_related(other, text, address) for other in one.related],
    )


def _related(other: Related, text: Text, address: Address) -> types.DiagnosticRelatedInformation:
    place = types.Location(address(other.span.path), range_of(other.span, text(other.span.path)))
    return types.DiagnosticRelatedInformation(place, other.message)
