"""What happens when an emitted artifact fails its own verification: our bug, so nothing is written and a dump is kept."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp

import click

from speccompile.cli.guard import Broken
from speccompile.cli.reporters import report
from speccompile.cli.workspace import Compiled


def refuse_broken(compiled: Compiled) -> None:
    """Raise ``Broken`` when the compilation has defects; what was emitted is kept for the report."""
    defects = compiled.compilation.defects
    if not defects:
        return
    kept = Path(mkdtemp(prefix="speccompile-"))
    for path, text in compiled.pairs:
        place = kept / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    report(defects, compiled.workspace, "text")
    click.echo(
        f"the emitted artifacts fail verification; nothing was written. This is a bug of speccompile: please report it with {kept}",
        err=True,
    )
    raise Broken
