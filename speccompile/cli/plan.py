"""``speccompile plan``: the plan on a page, the whole of it, or which assertion has which effect."""

from __future__ import annotations

import json
from typing import Any

import click

from speccompile.backends.yaml import Entry, render
from speccompile.cli.compile_options import compile_options
from speccompile.cli.coverage import coverage, document, table
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.overview import as_text, overview
from speccompile.cli.plan_difference import as_data as compared_as_data
from speccompile.cli.plan_difference import as_text as as_columns
from speccompile.cli.plan_difference import differences, environments
from speccompile.cli.reporters import report
from speccompile.cli.saying import say
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.diagnostic_data import as_data
from speccompile.plan.dump import data
from speccompile.provenance import Origin


@click.command("plan")
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "yaml", "json")),
    help="Default: text; yaml for --full.",
)
@click.option("--full", is_flag=True, help="Show the whole plan, each value with what it is because of.")
@click.option(
    "--assertions",
    "by_assertion",
    is_flag=True,
    help="Show what each assertion demands and what became of it instead, settled or not.",
)
@click.option(
    "--diff",
    "compared",
    nargs=2,
    metavar="ENVIRONMENT ENVIRONMENT",
    help="Show what is otherwise in the second of two environments of deploy.yaml instead.",
)
@compile_options
@click.pass_obj
def command(
    directory: str, style: str | None, full: bool, by_assertion: bool, compared: tuple[str, str] | None, asked: Asked
) -> None:
    """Show what the specs lower to: on a page, or with --full all of it.

    Example: speccompile plan --diff staging production
    """
    if sum((full, by_assertion, bool(compared))) > 1:
        raise click.UsageError("--full, --assertions and --diff are views: choose one")
    if style == "text" and full:
        raise click.UsageError("--full is shown as yaml or json")

    def action(workspace: Workspace) -> Exit:
        settled = workspace.settled()
        compiled = settled.drafted(asked) if by_assertion else settled.planned(asked)
        report(compiled.compilation.notes, workspace, "text")
        if compared:
            _compare(compiled, *compared, style or "text")
            return Exit.FINE
        plan, platforms = compiled.compilation.plan, compiled.compilation.platforms
        rows = coverage(compiled.compilation.standings)
        if full:
            _print(data(plan), style or "yaml", plan.origin)
        elif style in (None, "text"):
            say(table(platforms) if by_assertion else as_text(overview(plan, rows)))
        elif by_assertion:
            _print(document(platforms), style or "yaml", plan.origin)
        else:
            notes = [as_data(note) for note in compiled.compilation.notes]
            _print({"status": "ok", **overview(plan, rows), "diagnostics": notes}, style or "yaml", plan.origin)
        return Exit.FINE

    guarded(action, Workspace.at(directory), "json" if style == "json" else "text")


def _compare(compiled: Compiled, one: str, other: str, style: str) -> None:
    known = environments(compiled)
    for name in (one, other):
        if name not in known:
            there = f"there are {', '.join(sorted(known))}" if known else "deploy.yaml has none (`environments:`)"
            raise click.UsageError(f"there is no environment {name}; {there}")
    found = differences(compiled, one, other)
    if style == "text":
        say(as_columns(found, one, other))
    else:
        _print(compared_as_data(found, one, other), style, compiled.compilation.plan.origin)


def _print(shown: Any, style: str, origin: Origin) -> None:
    if style == "json":
        say(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    text, _ = render(_entry(shown, origin), ())
    say(text.removeprefix("---\n").removesuffix("\n"))


def _entry(shown: Any, origin: Origin) -> Entry:
    """*shown*, plain data, for the writer of YAML, which wants to be told why a line is there."""
    if isinstance(shown, dict):
        return Entry({key: _entry(value, origin) for key, value in shown.items()}, origin)
    if isinstance(shown, list | tuple):
        return Entry([_entry(value, origin) for value in shown], origin)
    return Entry(shown, origin)
