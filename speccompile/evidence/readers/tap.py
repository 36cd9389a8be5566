"""TAP, the Test Anything Protocol (versions 12 to 14), as node --test and ava write it.

Subtests are indented, and stand before the point that they are summed up in. Such a point is not counted besides them. The plan says how
many points there must be: without it, or with others, the output ended too early. node tells of a file without tests as if it were one that passed;
it is none, and one that fails is an error that is no test's.
"""

from __future__ import annotations

import re

from speccompile.evidence.cases import Case, Report, Verdict
from speccompile.regex import regex

_POINT = regex(
    r"(?P<indent> *)(?P<not>not )?ok\b *(?P<number>\d+)?(?: +- | *)?(?P<name>.*?)(?:(?<!\\)#\s*(?P<directive>skip|todo)\b.*)?\s*",
    re.IGNORECASE,
)
_PLAN = regex(r"(?P<indent> *)1\.\.(?P<count>\d{1,9})(?:\s*#.*)?\s*")
_FILE = regex(r"/.*\.[cm]?[jt]sx?")
_SIGN = regex(r"^(?:TAP version 1[234]|1\.\.\d+|(?:not )?ok\b \d+)", re.MULTILINE)


class _Level:
    """The points at one depth, until the point that they are part of."""

    def __init__(self) -> None:
        self.points: list[tuple[str, Verdict]] = []
        self.seen = 0
        self.planned: int | None = None


def read(text: str) -> Report | None:
    """See ``readers``."""
    if not _SIGN.search(text):
        return None
    levels: list[_Level] = [_Level()]
    problems: list[str] = []
    inside = False  # a YAML block, whose lines are no points
    for line in text.splitlines():
        stripped = line.strip()
        if inside or stripped == "---":
            inside = stripped != "..."
        elif stripped.lower().startswith("bail out!"):
            problems.append(f"the tests gave up: {stripped}")
        elif plan := _PLAN.fullmatch(line):
            _deep(levels, len(plan["indent"]) // 4).planned = int(plan["count"])
        elif point := _POINT.fullmatch(line):
            problems += _add(levels, point)
    top = levels[0]
    if len(levels) > 1:
        problems.append("the output ends amid a subtest")
    if top.planned is None:
        problems.append("the output has no plan: it ended too early")
    problems += _kept(top)
    cases = tuple(Case(name, verdict) for name, verdict in top.points if not _FILE.fullmatch(name))
    broken = sum(verdict is Verdict.FAILED for name, verdict in top.points if _FILE.fullmatch(name))
    return Report(cases, broken, tuple(dict.fromkeys(problems)))


def _deep(levels: list[_Level], depth: int) -> _Level:
    while len(levels) <= depth:
        levels.append(_Level())
    return levels[depth]


def _add(levels: list[_Level], point: re.Match[str]) -> list[str]:
    """Put a point where it belongs; what was deeper is part of it."""
    depth, problems = len(point["indent"]) // 4, []
    name = point["name"].strip() or point["number"] or "a test"
    level = _deep(levels, depth)
    level.seen += 1
    inner: list[tuple[str, Verdict]] = []
    while len(levels) > depth + 1:
        below = levels.pop()
        problems += _kept(below)
        inner = below.points + inner
    if inner:
        level.points += [(f"{name} > {one}", verdict) for one, verdict in inner]
        if point["not"] and all(verdict is not Verdict.FAILED for _, verdict in inner):
            level.points.append((name, Verdict.FAILED))
    else:
        level.points.append((name, _verdict(point)))
    return problems


def _verdict(point: re.Match[str]) -> Verdict:
    if point["directive"]:
        return Verdict.SKIPPED
    return Verdict.FAILED if point["not"] else Verdict.PASSED


def _kept(level: _Level) -> list[str]:
    """Whether a level has as many points as its plan says."""
    if level.planned is not None and level.planned != level.seen:
        return [f"{level.planned} tests were planned, and {level.seen} told of"]
    return []
