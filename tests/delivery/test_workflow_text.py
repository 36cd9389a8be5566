"""What is read of a workflow line by line means the same to a parser of YAML, whatever was altered in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from speccompile.verify.readers import yaml_text

_TEXT = (Path(__file__).parent / "golden/tool/github-actions/deploy.yml").read_text(encoding="utf-8")
_STEP = 5
"""Each of so many lines: a parser takes a tenth of a second for one such text."""


def _parsed(text: str) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError):
        return None


@pytest.mark.parametrize("more", ["x", " # c", "  # c", '"', " |"])
def test_an_altered_line_is_read_as_a_parser_reads_it(more: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or it is left to that parser."""
    left: list[str] = []
    monkeypatch.setattr(yaml_text, "YAML", lambda **_: pytest.fail("left to the parser"))
    assert yaml_text.load(_TEXT) == _parsed(_TEXT)
    monkeypatch.setattr(yaml_text, "YAML", lambda **_: _Left(left))
    lines, read = _TEXT.split("\n"), 0
    for number in range(0, len(lines) - 1, _STEP):
        text = "\n".join([*lines[:number], lines[number] + more, *lines[number + 1 :]])
        made = yaml_text.load(text)
        if made is not left:
            read += 1
            assert made == _parsed(text), lines[number] + more
    assert read or more == '"'


class _Left:
    """A parser that says that it was asked."""

    def __init__(self, mark: list[str]) -> None:
        self._mark = mark

    def load(self, _: str) -> object:
        """The mark."""
        return self._mark
