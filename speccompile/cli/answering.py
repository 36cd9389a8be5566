"""What commands with `--format` have in common: the option, and how they say what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from speccompile.cli.guard import Exit
from speccompile.cli.reporters import report
from speccompile.cli.saying import say_json
from speccompile.cli.workspace import Workspace
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused

services_argument = click.argument("services", nargs=-1, metavar="[SERVICE]...")
format_option = click.option(
    "--format", "style", type=click.Choice(("text", "json")), default="text", show_default=True
)


def refused(problem: Refused, workspace: Workspace, style: str, **more: Any) -> Exit:
    """Show what stands in the way, in the format that was asked for."""
    if style == "json":
        say_json({"status": "refused", **more, "diagnostics": [as_data(d) for d in problem.diagnostics]})
    else:
        report(problem.diagnostics, workspace, "text")
    return Exit.FOUND


def shown(found: Sequence[Diagnostic], workspace: Workspace, style: str) -> None:
    """Show findings as text; in JSON they are in the document."""
    if style != "json" and found:
        report(found, workspace, "text")
