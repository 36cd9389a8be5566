"""What an image is made of, put right after a stack's recipe: links that lead elsewhere, what deploy.yaml includes, secrets,
what git does not track. What the tree says about all of these was found out before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from speccompile.codes.contents import SECRET_COPIED
from speccompile.detect.include import included
from speccompile.detect.links import followed
from speccompile.detect.placement import Placement, taken
from speccompile.detect.seen import Contents
from speccompile.diagnostics import quoted
from speccompile.errors import Refused
from speccompile.lower.untracked import named, untracked
from speccompile.plan.image import ImageRecipe, Untracked
from speccompile.plan.plan import Layout
from speccompile.sayable import is_line
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec
from speccompile.stacks.steps import context


def settled(image: ImageRecipe, contents: Contents, spec: ServiceSpec, where: Layout) -> ImageRecipe:
    """*image* of the service *spec* with what its *contents* ask for; raises ``Refused`` with what must not be copied."""
    if contents.problems:
        raise Refused(contents.problems)
    at = Placement(spec.directory, where.project_in_context)
    linked, replaced = followed(image, contents.links, at)
    whole = included(linked, contents.included, at, spec)
    directories = tuple(one.rstrip("/") for one in taken(whole) if one.endswith("/"))
    passed = untracked(contents.ignored, where.project_in_context, directories)
    secrets = map(at.of_context, _nameable(contents.secrets))
    return replace(
        whole,
        context=context(whole.stages),
        untracked=(*passed, *_brought_back(at, contents, image)) if passed else (),
        withheld=tuple(sorted({*filter(is_line, replaced), *secrets})),
        spared=tuple(sorted(set(filter(is_line, map(at.of_context, contents.spared))))),
    )


def _nameable(secrets: Iterable[str]) -> tuple[str, ...]:
    """*secrets*, each of which an ignore file can name; raises ``Refused`` with those that it could not keep out."""
    known = tuple(secrets)
    unnameable = [
        SECRET_COPIED.at(
            Span(path),
            f"{quoted(path)} holds a secret, and no ignore file can name it",
            fix="rename it, or take it out of the sources",
        )
        for path in known
        if not is_line(path)
    ]
    if unnameable:
        raise Refused(unnameable)
    return known


def _brought_back(at: Placement, contents: Contents, image: ImageRecipe) -> Iterator[Untracked]:
    """What a step copies although git does not track it: without it nothing could be built."""
    for path in contents.untracked:
        yield Untracked(pattern=named(at.of_context(path)), tracked=True, origin=image.origin)
