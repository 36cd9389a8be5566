"""``speccompile init``: specs to start from, for a project that has none."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from speccompile.cli import init_answer
from speccompile.cli.answering import format_option
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.init_files import Existing, existing, files
from speccompile.cli.reporters import report
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Workspace
from speccompile.codes.drift import NOT_OWNED
from speccompile.codes.stacks_compiled import SEVERAL_PROGRAMS
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic, errors, in_order, quoted
from speccompile.errors import Refused
from speccompile.paths import normal
from speccompile.pipeline import unheeded
from speccompile.project.disk import DiskTree
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.names import SERVICE_NAME
from speccompile.survey import composefile, services
from speccompile.survey.appname import AppName, app_name
from speccompile.survey.found import Found
from speccompile.survey.proposal import propose
from speccompile.targets import generates
from speccompile.vocabulary import ArchetypeName
from speccompile.writer import create

_ARCHETYPES: tuple[ArchetypeName, ...] = ("web-service", "cli-tool", "data-pipeline", "library")


@click.command("init")
@click.option(
    "--archetype", type=click.Choice(_ARCHETYPES), help="What the project is. Default: guessed from its sources."
)
@click.option("--stack", help="Which stack it is written for. Default: detected.")
@click.option("--app", "name", metavar="NAME", help="What the project is called. Default: its package's name.")
@click.option(
    "--path", "paths", multiple=True, metavar="DIR", help="Where a service is; may be repeated. Default: looked for."
)
@click.option("--yes", is_flag=True, help="Ask nothing: take what was detected.")
@format_option
@click.pass_obj
def command(directory: str, /, yes: bool, style: str, **options: Any) -> None:
    """Write specs to start from: the services that were found, and assertions for people to settle.

    Works beside specs that are there already: they stay as they are, and only what is missing is written.

    Example: speccompile init --app bank --yes
    """
    request = _Request(asking=sys.stdin.isatty() and not yes and style == "text", style=style, **options)
    guarded(lambda workspace: _init(workspace, request), Workspace.exactly(directory), style)


@record(kw_only=True)
class _Request:
    """The options; ``asking``: whether somebody is there to be asked."""

    archetype: ArchetypeName | None
    stack: str | None
    name: str | None
    paths: tuple[str, ...]
    asking: bool
    style: str


def _init(workspace: Workspace, request: _Request) -> Exit:
    tree = DiskTree(workspace.root, ("generated",))
    had = existing(workspace.root, tree)
    _refuse_what_cannot_be_said(had, request)
    compose = composefile.read(tree)
    said = _inside(request.paths) or (("",) if request.stack else ())
    found = services.chosen(tree, compose, said, request.stack) if said else services.find(tree, compose)
    notes = _notes(found)
    if request.style == "text":
        report(notes, workspace, "text")
    settled = _settled(found.services, request, had)
    name = _name(app_name(tree, settled, found.root, compose), request)
    proposal = propose(tree, compose, settled, found.passed_over, name)
    written = files(workspace.root, tree, proposal, had, request.stack)
    if request.asking and len(proposal.services) > 1:
        click.echo(init_answer.found(proposal), err=True)
        click.confirm("Write specs for these?", default=True, abort=True, err=True)
    create(workspace.root, written, generates)
    left = unheeded(DiskTree(workspace.root))
    if request.style == "text":
        report(left, workspace, "text")
    if request.style == "json":
        say_json(
            init_answer.data(tuple(written), proposal) | {"diagnostics": [as_data(note) for note in (*notes, *left)]}
        )
    else:
        say(init_answer.told(tuple(map(workspace.seen, written)), proposal))
    return Exit.FINE


def _refuse_what_cannot_be_said(had: Existing, request: _Request) -> None:
    """Raise for what only deploy.yaml can hold when there is one: it is somebody's, and stays as it is."""
    found = [
        NOT_OWNED.at(
            Span(had.deploy),
            f"this file is there already, and --{key} would have to be written into it",
            fix=f"write `{key}: {value}` into it yourself{where}, and leave --{key} out",
        )
        for key, value, where in (("app", request.name, ""), ("stack", request.stack, ", below the service"))
        if had.deploy and value
    ]
    if found:
        raise Refused(found)


def _inside(paths: Sequence[str]) -> tuple[str, ...]:
    """*paths*, normal; those that leave the project are a mistake in the command."""
    inside = [normal(path) for path in paths]
    if None in inside:
        raise click.BadParameter("a service is inside of the project", param_hint="--path")
    return tuple(path for path in inside if path is not None)


def _notes(found: services.Findings) -> tuple[Diagnostic, ...]:
    """What the stacks have to say; raises ``Refused`` when there is no service."""
    if not found.services:
        raise Refused([_with_directories(one, found) for one in found.root.diagnostics])
    several = len({one.directory for one in found.services}) < len(found.services)
    diagnostics = tuple(one for service in found.services for one in service.detection.diagnostics)
    # Where the others are services, too, none was chosen.
    diagnostics = tuple(one for one in diagnostics if not (several and one.code == SEVERAL_PROGRAMS.id))
    if errors(diagnostics):
        raise Refused(diagnostics)
    return in_order(diagnostics)


def _with_directories(diagnostic: Diagnostic, found: services.Findings) -> Diagnostic:
    """*diagnostic*, and what was passed over in the directories below."""
    passed = "".join(f"\n    {one.directory or '.'}: {one.why}" for one in found.passed_over)
    return replace(diagnostic, message=f"{diagnostic.message}\nPassed over were:{passed}") if passed else diagnostic


def _settled(found: tuple[Found, ...], request: _Request, had: Existing) -> tuple[Found, ...]:
    """*found*, of which a single one is what somebody says that it is: on the command line, in the manifest, when asked."""
    if len(found) > 1:
        if request.archetype:
            raise click.UsageError(
                f"there are {len(found)} services ({', '.join(one.name for one in found)}); name the one that is meant with --path"
            )
        return found
    one = found[0]
    if had.archetype and not request.archetype:
        return (replace(one, archetype=had.archetype, reason="as its manifest says"),)
    chosen = request.archetype or (_asked(one.archetype, one.reason) if request.asking else one.archetype)
    return found if chosen == one.archetype else (replace(one, archetype=chosen, reason="as you said"),)


def _name(found: AppName, request: _Request) -> AppName:
    """The project's name: as somebody says, asked where nothing in the tree says one."""
    given = request.name
    if given is None and found.guessed and request.asking:
        given = click.prompt("Nothing here names the project. Its name", default=found.name, err=True)
    if given is None:
        return found
    if not re.fullmatch(SERVICE_NAME, given, re.ASCII):
        raise click.BadParameter(
            f"{quoted(given)} is no name: lower-case letters, digits and hyphens, a letter first", param_hint="--app"
        )
    return AppName(given, "you said so")


def _asked(guessed: ArchetypeName, reason: str) -> ArchetypeName:
    click.echo(f"This looks like a {guessed}: {reason}.", err=True)
    answer: ArchetypeName = click.prompt("Archetype", type=click.Choice(_ARCHETYPES), default=guessed, err=True)
    return answer
