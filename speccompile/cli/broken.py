"""What happens when an emitted artifact fails its own verification: our bug, so nothing is written and a dump is kept."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from speccompile.cli.guard import Broken
from speccompile.cli.reporters import report
from speccompile.cli.workspace import Compiled


def refuse_broken(compiled: Compiled) -> None:
    """Raise ``Broken`` when the compilation has defects; what was emitted is kept for the report."""
    defects = compiled.compilation.defects
    if not defects:
        return
    kept: Path = import_module("speccompile.cli.dumps").of_artifacts(compiled.pairs)
    report(defects, compiled.workspace, "text")
    click.echo(
        f"the emitted artifacts fail verification; nothing was written. This is a bug of speccompile: please report it with {kept}",
        err=True,
    )
    raise Broken
