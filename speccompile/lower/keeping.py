"""What is lowered of one service alone may be known from the last time: who knows it says so here, and lowering sees neither a tree nor what is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")
ALL = ""
"""In the place of a service: what follows from the specs and from nothing else."""


class Keep(Protocol):
    """Gives what a step of lowering makes of one service: as it was made before where all that it was made of is the same, else anew."""

    def __call__(self, step: str, service: str, make: Callable[[], tuple[T, ...]], *others: object) -> tuple[T, ...]:
        """What *make* gives in the *step* of that name, of the specs, of what is seen of the *service*, of *others*, and of nothing else."""


def anew(step: str, service: str, make: Callable[[], tuple[T, ...]], *others: object) -> tuple[T, ...]:
    """The ``Keep`` of who keeps nothing."""
    del step, service, others
    return make()
