"""The lock file's JSON Schema, for editors and other programs; speccompile itself reads with ``lock_parser``."""

from __future__ import annotations

from typing import Any

from speccompile.lock_parser import QUESTIONS

_TEXT = {"type": "string"}
_DIGEST = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
_DIGEST_OR_ABSENT = {"type": "string", "pattern": "^(sha256:[0-9a-f]{64}|absent)$"}


def _record(description: str, **properties: dict[str, Any]) -> dict[str, Any]:
    """An object that has all of *properties* and nothing else."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _list(description: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _record(description, **properties)}


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "speccompile.lock, format 1",
    **_record(
        "What speccompile generated from what. Written by `speccompile generate`, not by hand.",
        lock={"const": 1, "type": "integer", "description": "The version of this format."},
        seal={**_DIGEST, "description": "The digest of this text with an empty seal."},
        tool={**_TEXT, "description": "The version of speccompile."},
        output={**_TEXT, "description": "The output directory as seen from the project; empty: the project itself."},
        options=_record(
            "The options of the command that wrote this.",
            output={"type": ["string", "null"], "description": "What -o named, as seen from the project."},
            targets={"type": "array", "items": _TEXT, "uniqueItems": True},
            allow_unverified={"type": "boolean"},
        ),
        inputs=_list("A spec file that was read or looked for.", path=_TEXT, digest=_DIGEST_OR_ABSENT),
        questions=_list(
            "A question that the source tree was asked, and its answer: yes, no, absent or a digest.",
            path=_TEXT,
            kind={"enum": sorted(QUESTIONS)},
            answer=_TEXT,
        ),
        versions=_list("A version that was chosen, and who chose it.", name=_TEXT, value=_TEXT, source=_TEXT),
        files=_list("A generated file.", path={**_TEXT, "minLength": 1}, digest=_DIGEST),
    ),
}
