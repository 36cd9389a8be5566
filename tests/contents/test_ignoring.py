"""A stranger's ``.gitignore``, and directories with odd names: what an ignore file cannot say is not said, and nothing raises."""

from __future__ import annotations

import random
import warnings

import pytest
from contents_of import compilation, sent
from test_secrets import KEY
from test_wanted import NODE

from speccompile.errors import Refused

LETTERS = "[]!^-\\*?/ab.~&|z{}()+$#@ \té"
ODD = ("#x", "!x", " x", "x\ny", "\x1b[31m", "{x", "[x", "a+b", "\u2028")


@pytest.mark.parametrize(
    "line", ["/", "//", "[z-a]", "[&!b-\\*]", "\\", "a[", "/!x", "/#x", "\\z", "\\ ", " /[.]", "[[a]"]
)
def test_a_line_that_means_nothing_hides_nothing(line: str) -> None:
    """Neither here, where it would be a bug of ours, nor at the engine, which ends the build over a pattern that it cannot read."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = compilation(NODE | {"lib/x.js": "x\n", ".gitignore": f"{line}\n"})
    assert sent(made, "package.json")
    assert sent(made, "lib/x.js")


@pytest.mark.parametrize("seed", range(4))
def test_any_line_is_survived(seed: int) -> None:
    """Of every character that means something to git, to Go or to regular expressions."""
    chance = random.Random(seed)
    for _ in range(25):
        lines = ("".join(chance.choices(LETTERS, k=chance.randint(1, 9))) for _ in range(3))
        compilation(NODE | {"lib/x.js": "x\n", ".gitignore": "\n".join(lines)})


@pytest.mark.parametrize(("line", "hidden", "kept"), [("*.py[cod]", "lib/x.pyo", "lib/x.py"), ("[!a]x.txt", "lib/bx.txt", "lib/ax.txt"), ("\\!x", "lib/!x", "lib/x"), ("\\d.txt", "lib/d.txt", "lib/5.txt"), ("{a}.txt", "lib/{a}.txt", "lib/a.txt")])  # fmt: skip
def test_a_line_means_what_git_means_by_it(line: str, hidden: str, kept: str) -> None:
    """Classes, escapes, and what means something to other languages only."""
    made = compilation(NODE | {"lib/x.js": "x\n", ".gitignore": f"{line}\n"})
    assert not sent(made, hidden)
    assert sent(made, kept)


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("above", ["", "lib/"])
def test_a_directory_may_be_called_anything(name: str, above: str) -> None:
    """That has a ``.gitignore`` of its own."""
    compilation(NODE | {f"{above}{name}/a.js": "x\n", f"{above}{name}/.gitignore": "*.x\n/y\n"})


@pytest.mark.parametrize("name", ["k\x1b[31m", "k\nx", "\u2028k", "k\r"])
def test_a_secret_that_no_ignore_file_can_name_is_refused(name: str) -> None:
    """It would be sent with the directory that it is in."""
    with pytest.raises(Refused) as refused:
        compilation(NODE | {"lib/x.js": "x\n", f"lib/{name}": KEY})
    assert [one.code for one in refused.value.diagnostics] == ["SC288"]
