"""``speccompile plan``: the intermediate representation, or which assertion has which effect."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from ruamel.yaml import YAML

from speccompile.cli.compile_options import compile_options
from speccompile.cli.coverage import Row, coverage
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.reporters import report
from speccompile.cli.workspace import Asked, Workspace
from speccompile.plan.dump import data


@click.command("plan")
@click.option("--format", "style", type=click.Choice(("yaml", "json")), default="yaml", show_default=True)
@click.option(
    "--assertions", "by_assertion", is_flag=True, help="Show assertion by target instead: how many lines each caused."
)
@compile_options
@click.pass_obj
def command(directory: str, style: str, by_assertion: bool, asked: Asked) -> None:
    """Show the plan that the specs lower to."""

    def action(workspace: Workspace) -> Exit:
        compiled = workspace.settled().compiled(asked)
        report(compiled.compilation.notes, workspace, "text")
        compilation = compiled.compilation
        shown = _table(coverage(compilation.plan, compilation.artifacts)) if by_assertion else data(compilation.plan)
        _print(shown, style)
        return Exit.FINE

    guarded(action, Workspace.at(directory), "text")


def _table(rows: tuple[Row, ...]) -> list[dict[str, Any]]:
    return [
        {"assertion": r.assertion, "status": r.status, "text": r.text, "standing": r.standing, "lines": r.lines}
        for r in rows
    ]


def _print(shown: Any, style: str) -> None:
    if style == "json":
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    writer = YAML()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = 160
    writer.dump(shown, sys.stdout)
