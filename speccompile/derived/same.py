"""Whether two values are the same in all that they have in them."""

from __future__ import annotations

from types import FunctionType
from typing import Any

_SIMPLE = (str, bytes, int, float, frozenset, set, type, FunctionType)


def same(one: Any, other: Any) -> bool:
    """Whether *one* and *other* are of the same class, and all that they are made of is the same, as pickle takes them apart. To be equal is less: two
    parts of a plan are equal whatever wanted them, two mappings wherever their keys stood."""
    return _same(one, other, {})


def _same(one: Any, other: Any, known: dict[tuple[int, int], tuple[Any, Any]]) -> bool:
    """*known* are the pairs that were compared: what many parts share is looked at once."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if one is None or isinstance(one, _SIMPLE):
        return bool(one == other)
    if (id(one), id(other)) in known:
        return True
    known[id(one), id(other)] = one, other  # kept, as another value may be where one was that is no more
    if type(one) not in (tuple, list):
        one, other = _parts(one), _parts(other)
    return len(one) == len(other) and all(_same(a, b, known) for a, b in zip(one, other, strict=True))


def _parts(one: Any) -> list[Any]:
    if type(one) is dict:
        return [part for item in one.items() for part in item]
    made_by, values, *rest = one.__reduce_ex__(5)
    return [made_by, *values, *([*part] if hasattr(part, "__next__") else part for part in rest)]
