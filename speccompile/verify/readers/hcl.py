"""A reader of HCL's native syntax (github.com/hashicorp/hcl, spec.md), strict: of the part that we write, and of nothing else.

Blocks and attributes, one a line; an expression is kept as its tokens, strings as their literal pieces and templates. Heredocs, comments of other
kinds than ``# …`` on a line of their own, and several things on one line are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from speccompile.diagnostics import quoted
from speccompile.record import record
from speccompile.regex import regex

_NAME = regex(r"[A-Za-z_][A-Za-z0-9_-]*")
_NUMBER = regex(r"\d+(?:\.\d+)?")
_OPERATOR = regex(r"=>|==|!=|<=|>=|&&|\|\||\.\.\.|[-+*/%<>!?:,.=()\[\]{}]")
_SPACE = regex(r"[ ]+")
_TEXT = regex(r'[^"$%\\]+')
_OPENING, _CLOSING = {"(": ")", "[": "]", "{": "}"}, frozenset(")]}")
_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "r": "\r"}


class Unreadable(ValueError):
    """The text is not such a file; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Template(NamedTuple):
    """``${…}`` in a string: its tokens."""

    tokens: tuple[Token, ...]


class Quoted(NamedTuple):
    """A quoted string: what is literal in it, and templates."""

    parts: tuple[str | Template, ...]


Token: TypeAlias = "str | Quoted"  # noqa: S105
"""A name, a number, an operator or a line break, as they stand there; or a string."""


@record()
class Attribute:
    """A value by a name: its tokens, and the line on which it begins."""

    tokens: tuple[Token, ...]
    line: int


@record()
class Block:
    """A block: its type, its labels, and what is in it."""

    kind: str
    labels: tuple[str, ...]
    attributes: Mapping[str, Attribute]
    blocks: tuple[Block, ...]
    line: int

    @property
    def address(self) -> tuple[str, ...]:
        """Its type and its labels."""
        return (self.kind, *self.labels)

    def value(self, name: str) -> tuple[Token, ...] | None:
        """The tokens of the attribute *name*, if it is there."""
        found = self.attributes.get(name)
        return found.tokens if found else None


@record()
class Document:
    """A file: its blocks, and its comment lines by number."""

    blocks: tuple[Block, ...]
    comments: tuple[tuple[int, str], ...]


def literal(tokens: tuple[Token, ...] | None) -> str | None:
    """The string that *tokens* are, when they are one without a template."""
    if tokens and len(tokens) == 1 and isinstance(tokens[0], Quoted):
        parts = tokens[0].parts
        if all(isinstance(part, str) for part in parts):
            return "".join(part for part in parts if isinstance(part, str))
    return None


def listed(tokens: tuple[Token, ...] | None) -> tuple[Token, ...] | None:
    """The items of a list of single tokens; None for anything else."""
    if not tokens or tokens[0] != "[" or tokens[-1] != "]":
        return None
    inner = tokens[1:-1]
    if any(between != "," for between in inner[1::2]) or "," in inner[::2] or (inner and len(inner) % 2 == 0):
        return None
    return inner[::2]


def read(text: str) -> Document:
    """The file *text*; raises ``Unreadable``."""
    if not text.endswith("\n"):
        raise Unreadable(text.count("\n") + 1, "the last line has no line feed")
    return _Reader(text).document()


class _Reader:
    """Reads one file, line by line."""

    def __init__(self, text: str) -> None:
        self._lines = text.removesuffix("\n").split("\n")
        self._at = 0
        self._comments: list[tuple[int, str]] = []

    def document(self) -> Document:
        attributes, blocks = self._body("")
        if attributes:
            raise Unreadable(next(iter(attributes.values())).line, "an attribute outside of every block")
        return Document(blocks, tuple(self._comments))

    def _body(self, indent: str) -> tuple[dict[str, Attribute], tuple[Block, ...]]:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        while self._at < len(self._lines):
            line, number = self._lines[self._at], self._at + 1
            if indent and line == f"{indent[2:]}}}":
                break
            self._at += 1
            if not line:
                continue
            if line != line.rstrip() or not line.startswith(indent) or line[len(indent)] == " ":
                raise Unreadable(number, "blanks that do not belong there")
            rest = line[len(indent) :]
            if rest.startswith("#"):
                if not re.match(r"#(?: \S|\Z)", rest):
                    raise Unreadable(number, "not a comment as we write them")
                self._comments.append((number, rest[1:].removeprefix(" ")))
                continue
            name = _NAME.match(rest)
            if name is None:
                raise Unreadable(number, f"neither an attribute nor a block: {quoted(rest)}")
            after = rest[name.end() :]
            if re.match(r" +=(?!=)", after):
                if name[0] in attributes:
                    raise Unreadable(number, f"{name[0]} is there twice")
                attributes[name[0]] = Attribute(self._value(after.lstrip()[1:], number), number)
            else:
                blocks.append(self._block(name[0], after, number, indent))
        return attributes, tuple(blocks)

    def _block(self, kind: str, after: str, number: int, indent: str) -> Block:
        found = re.fullmatch(r'((?: "[A-Za-z0-9_-]+")*) \{(\})?', after)
        if found is None:
            raise Unreadable(number, "not the beginning of a block")
        labels = tuple(re.findall(r'"([^"]*)"', found[1]))
        if found[2]:
            return Block(kind, labels, {}, (), number)
        attributes, blocks = self._body(f"{indent}  ")
        if self._at >= len(self._lines):
            raise Unreadable(number, "a block without an end")
        self._at += 1
        return Block(kind, labels, attributes, blocks, number)

    def _value(self, rest: str, number: int) -> tuple[Token, ...]:
        """The tokens of an expression that begins with *rest*, and goes on for as long as a bracket is open."""
        tokens: list[Token] = []
        depth: list[str] = []
        while True:
            for token in _tokens(rest, self._at):
                tokens.append(token)
                if isinstance(token, str) and token in _OPENING:
                    depth.append(_OPENING[token])
                elif isinstance(token, str) and token in _CLOSING and (not depth or depth.pop() != token):
                    raise Unreadable(self._at, "brackets that do not match")
            if not depth:
                break
            if self._at >= len(self._lines):
                raise Unreadable(number, "an expression without an end")
            tokens.append("\n")
            rest = self._lines[self._at]
            self._at += 1
        if not tokens:
            raise Unreadable(number, "an attribute without a value")
        return tuple(tokens)


def _tokens(text: str, number: int) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
        elif text[at] == '"':
            token, at = _string(text, at, number)
            yield token
        elif found := _NAME.match(text, at) or _NUMBER.match(text, at) or _OPERATOR.match(text, at):
            yield found[0]
            at = found.end()
        else:
            raise Unreadable(number, f"not understood: {quoted(text[at:])}")


def _string(text: str, at: int, number: int) -> tuple[Quoted, int]:
    """The string that begins at *at*, and where it ends."""
    parts: list[str | Template] = []
    plain: list[str] = []
    at += 1
    while at < len(text):
        character, two, three = text[at], text[at : at + 2], text[at : at + 3]
        if character == '"':
            if plain:
                parts.append("".join(plain))
            return Quoted(tuple(parts)), at + 1
        if three in ("$${", "%%{"):
            plain.append(three[1:])
            at += 3
        elif two == "${":
            if plain:
                parts.append("".join(plain))
                plain = []
            end = _closing(text, at + 2, number)
            parts.append(Template(tuple(_tokens(text[at + 2 : end], number))))
            at = end + 1
        elif two == "%{":
            raise Unreadable(number, "a directive in a string")
        elif character == "\\":
            if len(two) < 2 or two[1] not in _ESCAPES:
                raise Unreadable(number, "an escape that is not written there")
            plain.append(_ESCAPES[two[1]])
            at += 2
        else:
            found = _TEXT.match(text, at)
            plain.append(found[0] if found else character)
            at += len(plain[-1])
    raise Unreadable(number, "a string without an end")


def _closing(text: str, at: int, number: int) -> int:
    """Where the template that begins before *at* ends; strings in it may hold braces."""
    depth = 1
    while at < len(text):
        if text[at] == '"':
            _, at = _string(text, at, number)
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if not depth:
            return at
        at += 1
    raise Unreadable(number, "a template without an end")
