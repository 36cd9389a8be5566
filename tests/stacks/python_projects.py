"""Python projects that are only in memory, and what is made of them."""

from __future__ import annotations

from typing import Any

from stack_cases import request

from speccompile.detect.detection import Detection, detect
from speccompile.plan.image import Env, ImageRecipe, Run
from speccompile.project.memory import MemoryTree


def of(files: dict[str, str]) -> Detection:
    """What the sources are."""
    return detect(MemoryTree(files))


def made(files: dict[str, str], archetype: str = "web-service", **wishes: Any) -> ImageRecipe:
    """The image of the sources."""
    found = of(files)
    recipe = found.stack.recipe(found.facts, request(archetype, found, **wishes))
    assert isinstance(recipe, ImageRecipe)
    return recipe


def commands(image: ImageRecipe) -> list[tuple[str, ...]]:
    """All commands, in order."""
    runs = (step for stage in image.stages for step in stage.steps if isinstance(step, Run))
    return [tuple(map(str, command)) for run in runs for command in run.commands]


def env(image: ImageRecipe) -> dict[str, str]:
    """The environment of the final stage."""
    return dict(pair for step in image.stages[-1].steps if isinstance(step, Env) for pair in step.pairs)


def codes(files: dict[str, str]) -> list[str]:
    """The codes of what is told besides obstacles."""
    return [one.code for one in of(files).diagnostics]
