"""Whatever a tree is like, it is compiled or refused in time: no bug of ours, no defect of an artifact. Each number stands for one tree, and
ten thousand others were tried by ``mutator.py``; those that once found something are tried for ever."""

from __future__ import annotations

import pytest
from mutator import mutated, problem

FOUND = {
    4501: "a setup.py without requirements: its directories are copied before the only installation",
    4650: "a .gitignore beside a .yarnrc.yml that was let in by its name",
    6553: "a line of a .gitignore that makes no regular expression",
    9626: "two kilobytes of brackets in a pnpm-workspace.yaml: five minutes",
}
BATCH = 50


@pytest.mark.parametrize("number", FOUND, ids=lambda number: f"{number}")
def test_what_was_found_once_is_survived(number: int) -> None:
    """See ``FOUND``."""
    assert problem(mutated(number)[1]) is None


@pytest.mark.parametrize("first", range(0, 300, BATCH))
def test_a_mutated_tree_is_compiled_or_refused(first: int) -> None:
    """Some hundred of them."""
    wrong = {number: said for number in range(first, first + BATCH) if (said := problem(mutated(number)[1]))}
    assert wrong == {}
