"""Symbolic links that leave a service but not the project: what they lead to is copied in their place."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from speccompile.detect.placement import Placement, is_from_sources
from speccompile.plan.image import Copy, ImageRecipe, Step
from speccompile.record import record


@record()
class Link:
    """A link and what it leads to, as seen from the project: whether that may be in an image, and whether it is a directory."""

    path: str
    target: str
    wanted: bool
    directory: bool


def followed(image: ImageRecipe, links: Sequence[Link], at: Placement) -> tuple[ImageRecipe, tuple[str, ...]]:
    """*image* with what *links* of the service lead to, in the place of these; and the links that are then not to be sent."""
    targets = {at.of_context(link.path): link for link in links}
    stages, gone = [], set()
    for stage in image.stages:
        steps: list[Step] = []
        for step in stage.steps:
            if not isinstance(step, Copy) or not is_from_sources(step):
                steps.append(step)
                continue
            plain = tuple(source for source in step.sources if source.rstrip("/") not in targets)
            steps += [replace(step, sources=plain)] if plain else []
            for path, source in _copied(step, targets):
                if path != source.rstrip("/"):
                    gone.add(path)
                if targets[path].wanted:
                    steps.append(_of_target(step, source, path, targets[path], at))
        stages.append(replace(stage, steps=tuple(steps)))
    return replace(image, stages=tuple(stages)), tuple(sorted(gone))


def copied(image: ImageRecipe, paths: Iterable[str]) -> frozenset[str]:
    """Those of *paths* that a step of *image* copies from the sources."""
    known = tuple(paths)
    steps = (step for stage in image.stages for step in stage.steps if is_from_sources(step))
    return frozenset(path for step in steps if isinstance(step, Copy) for path, _ in _copied(step, known))


def _copied(step: Copy, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Those of *paths*, in order, that *step* copies, each with the source that it is, or lies below."""
    for path in sorted(paths):
        source = next((one for one in step.sources if path == one.rstrip("/") or _is_in(path, one)), None)
        if source is not None:
            yield path, source


def _of_target(step: Copy, source: str, path: str, link: Link, at: Placement) -> Copy:
    """What a *link* leads to, copied to where the link would be: it is at *path*."""
    inner = path[len(source) :] if _is_in(path, source) else "" if source.endswith("/") else posixpath.basename(path)
    place = posixpath.normpath(posixpath.join(step.target, inner))
    if link.directory:
        return replace(step, sources=(f"{at.of_context(link.target)}/",), target=f"{place}/")
    return replace(step, sources=(at.of_context(link.target),), target=place)


def _is_in(path: str, directory: str) -> bool:
    return directory.endswith("/") and path.startswith(directory)
