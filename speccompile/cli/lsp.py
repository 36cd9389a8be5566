"""``speccompile lsp``: a language server for editors. What it needs is an extra, which is imported when it is started."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import click

_EXTRA = "pip install 'speccompile[lsp]'"


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="Serve on standard input and output, which is what it does anyway.")
def command(stdio: bool) -> None:
    """Serve editors by the Language Server Protocol: findings as you type, how an assertion stands, why a line is there.

    Example: speccompile lsp --stdio
    """
    del stdio
    if find_spec("pygls") is None:
        raise click.UsageError(f"the language server needs pygls, which is an extra: {_EXTRA}")
    import_module("speccompile.cli.editor.server").serve()
