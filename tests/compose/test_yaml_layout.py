"""What is read line by line is what a parser of YAML reads, also of files that were altered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from speccompile.verify.readers.yaml import Unreadable, _parsed
from speccompile.verify.readers.yaml_layout import in_layout
from tools import ROOT

FILES = sorted(ROOT.glob("generated/*/docker-compose.yml"))
PIECES = (
    " ",
    "  ",
    "- ",
    '"',
    ":",
    ": ",
    "#",
    "  # x",
    "{}",
    "[]",
    "\\",
    "|",
    "&a ",
    "*a",
    "!t ",
    "~",
    "0",
    "1_0",
    "0x1",
    "yes",
    "é",
    "\t",
    "'",
    ",",
    "?",
    "%",
    "---",
)
TEXTS = (
    "---\n\"a\\\n  b\": c\n", "---\na: \"b\\\n  c\"\n", "---\na: \"b\\\nc\"\n", "---\na: \"b\\\n  \\ c\\\\\\\n  d\"\n", "---\na: \"b\\\\\n  c\"\n", "---\na: \"b\\\n  c\" # d\n",
    "---\na: ..\n", "---\na: ../b\n", "---\na: ..b\n",
    "---\na:\n- b\n", "---\na:\n  - b\n", "---\na:\n    b: c\n", "---\na: b\n c: d\n", "---\na:\nb:\n  c: {}\n", "---\n- a\n", "---\na\n", "---\n", "",
    "a: b\n", "# x\na: b\n", "---\na: b", "---\na: b\n\n", "---\n\na: b\n", "---\na: b\n---\nc: d\n", "---\na: b\n...\n", "---\na: b\na: c\n", "---\n1: b\n",
    "---\ntrue: b\n", "---\na: on\n", "---\na: 2001-01-01\n", "---\na: 007\n", "---\na: 1.0\n", "---\na: 1.50\n", "---\na: 12:30\n", "---\na: null\n", "---\na:\n",
    "---\na:\n  - b: c\n    d: e\n  - f\n", "---\na:\n  - b:\n      - c\n", "---\na:\n  - b:\n    - c\n", "---\na: \"x\\ty\\\"z\"\n", "---\n\"a b\": c\n", "---\na: b: c\n",
    "---\na: {}\n  b: c\n", "---\na: b\n  c\n", "---\na:\n  - b\n  c: d\n", "---\na: .\n", "---\na: ./b\n", "---\na: $x{y}\n", "---\n.a: b\n", "---\n.inf: b\n", "---\na: .5\n",
    "---\nb:\n  - - a\n", "---\na: \"\\x41\"\n", "---\na: \"\\0\"\n", "---\na: b \n", "---\na : b\n", "---\na:  b\n", "# \u2028\n---\na: b\n", "---\na: \"\u00e9\"\n", "--- a: b\n",
)  # fmt: skip


def _altered(text: str) -> Iterator[str]:
    """*text* with one line left out, said twice, moved, or with something put into it."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        before, after = lines[:at], lines[at + 1 :]
        bare = line.lstrip()
        middles = {len(line), len(line) - len(bare), line.find(":"), line.find(":") + 2, line.find("- ") + 2}
        several = [[], [line, line], [f" {line}"], [f"  {line}"], [line[1:]], [line[2:]], [line, ""], [line, "# x"]]
        several += [
            [line[:place] + PIECES[(at + place) % len(PIECES)] + line[place:]] for place in middles if place >= 0
        ]
        yield from ("\n".join([*before, *one, *after]) for one in several)


def _is_the_same(text: str) -> bool:
    """Whether *text* was read line by line, and a parser reads the same."""
    found = in_layout(text)
    if found is None:
        return False
    whole = _parsed(text)
    assert (whole.data, dict(whole.places), whole.comments) == found
    assert repr(whole.data) == repr(found[0])
    return True


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_compose_files_are_read_line_by_line(file: object) -> None:
    text = ROOT.joinpath(str(file)).read_text("utf-8")
    assert _is_the_same(text)


def test_altered_ones_mean_the_same() -> None:
    text = (ROOT / "generated/sessions/docker-compose.yml").read_text("utf-8")
    read = [_is_the_same(one) for one in _altered(text)]
    assert any(read)
    assert not all(read)


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_laid_out_in_another_way_is_left_to_a_parser(text: str) -> None:
    try:
        _is_the_same(text)
    except Unreadable as problem:
        pytest.fail(f"only a parser refuses it: {problem}")
