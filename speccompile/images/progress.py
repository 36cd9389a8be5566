"""Reading an engine's plain progress output: which step it is at, and whether every step came from the cache."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from speccompile.regex import regex

_BUILDKIT_STEP = regex(r"#(\d+) (\[(?!internal\])(?:[^\]\s]+ +)?\d+/\d+\] (?!FROM )\S.*)")
_BUILDKIT_CACHED = regex(r"#(\d+) CACHED")
_BUILDAH_STEP = regex(r"((?:\[\d+/\d+\] )?STEP \d+/\d+): (?!FROM )(\S.*)")
_BUILDAH_LABEL = regex(r'LABEL "')
_BUILDAH_CACHED = "--> Using cache"


class Watch(Protocol):
    """Somebody who is told how builds and pushes go, from several threads."""

    def started(self, service: str, what: str) -> None:
        """Work on *service* begins."""

    def line(self, service: str, text: str) -> None:
        """The engine wrote a line."""

    def ended(self, service: str, what: str) -> None:
        """Work on *service* is over."""


def step(line: str) -> str | None:
    """The build step that *line* announces."""
    found = _BUILDKIT_STEP.fullmatch(line)
    if found:
        return found[2]
    found = _BUILDAH_STEP.fullmatch(line)
    return f"{found[1]}: {found[2]}" if found else None


def all_cached(lines: Iterable[str]) -> bool:
    """Whether the build had steps and every one of them came from the cache.

    Labels that are given on the command line do not count: buildah makes steps of them, with the name in quotation marks.
    """
    steps: set[str] = set()
    cached: set[str] = set()
    last = ""
    for number, line in enumerate(lines):
        if found := _BUILDKIT_STEP.fullmatch(line):
            steps.add(found[1])
        elif found := _BUILDKIT_CACHED.fullmatch(line):
            cached.add(found[1])
        elif found := _BUILDAH_STEP.fullmatch(line):
            last = f"line {number}"
            steps.update(() if _BUILDAH_LABEL.match(found[2]) else (last,))
        elif line.startswith(_BUILDAH_CACHED):
            cached.add(last)
    return bool(steps and steps <= cached)
