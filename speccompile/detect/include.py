"""What deploy.yaml wants in an image although nothing in the sources names it."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace

from speccompile.detect.placement import Placement, is_from_sources
from speccompile.plan.image import Copy, ImageRecipe, Stage
from speccompile.provenance import Cause, Origin, because
from speccompile.record import record
from speccompile.spec.project import ServiceSpec
from speccompile.stacks.steps import CODE


@record()
class Included:
    """An entry of ``include`` by its number, the path as it is written there, and whether a directory is there."""

    number: int
    path: str
    directory: bool


def included(image: ImageRecipe, found: Sequence[Included], at: Placement, spec: ServiceSpec) -> ImageRecipe:
    """*image* with what deploy.yaml wants in it, and is there: in the final stage, and in the one that builds."""
    if spec.deploy is None or not found:
        return image
    copies = [_copied(one, at, because(CODE, Cause(spec.deploy.at("include", one.number)))) for one in found]
    return replace(image, stages=tuple(_with(stage, copies, stage is image.stages[-1]) for stage in image.stages))


def _copied(one: Included, at: Placement, origin: Origin) -> Copy:
    place = at.of_context(posixpath.join(at.directory, one.path))
    if one.directory:
        return _copy(f"{place}/", f"{one.path}/", origin)
    return _copy(place, f"{posixpath.dirname(one.path) or '.'}/", origin)


def _copy(source: str, target: str, origin: Origin) -> Copy:
    return Copy(sources=(source,), target="./" if target == "./" else target, origin=origin)


def _with(stage: Stage, found: list[Copy], final: bool) -> Stage:
    """*stage* with the copies *found* that it has not, where it takes sources anyway, or runs them."""
    there = {source for step in stage.steps if isinstance(step, Copy) for source in step.sources}
    more = tuple(copy for copy in found if not there.issuperset(copy.sources))
    last = max((n for n, step in enumerate(stage.steps) if is_from_sources(step)), default=None)
    if not more or not (final or (last is not None and stage.name == "build")):
        return stage
    place = len(stage.steps) if last is None else last + 1
    return replace(stage, steps=(*stage.steps[:place], *more, *stage.steps[place:]))
