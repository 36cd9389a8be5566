"""Steps of a release, as deploy.yaml has them."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from speccompile.spec.model import SpecModel
from speccompile.spec.names import Filled


class ReleaseStep(SpecModel):
    """A command of a release, and whether an older version can live with what it has done."""

    run: Annotated[tuple[Filled, ...], Field(min_length=1)] = Field(
        description="The command, word by word; no shell.", examples=[["python", "manage.py", "migrate", "--noinput"]]
    )
    reversible: bool = Field(
        True,
        description="Whether an older version still works after it; `rollback` refuses to go back over one that says false.",
        examples=[False],
    )


def _step_shape(value: Any) -> str:
    """Which of the two ways of writing a step this is."""
    return "step" if isinstance(value, Mapping | ReleaseStep) else "words"


Step: TypeAlias = Annotated[
    Annotated[Annotated[tuple[Filled, ...], Field(min_length=1)], Tag("words")] | Annotated[ReleaseStep, Tag("step")],
    Discriminator(_step_shape),
]
