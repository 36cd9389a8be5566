"""``speccompile plan``: the intermediate representation, or what became of each assertion."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from ruamel.yaml import YAML

from speccompile.cli.compile_options import compile_options
from speccompile.cli.coverage import document, table
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.reporters import report
from speccompile.cli.workspace import Asked, Workspace
from speccompile.plan.dump import data


@click.command("plan")
@click.option(
    "--format", "style", type=click.Choice(("text", "yaml", "json")), help="Default: yaml; text for --assertions."
)
@click.option(
    "--assertions",
    "by_assertion",
    is_flag=True,
    help="Show instead what each assertion demands, and what became of it; those that are not settled, too.",
)
@compile_options
@click.pass_obj
def command(directory: str, style: str | None, by_assertion: bool, asked: Asked) -> None:
    """Show the plan that the specs lower to."""
    if style == "text" and not by_assertion:
        raise click.UsageError("the plan is shown as yaml or json")

    def action(workspace: Workspace) -> Exit:
        settled = workspace.settled()
        compilation = (settled.looked_at(asked) if by_assertion else settled.compiled(asked)).compilation
        report(compilation.notes, workspace, "text")
        if not by_assertion:
            _print(data(compilation.plan), style or "yaml")
        elif style in (None, "text"):
            click.echo(table(compilation.standings))
        else:
            _print(document(compilation.standings), style or "yaml")
        return Exit.FINE

    guarded(action, Workspace.at(directory), "text")


def _print(shown: Any, style: str) -> None:
    if style == "json":
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    writer = YAML()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = 160
    writer.dump(shown, sys.stdout)
