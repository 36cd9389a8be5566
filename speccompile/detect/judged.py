"""What evidence shows of a service, as a value."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.plan.assertions import Evidence
from speccompile.provenance import Cause
from speccompile.record import record

CODE = "SC371"
"""The rule that evidence is by (``lower.evidence``)."""


@record()
class Judged:
    """What the evidence of one service shows: whether each kind of proof stands, when the oldest of them was made, where that is written, the
    tests and proofs that name an assertion, by its id, and in ``lacks`` what is missing."""

    verified: bool
    dafny: bool
    tlc: bool
    at: str | None
    causes: tuple[Cause, ...]
    named: Mapping[str, tuple[str, ...]]
    lacks: Evidence
