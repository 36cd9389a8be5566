"""Alter or delete any one line of any file of quadlet's, and a check other than the digest objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from quadlet_projects import NAMES, made, units_of
from speccompile.pipeline import Compilation
from speccompile.proving import verify_files
from speccompile.targets import chosen

_ALTERATIONS: tuple[Callable[[str], str], ...] = (
    lambda line: line + "x",
    lambda line: line[:-1],
    lambda line: line.replace("e", "o", 1),
    lambda line: f"{line}\n{line}",
)
_TARGET = chosen(("quadlet",))


@pytest.fixture(params=NAMES, scope="module")
def compilation(request: pytest.FixtureRequest) -> Compilation:
    """A compilation without defects."""
    return made(request.param)


def _objects(compilation: Compilation, path: str, lines: list[str]) -> bool:
    return bool(verify_files(compilation.plan, {**compilation.files, path: "\n".join(lines)}, _TARGET))


def _lines(compilation: Compilation) -> Iterator[tuple[str, list[str], int]]:
    """Each line of the units and of the example file that is like no other in a file of its kind. nginx.conf has a suite of its own."""
    seen = set[tuple[str, str]]()
    for path, text in units_of(compilation).items():
        lines = text.split("\n")
        for number, line in enumerate(lines):
            kind = (path.rpartition(".")[2], line)
            if line and kind not in seen and not path.endswith("nginx.conf"):
                seen.add(kind)
                yield path, lines, number


def test_any_deleted_line_is_noticed(compilation: Compilation) -> None:
    """Without any one line that is not blank."""
    missed = [
        f"{path}:{number + 1}: {lines[number]}"
        for path, lines, number in _lines(compilation)
        if not _objects(compilation, path, lines[:number] + lines[number + 1 :])
    ]
    assert missed == []


@pytest.mark.parametrize("alter", _ALTERATIONS)
def test_any_altered_line_is_noticed(compilation: Compilation, alter: Callable[[str], str]) -> None:
    """With a character more, one less, another one, or twice."""
    missed = []
    for path, lines, number in _lines(compilation):
        altered = alter(lines[number])
        if altered != lines[number] and not _objects(
            compilation, path, [*lines[:number], altered, *lines[number + 1 :]]
        ):
            missed.append(f"{path}:{number + 1}: {lines[number]} -> {altered}")
    assert missed == []


def test_any_missing_or_further_file_is_noticed(compilation: Compilation) -> None:
    """Without any one file, and with one that the plan does not know."""
    for path in units_of(compilation):
        left = {other: text for other, text in compilation.files.items() if other != path}
        assert verify_files(compilation.plan, left, _TARGET), path
    more = {**compilation.files, "quadlet/more.container": "[Container]\nImage=localhost/a:b\n"}
    assert verify_files(compilation.plan, more, _TARGET)
