"""``speccompile report``: what the system is, what became of each assertion, and what changed, in one file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import click

from speccompile.cli.against import changes_since
from speccompile.cli.broken import refuse_broken
from speccompile.cli.compile_options import output_option
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.report_content import content
from speccompile.cli.report_file import write_report
from speccompile.cli.saying import say
from speccompile.cli.workspace import Asked, Workspace
from speccompile.record import record
from speccompile.report.ages import moment
from speccompile.report.content import Report
from speccompile.report.data import as_data
from speccompile.report.document import as_html
from speccompile.report.markdown import as_markdown
from speccompile.text_report import printable

_FORMATS: dict[str, Callable[[Report], str]] = {
    "markdown": as_markdown,
    "html": as_html,
    "json": lambda report: json.dumps(as_data(report), indent=2, ensure_ascii=False),
}


@record(kw_only=True)
class _Request:
    """The options. ``output`` is the directory of the generated files, ``file`` that of the report."""

    style: str
    file: str | None
    revision: str | None
    at: str | None
    output: str | None


def _moment(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    if given is not None and moment(given) is None:
        raise click.BadParameter("write a time such as 2024-01-15T10:00:00Z")
    return given


@click.command("report")
@click.option("--html", "page", is_flag=True, help="One self-contained page; the same as --format html.")
@click.option(
    "--format", "style", type=click.Choice(tuple(_FORMATS)), help="Default: markdown, for a comment of a pull request."
)
@click.option("-o", "--output", "file", metavar="FILE", help="Write it there. Default: standard output.")
@click.option("--against", "revision", metavar="REVISION", help="Say what changed since this commit, branch or tag.")
@click.option(
    "--at",
    "at",
    metavar="TIME",
    callback=_moment,
    help="Count ages to this time (2024-01-15T10:00:00Z). Default: the newest time in the specs: the same specs give the same report.",
)
@output_option(
    "Where the generated files are: what `generate` was given with -o. Default: as for `generate`.", "--files"
)
@click.pass_obj
def command(directory: str, /, page: bool, style: str | None, **options: Any) -> None:
    """Tell what the system is, what became of each assertion on each target, and what changed since a commit.

    Example: speccompile report --html -o report.html --against main
    """
    if page and style not in (None, "html"):
        raise click.UsageError(f"--html and --format {style} are two formats: choose one")
    request = _Request(style="html" if page else style or "markdown", **options)
    if request.style == "html" and request.file is None and sys.stdout.isatty():
        raise click.UsageError("a terminal shows no page: name a file, -o report.html")
    guarded(partial(_reported, request), Workspace.at(directory), "json" if request.style == "json" else "text")


def _reported(request: _Request, workspace: Workspace) -> Exit:
    compiled = workspace.settled().looked_at(Asked(output=request.output))
    refuse_broken(compiled)
    changes = changes_since(request.revision, compiled) if request.revision is not None else None
    text = _FORMATS[request.style](content(compiled, changes, request.at))
    if request.file is None:
        say(text)
        return Exit.FINE
    place = workspace.start / request.file
    write_report(place, request.file, f"{text}\n")
    click.echo(f"wrote {printable(request.file)}", err=True)
    return Exit.FINE
