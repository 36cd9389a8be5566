"""A strict reader of units of systemd and quadlet: what we write, and nothing that could be read in two ways.

Comments stand at the head, sections have a name of their own, a line is ``Key=Value`` (of a list ``Key=``, which takes back what was said before), nothing
goes on in the next line. Values are read by what
takes them: as they stand, as words in double quotes with the escapes of C (systemd.syntax(7)), as JSON; specifiers (``%``) and, where a command line
is made of a value, variables (``$``) are told from doubled characters (systemd.unit(5), systemd.service(5)).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from speccompile.record import record
from speccompile.regex import regex

_SECTION = regex(r"\[([A-Z][A-Za-z]*)\]")
_ENTRY = regex(r"([A-Z][A-Za-z]*)=(.*)")
_ESCAPES = {'"': '"', "\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_WORD = regex(r'"((?:[^"\\]|\\.)*)"|([^\s"\\]+)')
_ESCAPE = regex(rb"\\(x([0-9a-f]{2})|.)", re.DOTALL)
_DOLLAR = regex(r"\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|(\$)")


class Unreadable(ValueError):
    """The text is not such a unit; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Unescaped(ValueError):
    """A ``%`` or ``$`` that means something, and is none of ours; or quotes that do not close."""


@record()
class Variable:
    """What systemd puts the value of a variable in for."""

    name: str


Parts: TypeAlias = tuple[str | Variable, ...]


@record()
class Entry:
    """A line: its section, its key, its value as it is written."""

    section: str
    key: str
    value: str
    line: int


@record()
class Unit:
    """A unit: the comments at its head, and its lines."""

    comments: tuple[str, ...]
    entries: tuple[Entry, ...]

    def values(self, section: str, key: str) -> tuple[str, ...]:
        """All values of *key*, as they are written."""
        return tuple(one.value for one in self.entries if (one.section, one.key) == (section, key))

    def value(self, section: str, key: str) -> str | None:
        """The last value of *key*, which is the one that counts; None where there is none."""
        found = self.values(section, key)
        return found[-1] if found else None


@lru_cache(maxsize=64)
def read(text: str) -> Unit:
    """The unit in *text*; raises ``Unreadable``."""
    *lines, last = text.split("\n")
    if last:
        raise Unreadable(len(lines) + 1, "the last line does not end")
    comments: list[str] = []
    entries: list[Entry] = []
    section, seen = "", set[str]()
    for number, line in enumerate(lines, start=1):
        if line != line.strip() or line.endswith("\\") or not line.isprintable():
            raise Unreadable(number, "blanks around a line, a line that goes on, or characters that nobody sees")
        if line.startswith("# ") and not section:
            comments.append(line[2:])
        elif match := _SECTION.fullmatch(line):
            section = match[1]
            if section in seen:
                raise Unreadable(number, f"a second section {section}")
            seen.add(section)
        elif section and (match := _ENTRY.fullmatch(line)):
            entries.append(Entry(section, match[1], match[2], number))
        elif line:
            raise Unreadable(number, "neither a comment at the head, a section nor a key with a value")
    return Unit(tuple(comments), tuple(entries))


def plain(value: str) -> str:
    """What *value* says where only specifiers mean something; raises ``Unescaped`` for one."""
    if "%" not in value:
        return value
    if re.search(r"(?<!%)(?:%%)*%(?!%)", value):
        raise Unescaped(f"a specifier in {value}")
    return value.replace("%%", "%")


def parts(value: str) -> Parts:
    """What *value* says in a command line; raises ``Unescaped``."""
    found: list[str | Variable] = []
    at, text = 0, plain(value)
    if "$" not in text:
        return (text,) if text else ()
    for match in _DOLLAR.finditer(text):
        if match[2]:
            raise Unescaped(f"a dollar sign that begins no variable in {value}")
        found += [text[at : match.start()], Variable(match[1]) if match[1] else "$"]
        at = match.end()
    return joined((*found, text[at:]))


def joined(pieces: Parts) -> Parts:
    """*pieces* with neighbouring texts made one, and none that are empty."""
    done: list[str | Variable] = []
    for piece in pieces:
        if isinstance(piece, str) and done and isinstance(done[-1], str):
            done[-1] += piece
        elif piece != "":
            done.append(piece)
    return tuple(done)


def words(value: str) -> tuple[str, ...]:
    """The words of *value*, without their quotes; ``Unescaped`` where something is left over."""
    return tuple(_words(value))


def _words(value: str) -> Iterator[str]:
    at = 0
    while at < len(value):
        match = _WORD.match(value, at)
        if not match or value[match.end() : match.end() + 1] not in ("", " "):
            raise Unescaped(f"quotes that do not close, or a word beside another, in {value}")
        yield _unescaped(match[1]) if match[2] is None else match[2]
        at = match.end() + 1


def _unescaped(text: str) -> str:
    """Without the escapes of C; bytes by their number are those of UTF-8."""

    def one(match: re.Match[bytes]) -> bytes:
        if match[2]:
            return bytes.fromhex(match[2].decode())
        escape = match[1].decode(errors="replace")
        if escape not in _ESCAPES:
            raise Unescaped(f"an escape that means nothing: \\{escape}")
        return _ESCAPES[escape].encode()

    return _ESCAPE.sub(one, text.encode()).decode(errors="replace")


def argv(value: str) -> tuple[str, ...]:
    """The argument vector in *value*, JSON in a command line; raises ``Unescaped`` where it is none, or asks for a variable."""
    (text,) = found if len(found := parts(value)) == 1 else ("",)
    try:
        vector = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        vector = None
    if not isinstance(vector, list) or not vector or not all(isinstance(word, str) for word in vector):
        raise Unescaped(f"no argument vector: {value}")
    return tuple(vector)
