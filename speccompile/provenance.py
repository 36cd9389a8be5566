"""Why something is there: the rules that put it there and the causes that made them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from speccompile.record import record
from speccompile.source import Span


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """A place in an input that wanted something, and the assertion that stands there, if one does."""

    span: Span
    assertion: str | None = None

    def __reduce__(self) -> tuple[type[Cause], tuple[Span, str | None]]:
        return Cause, (self.span, self.assertion)

    def __str__(self) -> str:
        where = f"{self.span.path}:{self.span.line}" if self.span.line else self.span.path
        return f"{where} {self.assertion}" if self.assertion else where


@record()
class Origin:
    """The codes of the rules that made a plan node, and what caused them."""

    rules: tuple[str, ...]
    causes: tuple[Cause, ...] = ()

    def __str__(self) -> str:
        return " + ".join(self.rules) + (" <- " + ", ".join(map(str, self.causes)) if self.causes else "")

    @property
    def assertions(self) -> tuple[str, ...]:
        """The ids of the assertions among the causes."""
        return tuple(sorted({c.assertion for c in self.causes if c.assertion}))


def because(rule: str, *causes: Cause) -> Origin:
    """The origin of what *rule* makes for *causes*."""
    return Origin((rule,), tuple(sorted(set(causes))))


def merged(origins: Iterable[Origin]) -> Origin:
    """One origin that cites everything that *origins* cite; at least one is needed."""
    all_of_them = tuple(origins)
    rules = tuple(dict.fromkeys(rule for origin in all_of_them for rule in origin.rules))
    return Origin(rules, tuple(sorted({cause for origin in all_of_them for cause in origin.causes}, key=_place)))


def _place(cause: Cause) -> tuple[str, int, int, str]:
    """What causes are ordered by: their fields, which as one tuple are compared by the interpreter and not by code of ours."""
    span = cause.span
    return span.path, span.line, span.column, cause.assertion or ""


T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


@record()
class Wanted(Generic[T_co]):
    """A value, and why it is that one: what is passed on of an input keeps both together."""

    value: T_co
    origin: Origin

    def told(self, value: U) -> Wanted[U]:
        """Another value, which is what it is because of this one."""
        return Wanted(value, self.origin)
