"""``speccompile status``: what runs in an environment, and whether it is what the last release says."""

from __future__ import annotations

from typing import Any

import click

from speccompile.cli.answering import format_option
from speccompile.cli.compile_options import compile_options
from speccompile.cli.deploy import told
from speccompile.cli.environments import Scene, only_environment, scene
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Asked, Workspace
from speccompile.releases.record import HostStatus, Release


@click.command("status")
@click.option("-e", "--environment", metavar="NAME", help="The environment; without it, the only one of deploy.yaml.")
@format_option
@compile_options
@click.pass_obj
def command(directory: str, /, *, environment: str | None, asked: Asked, style: str) -> None:
    """Show what runs in an environment: of each service how it is, and of which release.

    The exit code is 1 when a service is not healthy, or is not what the last release says.

    Example: speccompile status --environment production --format json
    """
    guarded(
        lambda workspace: told(workspace, style, lambda: _status(workspace, environment, asked, style)),
        Workspace.at(directory),
        style,
    )


def _status(workspace: Workspace, environment: str | None, asked: Asked, style: str) -> Exit:
    there = scene(workspace, only_environment(workspace, asked, environment), asked)
    release = there.last()
    hosts = _hosts(there, release) if release else ()
    good = bool(hosts) and all(
        one.state == "healthy" and one.why is None for host in hosts for one in host.services.values()
    )
    if style == "json":
        say_json(_data(there, release, hosts, good=good))
    else:
        say(_text(there, release, hosts))
    return Exit.FINE if good else Exit.FOUND


def _hosts(there: Scene, release: Release) -> tuple[HostStatus, ...]:
    """How each machine is, asked just now."""
    composition = there.seen(release.services, release.front_door)
    return tuple(site.status(composition, release) for site in there.sites())


def _data(there: Scene, release: Release | None, hosts: tuple[HostStatus, ...], *, good: bool) -> dict[str, Any]:
    urls = there.outputs()
    return {
        "status": "healthy" if good else "unhealthy" if release else "not-deployed",
        "application": {"slug": there.app},
        "environment": there.name,
        "release": release.number if release else None,
        "services": [
            {
                "service": name,
                "host": host.host,
                "status": one.state,
                "release": one.release,
                "reason": one.why,
                "outputs": urls.get(name, {}),
            }
            for host in hosts
            for name, one in sorted(host.services.items())
        ],
        "diagnostics": [],
    }


def _text(there: Scene, release: Release | None, hosts: tuple[HostStatus, ...]) -> str:
    if release is None:
        return f"nothing of {there.app} was deployed to {there.name} yet: speccompile deploy {there.name}"
    lines = [f"{there.app} in {there.name}: release {release.number}, {release.made_at}, by {release.by}"]
    for host in hosts:
        lines.append(f"on {host.host}:")
        for name, one in sorted(host.services.items()):
            of = f"release {one.release}" if one.release else ""
            lines.append("  " + "  ".join(filter(None, (f"{one.state:<9}", name, of, one.why or ""))))
    return "\n".join(lines)
