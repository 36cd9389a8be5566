"""The specs that ``init`` writes for a project that has none: proposals, for people to settle."""

from __future__ import annotations

import json
from typing import Any

from speccompile.vocabulary import ArchetypeName

_COMMON = (
    (
        "The process ends by itself within 10 seconds of SIGTERM, after finishing work in hand (graceful shutdown)",
        "liveness",
    ),
    ("Uses at most 512 MB of memory", "safety"),
)
_HEALTH = "GET {health}"
_BY_ARCHETYPE: dict[str, tuple[tuple[str, str], ...]] = {
    "web-service": (
        (_HEALTH + " answers 200 while the service can do its work (health endpoint)", "liveness"),
        ("Requests are answered within 30 seconds or time out", "liveness"),
        ("Request bodies are at most 1 MB", "safety"),
        *_COMMON,
    ),
    "cli-tool": (
        ("Exits with 0 exactly when the command succeeded", "safety"),
        ("Results go to standard output, messages to standard error", "safety"),
    ),
    "data-pipeline": (
        ("A run that is interrupted resumes from its last checkpoint", "liveness"),
        ("Only one run at a time processes records", "mutual-exclusion"),
        *_COMMON,
    ),
    "worker": (
        ("Work that is interrupted is taken up again", "liveness"),
        *_COMMON,
    ),
    "grpc": _COMMON,
    "library": (("The public interface keeps its types between minor versions", "safety"),),
}


def manifest(archetype: ArchetypeName, like: str | None, boundaries: tuple[str, ...], health: str | None) -> str:
    """A manifest for *archetype*, with assertions that are usual for it, or for what *like* says that it is, all proposed, none confirmed. A path that
    tells whether it is well is promised where the sources route one (*health*)."""
    usual = [one for one in _BY_ARCHETYPE[like or archetype] if health or not one[0].startswith(_HEALTH)]
    assertions: list[dict[str, Any]] = [
        {
            "id": f"A-{number:03d}",
            "natural": natural.format(health=health),
            "type": kind,
            "category": "behavior",
            "status": "proposed",
            "source": "speccompile init",
            "dependencies": [],
            "tags": [],
        }
        for number, (natural, kind) in enumerate(usual, start=1)
    ]
    document = {
        "version": "0.1.0",
        "archetype": archetype,
        "domains": [],
        "actors": [],
        "capabilities": {},
        "boundaries": list(boundaries),
        "constraints": [],
        "assertions": assertions,
        "metadata": {"created": None, "lastModified": None, "lastVerified": None},
    }
    return json.dumps(document, indent=2) + "\n"
