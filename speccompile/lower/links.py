"""Symbolic links that leave a service but not the project: what they lead to is copied in their place."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from speccompile.lower.placement import Placement, is_from_sources
from speccompile.plan.image import Copy, ImageRecipe, Step
from speccompile.project.unwanted import is_never_wanted


def followed(image: ImageRecipe, at: Placement) -> tuple[ImageRecipe, tuple[str, ...]]:
    """*image* with what links of the service lead to, in the place of these; and the links that are then not to be sent."""
    links = dict(one.split("//", 1) for one in at.tree.about("links", at.directory))
    targets = {at.of_context(posixpath.join(at.directory, link)): target for link, target in links.items()}
    stages, gone = [], set()
    for stage in image.stages:
        steps: list[Step] = []
        for step in stage.steps:
            if not isinstance(step, Copy) or not is_from_sources(step):
                steps.append(step)
                continue
            plain = tuple(source for source in step.sources if source.rstrip("/") not in targets)
            steps += [replace(step, sources=plain)] if plain else []
            for link, target in sorted(targets.items()):
                source = next((one for one in step.sources if link == one.rstrip("/") or _is_in(link, one)), None)
                if source is None:
                    continue
                if link != source.rstrip("/"):
                    gone.add(link)
                if any(is_never_wanted(part) for part in target.split("/")):
                    continue
                steps.append(_of_target(step, source, link, target, at))
        stages.append(replace(stage, steps=tuple(steps)))
    return replace(image, stages=tuple(stages)), tuple(sorted(gone))


def _of_target(step: Copy, source: str, link: str, target: str, at: Placement) -> Copy:
    """What a *link* leads to, copied to where the link would be."""
    inner = link[len(source) :] if _is_in(link, source) else "" if source.endswith("/") else posixpath.basename(link)
    place = posixpath.normpath(posixpath.join(step.target, inner))
    if at.tree.is_directory(target):
        return replace(step, sources=(f"{at.of_context(target)}/",), target=f"{place}/")
    return replace(step, sources=(at.of_context(target),), target=place)


def _is_in(path: str, directory: str) -> bool:
    return directory.endswith("/") and path.startswith(directory)
