"""What is built only when asked for is made by the steps of what is always built."""

from __future__ import annotations

import pytest
from stack_cases import LONG, recipe

from speccompile.plan.image import Copy, Run, Stage


@pytest.mark.parametrize("case", LONG)
def test_its_stages_are_those_of_what_is_always_built(case: str) -> None:
    """Each of them: on the same base, with the same commands, between copies from the same places."""
    built = [shape(stage) for other in LONG[case] for stage in recipe(other).stages]
    assert [stage.name for stage in recipe(case).stages if shape(stage) not in built] == []
    assert not set(LONG[case]) & set(LONG)


def shape(stage: Stage) -> tuple[str, ...]:
    """The base without its version; the commands, and where what is copied comes from, once for all that comes from there at a time."""
    said = [stage.base.reference.partition(":")[0]]
    for step in stage.steps:
        if isinstance(step, Run):
            said.append(" && ".join(" ".join(map(str, command)) for command in step.commands))
        elif isinstance(step, Copy) and (text := f"from {step.stage or 'the sources'}") != said[-1]:
            said.append(text)
    return tuple(said)
