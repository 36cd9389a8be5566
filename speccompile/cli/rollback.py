"""``speccompile rollback``: services go back to what an earlier release ran, as a release of its own."""

from __future__ import annotations

import click

from speccompile.cli.environments import Scene, holder, only_environment, scene
from speccompile.cli.guard import Exit
from speccompile.cli.releasing import Manner, Undertaking, answered, release_options, undertaken
from speccompile.cli.workspace import Workspace
from speccompile.codes.releases import NO_RELEASE
from speccompile.diagnostics import quoted
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases import history
from speccompile.releases.carrying import About
from speccompile.releases.composition import Composition
from speccompile.releases.record import MadeFrom, Release
from speccompile.releases.site import Wish
from speccompile.source import Span


@record(kw_only=True)
class _Way:
    """The release that is gone back to (None: the last one that ran something else), and whether over a step that cannot be undone."""

    to: int | None
    force: bool


@click.command("rollback")
@release_options
@click.option(
    "--to", type=click.IntRange(1), metavar="N", help="The release; without it, the last one that ran something else."
)
@click.option("-e", "--environment", metavar="NAME", help="The environment; without it, the only one of deploy.yaml.")
@click.option("--force", is_flag=True, help="Go back over a step of a release that was declared irreversible, too.")
@click.pass_obj
def command(directory: str, /, *, to: int | None, environment: str | None, force: bool, manner: Manner) -> None:
    """Let all services, or those that are named, run what they ran in an earlier release; the others are not touched.

    It is a release itself, so that it can be gone back from, too. Steps of releases are not run again, and what they did to data stays.

    Example: speccompile rollback api --to 12
    """
    way = _Way(to=to, force=force)
    answered(directory, manner, lambda workspace: _rollback(workspace, environment, way, manner))


def _rollback(workspace: Workspace, environment: str | None, way: _Way, manner: Manner) -> Exit:
    there = scene(workspace, only_environment(workspace, manner.files, environment), manner.files)
    return undertaken(there, lambda last: _prepared(there, last, way, manner.services), manner)


def _prepared(there: Scene, now: Release | None, way: _Way, services: tuple[str, ...]) -> Undertaking:
    """What is to be done where *now* is the last release; raises ``Refused``."""
    if now is None:
        fix = f"deploy first: speccompile deploy {there.name}"
        raise Refused([NO_RELEASE.at(Span(there.name), f"nothing was deployed to {there.name} yet", fix=fix)])
    unknown = [name for name in services if name not in now.services]
    if unknown:
        raise click.BadParameter(f"{quoted(unknown[0])} is not one of: {', '.join(now.services)}", param_hint="SERVICE")
    goal = history.goal(there.store, now, services, way.to)
    problems = () if way.force else history.objections(there.store, now, goal)
    wish = _wish(there, now, goal, services)
    before = wish.before or wish.composition
    moved = history.moved_ports(before, _then(there, goal), tuple(goal.services)) if services else ()
    if problems or moved:
        raise Refused((*problems, *moved))
    sites = there.sites()
    missing = [
        one for site in sites for one in site.lacking({name: wish.composition.images[name] for name in wish.chosen})
    ]
    if missing:
        raise Refused(missing)
    return Undertaking(there=there, sites=sites, wish=wish, about=_about(there, now, goal))


def _wish(there: Scene, now: Release, goal: history.Goal, services: tuple[str, ...]) -> Wish:
    """All services as they are, but for those that go back; with all of them the front door goes back, too."""
    before = there.of(now.services, now.front_door)
    whole = not services
    then = dict(goal.services) if whole else {**now.services, **goal.services}
    source = there.store.read(next(iter(goal.releases.values()))) if whole else now
    wanted = there.of(then, source.front_door)
    return Wish(
        composition=wanted, chosen=frozenset(goal.services), before=before, fail_fast=False, ran=frozenset(wanted.parts)
    )


def _then(there: Scene, goal: history.Goal) -> Composition:
    """What ran in the releases that are gone back to, for the ports of its front door."""
    release = there.store.read(max(goal.releases.values()))
    return there.of(goal.services, release.front_door)


def _about(there: Scene, now: Release, goal: history.Goal) -> About:
    source = there.store.read(max(goal.releases.values()))
    return About(
        commit=source.commit,
        dirty=source.dirty,
        specs=source.specs,
        by=holder(),
        made_from=MadeFrom(release=source.number, why=f"back from {now.number}"),
        back=goal.releases,
        parameters=tuple(sorted(there.values)),
        evidence=source.evidence,
        verified=frozenset(name for name, one in {**now.services, **goal.services}.items() if one.verified),
        irreversible=frozenset(),
        patches=source.patches,
    )
