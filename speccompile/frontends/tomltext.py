"""TOML 1.0 into a located tree: ``tomllib`` says what a text means, and where it stands is looked up beside it.

``tomllib`` keeps no positions. The locator below walks over the same text by TOML's own grammar (https://toml.io/en/v1.0.0), keeps where keys
and values begin, and never says what they mean: where it should lose its way, a value is said to stand where the closest known thing above it does.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, TypeAlias

from speccompile.codes.importing import TOML_SYNTAX
from speccompile.codes.reading import NESTING
from speccompile.diagnostics import Diagnostic
from speccompile.frontends import characters
from speccompile.regex import regex
from speccompile.spec.located import Located, LocatedList, SourceText

DEEPEST = 64
_PLACE = regex(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_BLANK = regex(r"(?:[ \t]|\\(?=\r?\n))*")
_SPACE = regex(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = regex(r"[A-Za-z0-9_-]+")
_QUOTED = regex(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_TEXT = regex(r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|\'\'\'.*?\'{3,5}(?!\')|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_PLAIN = regex(r"[^,\]}#\n]*")
_DOTTED = regex(rf"^[ \t\[]*(?:[\w\"'-]+[ \t]*\.[ \t]*){{{DEEPEST}}}", re.MULTILINE)

Steps: TypeAlias = tuple[str | int, ...]


def read(source: SourceText) -> tuple[Any, list[Diagnostic]]:
    """The value of a TOML text (Located, LocatedList and scalars; None when it could not be read), and what is wrong with the text."""
    found = characters.in_file(source)
    if found:
        return None, found
    deep = _DOTTED.search(source.text)
    if deep:  # tomllib needs quadratic time for such a key
        return None, [_too_deep(source, deep.start())]
    try:
        value = tomllib.loads(source.text)
        return _located(value, (), source, _Locator(source.text).places(), 0), found
    except tomllib.TOMLDecodeError as error:
        return None, [_syntax(source, str(error))]
    except RecursionError:
        return None, [_too_deep(source, 0)]


def _too_deep(source: SourceText, offset: int) -> Diagnostic:
    return NESTING.at(source.span(offset), f"nested more than {DEEPEST} deep", fix="write it flat")


def _syntax(source: SourceText, said: str) -> Diagnostic:
    """What ``tomllib`` says, at the place that it names."""
    place = _PLACE.search(said)
    lines = source.text.split("\n")
    line, column = (int(place[1]), int(place[2])) if place and place[1] else (len(lines), len(lines[-1]) + 1)
    offset = sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
    problem = _PLACE.sub("", said)
    return TOML_SYNTAX.at(
        source.span(min(offset, len(source.text))),
        f"{problem[:1].lower()}{problem[1:]}",
        fix="correct it here or just before",
    )


def _located(
    value: object, steps: Steps, source: SourceText, places: Mapping[Steps, tuple[int, int]], above: int
) -> Any:
    at = places.get(steps, (above, above))[1]
    if isinstance(value, dict):
        mapping = Located(source, at)
        for key, one in value.items():
            key_at, value_at = places.get((*steps, key), (at, at))
            mapping.add(key, key_at, _located(one, (*steps, key), source, places, at), value_at)
        return mapping
    if isinstance(value, list):
        items = [_located(one, (*steps, index), source, places, at) for index, one in enumerate(value)]
        where = [places.get((*steps, index), (at, at))[1] for index in range(len(value))]
        return LocatedList.of(items, source, at, where)
    return value if isinstance(value, str | bool | int | float) else str(value)


class _Locator:
    """A walk over a text that ``tomllib`` has taken: by steps, where the key and where the value begins."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._found: dict[Steps, tuple[int, int]] = {}
        self._counts: dict[Steps, int] = {}

    def places(self) -> Mapping[Steps, tuple[int, int]]:
        """All that were found."""
        table: Steps = ()
        while True:
            self._skip(_SPACE)
            start = self._at
            if start >= len(self._text):
                return self._found
            if self._text.startswith("[", start):
                several = self._text.startswith("[[", start)
                self._at += 2 if several else 1
                table = self._header(several, start)
            else:
                self._pair(table)
            if self._at <= start:  # not what tomllib takes: nothing more is known
                return self._found

    def _header(self, several: bool, start: int) -> Steps:
        keys = self._keys()
        table = self._inside((), keys[:-1] if several else keys)
        self._at = self._text.find("]", self._at) + (2 if several else 1)
        if several and keys:
            table = (*table, keys[-1][0])
            index = self._counts.get(table, 0)
            self._counts[table] = index + 1
            self._found.setdefault(table, (start, start))
            table = (*table, index)
        self._found.setdefault(table, (start, start))
        return table

    def _inside(self, table: Steps, keys: list[tuple[str, int]]) -> Steps:
        """The table that *keys* lead to from *table*: of a table that stands several times, the last one."""
        for key, at in keys:
            table = (*table, key)
            self._found.setdefault(table, (at, at))
            if table in self._counts:
                table = (*table, self._counts[table] - 1)
        return table

    def _pair(self, table: Steps) -> None:
        keys = self._keys()
        if not keys:
            return
        steps = (*self._inside(table, keys[:-1]), keys[-1][0])
        self._skip(_BLANK)
        self._at += 1  # the equals sign
        self._skip(_BLANK)
        self._found[steps] = (keys[-1][1], self._at)
        self._value(steps)

    def _keys(self) -> list[tuple[str, int]]:
        """The parts of a key, with where each begins."""
        keys: list[tuple[str, int]] = []
        while True:
            self._skip(_BLANK)
            found = _QUOTED.match(self._text, self._at) or _BARE.match(self._text, self._at)
            if found is None:
                return keys
            keys.append((_unquoted(found[0]), self._at))
            self._at = found.end()
            self._skip(_BLANK)
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _value(self, steps: Steps) -> None:
        if self._text.startswith("[", self._at):
            self._list(steps)
        elif self._text.startswith("{", self._at):
            self._table(steps)
        else:
            found = _TEXT.match(self._text, self._at) or _PLAIN.match(self._text, self._at)
            self._at = found.end() if found else self._at

    def _list(self, steps: Steps) -> None:
        self._at += 1
        index = 0
        while True:
            self._skip(_SPACE)
            if self._at >= len(self._text) or self._text.startswith("]", self._at):
                self._at += 1
                return
            before = self._at
            self._found[(*steps, index)] = (self._at, self._at)
            self._value((*steps, index))
            self._comma()
            index += 1
            if self._at <= before:
                return

    def _table(self, steps: Steps) -> None:
        self._at += 1
        while True:
            self._skip(_SPACE)
            if self._at >= len(self._text) or self._text.startswith("}", self._at):
                self._at += 1
                return
            before = self._at
            self._pair(steps)
            self._comma()
            if self._at <= before:
                return

    def _comma(self) -> None:
        self._skip(_SPACE)
        if self._text.startswith(",", self._at):
            self._at += 1

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self._text, self._at)
        self._at = found.end() if found else self._at


def _unquoted(key: str) -> str:
    """The key that *key* writes, by the one who knows how."""
    if key[0] not in "\"'":
        return key
    try:
        return next(iter(tomllib.loads(f"{key} = 0")))
    except tomllib.TOMLDecodeError:
        return key
