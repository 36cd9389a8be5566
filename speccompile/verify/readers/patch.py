"""Reads and applies unified diffs, strictly: every line has a meaning or is refused."""

from __future__ import annotations

import re

from speccompile.diagnostics import quoted
from speccompile.record import record
from speccompile.regex import regex

_HUNK = regex(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\Z")
_NO_FEED = "\\ No newline at end of file"


class Unreadable(Exception):
    """The text is not such a diff, or does not apply; ``line`` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@record()
class Hunk:
    """A run of lines: where it starts before and after (from 1), and the lines of both sides with their line feeds."""

    line: int
    old_start: int
    new_start: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    added: tuple[tuple[int, str], ...]
    """Line numbers in the patch and texts of the lines that only the new side has."""


@record()
class FilePatch:
    """What happens to one file."""

    line: int
    path: str
    created: bool
    hunks: tuple[Hunk, ...]


@record()
class Patch:
    """The comment lines at the head, without ``# ``, and the files."""

    comments: tuple[str, ...]
    files: tuple[FilePatch, ...]


class _Lines:
    """The lines of a text, taken one by one."""

    def __init__(self, text: str) -> None:
        if not text.endswith("\n"):
            raise Unreadable("the last line has no line feed", text.count("\n") + 1)
        self._lines = text.split("\n")[:-1]
        self.number = 0

    def peek(self) -> str | None:
        return self._lines[self.number] if self.number < len(self._lines) else None

    def take(self) -> str:
        line = self.peek()
        if line is None:
            raise Unreadable("ends too early", self.number)
        self.number += 1
        return line


def read(text: str) -> Patch:
    """The patch in *text*."""
    lines = _Lines(text)
    comments = []
    while (lines.peek() or "").startswith("# "):
        comments.append(lines.take().removeprefix("# "))
    files = []
    while lines.peek() is not None:
        files.append(_file(lines))
    return Patch(tuple(comments), tuple(files))


def _file(lines: _Lines) -> FilePatch:
    first, second = lines.take(), lines.take()
    number = lines.number - 1
    before, after = re.match(r"--- (?:a/(\S+)|/dev/null)\Z", first), re.match(r"\+\+\+ b/(\S+)\Z", second)
    if before is None or after is None or before[1] not in (None, after[1]):
        raise Unreadable(f"found {quoted(first)} and {quoted(second)}, expected the head of a file", number)
    hunks = [_hunk(lines)]
    while (lines.peek() or "").startswith("@@"):
        hunks.append(_hunk(lines))
    return FilePatch(number, after[1], before[1] is None, tuple(hunks))


def _hunk(lines: _Lines) -> Hunk:
    head = lines.take()
    number = lines.number
    match = _HUNK.match(head)
    if match is None:
        raise Unreadable(f"found {quoted(head)}, expected the head of a hunk", number)
    old_start, old_count, new_start, new_count = (1 if part is None else int(part) for part in match.groups())
    old: list[str] = []
    new: list[str] = []
    added: list[tuple[int, str]] = []
    while len(old) < old_count or len(new) < new_count:
        line = lines.take()
        sign, text = line[:1], line[1:]
        if sign not in (" ", "-", "+"):
            raise Unreadable(f"found {quoted(line)} in a hunk", lines.number)
        feed = "" if lines.peek() == _NO_FEED else "\n"
        if sign != "+":
            old.append(text + feed)
        if sign != "-":
            new.append(text + feed)
        if sign == "+":
            added.append((lines.number, text))
        if not feed:
            lines.take()
    if (len(old), len(new)) != (old_count, new_count):
        raise Unreadable("the head of the hunk counts its lines wrongly", number)
    return Hunk(number, old_start, new_start, tuple(old), tuple(new), tuple(added))


def apply(text: str, patch: FilePatch) -> str:
    """*text* as *patch* changes it; every hunk must fit exactly where it says, before and after."""
    before = re.findall(r"[^\n]*\n|[^\n]+\Z", text)
    after: list[str] = []
    position = 0
    for hunk in patch.hunks:
        start = hunk.old_start - 1 if hunk.old else hunk.old_start
        if start < position or before[start : start + len(hunk.old)] != list(hunk.old):
            raise Unreadable("the hunk does not fit the file", hunk.line)
        after += before[position:start]
        if len(after) != (hunk.new_start - 1 if hunk.new else hunk.new_start):
            raise Unreadable("the head of the hunk has a wrong place in the new file", hunk.line)
        after += hunk.new
        position = start + len(hunk.old)
    return "".join(after + before[position:])
