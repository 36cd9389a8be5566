"""Where the members of a JSON object stand in its text (RFC 8259). The text is valid JSON: parse it first."""

from __future__ import annotations

import json
from collections.abc import Sequence

from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span

_SPACE = regex(r"[ \t\r\n]*")
_DECODE = json.JSONDecoder().raw_decode


@record()
class Member:
    """A key and its value, as offsets: of the key's opening quote, of the value, and past the value."""

    key: str
    start: int
    value: int
    end: int


@record()
class JsonObject:
    """An object: the offsets of its braces, and its members in the order of the text."""

    start: int
    end: int
    members: tuple[Member, ...]

    def member(self, key: str) -> Member | None:
        """The member with this key."""
        return next((member for member in self.members if member.key == key), None)


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _object(text: str, start: int) -> JsonObject:
    members: list[Member] = []
    position = _skip(text, start + 1)
    while text[position] != "}":
        key, after = _DECODE(text, position)
        value = _skip(text, _skip(text, after) + 1)
        _, end = _DECODE(text, value)
        members.append(Member(key, position, value, end))
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return JsonObject(start, position, tuple(members))


def json_object(text: str, keys: Sequence[str] = ()) -> JsonObject | None:
    """The object that *keys* lead to from the root of *text*; None when there is none."""
    start = _skip(text, 0)
    for key in keys:
        member = _object(text, start).member(key) if text[start] == "{" else None
        if member is None:
            return None
        start = member.value
    return _object(text, start) if text[start] == "{" else None


def span_of(text: str, path: str, keys: Sequence[str]) -> Span:
    """The place of the value that *keys* lead to in *text*, the file *path*; the whole file when it is not there."""
    parent = json_object(text, keys[:-1]) if keys else None
    member = parent.member(keys[-1]) if parent else None
    if member is None:
        return Span(path)
    return _span(text, path, member.value)


def repeated(text: str, path: str) -> tuple[str, Span] | None:
    """A key that stands a second time in one of the objects of *text* (of those in lists, none), and where it does."""
    waiting = [json_object(text)]
    while waiting:
        found = waiting.pop()
        seen: set[str] = set()
        for member in found.members if found else ():
            if member.key in seen:
                return member.key, _span(text, path, member.start)
            seen.add(member.key)
            if text[member.value] == "{":
                waiting.append(_object(text, member.value))
    return None


def _span(text: str, path: str, offset: int) -> Span:
    return Span(path, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
