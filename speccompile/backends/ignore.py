"""Plan → the ignore file beside each Dockerfile (moby patternmatcher): an allow-list, and what is never sent even so."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.ignore import IgnoreText, ignore_comment, ignore_paths, ignore_pattern
from speccompile.backends.jinja import render
from speccompile.plan.image import Copy
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan, Service
from speccompile.provenance import Origin
from speccompile.record import record
from speccompile.secret_names import SHAPES

TARGET = "ignore"

# Never of use in an image, beside secrets: repositories, and what is made anew.
_MADE = (
    ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", "*.pyc", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".cache",
    ".DS_Store", "*.log",
)  # fmt: skip


def _anywhere(shape: str) -> str:
    """A pattern for *shape* at every depth, in small and capital letters: engines tell them apart, and file systems may not."""
    return "**/" + "".join(f"[{letter}{letter.upper()}]" if letter.isalpha() else letter for letter in shape)


# Rooted patterns cover only the top of the context; ``**/`` covers every depth.
REFUSED = (*(f"**/{name}" for name in _MADE), *map(_anywhere, SHAPES))

# Refused for the credentials that they may hold; a stack names one only when it has read it and found none.
_EXAMINED = (".npmrc", ".yarnrc.yml")


@record(kw_only=True)
class _Pattern(Node):
    text: IgnoreText


@record(kw_only=True)
class _Document(Node):
    header: tuple[IgnoreText, ...]
    allowed: tuple[_Pattern, ...]
    refused: tuple[_Pattern, ...]
    examined: tuple[_Pattern, ...]
    untracked: tuple[_Pattern, ...]
    spared: tuple[_Pattern, ...]
    withheld: tuple[_Pattern, ...]


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The ignore file of every service of *plan*."""
    return tuple(_artifact(service) for service in plan.services)


def _artifact(service: Service) -> Artifact:
    image, origin = service.image, service.image.origin
    steps = (step for stage in image.stages for step in stage.steps if isinstance(step, Copy))
    copied = {path: step.origin for step in steps for path in step.sources}
    document = _Document(
        header=tuple(ignore_comment(line) for line in header.lines(service.ignorefile)),
        allowed=tuple(one for path in image.context for one in _named((path,), copied.get(path, origin))),
        examined=_named((path for path in image.context if posixpath.basename(path) in _EXAMINED), origin),
        untracked=tuple(
            _Pattern(text=ignore_pattern(one.pattern, tracked=one.tracked), origin=one.origin)
            for one in image.untracked
        ),
        spared=_named(image.spared, origin),
        withheld=_named(image.withheld, origin),
        refused=tuple(_Pattern(text=IgnoreText(pattern), origin=origin) for pattern in REFUSED),
        origin=origin,
    )
    text, origins = render("ignore/dockerignore.j2", IgnoreText, document)
    return Artifact(service.ignorefile, text, origins, TARGET)


def _named(paths: Iterable[str], origin: Origin) -> tuple[_Pattern, ...]:
    return tuple(_Pattern(text=text, origin=origin) for path in paths for text in ignore_paths(path))
