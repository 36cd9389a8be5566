"""A reader of compose's interpolation (Compose Specification, "Interpolation"): what a value says, and what it asks of the operator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from speccompile.record import record
from speccompile.regex import regex

_REFERENCE = regex(r"([A-Za-z_][A-Za-z0-9_]*)(:[-?+])?")


@record()
class Reference:
    """``${name:?text}``, ``${name:-text}`` or ``${name:+text}``; a reference without an operator has an empty one."""

    name: str
    operator: str
    text: Parts


Parts: TypeAlias = "tuple[str | Reference, ...]"


def read(value: str) -> Parts:
    """The literal pieces and the references of *value*; raises ``ValueError`` when compose could not read it."""
    if "$" not in value:
        return (value,) if value else ()
    parts, end = _parts(value, 0, nested=False)
    if end != len(value):
        raise ValueError(f"unbalanced braces in {value!r}")
    return parts


def references(parts: Parts) -> Iterator[Reference]:
    """Every reference in *parts*, also those inside of others."""
    for part in parts:
        if isinstance(part, Reference):
            yield part
            yield from references(part.text)


def _parts(value: str, position: int, *, nested: bool) -> tuple[Parts, int]:
    """The parts from *position* on, up to the closing brace when they are *nested*, and where they end."""
    found: list[str | Reference] = []
    literal = ""
    while position < len(value) and not (nested and value[position] == "}"):
        if value.startswith("$$", position):
            literal, position = literal + "$", position + 2
        elif value[position] == "$":
            reference, position = _reference(value, position)
            found += [literal, reference] if literal else [reference]
            literal = ""
        else:
            literal, position = literal + value[position], position + 1
    return (*found, literal) if literal else tuple(found), position


def _reference(value: str, position: int) -> tuple[Reference, int]:
    match = _REFERENCE.match(value, position + 2) if value.startswith("${", position) else None
    if not match:
        raise ValueError(f"a $ that is neither doubled nor begins a reference in {value!r}")
    text, end = _parts(value, match.end(), nested=True)
    if end >= len(value) or (text and not match[2]):
        raise ValueError(f"a reference that is not closed in {value!r}")
    return Reference(match[1], match[2] or "", text), end + 1
