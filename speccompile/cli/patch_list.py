"""``speccompile patch list``: what is changed about generated files, why, and whether it still matters."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

import click

from speccompile.cli.answering import format_option
from speccompile.cli.compile_options import compile_options
from speccompile.cli.explanation import in_words
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes.patching import BREAKS, NO_EFFECT, NOT_APPLICABLE, NOT_READ_BACK, OPERATION
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Severity, quoted
from speccompile.patching.applying import Applied, in_one_line
from speccompile.patching.changes import Change, Value, changes, without_effect
from speccompile.paths import join

_STATES = (
    (OPERATION.id, "not an operation"),
    (NOT_APPLICABLE.id, "no longer applies"),
    (NO_EFFECT.id, "changes nothing"),
    (NOT_READ_BACK.id, "cannot be read back"),
    (BREAKS.id, "breaks an invariant"),
)


_WIDTH = 100
_MOST = 6


@click.command("list")
@compile_options
@format_option
@click.pass_obj
def command(directory: str, asked: Asked, style: str) -> None:
    """List the patches: what each changes, why, and whether it still applies; and the files that are yours.

    Example: speccompile patch list
    """

    def action(workspace: Workspace) -> Exit:
        compiled = workspace.settled().looked_at(asked)
        overrides = compiled.compilation.overrides
        if style == "json":
            patches = [_data(compiled, one) for one in overrides.applied]
            own = [
                {"file": join(compiled.lock.output, one.path), "reason": one.entry.reason} for one in overrides.ejected
            ]
            said = [as_data(one) for one in overrides.findings]
            say_json({"status": "ok", "patches": patches, "ejected": own, "diagnostics": said})
        else:
            say("\n".join(_text(compiled)))
        wrong = any(one.severity is Severity.ERROR for one in overrides.findings)
        return Exit.FOUND if wrong else Exit.FINE

    guarded(action, Workspace.at(directory), style)


def _data(compiled: Compiled, one: Applied) -> dict[str, Any]:
    added, removed = _counts(one)
    return {
        "file": one.file,
        "line": one.place.line,
        "artifact": join(compiled.lock.output, one.after.path),
        "reason": one.patch.reason,
        "allow": list(one.patch.allow),
        "operations": len(one.patch.operations),
        "state": _state(compiled, one),
        "added": added,
        "removed": removed,
        "lines": list(_lines(compiled, one)),
        "changes": [_change(each) for each in changes(one)],
    }


def _text(compiled: Compiled) -> Iterator[str]:
    overrides, output = compiled.compilation.overrides, compiled.lock.output
    for one in overrides.applied:
        added, removed = _counts(one)
        numbers = in_words(_lines(compiled, one))
        where = join(output, one.after.path) + (f":{numbers}" if numbers else "")
        yield f"{compiled.workspace.seen(one.file)}:{one.place.line}: {in_one_line(one.patch.reason)}"
        yield f"  {_state(compiled, one)}: {where} (+{added} -{removed} lines)"
        for each in changes(one):
            yield from (f"  {line}" for line in _changed(each))
        if one.patch.allow:
            yield f"  allows {', '.join(one.patch.allow)}"
    for theirs in overrides.ejected:
        yield f"{join(output, theirs.path)}: yours; {in_one_line(theirs.entry.reason)}"
    for finding in overrides.objections:
        yield f"  {finding}"
        yield f"    fix: {finding.fix}"
    if not overrides.applied and not overrides.ejected and not overrides.objections:
        yield "there are no patches; `speccompile patch new FILE` begins one, `speccompile patch from-diff` makes one of an edit"


def _change(one: Change) -> dict[str, Any]:
    both = {"before": one.before, "after": one.after}
    said = {key: value.data if isinstance(value, Value) else list(value) for key, value in both.items() if value}
    return {"op": one.op, **({"path": one.where} if one.where else {}), **said}


def _changed(one: Change) -> Iterator[str]:
    """A value on a line; of lines each on its own, as a difference shows them."""
    if one.where:
        before, after = (_shown(value) for value in (one.before, one.after))
        yield f"{one.op} {one.where}: {before} → {after}"
        return
    yield f"{one.op}:"
    for sign, lines in (("-", one.before), ("+", one.after)):
        if isinstance(lines, tuple):
            yield from (f"  {sign} {quoted(line.strip(), _WIDTH)[1:-1]}" for line in lines[:_MOST])
            if len(lines) > _MOST:
                yield f"  {sign} … and {len(lines) - _MOST} more"


def _shown(value: Value | tuple[str, ...] | None) -> str:
    said = quoted(value.data, _WIDTH) if isinstance(value, Value) else "nothing"
    return said if len(said) <= _WIDTH + 3 else f"{said[:_WIDTH]}…"


def _counts(one: Applied) -> tuple[int, int]:
    """How many lines the patch gives, and how many it takes away."""
    old, new = one.before.text.split("\n"), one.after.text.split("\n")
    codes = [code for code in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if code[0] != "equal"]
    return sum(j2 - j1 for _, _, _, j1, j2 in codes), sum(i2 - i1 for _, i1, i2, _, _ in codes)


def _state(compiled: Compiled, one: Applied) -> str:
    """The worst that is said of it; of what nothing is said against whether a later one undoes it."""
    found = {finding.code for finding in one.findings}
    found |= {finding.code for finding in compiled.compilation.overrides.findings if finding.span == one.place}
    of_the_same = [each for each in compiled.compilation.overrides.applied if each.after.path == one.after.path]
    undone = next(n for n, each in enumerate(of_the_same) if each is one) in without_effect(of_the_same)
    return next(
        (state for code, state in _STATES if code in found), "is undone by a later one" if undone else "applies"
    )


def _lines(compiled: Compiled, one: Applied) -> Iterator[int]:
    """The lines of the artifact that are there because of it."""
    artifact = next(
        (each for each in compiled.compilation.overrides.artifacts if each.path == one.after.path), one.after
    )
    for number, origins in sorted(artifact.origins.items()):
        if any(cause.span == one.place for origin in origins for cause in origin.causes):
            yield number
