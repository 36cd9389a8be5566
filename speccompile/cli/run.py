"""``speccompile run``: one command in a container of a service, here or where an environment runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML

from speccompile import regular
from speccompile.cli.compile_options import compile_options
from speccompile.cli.engine_options import compiled_as_on_disk
from speccompile.cli.environments import environment_named, scene
from speccompile.cli.guard import guarded
from speccompile.cli.release_answer import told
from speccompile.cli.workspace import Asked, Workspace
from speccompile.codes.errands import NOT_ON_COMPOSE
from speccompile.codes.releases import NO_RELEASE
from speccompile.diagnostics import quoted
from speccompile.errors import Refused
from speccompile.images.runner import Runner
from speccompile.record import record
from speccompile.releases.engines.compose import Compose, Docker
from speccompile.releases.errand import Errand, carried_out
from speccompile.releases.machine import Machine
from speccompile.releases.runner import Hands
from speccompile.releases.session import compose_program
from speccompile.source import Span

_COMPOSE, _VALUES = "docker-compose.yml", ".env"
_ELSEWHERE = {
    "swarm": "on a node that runs it: docker exec -it CONTAINER COMMAND (`docker ps` lists the containers)",
    "kubernetes": "in a pod that runs: kubectl exec -it deploy/SERVICE -- COMMAND",
    "quadlet": "in the container that runs: podman exec -it CONTAINER COMMAND (`podman ps` lists the containers)",
}


@record(kw_only=True)
class _Request:
    """The options."""

    service: str
    argv: tuple[str, ...]
    environment: str | None
    needs: bool
    bare: bool
    files: Asked

    def errand(self, services: dict[str, Any]) -> Errand:
        """What is to be run; a usage error for a service that is not there."""
        if self.service not in services:
            raise click.BadParameter(
                f"{quoted(self.service)} is not one of: {', '.join(services)}", param_hint="SERVICE"
            )
        return Errand(
            service=self.service,
            argv=self.argv,
            bare=self.bare,
            needs=self.needs,
            terminal=sys.stdin.isatty() and sys.stdout.isatty(),
        )


@click.command("run")
@click.argument("service", metavar="SERVICE")
@click.argument("argv", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@click.option(
    "-e",
    "--environment",
    metavar="NAME",
    help="Run it where this environment runs, with its values and the image of the last release, on the first of its machines. Default: here, as generated.",
)
@click.option("--deps", "needs", is_flag=True, help="Start what the service needs first, and leave it running.")
@click.option(
    "--no-entrypoint",
    "bare",
    is_flag=True,
    help="Run COMMAND itself, instead of handing it to the entrypoint of the service (its program, or the lock of what runs once at a time).",
)
@compile_options
@click.pass_obj
def command(
    directory: str,
    service: str,
    argv: tuple[str, ...],
    environment: str | None,
    needs: bool,
    bare: bool,
    asked: Asked,
) -> None:
    """Run one command in a container of SERVICE, with its image, variables, secrets, networks and bounds; without a command, what SERVICE runs itself.

    No shell reads the command. The container is taken away when it has ended; it publishes no port, and nothing asks whether it is well. There is a
    terminal where this command has one. The exit code is the command's.

    Example: speccompile run api -- python manage.py shell
    """
    if bare and not argv:
        raise click.UsageError("--no-entrypoint is for a command: write it behind --")
    if needs and environment is not None:
        raise click.UsageError("--deps is for here: in an environment everything runs that a service needs")
    request = _Request(service=service, argv=argv, environment=environment, needs=needs, bare=bare, files=asked)
    guarded(
        lambda workspace: told(workspace, "text", lambda: _run(workspace, request)), Workspace.at(directory), "text"
    )


def _run(workspace: Workspace, request: _Request) -> int:
    return _here(workspace, request) if request.environment is None else _there(workspace, request, request.environment)


def _here(workspace: Workspace, request: _Request) -> int:
    """By the compose file that was generated, and the values beside it."""
    compiled = compiled_as_on_disk(workspace, request.files)
    output = Path(workspace.root, compiled.lock.output).resolve()
    if not (output / _COMPOSE).is_file():
        fix = "add compose to `targets` in deploy.yaml, then run `speccompile generate`"
        raise Refused([NOT_ON_COMPOSE.at(Span(_COMPOSE), "no compose file is generated for this project", fix=fix)])
    document = YAML(typ="safe", pure=True).load(regular.read_named(output / _COMPOSE).decode("utf-8"))
    errand = request.errand(document["services"])
    machine, hands = Machine(), Hands(Runner())
    compose = Compose(
        program=compose_program(hands, machine),
        project=compiled.compilation.plan.app,
        directory=str(output),
        values=str(output / _VALUES) if (output / _VALUES).is_file() else None,
        environment=machine.environment,
    )
    return carried_out(hands, compose, Docker(environment=machine.environment), document, errand)


def _there(workspace: Workspace, request: _Request, name: str) -> int:
    """By what the last release of the environment *name* says, on its first machine."""
    environment = environment_named(workspace.settled().looked_at(request.files), name)
    if environment.on != "compose":
        message = f"{name} is on {environment.on}, and speccompile runs single commands by compose only"
        raise Refused([NOT_ON_COMPOSE.at(environment.at("on"), message, fix=_ELSEWHERE[environment.on])])
    there = scene(workspace, name, request.files)
    release = there.last()
    if release is None:
        message = f"nothing was deployed to {name} yet, so there is no image to run it in"
        raise Refused([NO_RELEASE.at(Span(name), message, fix=f"deploy first: speccompile deploy {name}")])
    composition = there.of(release.services, release.front_door)
    session = there.first_session()
    document = json.loads(session.told(composition))
    errand = request.errand(document["services"])
    group = next(group for group, part in composition.parts.items() if errand.service in part.content["services"])
    if group in composition.images and (missing := session.lacking({group: composition.images[group]})):
        raise Refused(missing)
    return carried_out(session.hands, session.compose, session.docker, document, errand)
