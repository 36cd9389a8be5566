"""A status in a manifest's text: nothing else of the text changes."""

from __future__ import annotations

import json
from typing import Any

from speccompile.frontends import jsontext
from speccompile.regex import regex
from speccompile.spec.located import Located, LocatedList, SourceText

_STRING = regex(r'"(?:[^"\\]|\\.)*"')


def status_of(text: str, assertion: str) -> str | None:
    """The status that a manifest gives *assertion*; None where it has none of that id, or cannot be read."""
    found = _entry(_read(text), assertion)
    return str(found.get("status")) if found is not None else None


def with_status(text: str, assertion: str, status: str) -> str | None:
    """*text*, a manifest, with that *status* of *assertion*; None where there is no such place in it."""
    entry = _entry(_read(text), assertion)
    written = _STRING.match(text, entry.values_at["status"]) if entry is not None and "status" in entry else None
    if written is None:
        return None
    changed = f"{text[: written.start()]}{json.dumps(status)}{text[written.end() :]}"
    return changed if status_of(changed, assertion) == status else None


def _read(text: str) -> Any:
    return jsontext.read(SourceText("assertions.json", text))[0]


def _entry(raw: Any, assertion: str) -> Located | None:
    every = raw.get("assertions") if isinstance(raw, Located) else None
    found = (one for one in (every if isinstance(every, LocatedList) else ()) if isinstance(one, Located))
    return next((one for one in found if one.get("id") == assertion), None)
