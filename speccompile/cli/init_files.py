"""Which spec files ``init`` writes for a proposal: those that are not there; what is there stays as it is."""

from __future__ import annotations

import posixpath
from pathlib import Path

from speccompile.catalog import CATALOG
from speccompile.cli.schema_links import linked
from speccompile.codes.drift import IRREGULAR, NOT_OWNED
from speccompile.diagnostics import Diagnostic
from speccompile.discovery import DEPLOYS, FOLDER, MANIFESTS
from speccompile.errors import Refused
from speccompile.frontends import manifest as manifest_format
from speccompile.frontends.starter import manifest
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.archetypes import CLI_TOOL
from speccompile.stacks import protocols
from speccompile.survey.deployfile import Manifests, text
from speccompile.survey.proposal import Proposal, Proposed
from speccompile.vocabulary import ArchetypeName


@record()
class Existing:
    """The specs that a project has already: paths from its root, None where there is none; the archetype that the manifest says."""

    manifest: str | None
    deploy: str | None
    archetype: ArchetypeName | None


def existing(root: Path, tree: Tree) -> Existing:
    """What is there; raises ``Refused`` when nothing is missing."""
    manifest_path = next((path for path in MANIFESTS if _there(root, path)), None)
    deploy_path = next((path for path in DEPLOYS if _there(root, path)), None)
    if manifest_path and deploy_path:
        raise Refused([_complete(manifest_path)])
    return Existing(manifest_path, deploy_path, _archetype(tree, manifest_path) if manifest_path else None)


def files(root: Path, tree: Tree, proposal: Proposal, had: Existing, stack: str | None) -> dict[str, str]:
    """Text by path of what is to be written; raises ``Refused`` where something else is in the way of a file, or nothing is missing."""
    places = {one.found.name: _manifest_of(one, proposal, root, had) for one in proposal.services}
    if had.deploy and len(proposal.services) > 1:
        message = f"{len(places)} services were found, and {had.deploy}, which is there, says where their manifests are"
        fix = "name the one that is meant with --path, or move that file away to have it proposed anew"
        raise Refused([NOT_OWNED.at(Span(had.deploy), message, fix=fix)])
    found = {
        path: manifest(
            one.found.archetype, _like(one), _boundaries(one, proposal), one.found.detection.facts.health_path
        )
        for one in proposal.services
        if (path := places[one.found.name]) and not _there(root, path)
    }
    if not had.deploy:
        deploy_path = posixpath.join(posixpath.dirname(had.manifest or MANIFESTS[0]), "deploy.yaml")
        found[deploy_path] = text(proposal, _said(proposal, places, tree, had), stack)
    if not found:
        raise Refused([_complete(next(path for path in places.values() if path))])
    for path in found:
        _refuse_irregular(root, path)
    return linked(root, found)


def _like(one: Proposed) -> str | None:
    """What a service is that its archetype does not say."""
    return "grpc" if protocols.spoken(one.found.detection.facts) else one.found.role


def _manifest_of(one: Proposed, proposal: Proposal, root: Path, had: Existing) -> str | None:
    """Where the manifest of a service is to be; None for a service that has one: beside its sources, or the project's."""
    beside = one.found.directory and any(_there(root, f"{one.found.directory}/{path}") for path in MANIFESTS)
    if had.manifest or (beside and not one.found.command):
        return None
    return MANIFESTS[0] if len(proposal.services) == 1 else f"{FOLDER}/{one.found.name}/assertions.json"


def _said(proposal: Proposal, places: dict[str, str | None], tree: Tree, had: Existing) -> Manifests:
    paths = {name: path for name, path in places.items() if path and path != MANIFESTS[0]}
    of_others = {
        one.found.name: one.found.archetype
        for one in proposal.services
        if had.manifest and not _has_own(tree, one) and one.found.archetype != had.archetype
    }
    return Manifests(paths=paths, archetypes=of_others)


def _has_own(tree: Tree, one: Proposed) -> bool:
    return bool(one.found.directory) and any(tree.is_file(f"{one.found.directory}/{path}") for path in MANIFESTS)


def _boundaries(one: Proposed, proposal: Proposal) -> tuple[str, ...]:
    """The kinds of backing services that it uses."""
    kinds = {store.kind for store in proposal.stores if store.name in {name for name, _ in one.needs}}
    used = {kind for kind, backing in CATALOG.items() if backing.client(one.found.detection.facts.dependencies)}
    return tuple(sorted(used if one.found.archetype == CLI_TOOL else kinds))


def _archetype(tree: Tree, path: str) -> ArchetypeName | None:
    """What the manifest says, as far as it can be read."""
    source = tree.read(path)
    model = manifest_format.read(source, path).model if source is not None else None
    return model.archetype if model else None


def _there(root: Path, path: str) -> bool:
    return (root / path).exists() or (root / path).is_symlink()


def _complete(path: str) -> Diagnostic:
    return NOT_OWNED.at(
        Span(path),
        "this project has specs already; init writes only what is not there",
        fix="edit it, or move it away; then run `speccompile generate`",
    )


def _refuse_irregular(root: Path, path: str) -> None:
    """Nothing is written through a link, or where a directory should be and is none."""
    folder = (root / path).parent
    for one in (folder, *folder.parents):
        if root in one.parents and (one.is_symlink() or (one.exists() and not one.is_dir())):
            message = "this is no directory of the project, and nothing is written through a link"
            raise Refused([IRREGULAR.at(Span(one.relative_to(root).as_posix()), message, fix="move it away")])
