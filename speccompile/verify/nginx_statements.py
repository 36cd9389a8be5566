"""The directives of a file, each with the block that it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from speccompile.record import record
from speccompile.verify.readers.nginx import Directive, read

Where: TypeAlias = tuple[str, ...]
"""The blocks around a directive, the outermost first; a server is called by its names."""


@record()
class Statement:
    """A directive and where it stands; a block is a statement of its own, apart from what is in it."""

    where: Where
    name: str
    args: tuple[str, ...]

    def __str__(self) -> str:
        return (
            " ".join((self.name, *(arg or '""' for arg in self.args)))
            + f" in {' / '.join(self.where) or 'the main context'}"
        )


def found(directives: Iterable[Directive], where: Where = ()) -> Iterator[tuple[Statement, Directive]]:
    """Every directive in *directives* and below, with its statement."""
    for directive in directives:
        yield Statement(where, directive.name, directive.args), directive
        if directive.block is not None:
            yield from found(directive.block, (*where, title(directive)))


def title(directive: Directive) -> str:
    """What a block is called: its words, and for a server its names."""
    words = directive.args
    if directive.name == "server":
        words = tuple(arg for inner in directive.block or () if inner.name == "server_name" for arg in inner.args)
    return " ".join((directive.name, *words))


def statements(text: str) -> Iterator[Statement]:
    """The statements of *text*, a configuration."""
    return (statement for statement, _ in found(read(text).directives))
