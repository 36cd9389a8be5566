"""A reader of Caddyfiles, after ``caddyconfig/caddyfile`` of Caddy 2.11: the words that Caddy itself would see, line by line.

Nothing is imported and nothing expanded: ``import`` is a word like any other. Text in backquotes has lines of its own. Refused is what we never write and
Caddy would read in a way of its own: here-documents, variables of the environment, quotes that are not a word of their own, words behind a closing brace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from speccompile.diagnostics import quoted
from speccompile.record import record
from speccompile.regex import regex

_TOKEN = regex(
    r"""[ \t]*(?:
        \#(?P<comment>[^\n]*)\Z
      | `(?P<raw>[^`]*+)`(?=[ \t]|\Z)
      | "(?P<quoted>(?:[^"\\]|\\.)*+)"(?=[ \t]|\Z)
      | (?P<word>[^\s"`#<][^\s"`]*+)(?=[ \t]|\Z)
      | (?P<end>\Z))""",
    re.VERBOSE,
)

# A text in backquotes that is begun as a word and does not end; no comment, no text in quotes.
_BEGUN = regex(r"""\A(?:[ \t]*(?:"(?:[^"\\]|\\.)*+"|`[^`]*+`|[^\s"`#<][^\s"`]*+)(?=[ \t]))*+[ \t]*`[^`]*\Z""")


class CaddyfileSyntaxError(ValueError):
    """The text is not a Caddyfile as we write them; ``line`` and ``column`` count from 1."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line, self.column = line, column


@record()
class Directive:
    """The words of a line without quotes, and the lines of its block when it has one. Equal is what says the same."""

    words: tuple[str, ...]
    block: tuple[Directive, ...] | None
    line: int = field(compare=False)

    @property
    def name(self) -> str:
        """Its first word; "" of the options that hold for all sites."""
        return self.words[0] if self.words else ""

    @property
    def args(self) -> tuple[str, ...]:
        """The others."""
        return self.words[1:]


@record()
class Comment:
    """What stands behind a ``#`` up to the end of the line."""

    text: str
    line: int
    column: int


@record()
class Caddyfile:
    """The options and the sites, and all comments wherever they stand."""

    blocks: tuple[Directive, ...]
    comments: tuple[Comment, ...]


@dataclass(slots=True)
class _Open:
    """A block that is not closed yet, and the words and the line that opened it."""

    words: tuple[str, ...]
    line: int
    inside: list[Directive] = field(default_factory=list)


@lru_cache(maxsize=32)
def read(text: str) -> Caddyfile:
    """The Caddyfile in *text*; raises ``CaddyfileSyntaxError``."""
    if not text.endswith("\n"):
        raise CaddyfileSyntaxError(text.count("\n") + 1, 1, "the last line has no end")
    comments: list[Comment] = []
    stack = [_Open((), 0)]
    number = 0
    for number, line in _lines(text):
        words = list(_words(line, number, comments))
        marks = [word for word, bare in words if bare and word in ("{", "}")]
        if not words:
            continue
        if words == [("}", True)]:
            closed = stack.pop()
            if not stack:
                raise CaddyfileSyntaxError(number, 1, "a brace is closed that was not opened")
            stack[-1].inside.append(Directive(closed.words, tuple(closed.inside), closed.line))
        elif marks == ["{"] and words[-1] == ("{", True):
            stack.append(_Open(tuple(word for word, _ in words[:-1]), number))
        elif marks:
            raise CaddyfileSyntaxError(number, 1, f"a brace in the middle of a line: {quoted(line)}")
        else:
            stack[-1].inside.append(Directive(tuple(word for word, _ in words), None, number))
    if len(stack) > 1:
        raise CaddyfileSyntaxError(number, 1, "a block does not end")
    return Caddyfile(tuple(stack[0].inside), tuple(comments))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of *text* by their numbers; one in which a text in backquotes begins goes to where that ends."""
    lines = enumerate(text.split("\n")[:-1], start=1)
    for number, line in lines:
        whole = line
        while _BEGUN.search(whole):
            _, more = next(lines, (0, None))
            if more is None:
                raise CaddyfileSyntaxError(number, 1, "a text in backquotes does not end")
            whole = f"{whole}\n{more}"
        yield number, whole


def _words(line: str, number: int, comments: list[Comment]) -> Iterator[tuple[str, bool]]:
    """The words of *line*, each with whether it stands without quotes."""
    if "{$" in line:
        raise CaddyfileSyntaxError(number, line.index("{$") + 1, "a variable of the environment")
    position = 0
    while position < len(line):
        match = _TOKEN.match(line, position)
        if match is None:
            shown = quoted(line[position : position + 20])
            raise CaddyfileSyntaxError(number, position + 1, f"a word that does not end as it should: {shown}")
        if match.lastgroup == "comment":
            comments.append(Comment(match["comment"], number, match.start("comment")))
        elif match.lastgroup == "raw":
            yield match["raw"], False
        elif match.lastgroup == "quoted":
            yield match["quoted"].replace('\\"', '"'), False
        elif match.lastgroup == "word":
            yield match["word"], True
        position = match.end()


def everything(blocks: tuple[Directive, ...]) -> Iterator[Directive]:
    """All of *blocks* and what is in them, in the order of the lines."""
    for one in blocks:
        yield one
        if one.block is not None:
            yield from everything(one.block)


def named(directives: tuple[Directive, ...] | None, name: str) -> tuple[Directive, ...]:
    """Those of *directives* that are called *name*."""
    return tuple(one for one in directives or () if one.name == name)
