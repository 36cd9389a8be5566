"""What is kept of one stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from speccompile.digests import digest
from speccompile.record import record

if TYPE_CHECKING:
    from speccompile.project.recorder import Trace


@record()
class Unit:
    """What a stage made, as bytes (``content``, whose digest is ``digest``), what it asked the tree for that, and the ``key`` of all else that it was
    made of."""

    key: str
    trace: Trace
    content: bytes
    digest: str

    @property
    def is_whole(self) -> bool:
        """Whether the bytes are those that were kept."""
        return digest(self.content) == self.digest
