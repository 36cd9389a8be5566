"""``speccompile schema``: the JSON Schema of an input, or of the lock file."""

from __future__ import annotations

import json

import click

from speccompile.frontends.schema import schema
from speccompile.lock_schema import SCHEMA


@click.command("schema")
@click.argument("kind", type=click.Choice(("assertions", "deploy", "verification", "lock")))
def command(kind: str) -> None:
    """Print the JSON Schema (2020-12) of a file format."""
    click.echo(json.dumps(SCHEMA if kind == "lock" else schema(kind), indent=2, ensure_ascii=False))
