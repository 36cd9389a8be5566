"""What a value may be, said in a few words that are put together: what a stranger has written is compared with it, and anything else is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from speccompile.diagnostics import quoted
from speccompile.regex import regex

Shape: TypeAlias = Callable[[Any], str | None]
"""What is wrong with a value; None for nothing."""

_LONGEST = 65536


def text(pattern: str = r"[^\x00]*") -> Shape:
    """A text that is wholly of *pattern*."""
    wanted = regex(pattern)
    said = "is not what is written here"
    return lambda value: (
        None
        if isinstance(value, str) and len(value) < _LONGEST and wanted.fullmatch(value)
        else f"{_short(value)} {said}"
    )


def number(least: int = 0) -> Shape:
    """A whole number."""
    return lambda value: (
        None if type(value) is int and value >= least else f"{_short(value)} is no number from {least} on"
    )


def exactly(*wanted: Any) -> Shape:
    """One of these, and of their type."""
    return lambda value: (
        None
        if any(type(value) is type(one) and value == one for one in wanted)
        else f"{_short(value)} is never written"
    )


def items(of: Shape) -> Shape:
    """A list of such."""

    def shape(value: Any) -> str | None:
        if not isinstance(value, list):
            return f"{_short(value)} is no list"
        return next(filter(None, map(of, value)), None)

    return shape


def mapping(needed: Mapping[str, Shape], further: Mapping[str, Shape] | None = None) -> Shape:
    """A mapping with all keys of *needed*, and any of *further*."""
    known = {**needed, **(further or {})}

    def problems(value: Mapping[str, Any]) -> Iterator[str]:
        yield from (f"`{_short(key)}` is never written" for key in value if key not in known)
        yield from (f"it has no `{key}`" for key in needed if key not in value)
        yield from (f"{key}: {wrong}" for key, one in value.items() if key in known and (wrong := known[key](one)))

    return lambda value: next(problems(value), None) if isinstance(value, dict) else f"{_short(value)} is no mapping"


def named(key: Shape, of: Shape) -> Shape:
    """A mapping whose keys and values are such."""

    def shape(value: Any) -> str | None:
        if not isinstance(value, dict):
            return f"{_short(value)} is no mapping"
        return next(filter(None, (key(one) or of(value[one]) for one in value)), None)

    return shape


def either(*shapes: Shape) -> Shape:
    """One of these; what is wrong is what the first says."""
    return lambda value: None if any(one(value) is None for one in shapes) else shapes[0](value)


def _short(value: object) -> str:
    return quoted(str(value)[:60])
