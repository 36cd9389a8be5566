"""What a service's sources say about how it is run, and nothing is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from speccompile.catalog import CATALOG
from speccompile.detect.unused.platforms import platforms
from speccompile.detect.unused.processes import processes
from speccompile.detect.unused.scripts import scripts
from speccompile.detect.unused.variables import variables
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.spec.project import ProjectSpec, ServiceSpec
from speccompile.stacks.facts import Facts, all_moved


def unused(
    service: ServiceSpec, facts: Facts, tree: Tree, spec: ProjectSpec, demanded: Collection[str]
) -> Iterator[Diagnostic]:
    """Each kind once: scripts, processes, variables, what other platforms are told. *tree* is the project's, *demanded* are the variables that the
    operator is asked for. Of services of one directory the first server speaks."""
    beside = tuple(one for one in spec.services if one.directory == service.directory)
    if service is not next((one for one in beside if one.role == "server"), beside[0]):
        return
    view = tree.below(service.directory) if service.directory else tree
    found = (
        *scripts(view, service, facts.entry),
        *processes(view, facts, beside),
        *variables(view, service, frozenset((*demanded, *_known(beside))), tuple(_prefixes(spec))),
        *platforms(view, service),
    )
    yield from all_moved(found, service.directory) if service.directory else found


def _known(services: tuple[ServiceSpec, ...]) -> Iterator[str]:
    """The variables that deploy.yaml has for the *services*."""
    for deploy in (one.deploy for one in services if one.deploy):
        yield from deploy.env
        yield from (one if isinstance(one, str) else one.name for one in deploy.secrets)


def _prefixes(spec: ProjectSpec) -> Iterator[str]:
    """What the names of variables begin with that are about a store of the project."""
    for store in spec.stores:
        yield from CATALOG[store.kind].prefixes
