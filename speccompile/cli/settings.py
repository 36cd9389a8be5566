"""The operator's ``.env``, looked at where it lies: what is still missing in it, and which passwords a URL would not hold. Only names are said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from speccompile import regular
from speccompile.plan.workload import Parameter
from speccompile.record import record
from speccompile.regex import regex

_ASSIGNED = regex(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)
# What a URL has a meaning for has to be encoded in it (RFC 3986, 2.3); compose puts a value there as it is.
_UNRESERVED = regex(r"[A-Za-z0-9._~-]+")
_LARGEST = 1_000_000


@record()
class Settings:
    """Names of variables: those that have no value and need one, and those whose value would break a URL."""

    missing: tuple[str, ...]
    breaking: tuple[str, ...]


@record()
class Assignment:
    """What stands behind a variable's name, quotes included, and on which line."""

    value: str
    line: int


def assignments(file: Path) -> dict[str, Assignment] | None:
    """The variables of *file*, of which the last one of a name counts; None where it is no readable file."""
    text = _text(file)
    if text is None:
        return None
    return {
        match[1]: Assignment(re.split(r"\s#", match[2], maxsplit=1)[0], text.count("\n", 0, match.start(1)) + 1)
        for match in _ASSIGNED.finditer(text)
    }


def settings(file: Path, slots: Iterable[Parameter]) -> Settings | None:
    """What is wrong with *file* for *slots*; None where there is no such file, or it is none of the project's own."""
    text = _text(file)
    if text is None:
        return None
    told = {match[1]: _unquoted(match[2]) for match in _ASSIGNED.finditer(text)}
    wanted = [slot for slot in slots if slot.default is None]
    return Settings(
        missing=tuple(slot.name for slot in wanted if not told.get(slot.name)),
        breaking=tuple(
            s.name for s in wanted if s.in_url and told.get(s.name) and not _UNRESERVED.fullmatch(told[s.name])
        ),
    )


def breaks_a_url(value: str) -> bool:
    """Whether *value*, with or without its quotes, is none that can become part of a URL as it is."""
    return not _UNRESERVED.fullmatch(_unquoted(value))


def _unquoted(value: str) -> str:
    """*value* without its quotes, or without the comment behind it."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return re.split(r"\s#", value, maxsplit=1)[0]


def _text(file: Path) -> str | None:
    """The text of a small regular file; a link is not followed: it may lead anywhere."""
    try:
        return regular.read(file, _LARGEST).decode("utf-8", "replace")
    except OSError:
        return None
