"""``speccompile import``: a deployment that is described in another format, as deploy.yaml."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from speccompile.cli.answering import format_option
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Workspace
from speccompile.codes.drift import NOT_OWNED
from speccompile.codes.reading import NOT_TEXT
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic, Severity, errors, quoted
from speccompile.discovery import DEPLOYS, MANIFESTS
from speccompile.errors import Refused
from speccompile.frontends.importers import FORMATS
from speccompile.frontends.importers.importing import LARGEST, Imported, imported
from speccompile.frontends.importers.proved import PLACE
from speccompile.paths import leaves
from speccompile.project.disk import DiskTree
from speccompile.record import record
from speccompile.regular import read_named
from speccompile.source import Span
from speccompile.targets import generates
from speccompile.text_report import text_report
from speccompile.writer import create

_MANIFEST = MANIFESTS[0]


@click.command("import")
@click.argument("file", metavar="FILE")
@click.option(
    "--from",
    "name",
    type=click.Choice([one.name for one in FORMATS]),
    help="The format of FILE. Default: told by its name and by what stands in it.",
)
@click.option(
    "--domain",
    metavar="DOMAIN",
    help="Give public services without a host the host SERVICE.DOMAIN. Default: localhost, where there are several.",
)
@click.option(
    "-o", "--output", metavar="PATH", type=click.Path(), help="Write deploy.yaml to PATH, where nothing may be yet."
)
@click.option(
    "--write",
    is_flag=True,
    help=f"Write {PLACE}, and a manifest where there is none; nothing that is there is changed.",
)
@format_option
@click.pass_obj
def command(directory: str, /, file: str, style: str, **options: Any) -> None:
    """Make deploy.yaml of a deployment in another format: aramb.toml, backenderer.yml, score.yaml, compose.yaml, a Procfile,
    fly.toml, render.yaml, app.json, a service of the mini-PaaS.

    deploy.yaml is printed, or written where that is asked for; what could not be carried over is listed, with its place. Secrets
    are carried by name alone, never by value: one that stands in FILE is an error, and the exit code 1.

    Example: speccompile import fly.toml --write
    """
    if options["write"] and options["output"]:
        raise click.UsageError("--write and -o name two places; choose one")
    request = _Request(file=Path(directory, file), style=style, **options)
    guarded(lambda workspace: _import(workspace, request), Workspace.at(directory), style)


@record(kw_only=True)
class _Request:
    """The options."""

    file: Path
    name: str | None
    domain: str | None
    output: str | None
    write: bool
    style: str


class _Unseen:
    """The project, for reports that show no line of the imported file: a value of a secret could stand in it under any name."""

    def __init__(self, workspace: Workspace) -> None:
        self.seen = workspace.seen

    def source_line(self, path: str, line: int) -> str | None:
        """None: no line is shown."""
        del path, line
        return None


def _import(workspace: Workspace, request: _Request) -> Exit:
    path = os.path.relpath(request.file.parent.resolve() / request.file.name, workspace.root)
    try:
        base = "" if leaves(path) else os.path.dirname(path)  # noqa: PTH120  # a path of the project, as text
        result = imported(_text(request.file, path), path, DiskTree(workspace.root), base, request.name, request.domain)
        written = _written(workspace, request, result)
    except Refused as refused:
        return _refused(workspace, request, refused)
    code = Exit.FOUND if errors(result.diagnostics) else Exit.FINE
    if request.style == "json":
        say_json(_data(path, result, written))
        return code
    text_report(result.diagnostics, _Unseen(workspace))
    click.echo(_summary(workspace, result, written), err=True)
    if written:
        say("\n".join(f"created {workspace.seen(one)}" for one in written))
    else:
        say(result.text.rstrip("\n"))
    return code


def _text(file: Path, path: str) -> str:
    """The text of the file; raises ``Refused`` for what is none."""
    if not file.exists():
        raise click.UsageError(f"there is no file {quoted(str(file))}")
    try:
        return read_named(file, 4 * LARGEST).decode("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        why = (problem.strerror or "cannot be read").lower() if isinstance(problem, OSError) else "not UTF-8 text"
        raise Refused(
            [NOT_TEXT.at(Span(path), f"the file cannot be imported: {why}", fix="import a regular file of UTF-8 text")]
        ) from None


def _written(workspace: Workspace, request: _Request, result: Imported) -> tuple[str, ...]:
    """The files that were written, as seen from the project; raises ``Refused`` where something is there already."""
    if request.write:
        there = [one for one in (*DEPLOYS, *(f"specs/{name}" for name in DEPLOYS)) if (workspace.root / one).exists()]
        if there:
            message = f"{there[0]} is there already, and what is there is never written over"
            raise Refused(
                [
                    *result.diagnostics,
                    NOT_OWNED.at(
                        Span(there[0]), message, fix="move it away, or compare it with what is printed without --write"
                    ),
                ]
            )
        texts = {PLACE: result.text}
        if not any((workspace.root / one).exists() for one in MANIFESTS):
            texts[_MANIFEST] = manifest()
        create(workspace.root, texts, generates)
        return tuple(texts)
    if request.output is None:
        return ()
    place = Path(os.path.abspath(Path(workspace.start, request.output)))  # noqa: PTH100  # resolve() would follow a link that is in the way
    path = os.path.relpath(place, workspace.root)
    if os.path.lexists(place):
        message = "something is here already, and what is there is never written over"
        raise Refused([NOT_OWNED.at(Span(path), message, fix="name another file, or move it away")])
    if not place.parent.is_dir():
        raise click.UsageError(f"{quoted(request.output)} is in no directory that there is")
    create(place.parent, {place.name: result.text}, generates)
    return (path,)


def manifest() -> str:
    """A manifest without assertions: all that an imported file says stands in deploy.yaml."""
    document = {
        "version": "0.1.0",
        "archetype": "web-service",
        "domains": [],
        "actors": [],
        "capabilities": {},
        "boundaries": [],
        "constraints": [],
        "assertions": [],
        "metadata": {"created": None, "lastModified": None, "lastVerified": None},
    }
    return json.dumps(document, indent=2) + "\n"


def _refused(workspace: Workspace, request: _Request, refused: Refused) -> Exit:
    if request.style == "json":
        say_json({"status": "refused", "diagnostics": [as_data(one) for one in refused.diagnostics]})
    else:
        text_report(refused.diagnostics, _Unseen(workspace))
    return Exit.FOUND


def _count(result: Imported, severity: Severity) -> int:
    return sum(one.severity is severity for one in result.diagnostics)


def _summary(workspace: Workspace, result: Imported, written: tuple[str, ...]) -> str:
    """One line about what came of it, and what to do next."""
    found = ", ".join(f"{severity.value}s: {_count(result, severity)}" for severity in Severity)
    said = f"imported {result.format}: {', '.join(result.services)} ({found})"
    if PLACE in written:
        return f"{said}\nNext: read the warnings, then speccompile generate"
    has = any((workspace.root / one).exists() for one in MANIFESTS)
    return (
        said
        if has
        else f"{said}\nNext: this project has no manifest yet; `--write` writes {PLACE} and an empty {_MANIFEST} beside it"
    )


def _data(path: str, result: Imported, written: tuple[str, ...]) -> dict[str, Any]:
    return {
        "status": "refused-values" if errors(result.diagnostics) else "ok",
        "format": result.format,
        "source": path,
        "deploy": result.text,
        "services": list(result.services),
        "files": list(written),
        "not_carried": [_left(one) for one in result.diagnostics],
        "diagnostics": [as_data(one) for one in result.diagnostics],
    }


def _left(one: Diagnostic) -> dict[str, Any]:
    """An entry of the list of what was not carried as it was."""
    return {
        "path": one.span.path,
        "line": one.span.line,
        "column": one.span.column,
        "code": one.code,
        "severity": one.severity.value,
        "what": one.found,
        "why": one.message,
        "todo": one.fix,
    }
