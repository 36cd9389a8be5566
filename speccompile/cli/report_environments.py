"""What ``plan --diff`` gives as JSON: places of the plan that are otherwise in one environment than in another."""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict


class Difference(TypedDict):
    """A place of the plan, and its value in each of two environments; null where there is none."""

    path: str
    values: list[Any]


class PlanDiff(TypedDict):
    """What is otherwise in the second environment than in the first."""

    status: Literal["ok"]
    environments: list[str]
    differences: list[Difference]
