"""What a line of a unit says."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

Value: TypeAlias = Any
"""What a value says: a text, its parts with variables, words of such, or an argument vector."""


class Said(NamedTuple):
    """A line: section, key, what its value says."""

    section: str
    key: str
    value: Value
