"""The lock file's JSON Schema, for editors and other programs; speccompile itself reads with ``lock_parser``."""

from __future__ import annotations

from typing import Any

from speccompile.lock import VERSION

_TEXT = {"type": "string"}
_DIGEST = "sha256:[0-9a-f]{64}"
_PROPERTIES: dict[str, Any] = {
    "lock": {"const": VERSION, "type": "integer", "description": "The version of this format."},
    "tool": {**_TEXT, "description": "The version of speccompile."},
    "output": {**_TEXT, "description": "The output directory as seen from the project; empty: the project itself."},
    "inputs": {
        "type": "object",
        "description": "The spec files that were read or looked for, each with the digest of its bytes.",
        "additionalProperties": {"type": "string", "pattern": f"^({_DIGEST}|absent)$"},
    },
    "versions": {
        "type": "array",
        "items": {
            "type": "object",
            "description": "A version that was chosen, and who chose it.",
            "properties": {"name": _TEXT, "value": _TEXT, "source": _TEXT},
            "required": ["name", "source", "value"],
            "additionalProperties": False,
        },
    },
    "files": {
        "type": "object",
        "description": "The generated files, by their paths from the project, each with its digest.",
        "propertyNames": {"minLength": 1},
        "additionalProperties": {"type": "string", "pattern": f"^{_DIGEST}$"},
    },
}

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": f"speccompile.lock, format {VERSION}",
    "description": "What speccompile generated from what. Written by `speccompile generate`, not by hand; it steers nothing.",
    "type": "object",
    "properties": _PROPERTIES,
    "required": sorted(_PROPERTIES),
    "additionalProperties": False,
}
