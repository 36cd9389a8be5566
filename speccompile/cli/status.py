"""``speccompile status``: what runs in an environment, and whether it is what the last release says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from speccompile.cli.answering import format_option
from speccompile.cli.compile_options import compile_options
from speccompile.cli.environments import Scene, only_environment, scene
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.release_answer import told
from speccompile.cli.reporters import report
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Asked, Workspace
from speccompile.codes.delivering import BEHIND
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases.machine import Machine
from speccompile.releases.record import HostStatus, Release
from speccompile.releases.session import refused as platform_refuses
from speccompile.releases.wanted import PlatformFailed
from speccompile.source import Span

_WITH_AGENTS = ("compose", "quadlet")


@record(kw_only=True)
class _Found:
    """How the machines are: those that were ``asked`` just now, what agents have ``said`` in the store, and the names of those that are ``silent``."""

    asked: tuple[HostStatus, ...]
    said: tuple[HostStatus, ...]
    silent: tuple[str, ...]
    findings: tuple[Diagnostic, ...]

    @property
    def good(self) -> bool:
        """Whether all is as the last release says, as far as it can be known."""
        hosts = (*self.asked, *self.said)
        return (
            bool(hosts)
            and not self.findings
            and all(one.state == "healthy" and one.why is None for host in hosts for one in host.services.values())
        )


@click.command("status")
@click.option("-e", "--environment", metavar="NAME", help="The environment; without it, the only one of deploy.yaml.")
@click.option("--forget", metavar="HOST", help="Show a host with an agent no more, which is gone for good.")
@format_option
@compile_options
@click.pass_obj
def command(directory: str, /, *, environment: str | None, forget: str | None, asked: Asked, style: str) -> None:
    """Show what runs in an environment: of each service how it is, and of which release.

    Its machines are asked; hosts with an agent are as that said last in the store. The exit code is 1 when a service is not healthy, is not what the last
    release says, or a machine does not answer.

    Example: speccompile status --environment production --format json
    """
    guarded(
        lambda workspace: told(workspace, style, lambda: _status(workspace, environment, forget, asked, style)),
        Workspace.at(directory),
        style,
    )


def _status(workspace: Workspace, environment: str | None, forget: str | None, asked: Asked, style: str) -> Exit:
    there = scene(workspace, only_environment(workspace, asked, environment), asked)
    if forget is not None:
        _forgotten(there, forget)
    release = there.last()
    found = _found(there, release) if release else _Found(asked=(), said=(), silent=(), findings=())
    if style == "json":
        say_json(_data(there, release, found))
    else:
        report(found.findings, workspace, "text")
        say(_text(there, release, found))
    return Exit.FINE if found.good else Exit.FOUND


def _found(there: Scene, release: Release) -> _Found:
    composition = there.seen(release.services, release.front_door)
    asked: list[HostStatus] = []
    silent: list[str] = []
    findings: list[Diagnostic] = []
    for machine in there.machines:
        try:
            asked.append(there.site(machine).status(composition, release))
        except (Refused, PlatformFailed) as problem:
            silent.append(str(machine))
            refused = problem if isinstance(problem, Refused) else platform_refuses(machine, problem)
            findings += refused.diagnostics
    said: tuple[HostStatus, ...] = ()
    try:
        said = tuple(_agents(there))
    except Refused as problem:  # what one host wrote is no status: that of the machines is known all the same
        findings += problem.diagnostics
    for one in said:
        findings += _behind(there.app, release, one)
    return _Found(asked=tuple(asked), said=said, silent=tuple(silent), findings=tuple(findings))


def _behind(app: str, release: Release, said: HostStatus) -> Iterator[Diagnostic]:
    """A finding where what a host said is not of all that it has to run now. Whether it is true only the host knows."""
    ours = [name for name, one in release.services.items() if not one.hosts or said.host in one.hosts]
    left = [name for name in ours if name not in said.services]
    if said.wanted != release.number:
        what = f"follows release {said.wanted or 'none'}, as it said at {said.at}, and the last is {release.number}"
    elif left:
        what = f"follows release {release.number}, as it said at {said.at}, and says nothing of {', '.join(left)}"
    else:
        return
    fix = f"wait for its next round; if it stays so, see its journal: journalctl -u 'speccompile-agent-{app}-*'"
    yield BEHIND.at(Span(said.host), f"{said.host} {what}", fix=fix)


def _forgotten(there: Scene, host: str) -> None:
    """Let the store say of *host* that it follows nothing and has nothing, until its agent says something else."""
    known = [one.host for one in _agents(there)]
    if host not in known:
        raise click.BadParameter(
            f"{quoted(host)} is not one of: {', '.join(known) or 'no host with an agent has said anything'}",
            param_hint="--forget",
        )
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    there.store.report(host, HostStatus(host=host, at=at, wanted=None, services={}))


def _agents(there: Scene) -> Iterator[HostStatus]:
    """What the agents of hosts have written into the store. What those who deploy have written there of machines is not it: these are asked."""
    if there.environment.on not in _WITH_AGENTS:
        return
    for name, one in sorted(there.store.statuses().items()):
        if name != str(Machine()) and "://" not in name and (one.services or one.wanted):
            yield one


def _data(there: Scene, release: Release | None, found: _Found) -> dict[str, Any]:
    urls = there.outputs()
    hosts = [(one, "asked") for one in found.asked] + [(one, "said") for one in found.said]
    silent = [{"host": name, "status": "silent", "at": None, "release": None} for name in found.silent]
    return {
        "status": "healthy" if found.good else "unhealthy" if release else "not-deployed",
        "application": {"slug": there.app},
        "environment": there.name,
        "release": release.number if release else None,
        "hosts": [{"host": one.host, "status": how, "at": one.at, "release": one.wanted} for one, how in hosts]
        + silent,
        "services": [
            {
                "service": name,
                "host": host.host,
                "status": one.state,
                "release": one.release,
                "reason": one.why,
                "outputs": urls.get(name, {}),
            }
            for host, _ in hosts
            for name, one in sorted(host.services.items())
        ],
        "diagnostics": [as_data(one) for one in found.findings],
    }


def _text(there: Scene, release: Release | None, found: _Found) -> str:
    if release is None:
        return f"nothing of {there.app} was deployed to {there.name} yet: speccompile deploy {there.name}"
    lines = [f"{there.app} in {there.name}: release {release.number}, {release.made_at}, by {release.by}"]
    hosts = [(one, f"on {one.host}:") for one in found.asked]
    hosts += [(one, f"on {one.host}, as it said at {one.at}:") for one in found.said]
    for host, head in hosts:
        lines.append(head)
        for name, one in sorted(host.services.items()):
            of = f"release {one.release}" if one.release else ""
            lines.append("  " + "  ".join(filter(None, (f"{one.state:<9}", name, of, one.why or ""))))
    lines += [f"on {name}: nobody knows, it does not answer" for name in found.silent]
    return "\n".join(lines)
