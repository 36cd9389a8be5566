"""What people changed about what was emitted, once it is put together, and what that means for the standings. Most people change nothing, and
do not wait for the modules that apply changes (``together``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from speccompile.artifacts import Artifact
from speccompile.diagnostics import Diagnostic, Severity
from speccompile.plan.assertions import Standing
from speccompile.provenance import Cause
from speccompile.record import record
from speccompile.verify.standings import Account

if TYPE_CHECKING:
    from speccompile.patching.applying import Applied
    from speccompile.patching.ejecting import Ejected, Together
    from speccompile.patching.judging import Judge


@record(kw_only=True)
class Overrides:
    """``artifacts`` are those of all targets, patched, without those that are somebody's own; ``files`` is everything as it will be on the disk, path →
    text; ``applied`` what each patch did; ``inputs`` the files in ``patches/`` that were read; ``findings`` what there is to say."""

    artifacts: tuple[Artifact, ...]
    files: Mapping[str, str]
    applied: tuple[Applied, ...] = ()
    ejected: tuple[Ejected, ...] = ()
    inputs: tuple[str, ...] = ()
    findings: tuple[Diagnostic, ...] = ()

    @property
    def objections(self) -> tuple[Diagnostic, ...]:
        """What nothing may be written with."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """What is only said."""
        return tuple(one for one in self.findings if one.severity is not Severity.ERROR)


@record(kw_only=True)
class Checks:
    """How files are judged: each against the plan (``judge``), and all of them together (``together``)."""

    judge: Judge
    together: Together


_READ_BACK = frozenset((Standing.APPROXIMATED, Standing.STRICTER, Standing.ENFORCED, Standing.BY_DEFAULT))


def contradicted(now: Sequence[Account], emitted: Sequence[Account], overrides: Overrides) -> tuple[Account, ...]:
    """The accounts *now*, where what was held by the files as *emitted*, and is held no more, is contradicted by what people changed about them."""
    return tuple(_against(one, was, overrides) for one, was in zip(now, emitted, strict=True))


def _against(one: Account, was: Account, overrides: Overrides) -> Account:
    if one.standing is not Standing.LOST or was.standing not in _READ_BACK:
        return one
    blamed = tuple(dict.fromkeys(_blamed(was, overrides)))
    why = f"{one.why} (without the change: {was.why})"
    return replace(one, standing=Standing.CONTRADICTED, why=why, lines=was.lines, against=blamed) if blamed else one


def _blamed(was: Account, overrides: Overrides) -> list[Cause]:
    """What took away lines that held it; else all that was changed about their files."""
    touching = [one for one in overrides.applied if one.after.path in was.lines or not was.lines]
    first = {one.after.path: one.before for one in reversed(overrides.applied)}
    lost = [
        one
        for one in touching
        if any(
            first[path].text.split("\n")[n - 1] in one.removed
            for path, numbers in was.lines.items()
            if path == one.after.path
            for n in numbers
        )
    ]
    own = [Cause(one.place) for one in overrides.ejected if one.path in was.lines or not was.lines]
    return [*(Cause(one.place) for one in lost or touching), *own]
