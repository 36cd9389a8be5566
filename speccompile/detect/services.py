"""The stage: the services of a spec, and the source tree → what is known of each of them."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from speccompile.codes.lowering import SEVERAL_STACKS
from speccompile.codes.stacks_compiled import SEVERAL_PROGRAMS
from speccompile.codes.stacks_js import OF_IMAGES
from speccompile.derived.memory import FORGETFUL, Memory
from speccompile.detect import reading
from speccompile.detect.answer import Answer
from speccompile.detect.contents import contents
from speccompile.detect.demands import demands
from speccompile.detect.detection import Detection, detect
from speccompile.detect.envfile import insisted
from speccompile.detect.fixedport import fixed
from speccompile.detect.formal import misplaced
from speccompile.detect.judging import judged
from speccompile.detect.library.published import published
from speccompile.detect.overlooked import not_read
from speccompile.detect.pages import pages
from speccompile.detect.reading import Sources
from speccompile.detect.request import request_of
from speccompile.detect.routing import routed
from speccompile.detect.seen import Contents, Detected, Looked, PageText, Recipe, Seen
from speccompile.detect.units import BESIDE, SPECS, keys, unit_of
from speccompile.detect.unused.entries import entries
from speccompile.detect.unused.examples import examples
from speccompile.detect.unused.service import unused
from speccompile.diagnostics import Diagnostic, errors
from speccompile.errors import Refused
from speccompile.project.ignored import NAME
from speccompile.project.tree import ProjectTree, Tree
from speccompile.provenance import Wanted, because
from speccompile.record import record
from speccompile.requirements.kinds import Health, Port
from speccompile.requirements.said import Said
from speccompile.spec.archetypes import LIBRARY, WEB_SERVICE
from speccompile.spec.project import ProjectSpec, ServiceSpec
from speccompile.stacks import steps
from speccompile.stacks.facts import Chosen, Facts
from speccompile.stacks.stack import Stack

# Where these are depends on the output directory, and what an image takes of the sources does not.
_HEALTH = ("health", "/app/health")
_SCRIPT = ("serve.sh", "/usr/local/bin/serve")
_CONFIG = ("site.conf", "/etc/nginx/site.conf")


def detected(
    spec: ProjectSpec, spoken: Mapping[str, Said], tree: ProjectTree, output: str, memory: Memory = FORGETFUL
) -> Detected:
    """What the sources of *spec*, in *tree*, say, also to what its services are *spoken* of as promising; *output* is the output directory as seen
    from the project, "" for itself. A service whose sources answer as *memory* knows is not looked at anew."""
    directories = [service.directory for service in spec.services]
    looked = tuple(
        memory.stage(
            unit_of(service),
            key,
            tree,
            partial(_looked, service, spec, spoken, directories),
            {"spec": service},
        )
        for service, key in zip(spec.services, keys(spec.services, memory), strict=True)
    )
    services = tuple(one.seen for one in looked if one.seen)
    copied = frozenset(path for one in services for path in one.contents.copied)
    around = memory.stage(
        BESIDE, memory.key((SPECS,), output, *sorted(copied)), tree, partial(_beside, spec, output, copied)
    )
    said = (*around.of_specs, *(one for each in looked for one in each.said))
    if errors(said) or len(services) < len(looked):
        return Detected((), said)
    return Detected(services, (*said, *around.overlooked), around.ignored, around.pages)


def relooked(
    spec: ProjectSpec, spoken: Mapping[str, Said], tree: ProjectTree, memory: Memory, names: Collection[str]
) -> None:
    """Look again at those services alone whose stages are *names*: what is seen of them *memory* has then."""
    directories = [service.directory for service in spec.services]
    for service, key in zip(spec.services, keys(spec.services, memory), strict=True):
        if unit_of(service) in names:
            look = partial(_looked, service, spec, spoken, directories)
            memory.stage(unit_of(service), key, tree, look, {"spec": service})


@record()
class _Beside:
    """What the sources say beside the services: the pages of the front door; what there is to say of the specs by them; what at the top is overlooked,
    and what is ignored there."""

    pages: tuple[PageText, ...]
    of_specs: tuple[Diagnostic, ...]
    overlooked: tuple[Diagnostic, ...]
    ignored: tuple[str, ...]


def _beside(spec: ProjectSpec, output: str, copied: frozenset[str], tree: Tree) -> _Beside:
    shown, unshown = pages(spec, tree)
    images = any(service.archetype != LIBRARY for service in spec.services)
    return _Beside(
        shown,
        (*unshown, *misplaced(spec.services, tree)),
        tuple(entries(tree, spec.services, copied)) if images else (),
        _own_ignored(tree) if images and not output else (),
    )


def _looked(
    service: ServiceSpec, project: ProjectSpec, spoken: Mapping[str, Said], directories: Iterable[str], tree: Tree
) -> Looked:
    """What there is to know of one service."""
    detection = _detection(service, tree)
    alone = sum(one.directory == service.directory for one in project.services) == 1
    said = tuple(one for one in _said(service, detection) if alone or one.code != SEVERAL_PROGRAMS.id)
    return Looked(
        said, None if errors(said) else _seen(service, detection, tree, project, spoken[service.name], directories)
    )


def _detection(service: ServiceSpec, tree: Tree) -> Detection:
    wanted = service.deploy.stack if service.deploy else None
    asked = service.deploy.at("stack") if service.deploy and wanted else None
    return detect(_below(tree, service), wanted, service.directory, asked)


def _below(tree: Tree, service: ServiceSpec) -> Tree:
    return tree.below(service.directory) if service.directory else tree


def _said(service: ServiceSpec, detection: Detection) -> Iterator[Diagnostic]:
    """What there is to say of a detection: what concerns images alone not where none is made, a release not where there is one."""
    for one in detection.diagnostics:
        if service.archetype != LIBRARY or one.code not in OF_IMAGES:
            yield one
    released = service.role != "server" or bool(service.deploy and service.deploy.steps)
    if detection.taken and not released:
        yield from detection.facts.unreleased
    if not (service.deploy and service.deploy.stack):
        yield from _plausible(service, detection)


def _plausible(service: ServiceSpec, detection: Detection) -> Iterator[Diagnostic]:
    """That the sources could be run as another stack too, where nobody has chosen."""
    for other in detection.others:
        if other.facts.runnable:
            yield SEVERAL_STACKS.at(
                other.facts.evidence[0],
                f"{service.name} was taken for {detection.stack.name}, because {detection.facts.reason}; it could be "
                f"{other.stack.name}, because {other.facts.reason}",
                fix=f"write `stack: {detection.stack.name}` or `stack: {other.stack.name}` into deploy.yaml",
            )


def _seen(
    spec: ServiceSpec,
    detection: Detection,
    tree: Tree,
    project: ProjectSpec,
    spoken: Said,
    directories: Iterable[str],
) -> Seen:
    # Words of a command can have values put into them, which name no program.
    command = tuple(map(str, spec.deploy.command or ())) if spec.deploy else ()
    facts, stack = detection.facts.of(command), detection.stack
    if spec.archetype == LIBRARY:
        library = published(_below(tree, spec), facts.stack)
        return Seen(
            spec=spec,
            facts=facts,
            recipe=Recipe(stack.name, facts),
            language=facts.language or stack.language,
            library=library,
            judged=judged(spec, (), tree),
        )
    directories = (*directories, *(posixpath.join(spec.directory, one) for one in facts.apart))
    # Pages have nothing that could read a variable.
    sources = reading.sources(tree, spec.directory, directories) if facts.pages is None else ()
    wanted = demands(sources, tree, spec.directory) if facts.pages is None else ()
    demanded = frozenset(one.name for one in wanted)
    taken = _contents(spec, facts, stack, tree, demanded)
    unread = reading.unread(tree, spec.directory, directories, sources) if sources else ()
    taken = replace(
        taken,
        left_out=(
            *taken.left_out,
            *not_read(unread, spec),
            *insisted(sources),
            *unused(spec, facts, tree, project, demanded),
            *(() if unread else examples(sources, tree, spec)),
        ),
    )
    promising = spec.archetype == WEB_SERVICE and not (spec.deploy and spec.deploy.command)
    return Seen(
        spec=spec,
        facts=facts,
        recipe=Recipe(stack.name, facts),
        language=facts.language or stack.language,
        demands=wanted,
        reading=reading.read(sources),
        contents=taken,
        judged=judged(spec, taken.shipped, tree),
        answers=dict(_answers(facts, spoken, sources)) if promising else {},
        fixed=_fixed(facts, spoken, sources) if promising else None,
    )


def _answers(facts: Facts, spoken: Said, sources: Sources) -> Iterator[tuple[str, Answer]]:
    for one in spoken.asked:
        if isinstance(one.requirement, Health) and one.requirement.path:
            yield one.requirement.path, routed(sources, facts, one.requirement.path)


def _fixed(facts: Facts, spoken: Said, sources: Sources) -> Chosen | None:
    asked = any(isinstance(one.requirement, Port) and one.requirement.number != facts.port for one in spoken.asked)
    return fixed(sources, facts) if asked else None


def _contents(spec: ServiceSpec, facts: Facts, stack: Stack[Any], tree: Tree, demanded: frozenset[str]) -> Contents:
    """What an image takes; nothing where none can be made: who asks for the recipe in earnest is told why."""
    server = spec.archetype == WEB_SERVICE
    origin = because(steps.CODE, *facts.causes)
    request = request_of(
        spec,
        prefix=spec.directory,
        port=Wanted(facts.port, origin) if server else None,
        health=_HEALTH if server else None,
        config=_config(facts) if server and not (spec.deploy and spec.deploy.command and not facts.pages) else None,
        origin=origin,
    )
    try:
        return contents(stack.recipe(facts, request), tree, spec, demanded)
    except Refused:
        return Contents()


def _config(facts: Facts) -> tuple[str, str] | None:
    if facts.pages:
        return _CONFIG
    return _SCRIPT if facts.front else None


def _own_ignored(tree: Tree) -> tuple[str, ...]:
    return tuple(line.strip() for line in (tree.read(NAME) or "").split("\n"))
