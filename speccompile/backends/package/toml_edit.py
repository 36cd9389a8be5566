"""Add keys, tables and array elements to a TOML text (TOML 1.0) without touching anything else of it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence

from speccompile.backends.package.edit import Insertion
from speccompile.plan.package import Setting
from speccompile.regex import regex

# A new key goes after the last of these that stands on a line of its own.
_ANCHORS = regex(r"[ \t]*(?:name|version|description|readme|requires-python|license|license-files)[ \t]*=")
_HEADER = regex(r"^[ \t]*\[[ \t]*(?P<name>[^\[\]\n]+?)[ \t]*\][ \t]*(?:#.*)?\r?$", re.MULTILINE)
_TOKEN = regex(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#[^\n]*|\]')
_BARE = regex(r"[A-Za-z0-9_-]+\Z")


def insertions(text: str, settings: Sequence[Setting]) -> tuple[Insertion, ...]:
    """What to insert where so that *text* has each of *settings*; the tables to hold them are there."""
    newline = "\r\n" if "\r\n" in text else "\n"
    found: list[Insertion] = []
    for setting in settings:
        if setting.member:
            found.append(_element(text, setting, newline))
        elif _is_table(setting):
            found.append(_table(text, setting, newline))
        else:
            found.append(_key(text, setting, newline))
    # At one place, which is the end of the file, keys come before the tables that would take them.
    return tuple(sorted(found, key=lambda insertion: (insertion.at, _is_table(insertion.setting))))


def _is_table(setting: Setting) -> bool:
    return isinstance(json.loads(setting.value), dict)


def _value(value: object) -> str:
    """A string, boolean, number or array as TOML, which JSON's spelling is but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _name(key: str) -> str:
    return key if _BARE.match(key) else _value(key)


def _table(text: str, setting: Setting, newline: str) -> Insertion:
    table = json.loads(setting.value)
    rows = [
        "[" + ".".join(map(_name, setting.keys)) + "]",
        *(f"{_name(key)} = {_value(item)}" for key, item in table.items()),
    ]
    lead = newline if text.endswith("\n") else newline * 2
    return Insertion(len(text), lead, newline.join(rows), newline if text.endswith("\n") else "", setting)


def _key(text: str, setting: Setting, newline: str) -> Insertion:
    start, end = _section(text, setting.keys[:-1])
    ends = [first + len(line) for first, line in _rows(text, start, end) if _ANCHORS.match(line)]
    at = next((end for end in (*reversed(ends), start) if _is_place(text, end, setting.keys[:-1])), None)
    if at is None:
        raise ValueError(f"no place for {'.'.join(setting.keys)}")
    row = f"{_name(setting.keys[-1])} = {_value(json.loads(setting.value))}"
    if text[:at].endswith("\n"):
        return Insertion(at, "", row, newline, setting)
    return Insertion(at, newline, row, "", setting)


def _is_place(text: str, at: int, keys: Sequence[str]) -> bool:
    """Whether a line inserted here is a key of that table: not inside of a value that has several lines."""
    probe = "speccompile-probe"
    try:
        holder = tomllib.loads(f"{text[:at]}\n{probe} = 1\n{text[at:]}")
        for key in keys:
            holder = holder[key]
    except (tomllib.TOMLDecodeError, KeyError):
        return False
    return probe in holder


def _rows(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for line in text[start:end].splitlines(keepends=True):
        yield start, line
        start += len(line)


def _section(text: str, keys: Sequence[str]) -> tuple[int, int]:
    """From after the header line of the table *keys* to the next header."""
    headers = list(_HEADER.finditer(text))
    for index, header in enumerate(headers):
        if [part.strip().strip("\"'") for part in header["name"].split(".")] == list(keys):
            end = headers[index + 1].start() if index + 1 < len(headers) else len(text)
            return min(header.end() + 1, len(text)), end
    raise ValueError(f"no table [{'.'.join(keys)}]")


def _element(text: str, setting: Setting, newline: str) -> Insertion:
    """An element after the last one of an array."""
    start, end = _section(text, setting.keys[:-1])
    opening = re.compile(rf"^[ \t]*{re.escape(setting.keys[-1])}[ \t]*=[ \t]*\[", re.MULTILINE).search(text, start, end)
    if opening is None:
        raise ValueError(f"no array {'.'.join(setting.keys)}")
    last = opening.end()
    for token in _TOKEN.finditer(text, opening.end()):
        if token[0] == "]":
            break
        if not token[0].startswith("#"):
            last = token.end()
    comma = re.compile(r"[ \t]*,").match(text, last)
    indent = text[opening.end() : last].rpartition("\n")[2] if "\n" in text[opening.end() : last] else None
    gap = newline + indent[: len(indent) - len(indent.lstrip())] if indent is not None else " "
    element = _value(json.loads(setting.value))
    if comma:
        return Insertion(comma.end(), gap, element + ",", "", setting)
    empty = last == opening.end()
    return Insertion(last, "" if empty else "," + gap, element, "", setting)
