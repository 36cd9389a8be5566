"""Reads YAML as a CI system does, and line by line as it is laid out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from speccompile.nesting import is_too_deep
from speccompile.record import record
from speccompile.regex import regex
from speccompile.verify.readers.yaml_layout import in_layout

_LINE = regex(
    r"(?P<lead> *(?:- )?)(?:(?P<key>\"(?:[^\"\\]|\\.)*\"|[^\s\"#:]+):(?= |\Z) ?)?"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|(?:(?! #)[^\"])*)(?P<comment>  # .*)?\Z"
)
_JSON = ('"', "{", *"0123456789")
_MISSING = object()
_BLOCK = regex(r"(?P<lead> *(?:- )?)[A-Za-z-]+: (?P<sign>\|)\Z")
_COMMENT = regex(r"([^\"#|]*[^\"#| ])  # [^\"]*\Z")


class Unreadable(Exception):
    """The text is not one YAML document; ``line`` counts from 1, 0 when unknown."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@record()
class Row:
    """A line as it should be: what comes before the key or item, the key, the value (None: nothing), a comment.

    ``verbatim`` is the whole line of a literal block instead.
    """

    lead: str
    key: str | None = None
    value: str | None = None
    comment: str = ""
    verbatim: str | None = None


def load(text: str) -> object:
    """The value of the one document in *text*; keys that stand twice are refused."""
    if is_too_deep(text):
        raise Unreadable("nested too deeply", 0)
    plain = _without_blocks(text)
    written = in_layout(plain) if plain is not None else None
    if written is not None:
        return written[0]
    try:
        return YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        raise Unreadable(str(error.problem), error.problem_mark.line + 1 if error.problem_mark else 0) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(str(error), 0) from None


def _without_blocks(text: str) -> str | None:
    """*text* with literal blocks as texts in double quotes and without comments behind values, as it is read much faster so; None where a block is none
    that every reader takes alike."""
    made: list[str] = []
    lines, at = text.split("\n"), 0
    while at < len(lines):
        line = lines[at]
        at += 1
        block = _BLOCK.match(line)
        if block is None:
            comment = _COMMENT.match(line)
            made.append(comment[1] if comment else line)
            continue
        lead = " " * (len(block["lead"]) + 2)
        begin = at
        while at < len(lines) and lines[at].startswith(lead):
            at += 1
        content = [one[len(lead) :] for one in lines[begin:at]]
        ends = not any(lines[at:]) or bool(lines[at].strip())
        # A first line that begins with a blank, or an empty one anywhere, decides on other things than its own text.
        if not ends or not content or content[0].startswith(" ") or not all(one.strip() for one in content):
            return None
        made.append(line[: block.start("sign")] + json.dumps("\n".join(content) + "\n"))
    return "\n".join(made)


def rows(value: Any, comments: dict[str, str], lead: str = "", first: str = "") -> Iterator[Row]:
    """How a value is laid out: mappings and lists as blocks, two spaces a level, texts of several lines as literals.

    *comments* are those that stand after a key and its value, by ``key: value``. *first* replaces *lead* on the first
    line, for what is an item of a list.
    """
    for number, (key, item) in enumerate(value.items()):
        start = first if first and not number else lead
        if isinstance(item, dict) and item:
            yield Row(start, key)
            yield from rows(item, comments, f"{lead}  ")
        elif isinstance(item, list):
            yield Row(start, key)
            for part in item:
                if isinstance(part, dict):
                    yield from rows(part, comments, f"{lead}    ", f"{lead}  - ")
                else:
                    yield Row(f"{lead}  - ", None, _scalar(part))
        elif isinstance(item, str) and "\n" in item:
            yield Row(start, key, "|")
            yield from (Row("", verbatim=f"{lead}  {line}") for line in item.removesuffix("\n").split("\n"))
        else:
            yield Row(start, key, _scalar(item), comments.get(f"{key}: {item}", ""))


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def differences(wanted: list[Row], lines: list[str]) -> Iterator[tuple[int, str]]:
    """The numbers (from 0) of those of *lines* that are not laid out as *wanted*, and what was wanted."""
    for number, (row, line) in enumerate(zip_longest(wanted, lines)):
        if row is None:
            yield number, "nothing more"
        elif line is None or not _is(row, line):
            yield number, row.verbatim or f"{row.lead}{row.key or ''} {row.value or ''} {row.comment}".rstrip()


def _is(row: Row, line: str) -> bool:
    if row.verbatim is not None:
        return line == row.verbatim
    found = _LINE.match(line)
    if found is None or found["lead"] != row.lead:
        return False
    key = None if found["key"] is None else _read(found["key"])
    comment = found["comment"] or ""
    separated = found["value"] == "" or found["key"] is None or line[found.end("key") : found.start("value")] == ": "
    if key != row.key or comment != (f"  # {row.comment}" if row.comment else "") or not separated:
        return False
    if row.value is None or found["value"] == "":
        return row.value is None and line == line.rstrip() and found["value"] == ""
    if row.value == "|":
        return found["value"] == "|"
    return found["value"].strip() == found["value"] and _read(found["value"]) == json.loads(row.value)


def _read(text: str) -> object:
    """What a scalar says, for the scalars that occur; what a parser makes of the whole has been looked at by `load`."""
    try:
        return json.loads(text) if text.startswith(_JSON) or text in ("true", "false") else text
    except ValueError:
        return _MISSING
