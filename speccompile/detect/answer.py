"""What the sources say of a path that is promised."""

from __future__ import annotations

from speccompile.record import record
from speccompile.source import Span


@record()
class Answer:
    """Whether a path can be routed: ``routed`` None where that cannot be told; ``why`` in words, and where that stands."""

    routed: bool | None
    why: str
    at: Span | None = None
