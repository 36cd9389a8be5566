"""``speccompile route``: the applications of a shared host, and which requests they get."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from speccompile.cli import route_options as options
from speccompile.cli.answering import format_option, refused, shown
from speccompile.cli.compile_options import compile_options
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.route_answer import application, as_text, ending, table
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Asked, Workspace
from speccompile.codes.hosts import BUSY, UNKNOWN, UNREACHED
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.hosts import settings
from speccompile.hosts.changing import Host, changed, seen
from speccompile.hosts.clashes import clashes, loops
from speccompile.hosts.joining import Wanted, joined
from speccompile.hosts.machine import Machine
from speccompile.hosts.registry import Application, is_name
from speccompile.images.runner import Runner
from speccompile.plan.plan import Plan
from speccompile.source import Span

_PASSING = {UNREACHED.id, BUSY.id}


@click.group("route")
def command() -> None:
    """Give applications their places on a host that many share: one nginx, and a registry of who has which routes there.

    Example: speccompile route add --owner user123 --address 127.0.0.1:32768
    """


owner_option = click.option(
    "--owner", required=True, metavar="NAME", callback=options.name, help="Whose application it is."
)
app_option = click.option(
    "--app", metavar="NAME", callback=options.name, help="Its name there. Default: the project's."
)


@click.command("add")
@owner_option
@app_option
@click.option(
    "--address", "addresses", multiple=True, metavar="[SERVICE=]HOST:PORT", callback=options.addresses,
    help="Where a service is reached on the host; without a name for the only one. May be repeated.",
)  # fmt: skip
@click.option(
    "--host",
    metavar="NAME",
    callback=options.host,
    help="The host for services without one. Default: host.json's, else any.",
)
@click.option(
    "--prefix", metavar="PATH", callback=options.prefix, help="The path in front of these. Default: /OWNER/APP."
)
@options.machine_options
@format_option
@compile_options
@click.pass_obj
def add(
    directory: str,
    *,
    owner: str,
    app: str | None,
    addresses: Mapping[str, str],
    host: str | None,
    prefix: str | None,
    machine: Machine,
    asked: Asked,
    style: str,
) -> None:
    """Give the project here its routes on a shared host, or other ones than it has.

    The whole configuration is proved, tested by the host's nginx and reloaded; when anything fails, nothing is changed.

    Example: speccompile route add --owner user123 --address 127.0.0.1:32768 -H ssh://deploy@api.example.com
    """

    def action(workspace: Workspace) -> Exit:
        plan = workspace.settled().compiled(asked).compilation.plan
        name = _named(app or plan.app)
        left_out: list[Diagnostic] = []
        states: list[str] = []

        def with_it(host_: Host) -> tuple[Application, ...]:
            place = host or host_.settings.host
            wanted = Wanted(
                owner=owner,
                app=name,
                host=place,
                prefix=f"/{owner}/{name}" if prefix is None else prefix,
                addresses=_by_service(plan, addresses),
            )
            new, notes = joined(plan, wanted, ".")
            others = tuple(one for one in host_.applications if one.name != new.name)
            if found := (*clashes(new, others), *loops(new, host_.settings)):
                raise Refused(found)
            left_out[:] = notes
            states[:] = ["changed" if len(others) < len(host_.applications) else "added"]
            return (*others, new)

        done = changed(Runner(), machine, with_it)
        mine = next(one for one in done.host.applications if one.name == f"{owner}/{name}")
        state = states[0] if done.altered else "unchanged"
        notes = [*left_out, *done.notes]
        if style == "json":
            say_json({"status": "ok", **ending(done.host, state, mine), "diagnostics": [as_data(one) for one in notes]})
        else:
            say(as_text(state, mine, done.host))
            shown(notes, workspace, style)
        return Exit.FINE

    _guarded(action, directory, style)


@click.command("remove")
@owner_option
@app_option
@options.machine_options
@format_option
@click.pass_obj
def remove(directory: str, owner: str, app: str | None, machine: Machine, style: str) -> None:
    """Take an application's routes from a shared host. What is not there is not removed, and that is no error.

    Example: speccompile route remove --owner user123 --app todo-api
    """

    def action(workspace: Workspace) -> Exit:
        name = app or _named(workspace.settled().compiled(Asked(allow_unverified=True)).compilation.plan.app)
        full = f"{owner}/{name}"
        gone: list[Application] = []

        def without_it(host: Host) -> tuple[Application, ...]:
            gone[:] = [one for one in host.applications if one.name == full]
            return tuple(one for one in host.applications if one.name != full)

        done = changed(Runner(), machine, without_it)
        notes = [*done.notes]
        if not gone:
            fix = "nothing, if the name is right: `speccompile route list` has all"
            notes.insert(0, UNKNOWN.at(Span(str(machine)), f"{machine} has no application {full}", fix=fix))
        state = "removed" if gone else "unchanged"
        if style == "json":
            mine = gone[0] if gone else None
            say_json({"status": "ok", **ending(done.host, state, mine), "diagnostics": [as_data(one) for one in notes]})
        else:
            say(f"{full}: {state} on {machine}")
            shown(notes, workspace, style)
        return Exit.FINE

    _guarded(action, directory, style)


@click.command("list")
@click.option("--owner", metavar="NAME", callback=options.name, help="Only the applications of this one.")
@options.machine_options
@format_option
@click.pass_obj
def list_(directory: str, owner: str | None, machine: Machine, style: str) -> None:
    """List the applications of a shared host, where they are reached and which routes they have.

    Example: speccompile route list --format json
    """

    def action(_: Workspace) -> Exit:
        host = seen(Runner(), machine)
        chosen = [one for one in host.applications if owner in (None, one.owner)]
        if style == "json":
            body: dict[str, Any] = {"machine": str(machine), "settings": settings.data(host.settings)}
            say_json({"status": "ok", **body, "applications": [application(one) for one in chosen], "diagnostics": []})
        else:
            say(table(chosen) if chosen else f"{machine} has no applications{f' of {owner}' if owner else ''}")
        return Exit.FINE

    _guarded(action, directory, style)


for _each in (add, remove, list_):
    command.add_command(_each)


def _guarded(action: Callable[[Workspace], Exit], directory: str, style: str) -> None:
    """As ``guarded``; what may pass by itself ends with 75, what is wrong with what was emitted with 3."""

    def with_its_end(workspace: Workspace) -> Exit:
        try:
            return action(workspace)
        except Refused as problem:
            refused(problem, workspace, style)
            codes = {one.code for one in problem.diagnostics}
            if any(one.startswith("SC9") for one in codes):
                return Exit.INTERNAL
            return Exit.TRANSIENT if codes <= _PASSING else Exit.FOUND

    guarded(with_its_end, Workspace.at(directory), style)


def _named(text: str) -> str:
    """*text*, a project's name, as the name of an application."""
    if not is_name(text):
        raise click.UsageError(f"the project is called {quoted(text)}, which is no name here: choose one with --app")
    return text


def _by_service(plan: Plan, addresses: Mapping[str, str]) -> dict[str, str]:
    """*addresses* of the services of *plan*; the one without a name is that of the only service with a route."""
    routes = plan.ingress.routes if plan.ingress else ()
    routed = sorted({one.service for one in routes})
    found = {name: address for name, address in addresses.items() if name}
    if (alone := addresses.get("")) and len(routed) > 1:
        example = f"--address {routed[0]}={alone}"
        raise click.UsageError(f"{', '.join(routed)} have routes: say whose address {alone} is, as in {example}")
    if alone and routed:
        found.setdefault(routed[0], alone)
    known = sorted({*routed, *(one.canary.service for one in routes if one.canary)})
    unknown = sorted(found.keys() - set(known))
    if unknown and known:
        raise click.UsageError(f"no route leads to {quoted(unknown[0])}, but to {', '.join(known)}")
    return found
