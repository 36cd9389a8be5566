"""Lines of a Caddyfile as a plan implies them."""

from __future__ import annotations

from speccompile.provenance import Origin
from speccompile.record import record


@record()
class Wanted:
    """The words of a line, why it has to be there, and what stands in its block when it has one."""

    words: tuple[str, ...]
    origin: Origin
    block: tuple[Wanted, ...] | None = None


def line(origin: Origin, text: str, *words: str) -> Wanted:
    """A line of the words of *text*, which none of them has a space in, and *words* behind it."""
    return Wanted((*text.split(), *words), origin)


def block(origin: Origin, text: str, *inside: Wanted) -> Wanted:
    """The words of *text*, and *inside* them."""
    return Wanted(tuple(text.split()), origin, inside)
