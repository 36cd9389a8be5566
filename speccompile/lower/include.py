"""What deploy.yaml wants in an image although nothing in the sources names it."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from speccompile.codes.contents import INCLUDE_MISSING
from speccompile.diagnostics import quoted
from speccompile.errors import Refused
from speccompile.lower.placement import Placement, is_from_sources
from speccompile.plan.image import Copy, ImageRecipe, Stage
from speccompile.project.unwanted import is_never_wanted
from speccompile.provenance import Cause, Origin, because
from speccompile.spec.project import ServiceSpec
from speccompile.stacks.steps import CODE


def included(image: ImageRecipe, at: Placement, spec: ServiceSpec) -> ImageRecipe:
    """*image* with what deploy.yaml wants in it: in the final stage, and in the one that builds."""
    deploy = spec.deploy
    if deploy is None or not deploy.include:
        return image
    problems, found = [], []
    for number, path in enumerate(deploy.include):
        span, place = deploy.at("include", number), posixpath.join(at.directory, path)
        origin = because(CODE, Cause(span))
        # What the compiler reads and writes, and what is made anew, is in no image.
        usable = path and not any(is_never_wanted(part) for part in path.split("/"))
        if usable and at.tree.is_directory(place):
            found.append(_copy(f"{at.of_context(place)}/", f"{path}/", origin))
        elif usable and at.tree.is_file(place):
            found.append(_copy(at.of_context(place), f"{posixpath.dirname(path) or '.'}/", origin))
        else:
            problems.append(
                INCLUDE_MISSING.at(
                    span,
                    f"there is no {quoted(place or '.')} that could be included",
                    fix=f"name a file or a directory of the program's below {at.directory or 'the project'}, as seen from there",
                )
            )
    if problems:
        raise Refused(problems)
    return replace(image, stages=tuple(_with(stage, found, stage is image.stages[-1]) for stage in image.stages))


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
