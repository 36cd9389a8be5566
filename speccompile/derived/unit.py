"""What is kept of one stage."""

from __future__ import annotations

from speccompile.derived.stored import Held, Stored
from speccompile.digests import digest
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
    made of. ``parts`` are the names of the units that it was put together of: what is in them is not in its bytes. ``called`` is what the tree was asked
    by each of the calls in it."""

    key: str
    trace: Trace
    content: Held | Stored
    digest: str
    parts: tuple[str, ...] = ()
    called: tuple[Trace, ...] = ()

    def whole(self) -> bytes | None:
        """The bytes, where they are those that were kept."""
        content = self.content.read()
        return content if digest(content) == self.digest else None


def unit(key: str, trace: Trace, content: bytes, parts: tuple[str, ...] = (), called: tuple[Trace, ...] = ()) -> Unit:
    """What a stage has just made."""
    return Unit(key, trace, Held(content), digest(content), parts, called)
