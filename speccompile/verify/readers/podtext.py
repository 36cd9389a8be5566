"""A reader of texts in which a cluster puts variables (``$(NAME)``), as Kubernetes' own expansion reads them."""

from __future__ import annotations

import re
from typing import TypeAlias

from speccompile.diagnostics import quoted
from speccompile.record import record
from speccompile.regex import regex

_PIECE = regex(r"\$\$|\$\((?P<name>[^)]*)\)|\$|[^$]+", re.DOTALL)
_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*")


@record()
class Reference:
    """The value of the variable ``name``."""

    name: str


Parts: TypeAlias = "tuple[str | Reference, ...]"


def read(text: str) -> Parts:
    """The parts of *text*, texts joined; raises ``ValueError`` for a ``$`` that is neither doubled nor begins a reference."""
    parts: list[str | Reference] = []
    for piece in _PIECE.finditer(text):
        if piece[0] == "$" or (piece["name"] is not None and not _NAME.fullmatch(piece["name"])):
            raise ValueError(f"{quoted(text)} has a $ that is neither doubled nor a reference")
        one = Reference(piece["name"]) if piece["name"] is not None else "$" if piece[0] == "$$" else piece[0]
        if isinstance(one, str) and parts and isinstance(parts[-1], str):
            parts[-1] += one
        else:
            parts.append(one)
    return tuple(parts)
