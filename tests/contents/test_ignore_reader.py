"""The reader of ignore files looks patterns up where it can; what it says is what each pattern says as a regular expression."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccompile.verify.readers import ignore

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ignore.read((ROOT / "generated/bank/Dockerfile.dockerignore").read_text(encoding="utf-8"))
_LETTERS = "abkK\u017f\u212a.*-_~[]é\\"
# Names that the patterns are about, and those that are a character away.
NAMES = sorted({part.replace("*", "x") for one in DOCUMENT.patterns for part in one.text.split("/") if part != "**"})


def by_expressions(document: ignore.IgnoreFile, path: str) -> bool:
    """Every pattern tried in turn, each as a regular expression: the last that matches decides."""
    decided = [one.negated for one in document.patterns if ignore.expression(one.text).fullmatch(path)]
    return decided[-1] if decided else True


def _plain(name: str, chance: random.Random) -> str:
    """*name*, of whose classes of two letters one is chosen."""
    out, at = "", 0
    while at < len(name):
        if name[at] == "[" and name[at + 3 : at + 4] == "]":
            out, at = out + name[at + chance.choice((1, 2))], at + 4
        else:
            out, at = out + name[at], at + 1
    return out


@st.composite
def paths(draw: st.DrawFn) -> str:
    """Paths of one to three parts, of which most are nearly what a pattern says."""
    chance = draw(st.randoms(use_true_random=False))
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        name = _plain(draw(st.sampled_from(NAMES)), chance)
        if draw(st.booleans()):
            at = draw(st.integers(0, len(name)))
            name = name[:at] + draw(st.sampled_from(_LETTERS)) + name[at + draw(st.integers(0, 1)) :]
        parts.append(name or "x")
    return "/".join(parts)


@given(paths())
def test_what_is_looked_up_is_what_the_patterns_say(path: str) -> None:
    assert ignore.Senders(DOCUMENT).sends(path) == by_expressions(DOCUMENT, path)


@given(
    st.lists(st.text("ab*[]A.", min_size=1, max_size=6), min_size=1, max_size=4),
    st.text("abA.", min_size=1, max_size=5),
)
def test_any_patterns_of_one_name_do(names: list[str], name: str) -> None:
    document = ignore.read(
        "\n".join(("**", *(f"!**/{one}" if at % 2 else f"**/{one}" for at, one in enumerate(names))))
    )
    assert ignore.Senders(document).sends(f"deep/{name}") == by_expressions(document, f"deep/{name}")


@pytest.mark.parametrize("pattern", ["**/[[]", "**/a[&&|]b", "**/[~~][||]"])
def test_a_class_with_doubled_characters_is_one_class(pattern: str) -> None:
    """Python warns of what may become a set within a set."""
    document = ignore.read(pattern)
    assert [document.sends(path) for path in ("[", "a&b", "~|", "x")] == [
        pattern != "**/[[]", pattern != "**/a[&&|]b", pattern != "**/[~~][||]", True,
    ]  # fmt: skip


def test_other_letters_are_no_letters_of_a_class() -> None:
    """KELVIN SIGN is a K to Python's ``lower``, and none to Go's ``filepath.Match``."""
    document = ignore.read("**/*.[kK]ey\n**/[kK]ube")
    assert [document.sends(path) for path in ("a.Key", "a.\u212aey", "\u212aube", "Kube")] == [False, True, True, False]
