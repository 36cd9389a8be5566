"""Diagnostics as plain data: what reports in JSON show, and what the record of ``check`` keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from speccompile.diagnostics import Diagnostic, Related, Severity
from speccompile.source import Span


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as plain data."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "path": diagnostic.span.path,
        "line": diagnostic.span.line,
        "column": diagnostic.span.column,
        "found": diagnostic.found,
        "expected": diagnostic.expected,
        "expected_by": diagnostic.expected_by,
        "fix": diagnostic.fix,
        "related": [
            {"message": r.message, "path": r.span.path, "line": r.span.line, "column": r.span.column}
            for r in diagnostic.related
        ],
    }


def from_data(data: Mapping[str, Any]) -> Diagnostic:
    """The diagnostic that ``as_data`` gave *data* of."""
    return Diagnostic(
        data["code"],
        Severity(data["severity"]),
        data["message"],
        _span(data),
        data["fix"],
        tuple(Related(one["message"], _span(one)) for one in data["related"]),
        data["found"],
        data["expected"],
        data["expected_by"],
    )


def _span(data: Mapping[str, Any]) -> Span:
    return Span(data["path"], data["line"], data["column"])
