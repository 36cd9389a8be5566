"""What every part of a plan has in common."""

from __future__ import annotations

from dataclasses import field

from speccompile.provenance import Origin
from speccompile.record import record

WHY = "why"
"""The mark of a field that says why, as ``origin`` does: it is no part of what a node says."""

UNSAID = "unsaid"
"""The mark of a field that is left out of a rendering where it is None: what is called by a digest of the plan must not be called another name because
a newer version knows of more."""


@record(kw_only=True)
class Node:
    """A part of the plan. Two nodes are equal when they say the same, whatever wanted them."""

    origin: Origin = field(compare=False, repr=False)
