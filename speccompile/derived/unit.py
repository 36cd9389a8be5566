"""What is kept of one stage."""

from __future__ import annotations

from speccompile.digests import digest_of
from speccompile.project.recorder import Trace
from speccompile.record import record


@record()
class Call:
    """What a stage called by ``name``: ``about`` what, what the ``answer`` was, and what the tree was asked for it."""

    name: str
    about: object
    answer: object
    trace: Trace


@record()
class Unit:
    """What a stage made, as bytes (``content``, whose digest is ``digest``), what it asked the tree for that, and the ``key`` of all else that it was
    made of. ``parts`` are the names of the units that it was put together of: what is in them is not in its bytes."""

    key: str
    trace: Trace
    content: bytes | memoryview
    digest: str
    parts: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the bytes are those that were kept."""
        return digest_of((self.content,)) == self.digest
