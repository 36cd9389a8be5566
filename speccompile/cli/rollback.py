"""``speccompile rollback``: services go back to what an earlier release ran, as a release of its own."""

from __future__ import annotations

import time

import click

from speccompile.cli.answering import format_option, services_argument
from speccompile.cli.compile_options import compile_options
from speccompile.cli.deploy import Manner, carry, shown_plan, told
from speccompile.cli.environments import Scene, holder, only_environment, scene
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.workspace import Asked, Workspace
from speccompile.codes.releases import NO_RELEASE
from speccompile.diagnostics import quoted
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases import history
from speccompile.releases.carrying import About
from speccompile.releases.composition import Composition
from speccompile.releases.record import BACK, MadeFrom, Release
from speccompile.releases.site import Wish
from speccompile.source import Span


@record(kw_only=True)
class _Request:
    """The options."""

    services: tuple[str, ...]
    to: int | None
    environment: str | None
    force: bool
    only_plan: bool
    wait: bool
    files: Asked
    style: str


@click.command("rollback")
@services_argument
@click.option(
    "--to", type=click.IntRange(1), metavar="N", help="The release; without it, the last one that ran something else."
)
@click.option("-e", "--environment", metavar="NAME", help="The environment; without it, the only one of deploy.yaml.")
@click.option("--force", is_flag=True, help="Go back over a step of a release that was declared irreversible, too.")
@click.option("--plan", "only_plan", is_flag=True, help="Show what would change, and change nothing.")
@click.option(
    "--wait",
    is_flag=True,
    help="Wait for a deployment that is under way, for ten minutes at most, instead of refusing.",
)
@format_option
@compile_options
@click.pass_obj
def command(
    directory: str,
    /,
    *,
    services: tuple[str, ...],
    to: int | None,
    environment: str | None,
    force: bool,
    only_plan: bool,
    wait: bool,
    asked: Asked,
    style: str,
) -> None:
    """Let all services, or those that are named, run what they ran in an earlier release; the others are not touched.

    It is a release itself, so that it can be gone back from, too. Steps of releases are not run again, and what they did to data stays.

    Example: speccompile rollback api --to 12
    """
    request = _Request(
        services=services,
        to=to,
        environment=environment,
        force=force,
        only_plan=only_plan,
        wait=wait,
        files=asked,
        style=style,
    )
    guarded(
        lambda workspace: told(workspace, style, lambda: _rollback(workspace, request)), Workspace.at(directory), style
    )


def _rollback(workspace: Workspace, request: _Request) -> Exit:
    began = time.monotonic()
    there = scene(workspace, only_environment(workspace, request.files, request.environment), request.files)
    now = there.last()
    if now is None:
        fix = f"deploy first: speccompile deploy {there.name}"
        raise Refused([NO_RELEASE.at(Span(there.name), f"nothing was deployed to {there.name} yet", fix=fix)])
    unknown = [name for name in request.services if name not in now.services]
    if unknown:
        raise click.BadParameter(f"{quoted(unknown[0])} is not one of: {', '.join(now.services)}", param_hint="SERVICE")
    goal = history.goal(there.store, now, request.services, request.to)
    problems = () if request.force else history.objections(there.store, now, goal)
    wish = _wish(there, now, goal, request)
    if found := (
        *problems,
        *(
            history.moved_ports(wish.before or wish.composition, _then(there, goal), tuple(goal.services))
            if request.services
            else ()
        ),
    ):
        raise Refused(found)
    sites = there.sites()
    missing = [
        one for site in sites for one in site.lacking({name: wish.composition.images[name] for name in wish.chosen})
    ]
    if missing:
        raise Refused(missing)
    if request.only_plan:
        return shown_plan(there, sites, wish, request.style)
    return carry(
        there, sites, wish, _about(there, now, goal), Manner(wait=request.wait, style=request.style, began=began)
    )


def _wish(there: Scene, now: Release, goal: history.Goal, request: _Request) -> Wish:
    """All services as they are, but for those that go back; with all of them the front door goes back, too."""
    before = there.of(now.services, now.front_door)
    whole = not request.services
    services = dict(goal.services) if whole else {**now.services, **goal.services}
    source = there.store.read(next(iter(goal.releases.values()))) if whole else now
    wanted = there.of(services, source.front_door)
    return Wish(
        composition=wanted, chosen=frozenset(goal.services), before=before, fail_fast=False, ran=frozenset(wanted.parts)
    )


def _then(there: Scene, goal: history.Goal) -> Composition:
    """What ran in the releases that are gone back to, for the ports of its front door."""
    release = there.store.read(max(goal.releases.values()))
    return there.of(goal.services, release.front_door)


def _about(there: Scene, now: Release, goal: history.Goal) -> About:
    back = ", ".join(f"{name} to {number}" for name, number in sorted(goal.releases.items()))
    source = there.store.read(max(goal.releases.values()))
    return About(
        commit=source.commit,
        dirty=source.dirty,
        specs=source.specs,
        by=holder(),
        made_from=MadeFrom(release=source.number, why=f"{BACK}{back}"[:300]),
        parameters=tuple(sorted(there.values)),
        evidence=source.evidence,
        verified=frozenset(name for name, one in {**now.services, **goal.services}.items() if one.verified),
        irreversible=frozenset(),
        patches=source.patches,
    )
