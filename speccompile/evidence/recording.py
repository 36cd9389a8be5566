"""The record of what verifiers said: specs/verification.json, whole and sealed."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from speccompile.spec.verification import VERSION, Run, Verification, seal


def text(runs: Sequence[Run]) -> str:
    """The file that holds *runs*."""
    said = {
        "version": VERSION,
        "seal": seal(tuple(runs)),
        "runs": [run.model_dump(mode="json", by_alias=True) for run in runs],
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def joined(old: Verification | None, new: Sequence[Run], services: Collection[str]) -> tuple[Run, ...]:
    """The *new* runs, which are of *services* and of the proofs, with the *old* ones of other services."""
    kept = (run for run in old.runs if run.service is not None and run.service not in services) if old else ()
    return tuple(sorted((*kept, *new), key=lambda run: (run.tool, run.service or "", run.command)))
