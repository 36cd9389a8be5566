"""``speccompile plan``: the plan on a page, the whole of it, or which assertion has which effect."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from ruamel.yaml import YAML

from speccompile.cli.compile_options import compile_options
from speccompile.cli.coverage import coverage, document, table
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.overview import as_text, overview
from speccompile.cli.reporters import report
from speccompile.cli.saying import say
from speccompile.cli.workspace import Asked, Workspace
from speccompile.diagnostic_data import as_data
from speccompile.plan.dump import data


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
@compile_options
@click.pass_obj
def command(directory: str, style: str | None, full: bool, by_assertion: bool, asked: Asked) -> None:
    """Show what the specs lower to: on a page, or with --full all of it.

    Example: speccompile plan --assertions
    """
    if full and by_assertion:
        raise click.UsageError("--full and --assertions are two views: choose one")
    if style == "text" and full:
        raise click.UsageError("--full is shown as yaml or json")

    def action(workspace: Workspace) -> Exit:
        settled = workspace.settled()
        compiled = settled.looked_at(asked) if by_assertion else settled.compiled(asked)
        report(compiled.compilation.notes, workspace, "text")
        plan, accounts = compiled.compilation.plan, compiled.compilation.standings
        rows = coverage(accounts)
        if full:
            _print(data(plan), style or "yaml")
        elif style in (None, "text"):
            say(table(accounts) if by_assertion else as_text(overview(plan, rows)))
        elif by_assertion:
            _print(document(accounts), style or "yaml")
        else:
            notes = [as_data(note) for note in compiled.compilation.notes]
            _print({"status": "ok", **overview(plan, rows), "diagnostics": notes}, style or "yaml")
        return Exit.FINE

    guarded(action, Workspace.at(directory), "json" if style == "json" else "text")


def _print(shown: Any, style: str) -> None:
    if style == "json":
        say(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    writer = YAML()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = 160
    writer.dump(shown, sys.stdout)
