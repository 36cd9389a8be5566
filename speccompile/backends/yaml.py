"""The only writer of YAML: objects in, text and line map out; nothing is templated.

It writes block mappings and lists, plain and double-quoted scalars and literal blocks, nothing else, in ruamel.yaml's layout;
writing line by line is what makes the line map, and a tenth of the time that ruamel takes to write and to find the lines
again. Values that YAML 1.1 or 1.2 would read as something else than the string they are get double quotes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from speccompile.backends.escape.text import one_line
from speccompile.provenance import Origin
from speccompile.record import record
from speccompile.regex import regex

Value: TypeAlias = "Mapping[str, Entry] | list[Entry] | tuple[Entry, ...] | str | int | float | bool | None"


class Block(str):
    """Lines of our own (a script), written as a literal block; each ends in a line feed and none in a space."""

    __slots__ = ()


@record()
class Entry:
    """A value with the origin of the node that wants it; a comment stands at the end of the line of a scalar."""

    value: Value
    origin: Origin
    comment: str = ""


Lines: TypeAlias = "list[tuple[str, Origin]]"
"""Lines of text, each with why it is there."""

# Plain only where no YAML version has a second reading: starts with a letter, / or ./, and is no boolean, null, number, time or end.
_PLAIN = regex(r"(?:[A-Za-z/$]|[.]{1,2}(?=/|\Z))[A-Za-z0-9_/.$@{}+-]*(?::[A-Za-z0-9_/.$@{}+-]+)*\Z")
_RESERVED = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"])
_NUMBER_LIKE = regex(r"[.]?(?:inf|nan|\d)", re.IGNORECASE)
_SCALARS = (str, int, float, type(None))
_WIDTH = 160
_LONGEST_PLAIN = 100  # plain and simple keys cannot be broken across lines
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0"}


def render(root: Entry, header: Sequence[tuple[str, Origin]]) -> tuple[str, dict[int, tuple[Origin, ...]]]:
    """*root*, a mapping, as a YAML document below *header*, a block of comment lines.

    Returns the text and for each line number the origins of that line, innermost first.
    """
    lines: Lines = [*((f"# {line}", origin) for line, origin in header), ("---", root.origin)]
    _block(root, 0, lines)
    return "".join(f"{line}\n" for line, _ in lines), {n: (origin,) for n, (_, origin) in enumerate(lines, start=1)}


def _block(entry: Entry, indent: int, lines: Lines) -> None:
    """Add the lines of a mapping or a list with something in it; its keys or dashes stand at *indent*."""
    lead = " " * indent
    if isinstance(entry.value, Mapping):
        for key, child in entry.value.items():
            name = _quoted(key, None, 0) if _needs_quotes(key) else key
            _child(f"{lead}{name}:", child, indent + 2, lines)
    elif isinstance(entry.value, list | tuple):
        for child in entry.value:
            at = len(lines)
            _child(f"{lead}  -", child, indent + 4, lines)
            if child.value and not isinstance(child.value, _SCALARS):
                # The first line of a collection in a list stands beside the dash.
                (dash, _), (first, origin) = lines[at : at + 2]
                lines[at : at + 2] = [(f"{dash}{first[len(dash) :]}", origin)]


def _child(head: str, entry: Entry, indent: int, lines: Lines) -> None:
    """Add the lines of *entry* after *head*, its key or dash; what is in it stands at *indent*."""
    value, origin = entry.value, entry.origin
    if value and not isinstance(value, _SCALARS):
        lines.append((head, origin))
        _block(entry, indent if isinstance(value, Mapping) else indent - 2, lines)
    elif isinstance(value, Block):
        lines.append((f"{head} |", origin))
        lines += ((f"{' ' * indent}{line}".rstrip(), origin) for line in value.removesuffix("\n").split("\n"))
    else:
        text = _scalar(value, len(head) + 1, indent)
        comment = f"  # {one_line(entry.comment)}" if entry.comment else ""
        lines += ((line, origin) for line in f"{head} {text}{comment}".rstrip().split("\n"))


def _scalar(value: Value, column: int, indent: int) -> str:
    if isinstance(value, str):
        return _quoted(value, column, indent) if _needs_quotes(value) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return "" if value is None else "{}" if isinstance(value, Mapping) else "[]"


@lru_cache(maxsize=4096)
def _needs_quotes(text: str) -> bool:
    ambiguous = text.lower() in _RESERVED or bool(_NUMBER_LIKE.match(text))
    return ambiguous or len(text) > _LONGEST_PLAIN or not _PLAIN.match(text)


def _quoted(text: str, column: int | None, indent: int) -> str:
    """*text* in double quotes (YAML 1.1 and 1.2, "double-quoted style").

    Beginning at *column* it is broken between any two characters before a line gets too long, and goes on at *indent*; an
    escaped line break is no character of it, and a blank that begins a line is escaped. None: it stays on its line.
    """
    if text.isprintable() and '"' not in text and "\\" not in text and (column or 0) + len(text) < _WIDTH - 30:
        return f'"{text}"'
    written, before, at = ['"'], "", 1 if column is None else column + 1
    for character in text:
        piece = _ESCAPED.get(character) or (character if character.isprintable() else _by_number(character))
        if column is not None and (at >= _WIDTH or (before == " " and at >= _WIDTH - 30)):
            written.append(f"\\\n{' ' * indent}")
            at = indent
            piece = f"\\{piece}" if character == " " else piece
        written.append(piece)
        at, before = at + len(piece), character
    return "".join((*written, '"'))


def _by_number(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
