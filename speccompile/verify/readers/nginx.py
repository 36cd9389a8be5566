"""A reader of nginx configurations, after ``ngx_conf_file.c`` of nginx 1.28: the words that nginx itself would see.

Nothing is included and nothing is expanded: ``include`` is a directive like any other, ``$`` a character.
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
    r"""(?P<space>[ \t\r\n]+)
      | \#(?P<comment>[^\n]*)
      | (?P<mark>[;{}])
      | "(?P<double>(?:[^"\\]|\\.)*+)"(?=[ \t\r\n;{)])
      | '(?P<single>(?:[^'\\]|\\.)*+)'(?=[ \t\r\n;{)])
      | (?P<word>(?=[^"'])(?:\\.|\$\{*+|[^ \t\r\n;{\\$])++)(?=[ \t\r\n;{])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = regex(r"\\([\"'\\trn])")
_CONTROL = {"t": "\t", "r": "\r", "n": "\n"}


class NginxSyntaxError(ValueError):
    """The text is not an nginx configuration; ``line`` and ``column`` count from 1."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line, self.column = line, column


@record()
class Directive:
    """A directive: its words without quotes and escapes, its block when it has one. Equal is what says the same."""

    name: str
    args: tuple[str, ...]
    block: tuple[Directive, ...] | None
    line: int = field(compare=False)
    column: int = field(compare=False)


@record()
class Comment:
    """What stands behind a ``#`` up to the end of the line."""

    text: str
    line: int
    column: int


@record()
class Configuration:
    """The directives of the main context, and all comments wherever they stand."""

    directives: tuple[Directive, ...]
    comments: tuple[Comment, ...]


@record()
class _Token:
    """``mark`` is one of ``;{}``, or "" for a word, or ``#`` for a comment."""

    mark: str
    text: str
    line: int
    column: int


@dataclass(slots=True)
class _Open:
    """A block that is not closed yet, and the words and place of the directive that opened it."""

    words: list[_Token]
    inside: list[Directive] = field(default_factory=list)


@lru_cache(maxsize=32)
def read(text: str) -> Configuration:
    """The configuration in *text*; raises ``NginxSyntaxError``."""
    comments: list[Comment] = []
    stack = [_Open([])]
    words: list[_Token] = []
    end = (1, 1)
    for token in _tokens(text):
        end = (token.line, token.column)
        if token.mark == "#":
            comments.append(Comment(token.text, *end))
        elif not token.mark:
            words.append(token)
        elif (token.mark == "}") == bool(words):
            raise NginxSyntaxError(*end, f'unexpected "{token.mark}"')
        elif token.mark == "{":
            stack.append(_Open(words))
            words = []
        elif token.mark == ";":
            stack[-1].inside.append(_directive(words, None))
            words = []
        else:
            closed = stack.pop()
            if not stack:
                raise NginxSyntaxError(*end, 'unexpected "}"')
            stack[-1].inside.append(_directive(closed.words, tuple(closed.inside)))
    if words or len(stack) > 1:
        raise NginxSyntaxError(*end, "unexpected end of file, expecting " + ('";" or "}"' if words else '"}"'))
    return Configuration(tuple(stack[0].inside), tuple(comments))


def _directive(words: list[_Token], block: tuple[Directive, ...] | None) -> Directive:
    name, *args = words
    return Directive(name.text, tuple(arg.text for arg in args), block, name.line, name.column)


def _tokens(text: str) -> Iterator[_Token]:
    position, line, start = 0, 1, 0
    while position < len(text):
        column = position - start + 1
        match = _TOKEN.match(text, position)
        if match is None:
            raise NginxSyntaxError(
                line,
                column,
                f"a word that does not end as it should: {quoted(text[position : position + 20])}",
            )
        kind, value = match.lastgroup, match[match.lastgroup or 0]
        if kind == "mark":
            yield _Token(value, value, line, column)
        elif kind == "comment":
            yield _Token("#", value, line, column)
        elif kind != "space":
            yield _Token("", _ESCAPE.sub(lambda found: _CONTROL.get(found[1], found[1]), value), line, column)
        position = match.end()
        breaks = match[0].count("\n")
        line += breaks
        start = match.start() + match[0].rindex("\n") + 1 if breaks else start
