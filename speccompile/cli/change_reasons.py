"""Why files change: what differs from what the lock file lists, and the lines that are new, grouped by what wants them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from speccompile.artifacts import Artifact
from speccompile.cli.explanation import in_words, ranges, rule_in_words
from speccompile.cli.workspace import Compiled
from speccompile.drift import changed_inputs
from speccompile.lock import Lock
from speccompile.paths import join
from speccompile.provenance import Origin
from speccompile.record import record

_GONE = "lines that are there no longer, and nothing in their place"
_SHOWN = 6


@record()
class Group:
    """Lines that change for one reason: its rules, the places that want it, and the lines, by path; of what only goes, where it stood."""

    rules: tuple[str, ...]
    causes: tuple[str, ...]
    lines: Mapping[str, tuple[int, ...]]

    @property
    def why(self) -> str:
        """The reason in words."""
        if not self.rules:
            return _GONE
        more = len(self.causes) - _SHOWN
        places = ", ".join(self.causes[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        return f"by {' and '.join(map(rule_in_words, self.rules))}" + (f", because of {places}" if places else "")


@record()
class Reasons:
    """What differs since the lock file was written: the tool's version (before and now, where it is another), specs, versions that were chosen
    (name, before, now; None is none); and the changes by reason, those that most lines have first."""

    tool: tuple[str, str] | None
    specs: tuple[str, ...]
    versions: tuple[tuple[str, str | None, str | None], ...]
    groups: tuple[Group, ...]


def reasons(compiled: Compiled, before: Mapping[str, str], old: Lock | None) -> Reasons:
    """Why the files, whose texts are *before* now (by path below the output directory), change; *old* is the lock that is there."""
    new = compiled.lock
    return Reasons(
        (old.tool, new.tool) if old is not None and old.tool != new.tool else None,
        changed_inputs(old, new),
        tuple(_versions(old, new)) if old is not None else (),
        tuple(_grouped(compiled, before)),
    )


def _versions(old: Lock, new: Lock) -> Iterator[tuple[str, str | None, str | None]]:
    was, now = ({name: f"{value} ({source})" for name, value, source in lock.versions} for lock in (old, new))
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            yield name, was.get(name), now.get(name)


def _grouped(compiled: Compiled, before: Mapping[str, str]) -> Iterator[Group]:
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], dict[str, list[int]]] = {}
    for artifact in compiled.compilation.artifacts:
        path = join(compiled.lock.output, artifact.path)
        for number, origin in _changed(artifact, before.get(artifact.path, "")):
            key = (origin.rules, tuple(dict.fromkeys(map(str, origin.causes)))) if origin else ((), ())
            found.setdefault(key, {}).setdefault(path, []).append(number)
    groups = (
        Group(rules, causes, {path: tuple(numbers) for path, numbers in lines.items()})
        for (rules, causes), lines in found.items()
    )
    yield from sorted(groups, key=lambda group: (-sum(map(len, group.lines.values())), group.rules, group.causes))


def _changed(artifact: Artifact, before: str) -> Iterator[tuple[int, Origin | None]]:
    """The lines of *artifact* that are new, with what is closest to each; blank ones go with their neighbours. Where lines only go, the line that
    they stood before, with no reason: what wanted them is gone."""
    old, new = before.split("\n"), artifact.text.split("\n")
    for kind, _, _, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "delete":
            yield first + 1, None
        elif kind != "equal":
            for number in range(first + 1, last + 1):
                if number in artifact.origins:
                    yield number, artifact.origins[number][0]


def as_text(told: Reasons) -> str:
    """For a person; "" where nothing changes."""
    lines = list(_lines(told))
    return "\n".join(("Why:", *(f"  {line}" for line in lines), "")) if told.groups else ""


def _lines(told: Reasons) -> Iterator[str]:
    if told.tool:
        yield f"speccompile {told.tool[0]} wrote the files, and this is {told.tool[1]}"
    if told.specs:
        yield f"changed since: {', '.join(told.specs)}"
    for name, before, now in told.versions:
        yield f"version of {name}: {before or 'none'}, now {now or 'none'}"
    for group in told.groups:
        yield group.why
        yield from (f"  {path}:{in_words(numbers)}" for path, numbers in group.lines.items())


def as_data(told: Reasons) -> dict[str, Any]:
    """For programs."""
    return {
        "tool": {"before": told.tool[0], "now": told.tool[1]} if told.tool else None,
        "specs": list(told.specs),
        "versions": [{"name": name, "before": before, "now": now} for name, before, now in told.versions],
        "groups": [
            {"rules": list(one.rules), "causes": list(one.causes), "lines": list(_runs(one.lines.items()))}
            for one in told.groups
        ],
    }


def _runs(lines: Iterable[tuple[str, tuple[int, ...]]]) -> Iterator[dict[str, Any]]:
    return ({"path": path, "ranges": [list(run) for run in ranges(numbers)]} for path, numbers in lines)
