"""What the compiler has to say to a person: one frozen value a finding, formatted elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from speccompile.record import record
from speccompile.source import Span


class Severity(Enum):
    """How bad: an error stops the compilation, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@record()
class Related:
    """A second place that the finding is about: who expected it, or what it clashes with."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: its code, where it is, what was found, what to do about it.

    ``message`` is for people. ``found``, ``expected`` and ``expected_by`` say the same in parts, for machines; None where the parts are
    not known. Nothing of a secret stands in any of them.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    fix: str
    related: tuple[Related, ...] = ()
    found: str | None = None
    expected: str | None = None
    expected_by: str | None = None

    def __post_init__(self) -> None:
        if not self.fix.strip():
            raise ValueError(f"{self.code}: a diagnostic without a fix helps nobody")

    def __str__(self) -> str:
        return f"{self.span}: {self.severity.value}[{self.code}]: {self.message}"


def quoted(value: object, longest: int = 80) -> str:
    """*value*, found in an input, as a message shows it: on one line, a text in double quotes, shortened to *longest*."""
    if isinstance(value, str):
        value = value if len(value) <= longest else f"{value[:longest]}…"
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in shown)


def errors(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Those of *diagnostics* that stop a compilation."""
    return tuple(d for d in diagnostics if d.severity is Severity.ERROR)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Without repetitions, by place and then by code: the same set is always shown the same way."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: (d.span, d.code, d.message)))
