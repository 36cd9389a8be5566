"""``speccompile push``: what was built goes to a registry."""

from __future__ import annotations

from typing import Any

import click

from speccompile.cli.answering import format_option, services_argument, shown
from speccompile.cli.compile_options import compile_options, strict_option
from speccompile.cli.engine_options import (
    checkout_of,
    chosen_services,
    compiled_as_on_disk,
    engine_option,
    hints,
    no_engine,
    on_terminal,
    registry_option,
    tag_option,
)
from speccompile.cli.gate import Admission, Gate, admitted, turned_away
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.pushes import Pushes, PushOrder, push_all
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Asked, Workspace
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.images.engines import choose
from speccompile.images.jobs import Naming, jobs
from speccompile.images.registries import Hints, Registry, login_command, resolve
from speccompile.images.report import totals
from speccompile.images.runner import Runner
from speccompile.record import record


@click.command("push")
@services_argument
@registry_option
@engine_option
@tag_option
@click.option("--allow-dirty", is_flag=True, help="Push although files differ from the commit.")
@format_option
@compile_options
@strict_option
@click.pass_obj
def command(
    directory: str,
    /,
    *,
    services: tuple[str, ...],
    asked: Asked,
    registry: str | None,
    engine_name: str,
    tags: tuple[str, ...],
    allow_dirty: bool,
    strict: bool,
    style: str,
) -> None:
    """Push the images of all services, or of those that are named.

    Only images of this commit and of these specs are pushed, and those of which something is missing on the checklist only with --allow-unverified,
    given here or on this machine to the `generate` of these specs.
    Credentials are those that the engine has (`docker login`).
    Ends with the reference by digest that a deployment should use; 75 when the registry may answer later.

    Example: speccompile push --registry ghcr
    """
    request = _Request(
        services, asked, registry, engine_name, tags, allow_dirty, Gate(strict, asked.allow_unverified), style
    )

    def action(workspace: Workspace) -> Exit:
        try:
            return _push(workspace, request)
        except Refused as problem:
            return turned_away(problem, workspace, style, request.gate, pushes=[], totals=totals([]))

    guarded(action, Workspace.at(directory), style)


@record()
class _Request:
    """What the command line asks for."""

    services: tuple[str, ...]
    files: Asked
    registry: str | None
    engine_name: str
    tags: tuple[str, ...]
    allow_dirty: bool
    gate: Gate
    style: str


def _push(workspace: Workspace, request: _Request) -> Exit:
    runner, style = Runner(), request.style
    compiled = compiled_as_on_disk(workspace, request.files)
    plan = compiled.compilation.plan
    chosen_services(plan, request.services)
    admission = admitted(compiled, request.services, request.gate, style)
    choice = choose(runner, request.engine_name)
    if choice.engine is None:
        raise no_engine(choice)
    state = checkout_of(runner, compiled)
    where = _where(request.registry, compiled.compilation.spec.registry, hints(runner, state), style)
    naming = Naming(registry=where.prefix, checkout=state, asked=request.tags)
    todo = jobs(plan, workspace.root, request.services, naming)
    if style != "json":
        click.echo(f"registry: {where.prefix}", err=True)
        if request.registry == "ecr":
            click.echo(f"log in with: {login_command(where.host, choice.engine.kind.command)}", err=True)
    order = PushOrder(compiled, state, todo, where, choice.working, request.allow_dirty, request.gate.build)
    pushes = push_all(runner, order)
    shown(pushes.diagnostics, workspace, style)
    if style == "json":
        _as_json(plan.app, admission, pushes)
    else:
        say(pushes.text())
    return pushes.code


def _as_json(app: str, admission: Admission, pushes: Pushes) -> None:
    body: dict[str, Any] = {"application": {"slug": app}, **admission.data(), **pushes.data()}
    body["totals"] = body.pop("push_totals")
    say_json({**body, "diagnostics": [as_data(d) for d in pushes.diagnostics]})


def _where(asked: str | None, declared: str | None, around: Hints, style: str) -> Registry:
    """The registry; asked for on a terminal when nothing names it."""
    if not (asked or declared) and style == "text" and on_terminal():
        asked = _ask()
    found = resolve(asked, declared, around)
    if isinstance(found, Diagnostic):
        raise Refused([found])
    return found


def _ask() -> str:
    click.echo("Which container registry should I push to?", err=True)
    click.echo("  1. Docker Hub (docker.io/USERNAME)", err=True)
    click.echo("  2. GitHub Container Registry (ghcr.io/USERNAME)", err=True)
    click.echo("  3. Custom registry (enter HOST[:PORT]/PATH)", err=True)
    number: int = click.prompt("Registry", type=click.IntRange(1, 3), err=True)
    if number < 3:
        return ("dockerhub", "ghcr")[number - 1]
    text: str = click.prompt("HOST[:PORT]/PATH", err=True)
    return text
