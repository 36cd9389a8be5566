"""``speccompile check``: have the artifacts drifted from the specs? Writes nothing, unless told to ``--fix``."""

from __future__ import annotations

import json
from collections import Counter

import click

from speccompile.cli.broken import refuse_broken
from speccompile.cli.deep import deep
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.reporters import as_data, report
from speccompile.cli.workspace import Compiled, Workspace
from speccompile.diagnostics import Diagnostic, in_order
from speccompile.drift import Drift, FileState, drift, findings
from speccompile.lock import Options
from speccompile.pipeline import verify_files
from speccompile.targets import chosen
from speccompile.unchanged import ok_json, ok_text
from speccompile.writer import write


@click.command("check")
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
@click.pass_obj
def command(directory: str, fix: bool, thorough: bool, style: str) -> None:
    """Tell whether the artifacts on disk are what the specs give.

    Example: speccompile check --format github
    """

    def action(workspace: Workspace) -> Exit:
        lock = workspace.lock()
        compiled = workspace.compiled(lock.options if lock else Options())
        refuse_broken(compiled)
        if fix:
            write(workspace.root, compiled.lock.output, compiled.pairs, compiled.lock_text)
            lock = workspace.lock()
        states = drift(workspace.root, lock, compiled.lock)
        found = findings(states)
        if thorough:
            found = in_order((*found, *_invariants(compiled), *deep(compiled)))
        return _answer(workspace, states, found, style)

    guarded(action, Workspace.at(directory), style)


def _invariants(compiled: Compiled) -> tuple[Diagnostic, ...]:
    """The invariants on the files as they are on disk."""
    return verify_files(compiled.compilation.plan, compiled.on_disk(), chosen(compiled.options.targets))


def _answer(workspace: Workspace, states: tuple[FileState, ...], found: tuple[Diagnostic, ...], style: str) -> Exit:
    files = [state.path for state in states[:-1]]
    if style == "json":
        click.echo(ok_json(files) if not found else _json(states, found), nl=False)
    elif found or style != "text":
        report(found, workspace, style)
    else:
        click.echo(ok_text(files), nl=False)
    if found and style == "text":
        click.echo(_counted(states), err=True)
    return Exit.FOUND if found else Exit.FINE


def _json(states: tuple[FileState, ...], found: tuple[Diagnostic, ...]) -> str:
    body = {
        "status": "drifted",
        "state": "drifted",
        "files": [{"path": state.path, "state": state.state.value} for state in states],
        "diagnostics": [as_data(d) for d in found],
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _counted(states: tuple[FileState, ...]) -> str:
    """How many files are in which state; which they are has been said with each of them."""
    drifted = Counter(state.state for state in states if state.state is not Drift.OK)
    kinds = ", ".join(f"{count} {state.value}" for state, count in drifted.items())
    return f"{drifted.total()} of {len(states)} files have drifted" + (f": {kinds}" if kinds else "")
