"""JSON (RFC 8259) into a located tree.

The standard library's scanner reads strings; the rest is read here, because ``json.loads`` forgets where things stood
and lets duplicate keys, NaN and infinities pass.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container
from json import JSONDecodeError, JSONDecoder
from typing import Any

from speccompile.codes.reading import DUPLICATE_KEY, JSON_SYNTAX, NESTING, NUMBER
from speccompile.diagnostics import Diagnostic, Related
from speccompile.frontends import characters
from speccompile.frontends.wording import shown
from speccompile.regex import regex
from speccompile.spec.located import Located, LocatedList, SourceText

DEEPEST = 64
_LONGEST_NUMBER = 40
_SPACE = regex(r"[ \t\n\r]*")
_COLON = regex(r"[ \t\n\r]*:[ \t\n\r]*")
_NEXT = regex(r"[ \t\n\r]*([,\]}])[ \t\n\r]*")
# A key and a text, neither with a backslash: most of a manifest, and nothing in it needs another look.
_PLAIN_ENTRY = regex(r'"([^"\\\x00-\x1f]*)"[ \t\n\r]*:[ \t\n\r]*("([^"\\\x00-\x1f]*)")')
_NUMBER = regex(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = regex(r"-?[A-Za-z_][A-Za-z0-9_]*")
_STRINGS = JSONDecoder()
_CONSTANTS = {"null": None, "true": True, "false": False}


class _StopReading(Exception):  # control flow: the error is already among the findings
    """The text cannot be read any further."""


def read(source: SourceText, prose: Container[str] = characters.PROSE) -> tuple[Any, list[Diagnostic]]:
    """The value of a JSON text, and everything that is wrong with the text; texts of several lines may stand below the keys in *prose*.

    The value is made of Located, LocatedList and scalars; it is None when the text could not be read to its end.
    """
    findings = characters.in_file(source)
    if findings:
        return None, findings
    reader = _Reader(source, findings, prose)
    try:
        return reader.document(), findings
    except _StopReading:
        return None, findings


class _Reader:
    def __init__(self, source: SourceText, findings: list[Diagnostic], prose: Container[str]) -> None:
        self.source, self.text, self.findings, self.prose = source, source.text, findings, prose

    def document(self) -> Any:
        start = self._skip(0)
        if start == len(self.text):
            raise self._stop(start, "the file is empty", "write a JSON object")
        value, end = self._value(start, 1, "")
        end = self._skip(end)
        if end < len(self.text):
            raise self._stop(
                end,
                "there is more text after the end of the JSON value",
                "take it out, or correct the brackets before it",
            )
        return value

    def _value(self, at: int, depth: int, key: str) -> tuple[Any, int]:
        """The value at *at* (under *key*), and where it ends."""
        match self.text[at : at + 1]:
            case '"':
                return self._string(at, key)
            case "{":
                return self._mapping(at, self._deeper(at, depth))
            case "[":
                return self._list(at, self._deeper(at, depth), key)
        if number := _NUMBER.match(self.text, at):
            return self._number(number), number.end()
        return self._word(at)

    def _string(self, at: int, key: str) -> tuple[str, int]:
        try:
            text, end = _STRINGS.raw_decode(self.text, at)
        except JSONDecodeError as error:
            raise self._stop(*_string_problem(error, at)) from None
        if "\\" in self.text[at:end]:  # characters that are not escaped were looked at in the file as a whole
            text, finding = characters.in_string(text, self.source, at, key, self.prose)
            if finding:
                self.findings.append(finding)
        return text, end

    def _number(self, number: re.Match[str]) -> int | float:
        digits, is_float = number[0], number[1] or number[2]
        value = 0 if len(digits) > _LONGEST_NUMBER else float(digits) if is_float else int(digits)
        if len(digits) > _LONGEST_NUMBER or math.isinf(value):
            self.findings.append(
                NUMBER.at(
                    self.source.span(number.start()),
                    f"the number {digits[:_LONGEST_NUMBER]} is too large or too long",
                    fix="write a number that is meant",
                )
            )
            return 0
        return value

    def _word(self, at: int) -> tuple[Any, int]:
        word = _WORD.match(self.text, at)
        if word and word[0] in _CONSTANTS:
            return _CONSTANTS[word[0]], word.end()
        if word and word[0].lstrip("-") in ("NaN", "Infinity"):
            self.findings.append(
                NUMBER.at(self.source.span(at), f"{word[0]} is not a number in JSON", fix="write a number, or null")
            )
            return 0, word.end()
        raise self._stop(at, *_no_value(self.text, at, word[0] if word else ""))

    def _list(self, at: int, depth: int, key: str) -> tuple[LocatedList, int]:
        items: list[Any] = []
        places: list[int] = []
        cursor = self._skip(at + 1)
        if self.text.startswith("]", cursor):
            return LocatedList.of((), self.source, at, ()), cursor + 1
        while True:
            places.append(cursor)
            value, cursor = self._value(cursor, depth, key)
            items.append(value)
            sign, cursor = self._after(cursor, "]", at)
            if sign == "]":
                return LocatedList.of(items, self.source, at, places), cursor

    def _mapping(self, at: int, depth: int) -> tuple[Located, int]:
        mapping = Located(self.source, at)
        cursor = self._skip(at + 1)
        if self.text.startswith("}", cursor):
            return mapping, cursor + 1
        while True:
            key_at, entry = cursor, _PLAIN_ENTRY.match(self.text, cursor)
            if entry:
                key, value, value_at, cursor = entry[1], entry[3], entry.start(2), entry.end()
            else:
                key, value_at = self._key(key_at)
                value, cursor = self._value(value_at, depth, key)
            if key in mapping:
                self._duplicate(mapping, key, key_at)
            else:
                mapping.add(key, key_at, value, value_at)
            sign, cursor = self._after(cursor, "}", at)
            if sign == "}":
                return mapping, cursor

    def _key(self, at: int) -> tuple[str, int]:
        """The key at *at*, and where its value begins."""
        if not self.text.startswith('"', at):
            raise self._stop(at, *_no_key(self.text, at))
        key, end = self._string(at, "")
        colon = _COLON.match(self.text, end)
        if not colon:
            raise self._stop(end, f"a colon is expected after the key {shown(key)}", "write a colon and a value")
        return key, colon.end()

    def _after(self, cursor: int, closing: str, opened_at: int) -> tuple[str, int]:
        """The comma or *closing* bracket that comes next, and where the text goes on after it."""
        sign = _NEXT.match(self.text, cursor)
        if sign and sign[1] == closing:
            return closing, sign.end(1)
        if sign and sign[1] == ",":
            if self.text.startswith(closing, sign.end()):
                raise self._stop(
                    sign.start(1), f"a comma stands before the closing {closing}", "take the last comma out"
                )
            return ",", sign.end()
        here = self._skip(cursor)
        opened = self.source.span(opened_at)
        if here == len(self.text):
            raise self._stop(
                here, f"the text ends before the closing {closing}", f"close what is opened in line {opened.line}"
            )
        raise self._stop(here, f"a comma or the closing {closing} is expected here", "write a comma between entries")

    def _duplicate(self, mapping: Located, key: str, key_at: int) -> None:
        first = Related("the first one is here", self.source.span(mapping.keys_at[key]))
        self.findings.append(
            DUPLICATE_KEY.at(
                self.source.span(key_at),
                f"the key {shown(key)} stands twice in one mapping",
                fix="keep one of the two",
                related=(first,),
            )
        )

    def _skip(self, at: int) -> int:
        space = _SPACE.match(self.text, at)
        return space.end() if space else at

    def _deeper(self, at: int, depth: int) -> int:
        if depth > DEEPEST:
            self.findings.append(
                NESTING.at(self.source.span(at), f"nested more than {DEEPEST} deep", fix="write it flat")
            )
            raise _StopReading
        return depth + 1

    def _stop(self, at: int, message: str, fix: str) -> _StopReading:
        self.findings.append(JSON_SYNTAX.at(self.source.span(at), message, fix=fix))
        return _StopReading()


def _string_problem(error: JSONDecodeError, at: int) -> tuple[int, str, str]:
    """Where, what and how to mend it, for a string that the standard library does not read."""
    if error.msg.startswith("Unterminated"):
        return at, "the text that begins here has no closing quote", "close it on the same line"
    if error.msg.startswith("Invalid control"):
        return error.pos, "a line break or tab stands inside a text", "write \\n or \\t, or close the text before it"
    return error.pos, "a backslash that begins no escape of JSON", 'write \\\\ for a backslash, \\" for a quote'


def _no_value(text: str, at: int, word: str) -> tuple[str, str]:
    if at >= len(text):
        return "the text ends where a value is expected", "write the value"
    if text.startswith(("//", "/*", "#"), at):
        return "JSON has no comments", "take the comment out, or put it under a key that starts with x-"
    if text[at] == "'":
        return "JSON has double quotes only", "write the text in double quotes"
    if word:
        return f"the word {shown(word)} is not a value", "write it in double quotes, or as true, false or null"
    return (
        f"a value is expected here, not {shown(text[at])}",
        "write a text in double quotes, a number, true, false, null, a list or an object",
    )


def _no_key(text: str, at: int) -> tuple[str, str]:
    if at >= len(text):
        return "the text ends inside a mapping", "close the mapping"
    if text.startswith(("//", "/*", "#"), at):
        return "JSON has no comments", "take the comment out, or put it under a key that starts with x-"
    return f"a key is expected here, not {shown(text[at])}", "write the key in double quotes"
