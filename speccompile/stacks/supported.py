"""The newest line of a runtime that a framework's release runs on: an old release does not start on a runtime that came long after it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from speccompile.codes.framework_age import HELD_BACK, TOO_OLD
from speccompile.codes.stacks import VERSION_CLASH
from speccompile.diagnostics import Diagnostic
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.pins import Said
from speccompile.stacks.ranges import Release, intervals
from speccompile.stacks.versions import Runtime

Table: TypeAlias = Mapping[str, tuple[tuple[str, str], ...]]
"""By package, the oldest bound first: releases before the first run on nothing newer than the second."""


@record(kw_only=True)
class Supported:
    """What holds the runtime back: a package *name* at *release*, which runs on no line newer
    than *line*; *since* is the first release that runs on the usual one."""

    name: str
    release: str
    line: str
    since: str
    span: Span

    @property
    def below(self) -> str:
        """The range of lines that it runs on."""
        major, _, minor = self.line.partition(".")
        return f"<{major}.{int(minor) + 1}"

    @property
    def who(self) -> str:
        """Name and release, to be said."""
        return f"{self.name} {self.release}"


@record()
class Asked:
    """A package by its name, the range of releases that is asked for, or the one that is locked, and where."""

    name: str
    wanted: str
    span: Span


def oldest(runtime: Runtime, table: Table, asked: Iterable[Asked]) -> Supported | None:
    """What of *asked* holds *runtime* back from its usual line the most by *table*; None where nothing does."""
    bounds = {
        name: tuple(one for one in bounds if _number(one[1]) < _number(runtime.usual)) for name, bounds in table.items()
    }
    found = (_supported(bounds[one.name], one) for one in asked if one.name in table)
    return min((one for one in found if one), key=lambda one: (_number(one.line), one.name), default=None)


def narrowed(runtime: Runtime, said: Sequence[Said], held: Supported | None) -> tuple[Said, ...]:
    """The ranges *said* of *runtime*, the first of which leaves out what *held* does not run on, where that is older than the usual line."""
    if held is None:
        return tuple(said)
    # Where even the oldest line is too new, it is what comes closest.
    line = held if _number(held.line) >= _number(runtime.lines[0]) else _moved(held, runtime.lines[0])
    if not said:
        return (Said(line.below, held.who, held.span),)
    both = f"{said[0].text}, {line.below}"
    accepted = None if "|" in both else intervals(both)
    if not accepted or all(low >= high for low, high in accepted):
        return tuple(said)
    return (Said(both, f"{said[0].source} and {held.who}", said[0].span), *said[1:])


def told(
    runtime: Runtime, chosen: Chosen, held: Supported | None, said: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """That *held* decided which version of *runtime* was *chosen*, or does not run on it, where that is not *said* already."""
    if held is None:
        return ()
    newer = f"ask for {held.name} {held.since} or newer"
    if _number(held.line) < _number(".".join(chosen.value.split(".")[:2])):
        if any(one.code == VERSION_CLASH.id for one in said):
            return ()
        return (
            TOO_OLD.at(
                held.span,
                f"{held.who} runs on {runtime.name} {held.line} and older; {chosen.value} is taken, and it may not start there",
                fix=newer if _number(held.line) < _number(runtime.lines[0]) else _or_pin(runtime, held, newer),
            ),
        )
    if held.who not in chosen.source:
        return ()
    return (
        HELD_BACK.at(
            held.span,
            f"{runtime.name} {chosen.value} is taken, not {runtime.usual}: {held.who} runs on no newer one",
            fix=f"{newer}, or say by which one it shall run: write {chosen.value} into {runtime.files[0]}",
        ),
    )


def _or_pin(runtime: Runtime, held: Supported, newer: str) -> str:
    return f"{newer}, or run it on {runtime.name} {held.line}: write that into {runtime.files[0]}, and let nothing else say another one"


def _supported(bounds: tuple[tuple[str, str], ...], asked: Asked) -> Supported | None:
    """What the newest release that is asked for runs on: that is the one that is installed."""
    accepted = intervals(asked.wanted) if asked.wanted.strip() else None
    if not accepted:
        return None
    most = max(high for _, high in accepted)
    for before, line in bounds:
        if most <= _following(before):
            release = asked.wanted.strip().lstrip("=^~> ") if len(asked.wanted.split(",")) == 1 else asked.wanted
            return Supported(name=asked.name, release=release.strip(), line=line, since=bounds[-1][0], span=asked.span)
    return None


def _following(before: str) -> Release:
    """The bound itself as the end of an interval."""
    parts = [int(part) for part in before.split(".")]
    major, minor, patch = (*parts, 0, 0)[:3]
    return major, minor, patch


def _moved(held: Supported, line: str) -> Supported:
    return Supported(name=held.name, release=held.release, line=line, since=held.since, span=held.span)


def _number(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", release)[:3])
