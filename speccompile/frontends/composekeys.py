"""Keys of compose files that people write into deploy.yaml, and how the same is said here."""

from __future__ import annotations

import json
from collections.abc import Collection

from speccompile.regex import regex
from speccompile.spec.located import Located, LocatedList

_TAG = regex(r"[^\s@]*:([A-Za-z0-9_][A-Za-z0-9_.-]*)(?:@\S*)?\Z")
_PORT = regex(r"(?:.*:)?([0-9]{2,5})(?:/tcp)?\Z")


def said_here(key: str, value: object, free: Collection[str]) -> str | None:
    """The fix for *key* of a compose file with *value*, where one of the *free* keys says the same; None where none does."""
    match key, value:
        case "image", str() if "version" in free and (tag := _TAG.match(value)) and tag[1] != "latest":
            return f"write `version: {json.dumps(tag[1])}` instead; the catalogue has the image"
        case "image", str() if "version" in free:
            return "take it out; the catalogue has the image, and `version` chooses its tag"
        case "ports", LocatedList() if "port" in free and len(value) == 1 and (port := _PORT.match(str(value[0]))):
            return f"write `port: {port[1]}` instead: where the service itself listens"
        case "environment", Located() if "env" in free:
            return "did you mean env?"
        case "depends_on", LocatedList() if "needs" in free:
            return "did you mean needs?"
    return None
