"""What the compiler has to say to a person: one frozen value a finding, formatted elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span

# What stands between a URL's scheme and its host (RFC 3986, 3.2.1), and what of it only refers to a variable: ${X}, {env.X}, %X%.
_USER_INFORMATION = regex(r"(?<=://)([^\s/?#\"'<>]{1,400})@")
_IN_QUERY = regex(
    r"([?&;](?:[\w.-]{0,40}[_.-])?(?:token|secret|passw(?:or)?d|pwd|api_?key|key|sig|signature|auth|code)=)([^&;\s\"'#<>]{1,400})",
    re.IGNORECASE,
)
_REFERENCES = regex(r"(?:\$\{[^{}]*\}|\$\w+|\{[^{}]*\}|%\w+%|[:])+|git")


_TOKEN = regex(r"(?:gh[a-z]_|github_pat_|glpat-|pypi-|npm_)\S+|(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_-]{20,}")


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


def as_error(diagnostic: Diagnostic) -> Diagnostic:
    """*diagnostic*, for who wants none of its kind."""
    return replace(diagnostic, severity=Severity.ERROR)


def quoted(value: object, longest: int = 80) -> str:
    """*value*, found in an input, as a message shows it: on one line, a text in double quotes, shortened to *longest*, and without
    who logs in where it has a URL."""
    if isinstance(value, str):
        value = masked(value)
        value = value if len(value) <= longest else f"{value[:longest]}…"
    shown = masked(json.dumps(value, ensure_ascii=False, default=str))
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in shown)


def masked(text: str) -> str:
    """*text* with ``***`` for the user information of its URLs (RFC 3986, 3.2.1), and for what their queries hold under the name of a secret;
    what only refers to a variable stays."""
    without = _USER_INFORMATION.sub(lambda found: found[0] if _REFERENCES.fullmatch(found[1]) else "***@", text)
    return _IN_QUERY.sub(lambda found: found[0] if _REFERENCES.fullmatch(found[2]) else f"{found[1]}***", without)


def credentials_in(text: str) -> str | None:
    """What a URL in *text* logs in with: a password, or a token; None where it does not, or takes it from a variable."""
    for found in _USER_INFORMATION.finditer(text):
        user, colon, password = found[1].partition(":")
        if colon and password and not _REFERENCES.fullmatch(password):
            return "a password"
        if not _REFERENCES.fullmatch(user) and _TOKEN.fullmatch(user):
            return "a token"
    return None


def errors(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Those of *diagnostics* that stop a compilation."""
    return tuple(d for d in diagnostics if d.severity is Severity.ERROR)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Without repetitions, by place and then by code: the same set is always shown the same way."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: (d.span, d.code, d.message)))
