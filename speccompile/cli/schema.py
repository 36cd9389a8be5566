"""``speccompile schema``: the JSON Schema of an input, of the lock file, or of what a command reports; the page about deploy.yaml."""

from __future__ import annotations

import json
from typing import Any

import click
from pydantic import TypeAdapter

from speccompile.cli.deploy_page import page
from speccompile.cli.reports import REPORTS
from speccompile.cli.saying import say
from speccompile.diagnostics import quoted
from speccompile.frontends.schema import DIALECT, KINDS, schema
from speccompile.frontends.wording import nearest
from speccompile.lock_schema import SCHEMA

_REPORT = "report."
NAMES = (*KINDS, "lock", *(f"{_REPORT}{name}" for name in REPORTS))


class _Name(click.Choice):  # type: ignore[type-arg]  # generic from click 8.2 on only
    """A name of a schema; one that is mistyped gets a suggestion."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """*value* when it is one of the names."""
        if value in NAMES:
            return value
        close = nearest(str(value), NAMES)
        hint = f"Did you mean {close}?" if close else f"There are: {', '.join(NAMES)}."
        raise click.BadParameter(f"there is no schema {quoted(value)}. {hint}", ctx, param)


@click.command("schema")
@click.argument("name", type=_Name(NAMES), metavar="NAME")
@click.option("--doc", is_flag=True, help="Of deploy: print the page that explains every key instead.")
def command(name: str, doc: bool) -> None:
    """Print the JSON Schema (2020-12) of a file format (assertions, deploy, verification, patches, ejected, lock) or of what a command
    gives with --format json (report.build, report.check …).

    Example: speccompile schema report.check
    """
    if doc and name != "deploy":
        raise click.UsageError("--doc is for the schema of deploy")
    say(page().rstrip("\n") if doc else json.dumps(_schema(name), indent=2, ensure_ascii=False))


def _schema(name: str) -> dict[str, Any]:
    if name == "lock":
        return SCHEMA
    if not name.startswith(_REPORT):
        return schema(name)
    return {"$schema": DIALECT, **TypeAdapter(REPORTS[name.removeprefix(_REPORT)]).json_schema()}
