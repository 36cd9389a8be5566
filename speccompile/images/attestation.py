"""What is attested of an image: an in-toto statement (version 1) whose subject is the image by its digest.

It is not signed: it says what whoever could push it said, as the labels do, but of one manifest and at length.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://spec-driven.com/attestation/assertions/v1"
MEDIA_TYPE = "application/vnd.in-toto+json"


def statement(name: str, digest: str, predicate: Mapping[str, Any]) -> dict[str, Any]:
    """The statement that *predicate* holds of the image *name* with *digest*."""
    algorithm, _, value = digest.partition(":")
    subject = [{"name": name, "digest": {algorithm: value}}]
    return {"_type": STATEMENT, "subject": subject, "predicateType": PREDICATE, "predicate": dict(predicate)}


def written(said: Mapping[str, Any]) -> bytes:
    """A statement as it is stored: the same statement, the same bytes."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read(content: bytes, digest: str) -> dict[str, Any] | None:
    """The predicate of the statement in *content*; None where it is no such statement, or one about another image than *digest*."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("_type") != STATEMENT or said.get("predicateType") != PREDICATE:
        return None
    algorithm, _, value = digest.partition(":")
    subjects = said.get("subject")
    named = [one.get("digest") for one in subjects if isinstance(one, dict)] if isinstance(subjects, list) else []
    predicate = said.get("predicate")
    about = any(isinstance(one, dict) and one.get(algorithm) == value for one in named)
    return predicate if about and isinstance(predicate, dict) else None
