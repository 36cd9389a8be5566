"""YAML of strangers whose merge keys grow without end is refused before it is put together; what people write is read."""

from __future__ import annotations

import pytest

from speccompile.stacks.manifest import yaml_table
from speccompile.stacks.merges import merge_too_much


def _growing(levels: int) -> str:
    below = (f"x{n}: &x{n}\n  <<: [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, levels))
    return "x0: &x0 {a: 1}\n" + "".join(below) + "packages: [a]\n"


def test_merges_of_merges_are_refused() -> None:
    """Nine times more each level: six of them are half a million entries."""
    assert yaml_table(_growing(7)) is None
    assert merge_too_much(_growing(40)), "and it is told without doing so"


@pytest.mark.parametrize("text", ["a: &a\n  <<: *a\n  b: 1\n", "a: &a {<<: &b {<<: *a}}\n"])
def test_a_mapping_that_merges_itself_has_no_end(text: str) -> None:
    assert yaml_table(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &a {x: 1}\nb: {<<: *a, y: 2}\n", {"a": {"x": 1}, "b": {"x": 1, "y": 2}}),
        ("a: '<<'\n", {"a": "<<"}),
        ("a: &a [1]\nb: [*a, *a]\nc: {<<: {x: 1}}\n", {"a": [1], "b": [[1], [1]], "c": {"x": 1}}),
    ],
)
def test_what_people_write_is_read(text: str, expected: object) -> None:
    assert yaml_table(text) == expected
