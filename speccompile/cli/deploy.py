"""``speccompile deploy``: what was built goes to an environment, and what fails goes back."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from speccompile.cli.answering import format_option, refused
from speccompile.cli.compile_options import compile_options
from speccompile.cli.engine_options import compiled_as_on_disk
from speccompile.cli.environments import Scene, holder, scene, unreachable
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.release_report import Report, plan_data, plan_text, without_url
from speccompile.cli.reporters import report
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Asked, Workspace
from speccompile.codes.delivering import NOT_RECORDED
from speccompile.codes.releases import BUSY
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.images.checkout import checkout
from speccompile.images.runner import Runner
from speccompile.patching.applying import in_one_line
from speccompile.record import record
from speccompile.releases.carrying import About, carried_out, merged, recorded
from speccompile.releases.composition import Composition
from speccompile.releases.machine import Machine
from speccompile.releases.packing import programs
from speccompile.releases.pinning import Image
from speccompile.releases.record import MadeFrom, Release
from speccompile.releases.rolling import Outcome
from speccompile.releases.session import refused as platform_refuses
from speccompile.releases.site import Site, Wish
from speccompile.releases.store import Lease, Leased, Lost, Unreachable
from speccompile.releases.wanted import PlatformFailed
from speccompile.source import Span
from speccompile.spec.release import ReleaseStep

_LONGEST = 300
_LEASE = 120  # seconds for which a lease holds that nobody renews
_PATIENCE = 600.0  # seconds for which --wait waits for another deployment


@record(kw_only=True)
class Request:
    """The options."""

    environment: str
    services: tuple[str, ...]
    only_plan: bool
    wait: bool
    fail_fast: bool
    files: Asked
    style: str


@click.command("deploy")
@click.argument("environment", metavar="ENVIRONMENT")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--plan", "only_plan", is_flag=True, help="Show what would change, and change nothing.")
@click.option(
    "--wait",
    is_flag=True,
    help="Wait for a deployment that is under way, for ten minutes at most, instead of refusing.",
)
@click.option(
    "--fail-fast",
    is_flag=True,
    help="Stop at the first service that fails, instead of going on with what does not need it.",
)
@format_option
@compile_options
@click.pass_obj
def command(
    directory: str,
    /,
    *,
    environment: str,
    services: tuple[str, ...],
    only_plan: bool,
    wait: bool,
    fail_fast: bool,
    asked: Asked,
    style: str,
) -> None:
    """Deploy all services, or those that are named, to an environment of deploy.yaml.

    Services come in the order of their needs: the steps of the release, the new version beside the old one, and when it is healthy the front door
    takes it and the old one ends. What fails goes back to what ran before; what needs it is skipped; the exit code is 1 then. Each deployment
    is recorded as a release. One that was cut off is finished by the next.

    Example: speccompile deploy production --plan
    """
    request = Request(
        environment=environment,
        services=services,
        only_plan=only_plan,
        wait=wait,
        fail_fast=fail_fast,
        files=asked,
        style=style,
    )
    guarded(
        lambda workspace: told(workspace, style, lambda: _deploy(workspace, request)), Workspace.at(directory), style
    )


def told(workspace: Workspace, style: str, action: Any) -> int:
    """Run *action*; what stands in the way becomes a document, too."""
    try:
        code: int = action()
    except Refused as problem:
        return refused(problem, workspace, style)
    except Leased as problem:
        fix = "wait until that has ended: with --wait this command does"
        refused(Refused([BUSY.at(Span("releases"), str(problem), fix=fix)]), workspace, style)
        return Exit.TRANSIENT
    except Lost as problem:
        refused(
            Refused([BUSY.at(Span("releases"), f"the lease has run out: {problem}", fix="run the command again")]),
            workspace,
            style,
        )
        return Exit.TRANSIENT
    except Unreachable as problem:
        refused(Refused([unreachable(problem)]), workspace, style)
        return Exit.TRANSIENT
    except PlatformFailed as problem:
        return refused(platform_refuses(Machine(), problem), workspace, style)
    return code


def _deploy(workspace: Workspace, request: Request) -> Exit:
    began = time.monotonic()
    compiled_as_on_disk(workspace, request.files)
    there = scene(workspace, request.environment, request.files)
    if request.style != "json":
        report(there.compiled.compilation.defects, workspace, "text")
    wanted = there.wanted()
    unknown = [name for name in request.services if name not in wanted.parts]
    if unknown:
        raise click.BadParameter(f"{quoted(unknown[0])} is not one of: {', '.join(wanted.parts)}", param_hint="SERVICE")
    chosen = frozenset(request.services or wanted.parts)
    sites = there.sites()
    last = there.last()
    packed = programs(
        workspace.root, there.compiled.compilation.plan, [name for name, one in wanted.parts.items() if one.program]
    )
    images = {
        **_images(there, sites, wanted),
        **{name: Image(one.runs, verified=False) for name, one in packed.items()},
    }
    before, withdrawn = there.before(last)
    if request.style != "json":
        report(withdrawn, workspace, "text")
    wish = Wish(
        composition=wanted.pinned({name: one.pinned for name, one in images.items()}),
        chosen=chosen,
        before=before,
        fail_fast=request.fail_fast,
    )
    if request.only_plan:
        return shown_plan(there, sites, wish, request.style)
    for one in packed.values():
        if one.content is not None:
            there.store.keep(one.content)
    about = _about(workspace, there, images, last)
    manner = Manner(
        wait=request.wait, style=request.style, began=began, notes=withdrawn if request.style == "json" else ()
    )
    return carry(there, sites, wish, about, manner)


@record(kw_only=True)
class Manner:
    """How it is done: whether another deployment is waited for, the format of the answer, when this began (monotonic), and what is to be said besides in
    a document; to people it has been said before."""

    wait: bool
    style: str
    began: float
    notes: tuple[Diagnostic, ...] = ()


def shown_plan(there: Scene, sites: tuple[Site, ...], wish: Wish, style: str) -> Exit:
    """Say what would be done; nothing is."""
    found = {site.name: site.planned(wish.on(at)) for at, site in enumerate(sites)}
    if style == "json":
        say_json(plan_data(there.app, there.name, found))
    else:
        say(plan_text(found))
    return Exit.FINE


def carry(there: Scene, sites: tuple[Site, ...], wish: Wish, about: About, manner: Manner) -> Exit:
    """Do it, record it, and say what came of it."""
    quiet = manner.style == "json"
    with _leased(there, _PATIENCE if manner.wait else 0) as lease:
        last = there.last()
        hosts = carried_out(
            sites, there.environment.stages, wish, lease, lambda line: None if quiet else click.echo(line, err=True)
        )
        release, unrecorded = _recorded(there, sites, wish, last, merged(hosts), about)
    plan, urls = there.compiled.compilation.plan, there.outputs()
    done = [one.name for one in merged(hosts)]
    ended = Report(
        app=there.app,
        environment=there.name,
        images={name: image for name, image in wish.composition.images.items() if name in done},
        hosts=hosts,
        outputs={name: one for name, one in urls.items() if name in done},
        release=release,
        unchanged=last.number if last else None,
        seconds=time.monotonic() - manner.began,
        unrecorded=unrecorded,
        notes=(*manner.notes, *without_url(plan, urls, done)),
    )
    if quiet:
        say_json(ended.data())
    else:
        report(ended.findings, there.compiled.workspace, "text")
        say(ended.text())
    if ended.good and unrecorded:
        return Exit.TRANSIENT
    return Exit.FINE if ended.good else Exit.FOUND


def _recorded(
    there: Scene,
    sites: tuple[Site, ...],
    wish: Wish,
    last: Release | None,
    outcomes: Sequence[Outcome],
    about: About,
) -> tuple[Release | None, tuple[Diagnostic, ...]]:
    """The release that came of it, and what the store or a machine said where not all could be recorded: what was done is reported all the same."""
    release = None
    try:
        release = recorded(there.store, last, (there.app, there.name, there.environment.on), wish, outcomes, about)
        _kept(there, sites, wish, release)
        _reported(there, sites, wish, release or last)
    except (Unreachable, PlatformFailed) as problem:
        what = "how the services are now" if release else "what was deployed"
        fix = "mend that, then run the command again: what runs stays as it is, and is recorded"
        return release, (NOT_RECORDED.at(Span("releases"), f"{what} could not be recorded: {problem}", fix=fix),)
    return release, ()


@contextmanager
def _leased(there: Scene, patience: float) -> Iterator[Lease]:
    """The right to deploy, now or when whoever has it has ended, within *patience* seconds; raises ``Leased``."""
    deadline = time.monotonic() + patience
    with ExitStack() as stack:
        while True:
            try:
                lease = stack.enter_context(there.store.lease(holder(), _LEASE))
                break
            except Leased:
                if time.monotonic() >= deadline:
                    raise
            time.sleep(1)
        yield lease


def _kept(there: Scene, sites: tuple[Site, ...], wish: Wish, release: Release | None) -> None:
    """Give images that only a machine has a name for as long as the release may be gone back to."""
    for name, image in wish.composition.images.items() if release else ():
        if release and image.startswith("sha256:"):
            for site in sites:
                site.keep(image, f"{there.app}/{name}:release-{release.number}")


def _reported(there: Scene, sites: tuple[Site, ...], wish: Wish, release: Release | None) -> None:
    """Write into the store how the services are on each machine now."""
    for site in sites:
        there.store.report(site.name, site.status(wish.composition, release))


def _images(there: Scene, sites: tuple[Site, ...], wanted: Composition) -> Mapping[str, Image]:
    """The image of each service, by what the first machine has; the others must have or get the same."""
    plan = there.compiled.compilation.plan
    built = frozenset(one.name for one in plan.services)
    first, *others = sites
    found = first.images(wanted, built, there.compiled.compilation.spec.registry)
    missing = [one for site in others for one in site.lacking({name: image.pinned for name, image in found.items()})]
    if missing:
        raise Refused(missing)
    return found


def _about(workspace: Workspace, there: Scene, images: Mapping[str, Image], last: Release | None) -> About:
    spec = there.compiled.compilation.spec
    state = checkout(Runner(), workspace.root, [workspace.root])
    evidence = sorted(one.evidence.seal for one in spec.services if one.evidence)
    return About(
        commit=state.commit,
        dirty=bool(state.dirty),
        specs=spec.digest,
        by=holder(),
        made_from=MadeFrom(release=last.number if last else None, why=f"deployed to {there.name}"),
        parameters=tuple(sorted(there.values)),
        evidence=digest("".join(evidence).encode()) if evidence else None,
        verified=frozenset(name for name, image in images.items() if image.verified),
        irreversible=frozenset(
            one.name
            for one in spec.services
            if one.deploy and any(isinstance(step, ReleaseStep) and not step.reversible for step in one.deploy.release)
        ),
        patches=tuple(
            f"{one.file}: {in_one_line(one.patch.reason)}"[:_LONGEST]
            for one in there.compiled.compilation.overrides.applied
        ),
    )
