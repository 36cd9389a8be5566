"""What differs between two compilations of a project, by what people ask about: standings, the system, versions, files."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TypeAlias

from speccompile.record import record
from speccompile.report.system import Box, System

_WHAT = {
    "is_a": "what it is", "public": "public addresses", "state": "state", "secrets": "secrets", "replicas": "replicas", "schedule": "schedule",
    "leaves": "calls what is outside", "kind": "kind",
}  # fmt: skip


Named: TypeAlias = tuple[str, str]
"""An assertion's id, and the path of its manifest: another manifest may have the same id."""


@record()
class Side:
    """What is compared of a compilation: of each assertion, by its id and its manifest, the text and the standings by platform; the system;
    versions by name; texts by path."""

    assertions: Mapping[Named, tuple[str, Mapping[str, str]]]
    system: System
    versions: Mapping[str, str]
    files: Mapping[str, str]


@record(kw_only=True)
class Change:
    """Something that was ``before`` and is ``after``; "" is not there. ``about`` names it."""

    about: str
    before: str
    after: str


@record(kw_only=True)
class FileChange:
    """A file: ``state`` is added, removed or changed; ``lines`` is the difference, as a unified diff without its two first lines."""

    path: str
    state: str
    added: int
    removed: int
    lines: tuple[str, ...]


@record(kw_only=True)
class Changes:
    """What differs since ``revision``, which is the commit ``commit``. ``refused`` says why that one does not compile; then nothing is compared."""

    revision: str
    commit: str
    standings: tuple[Change, ...] = ()
    texts: tuple[Change, ...] = ()
    system: tuple[Change, ...] = ()
    versions: tuple[Change, ...] = ()
    files: tuple[FileChange, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is any difference."""
        return bool(self.standings or self.texts or self.system or self.versions or self.files)


def compared(revision: str, commit: str, before: Side, after: Side) -> Changes:
    """What differs from *before* to *after*."""
    return Changes(
        revision=revision,
        commit=commit,
        standings=tuple(_standings(before, after)),
        texts=tuple(_texts(before, after)),
        system=tuple(_system(before.system, after.system)),
        versions=tuple(_pairs(before.versions, after.versions)),
        files=tuple(_files(before.files, after.files)),
    )


def _texts(before: Side, after: Side) -> Iterator[Change]:
    for named, label in _labels(before, after):
        old, new = (side.assertions.get(named, ("", {}))[0] for side in (before, after))
        if old != new:
            yield Change(about=label, before=old, after=new)


def _standings(before: Side, after: Side) -> Iterator[Change]:
    """One an assertion and platform; a platform that was not chosen on the other side says nothing about the assertion."""
    both = _platforms(before) & _platforms(after) or _platforms(before) | _platforms(after)
    for named, label in _labels(before, after):
        old, new = (side.assertions.get(named, ("", {}))[1] for side in (before, after))
        for platform in dict.fromkeys((*new, *old)):
            if platform in both and old.get(platform) != new.get(platform):
                about = f"{label} on {platform}"
                yield Change(about=about, before=old.get(platform, ""), after=new.get(platform, ""))


def _labels(before: Side, after: Side) -> Iterator[tuple[Named, str]]:
    """What each assertion of the two is called: with its manifest, where the id alone would not say which."""
    every = tuple(dict.fromkeys((*after.assertions, *before.assertions)))
    count = Counter(id_ for id_, _ in every)
    yield from (((id_, path), f"{id_} ({path})" if count[id_] > 1 else id_) for id_, path in every)


def _platforms(side: Side) -> set[str]:
    return {platform for _, standings in side.assertions.values() for platform in standings}


def _system(before: System, after: System) -> Iterator[Change]:
    old, new = ({box.name: box for box in system.boxes} for system in (before, after))
    for name in _in_order(old, new):
        if name not in old or name not in new:
            there = old.get(name) or new[name]
            was, now = (f"{there.kind}: {there.is_a}" if name in side else "" for side in (old, new))
            yield Change(about=name, before=was, after=now)
        else:
            yield from _box(old[name], new[name])
    calls_before, calls_after = (
        {f"{one.source} calls {one.target}": one.what or "yes" for one in system.arrows} for system in (before, after)
    )
    yield from _pairs(calls_before, calls_after)


def _box(before: Box, after: Box) -> Iterator[Change]:
    for one in fields(Box):
        was, now = getattr(before, one.name), getattr(after, one.name)
        if was != now:
            yield Change(about=f"{after.name}: {_WHAT[one.name]}", before=_shown(was), after=_shown(now))


def _shown(value: object) -> str:
    match value:
        case tuple():
            return ", ".join(" at ".join(one) if isinstance(one, tuple) else str(one) for one in value)
        case bool():
            return "yes" if value else "no"
        case None:
            return ""
    return str(value)


def _pairs(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in _in_order(before, after):
        if before.get(name) != after.get(name):
            yield Change(about=name, before=before.get(name, ""), after=after.get(name, ""))


def _files(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FileChange]:
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        lines = tuple(difflib.unified_diff(_lines(old), _lines(new), lineterm="", n=2))[2:]
        yield FileChange(
            path=path,
            state="added" if old is None else "removed" if new is None else "changed",
            added=_starting(lines, "+"),
            removed=_starting(lines, "-"),
            lines=lines,
        )


def _lines(text: str | None) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _starting(lines: Sequence[str], sign: str) -> int:
    return sum(line.startswith(sign) for line in lines)


def _in_order(before: Iterable[str], after: Iterable[str]) -> tuple[str, ...]:
    """What is there now as it is there, then what is gone."""
    return tuple(dict.fromkeys((*after, *before)))
