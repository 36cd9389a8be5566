"""``speccompile deploy``: what was built goes to an environment, and what fails goes back."""

from __future__ import annotations

from collections.abc import Mapping

import click

from speccompile.cli.engine_options import compiled_as_on_disk
from speccompile.cli.environments import Scene, holder, scene
from speccompile.cli.guard import Exit
from speccompile.cli.releasing import Manner, Undertaking, answered, release_options, undertaken
from speccompile.cli.reporters import report
from speccompile.cli.workspace import Workspace
from speccompile.diagnostics import quoted
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.images.checkout import checkout
from speccompile.images.runner import Runner
from speccompile.patching.applying import in_one_line
from speccompile.releases.carrying import About
from speccompile.releases.composition import Composition
from speccompile.releases.packing import programs
from speccompile.releases.pinning import Image
from speccompile.releases.record import MadeFrom, Release
from speccompile.releases.site import Site, Wish
from speccompile.spec.release import ReleaseStep

_LONGEST = 300


@click.command("deploy")
@click.argument("environment", metavar="ENVIRONMENT")
@release_options
@click.option(
    "--fail-fast",
    is_flag=True,
    help="Stop at the first service that fails, instead of going on with what does not need it.",
)
@click.pass_obj
def command(directory: str, /, *, environment: str, fail_fast: bool, manner: Manner) -> None:
    """Deploy all services, or those that are named, to an environment of deploy.yaml.

    Services come in the order of their needs: the steps of the release, the new version beside the old one, and when it is healthy the front door
    takes it and the old one ends. What fails goes back to what ran before; what needs it is skipped; the exit code is 1 then. Each deployment
    is recorded as a release. One that was cut off is finished by the next.

    Example: speccompile deploy production --plan
    """
    answered(directory, manner, lambda workspace: _deploy(workspace, environment, manner, fail_fast=fail_fast))


def _deploy(workspace: Workspace, environment: str, manner: Manner, *, fail_fast: bool) -> Exit:
    compiled_as_on_disk(workspace, manner.files)
    there = scene(workspace, environment, manner.files)
    if manner.style != "json":
        report(there.compiled.compilation.defects, workspace, "text")
    wanted = there.wanted()
    unknown = [name for name in manner.services if name not in wanted.parts]
    if unknown:
        raise click.BadParameter(f"{quoted(unknown[0])} is not one of: {', '.join(wanted.parts)}", param_hint="SERVICE")
    chosen = frozenset(manner.services or wanted.parts)
    sites = there.sites()
    packed = programs(
        workspace.root, there.compiled.compilation.plan, [name for name, one in wanted.parts.items() if one.program]
    )
    images = {
        **_images(there, sites, wanted),
        **{name: Image(one.runs, verified=False) for name, one in packed.items()},
    }

    def prepared(last: Release | None) -> Undertaking:
        before, withdrawn = there.before(last)
        if manner.style != "json":
            report(withdrawn, workspace, "text")
        wish = Wish(
            composition=wanted.pinned({name: one.pinned for name, one in images.items()}),
            chosen=chosen,
            before=before,
            fail_fast=fail_fast,
        )
        return Undertaking(
            there=there,
            sites=sites,
            wish=wish,
            about=_about(workspace, there, images, last),
            kept=tuple(one.content for one in packed.values() if one.content is not None),
            notes=withdrawn,
        )

    return undertaken(there, prepared, manner)


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
