"""A reader of a user's crontab, after crontab(5) of Debian's cron and of cronie: variables, and five fields with a command."""

from __future__ import annotations

import re

from speccompile.record import record
from speccompile.regex import regex

_VARIABLE = regex(r"([A-Za-z_][A-Za-z0-9_]*)=(\S.*)")
_ENTRY = regex(r"(\S+) (\S+) (\S+) (\S+) (\S+) (\S.*)")
_ZONE = "CRON_TZ="
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_ITEM = regex(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?")


class Unreadable(ValueError):
    """The text is not a crontab; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@record()
class Entry:
    """A job: its five fields, the command as the shell gets it, what cron feeds it on stdin, the comments directly above, and the zone of its
    fields ("" is the host's): the last CRON_TZ above it (crontab(5) of cronie)."""

    fields: str
    command: str
    stdin: str | None
    line: int
    comments: tuple[str, ...]
    zone: str = ""


@record()
class Crontab:
    """A crontab: its variables but CRON_TZ, its entries, and the comment lines that stand above no entry."""

    variables: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    loose: tuple[str, ...]


def read(text: str) -> Crontab:
    """The crontab in *text*; raises ``Unreadable``. cron wants a line feed after the last line too."""
    variables: list[tuple[str, str]] = []
    entries: list[Entry] = []
    loose: list[str] = []
    pending: list[str] = []
    zone = ""
    *lines, last = text.split("\n")
    if last:
        raise Unreadable(len(lines) + 1, "the last line does not end")
    for number, line in enumerate(lines, start=1):
        if line != line.rstrip():
            raise Unreadable(number, "blanks at the end")
        if line.startswith("#"):
            pending.append(line[1:].removeprefix(" "))
        elif line.startswith(_ZONE):
            zone = line.removeprefix(_ZONE)
        elif variable := _VARIABLE.fullmatch(line):
            variables.append((variable[1], variable[2]))
        elif line:
            entries.append(_entry(line, number, tuple(pending), zone))
            pending = []
        if not line:
            loose += pending
            pending = []
    return Crontab(tuple(variables), tuple(entries), (*loose, *pending))


def _entry(line: str, number: int, comments: tuple[str, ...], zone: str) -> Entry:
    match = _ENTRY.fullmatch(line)
    if not match:
        raise Unreadable(number, "neither a comment, a variable nor five fields and a command")
    for word, (low, high) in zip(match.groups()[:5], _RANGES, strict=True):
        if not all(_in_range(item, low, high) for item in word.split(",")):
            raise Unreadable(number, f"no field of a schedule: {word}")
    command, *rest = re.split(r"(?<!\\)%", match[6])
    stdin = "\n".join(rest).replace(r"\%", "%") if rest else None
    return Entry(" ".join(match.groups()[:5]), command.replace(r"\%", "%"), stdin, number, comments, zone)


def _in_range(item: str, low: int, high: int) -> bool:
    match = _ITEM.fullmatch(item)
    if not match:
        return False
    first, last = int(match[1] or low), int(match[2] or match[1] or high)
    return low <= first <= last <= high and match[3] != "0"
