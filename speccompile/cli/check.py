"""``speccompile check``: have the artifacts drifted from the specs? Changes no file of the project, unless told to ``--fix``."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import click

from speccompile.cli.broken import refuse_broken
from speccompile.cli.compile_options import compile_options, strict_option
from speccompile.cli.deep import deep
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.in_force import lasting
from speccompile.cli.reporters import report
from speccompile.cli.tracked_artifacts import tracked_artifacts
from speccompile.cli.tracked_secrets import tracked_secrets
from speccompile.cli.waivers import over
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes.standing import LOST, NOT_UNDERSTOOD
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic, as_error, errors, in_order
from speccompile.drift import Drift, FileState, drift, findings
from speccompile.proving import verify_files
from speccompile.unchanged import ok_json, ok_text
from speccompile.writer import write


@click.command("check")
@strict_option
@click.option("--fix", is_flag=True, help="Generate again what has drifted.")
@click.option(
    "--deep",
    "thorough",
    is_flag=True,
    help="Verify every invariant on the files as they are on disk, and ask the trusted checkers that are installed.",
)
@click.option(
    "--format", "style", type=click.Choice(("text", "json", "sarif", "github")), default="text", show_default=True
)
@compile_options
@click.pass_obj
def command(directory: str, asked: Asked, strict: bool, fix: bool, thorough: bool, style: str) -> None:
    """Tell whether the artifacts on disk are what the specs give.

    Example: speccompile check --format github
    """

    def action(workspace: Workspace) -> Exit:
        settled = workspace.settled()
        compiled = settled.compiled(asked) if thorough else settled.compiled_from_memory(asked)
        refuse_broken(compiled)
        if fix:
            write(workspace.root, compiled.order())
        states = drift(workspace.root, workspace.lock(), compiled.expected)
        plan = compiled.compilation.plan
        secrets = tracked_secrets(workspace, compiled.lock.output)
        lacking = tracked_artifacts(workspace, compiled)
        found, said = in_order((*findings(states), *secrets, *lacking, *over(plan))), lasting(compiled)
        if not found:
            compiled.remember(said)
        found = in_order((*found, *(map(_strictly, said) if strict else said)))
        if thorough:
            found = in_order((*found, *_invariants(compiled), *deep(compiled)))
        return _answer(workspace, states, found, style)

    guarded(action, Workspace.at(directory), style)


def _strictly(said: Diagnostic) -> Diagnostic:
    """What `--strict` makes of *said*: it wants nothing lost and nothing that is not understood."""
    return as_error(said) if said.code in (LOST.id, NOT_UNDERSTOOD.id) else said


def _invariants(compiled: Compiled) -> tuple[Diagnostic, ...]:
    """The invariants on the files as they are on disk; what is said of them as they should be is what people changed about them, and has been told."""
    compilation = compiled.compilation
    found = verify_files(compilation.plan, compiled.on_disk(), compilation.targets, compilation.variants)
    if not compilation.overrides.inputs:
        return found
    meant = verify_files(compilation.plan, compilation.files, compilation.targets, compilation.variants)
    told = {(one.code, one.span.path, one.message) for one in meant}
    return tuple(one for one in found if (one.code, one.span.path, one.message) not in told)


def _answer(workspace: Workspace, states: tuple[FileState, ...], found: tuple[Diagnostic, ...], style: str) -> Exit:
    files = [state.path for state in states[:-1]]
    state = _state(states, found)
    if style == "json":
        said = [as_data(one) for one in found]
        click.echo(ok_json(files, said) if state == "ok" else _json(states, state, said), nl=False)
    elif found or style != "text":
        report(found, workspace, style)
    if style == "text" and not errors(found):
        click.echo(ok_text(files), nl=False)
    if style == "text" and any(state.finding for state in states):
        click.echo(_counted(states), err=True)
    return Exit.FOUND if errors(found) else Exit.FINE


def _json(states: tuple[FileState, ...], state: str, said: list[dict[str, Any]]) -> str:
    body = {
        "status": state,
        "state": state,
        "files": [{"path": one.path, "state": one.state.value} for one in states],
        "diagnostics": said,
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _state(states: tuple[FileState, ...], found: tuple[Diagnostic, ...]) -> str:
    """``drifted`` where a file is not what the specs give, ``failed`` where something else is wrong."""
    return "drifted" if any(state.finding for state in states) else "failed" if errors(found) else "ok"


def _counted(states: tuple[FileState, ...]) -> str:
    """How many files are in which state; which they are has been said with each of them."""
    drifted = Counter(state.state for state in states if state.state is not Drift.OK)
    kinds = ", ".join(f"{count} {state.value}" for state, count in drifted.items())
    return f"{drifted.total()} of {len(states)} files have drifted" + (f": {kinds}" if kinds else "")
