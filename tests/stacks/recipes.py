"""Recipes of files in memory, and what is looked for in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stack_cases import request

from speccompile.detect.detection import detect
from speccompile.plan.image import Env, ImageRecipe, Run
from speccompile.project.memory import MemoryTree


def made_of(files: Mapping[str, str | bytes], archetype: str = "web-service", **wishes: Any) -> ImageRecipe:
    """The image of *files*."""
    found = detect(MemoryTree(files))
    made = found.stack.recipe(found.facts, request(archetype, found, **wishes))
    assert isinstance(made, ImageRecipe)
    return made


def words(made: ImageRecipe, stage: str) -> str:
    """All commands of a stage; "" where there is none."""
    found = (step for one in made.stages if one.name == stage for step in one.steps if isinstance(step, Run))
    return " ; ".join(" ".join(map(str, command)) for step in found for command in step.commands)


def images(made: ImageRecipe) -> list[str]:
    """What the stages start from."""
    return [stage.base.reference for stage in made.stages]


def envs(made: ImageRecipe) -> dict[str, str]:
    """The environment of what runs."""
    return {name: value for step in made.stages[-1].steps if isinstance(step, Env) for name, value in step.pairs}
