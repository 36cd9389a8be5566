"""A part of a release as a text: the one that it is written as, and the reading of one that may be anybody's, since a store has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from speccompile.codes.releases import BAD_PART
from speccompile.errors import Refused
from speccompile.nesting import is_too_deep
from speccompile.source import Span

_FIX = "deploy again from the specs, which records a release of its own; and see who else can write to the store"


def canonical(found: Mapping[str, Any]) -> str:
    """The one text of *found*."""
    return json.dumps(found, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def read(content: bytes, place: str, strange: Callable[[Any], str | None]) -> dict[str, Any]:
    """What *content* from the *place* of a store says; raises ``Refused`` (SC701) where it is no JSON, or *strange* finds what the compiler never writes. That
    may take the form for granted: what it stumbles over is not of it."""
    problem: str | None
    found: Any = None
    try:
        text = content.decode("utf-8")
        if is_too_deep(text):
            raise ValueError("nested too deeply")
        found = json.loads(text)
        problem = strange(found)
    except (ValueError, RecursionError, TypeError, AttributeError, LookupError) as error:
        problem = str(error).split("\n")[0] or "not of the form"
    if problem:
        message = f"this is not what speccompile keeps of a service: {problem}"
        raise Refused([BAD_PART.at(Span(place), message, fix=_FIX)])
    checked: dict[str, Any] = found
    return checked
