"""Records as JSON, and back: by their types, and by nothing else.

A field that says what it says by default is left out. Where things come from (``origin``) is not written: what is read back comes from the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from speccompile.diagnostics import quoted
from speccompile.plan.node import WHY, Node
from speccompile.provenance import Origin


class Unfit(ValueError):
    """The data cannot be such a record; ``steps`` lead to where that is."""

    def __init__(self, message: str, *steps: str | int) -> None:
        super().__init__(message)
        self.steps = steps


def encoded(value: Any) -> Any:
    """*value*, a record or part of one, as JSON has it."""
    if is_dataclass(value) and not isinstance(value, type):
        said = ((one.name, getattr(value, one.name), one) for one in _said(type(value)))
        return {name: encoded(held) for name, held, one in said if one.default is MISSING or held != one.default}
    if isinstance(value, tuple):
        return [encoded(item) for item in value]
    return value


def decoded(kind: Any, value: Any, origin: Origin, at: tuple[str | int, ...]) -> Any:
    """*value*, which stands *at* these steps, as a *kind* that comes from *origin*; raises ``Unfit``."""
    if get_origin(kind) in (Union, UnionType):
        options = [one for one in get_args(kind) if one is not NoneType]
        return None if value is None and len(options) < len(get_args(kind)) else decoded(options[0], value, origin, at)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), value, origin, at)
    if is_dataclass(kind):
        return _record(kind, value, origin, at)
    if type(value) is not kind:
        raise Unfit(f"{quoted(str(value))} is no {_WORDS[kind]}", *at)
    return value


_WORDS = {str: "text", int: "whole number", bool: "true or false"}


def _tuple(kinds: tuple[Any, ...], value: Any, origin: Origin, at: tuple[str | int, ...]) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise Unfit("a list is expected", *at)
    if kinds[-1] is not ... and len(kinds) != len(value):
        raise Unfit(f"{len(kinds)} items are expected", *at)
    each = kinds[:1] * len(value) if kinds[-1] is ... else kinds
    return tuple(decoded(kind, one, origin, (*at, n)) for n, (kind, one) in enumerate(zip(each, value, strict=True)))


def _record(kind: Any, value: Any, origin: Origin, at: tuple[str | int, ...]) -> Any:
    if not isinstance(value, dict):
        raise Unfit("a mapping is expected", *at)
    known = {one.name: one for one in _said(kind)}
    for key in value:
        if key not in known:
            raise Unfit(f"nothing is called {quoted(key)} there", *at, key)
    missing = [name for name, one in known.items() if name not in value and one.default is MISSING]
    if missing:
        raise Unfit(f"{missing[0]} is missing", *at)
    hints = _hints(kind)
    read = {name: decoded(hints[name], held, origin, (*at, name)) for name, held in value.items()}
    return kind(**read, **({"origin": origin} if issubclass(kind, Node) else {}))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _said(kind: Any) -> tuple[Field[Any], ...]:
    """The fields of *kind* that say something, rather than why."""
    return tuple(_fields(kind))


def _fields(kind: Any) -> Iterator[Field[Any]]:
    return (one for one in fields(kind) if one.name != "origin" and WHY not in one.metadata)
