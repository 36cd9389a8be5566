"""``speccompile init``: specs to start from, for a project that has none."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from speccompile.catalog import CATALOG
from speccompile.cli import init_answer
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.reporters import report
from speccompile.cli.workspace import Workspace
from speccompile.codes.drift import IRREGULAR, NOT_OWNED
from speccompile.diagnostics import Diagnostic, errors, in_order
from speccompile.errors import Refused
from speccompile.frontends.files import DEPLOYS, MANIFESTS
from speccompile.frontends.starter import manifest
from speccompile.paths import normal
from speccompile.project.disk import DiskTree
from speccompile.source import Span
from speccompile.spec.archetypes import CLI_TOOL
from speccompile.survey import composefile, deployfile, services
from speccompile.survey.found import Found
from speccompile.survey.proposal import Proposal, Proposed, propose
from speccompile.targets import generates
from speccompile.writer import create

_ARCHETYPES = ("web-service", "cli-tool", "data-pipeline", "library")
_FOLDER = "specs"


@click.command("init")
@click.option(
    "--archetype", type=click.Choice(_ARCHETYPES), help="What the project is. Default: guessed from its sources."
)
@click.option("--stack", help="Which stack it is written for. Default: detected.")
@click.option(
    "--path", "paths", multiple=True, metavar="DIR", help="Where a service is; may be repeated. Default: looked for."
)
@click.option("--yes", is_flag=True, help="Ask nothing: take what was detected.")
@click.pass_obj
def command(directory: str, archetype: str | None, stack: str | None, paths: tuple[str, ...], yes: bool) -> None:
    """Write specs to start from: the services that were found, and assertions for people to settle."""

    def action(workspace: Workspace) -> Exit:
        _refuse_existing(workspace.root, MANIFESTS)
        tree = DiskTree(workspace.root, ("generated",))
        compose = composefile.read(tree)
        said = _inside(paths) or (("",) if stack else ())
        found = services.chosen(tree, compose, said, stack) if said else services.find(tree, compose)
        _report(found, workspace)
        asking = sys.stdin.isatty() and not yes
        proposal = propose(
            tree, compose, _settled(found.services, archetype, asking=asking), found.passed_over, workspace.root.name
        )
        manifests = _manifests(workspace.root, proposal)
        files = {
            path: manifest(
                one.found.archetype, one.found.role, _boundaries(one, proposal), one.found.detection.facts.health_path
            )
            for path, one in manifests
        }
        single = len(proposal.services) == 1
        deploy = deployfile.text(proposal, {} if single else {one.found.name: path for path, one in manifests}, stack)
        if deploy:
            files[DEPLOYS[0]] = deploy
        _refuse_existing(workspace.root, (*files, *(DEPLOYS if deploy else ())))
        if asking and not single:
            click.echo(init_answer.found(proposal), err=True)
            click.confirm("Write specs for these?", default=True, abort=True, err=True)
        create(workspace.root, files, generates)
        click.echo(init_answer.told(tuple(files), proposal))
        return Exit.FINE

    guarded(action, Workspace.at(directory), "text")


def _inside(paths: Sequence[str]) -> tuple[str, ...]:
    """*paths*, normal; those that leave the project are a mistake in the command."""
    inside = [normal(path) for path in paths]
    if None in inside:
        raise click.BadParameter("a service is inside of the project", param_hint="--path")
    return tuple(path for path in inside if path is not None)


def _report(found: services.Findings, workspace: Workspace) -> None:
    """What the stacks have to say; raises ``Refused`` when there is no service."""
    if not found.services:
        raise Refused([_with_directories(one, found) for one in found.root.diagnostics])
    diagnostics = tuple(one for service in found.services for one in service.detection.diagnostics)
    if errors(diagnostics):
        raise Refused(diagnostics)
    report(in_order(diagnostics), workspace, "text")


def _with_directories(diagnostic: Diagnostic, found: services.Findings) -> Diagnostic:
    """*diagnostic*, and what was passed over in the directories below."""
    passed = "".join(f"\n    {one.directory or '.'}: {one.why}" for one in found.passed_over)
    return replace(diagnostic, message=f"{diagnostic.message}\nPassed over were:{passed}") if passed else diagnostic


def _settled(found: tuple[Found, ...], archetype: str | None, *, asking: bool) -> tuple[Found, ...]:
    """*found*, of which a single one is what somebody says that it is."""
    if len(found) > 1:
        if archetype:
            raise click.UsageError(
                f"there are {len(found)} services ({', '.join(one.name for one in found)}); name the one that is meant with --path"
            )
        return found
    one = found[0]
    chosen = archetype or (_asked(one.archetype, one.reason) if asking else one.archetype)
    return found if chosen == one.archetype else (replace(one, archetype=chosen, reason="as you said"),)


def _asked(guessed: str, reason: str) -> str:
    click.echo(f"This looks like a {guessed}: {reason}.", err=True)
    answer: str = click.prompt("Archetype", type=click.Choice(_ARCHETYPES), default=guessed, err=True)
    return answer


def _manifests(root: Path, proposal: Proposal) -> tuple[tuple[str, Proposed], ...]:
    """Where the manifest of each service is to be; a service that has one beside its sources gets none."""
    if len(proposal.services) == 1:
        return ((MANIFESTS[0], proposal.services[0]),)
    return tuple(
        (f"{_FOLDER}/{one.found.name}/assertions.json", one)
        for one in proposal.services
        if one.found.command or not any((root / one.found.directory / path).exists() for path in MANIFESTS)
    )


def _boundaries(one: Proposed, proposal: Proposal) -> tuple[str, ...]:
    """The kinds of backing services that it uses."""
    kinds = {store.kind for store in proposal.stores if store.name in {name for name, _ in one.needs}}
    used = {kind for kind, backing in CATALOG.items() if backing.client(one.found.detection.facts.dependencies)}
    return tuple(sorted(used if one.found.archetype == CLI_TOOL else kinds))


def _refuse_existing(root: Path, places: Sequence[str]) -> None:
    for place in places:
        if (root / place).exists() or (root / place).is_symlink():
            finding = NOT_OWNED.at(
                Span(place),
                "this project has specs already; init writes only what is not there",
                fix="edit it, or move it away; then run `speccompile generate`",
            )
            raise Refused([finding])
        folder = (root / place).parent
        irregular = next(
            (
                one
                for one in (folder, *folder.parents)
                if one != root and root in one.parents and (one.is_symlink() or (one.exists() and not one.is_dir()))
            ),
            None,
        )
        if irregular and place.startswith(f"{_FOLDER}/"):
            finding = IRREGULAR.at(
                Span(irregular.relative_to(root).as_posix()),
                "this is no directory of the project, and nothing is written through a link",
                fix="move it away",
            )
            raise Refused([finding])
