"""``speccompile push``: what was built goes to a registry."""

from __future__ import annotations

from typing import Any

import click

from speccompile.cli.answering import format_option, services_argument, shown
from speccompile.cli.checklist import IMAGES
from speccompile.cli.checklist import as_data as as_list
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
from speccompile.cli.gate import Gate, admitted, turned_away
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.pushes import PushOrder, push_all
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

    Only images of this commit and of these specs are pushed; with --strict only those of which nothing is missing on the checklist.
    Credentials are those that the engine has (`docker login`).
    Ends with the reference by digest that a deployment should use; 75 when the registry may answer later.

    Example: speccompile push --registry ghcr
    """

    def action(workspace: Workspace) -> Exit:
        try:
            return _push(workspace)
        except Refused as problem:
            return turned_away(problem, workspace, style, pushes=[], totals=totals([]))

    def _push(workspace: Workspace) -> Exit:
        runner = Runner()
        compiled = compiled_as_on_disk(workspace, asked)
        plan = compiled.compilation.plan
        chosen_services(plan, services)
        missing = admitted(compiled, services, Gate(strict, asked.allow_unverified), style)
        choice = choose(runner, engine_name)
        if choice.engine is None:
            raise no_engine(choice)
        state = checkout_of(runner, compiled)
        where = _where(registry, compiled.compilation.spec.registry, hints(runner, state), style)
        todo = jobs(plan, workspace.root, services, Naming(registry=where.prefix, checkout=state, asked=tags))
        if style != "json":
            click.echo(f"registry: {where.prefix}", err=True)
            if registry == "ecr":
                click.echo(f"log in with: {login_command(where.host, choice.engine.kind.command)}", err=True)
        pushes = push_all(runner, PushOrder(compiled, state, todo, where, choice.working, allow_dirty))
        shown(pushes.diagnostics, workspace, style)
        if style == "json":
            body: dict[str, Any] = {
                "application": {"slug": plan.app},
                "checklist": as_list(missing, IMAGES),
                **pushes.data(),
            }
            body["totals"] = body.pop("push_totals")
            say_json({**body, "diagnostics": [as_data(d) for d in pushes.diagnostics]})
        else:
            say(pushes.text())
        return pushes.code

    guarded(action, Workspace.at(directory), style)


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
