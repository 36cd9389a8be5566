"""What a diagnostic code is."""

from __future__ import annotations

from speccompile.diagnostics import Diagnostic, Related, Severity
from speccompile.record import record
from speccompile.source import Span


@record()
class Code:
    """A kind of finding: its id, a short title, and the explanation that ``speccompile explain ID`` prints."""

    id: str
    title: str
    explanation: str
    severity: Severity = Severity.ERROR

    def at(
        self,
        span: Span,
        message: str,
        *,
        fix: str,
        related: tuple[Related, ...] = (),
        found: str | None = None,
        expected: str | None = None,
        expected_by: str | None = None,
    ) -> Diagnostic:
        """A finding of this kind: *message* says what was found and what was expected, *fix* what to do.

        *found*, *expected* and *expected_by* (a format, an assertion, a file) are the same apart, for machines.
        """
        return Diagnostic(self.id, self.severity, message, span, fix, related, found, expected, expected_by)
