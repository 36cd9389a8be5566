"""Lines of names alone are compared as the library, which knows all of gitignore(5), compares them."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from speccompile.project.ignored import Ignored
from speccompile.project.ignored_names import names

_NAMES = st.sampled_from(("a", "b", "ab", "a.b", ".b", "a-b", "ba.a"))
_PATHS = st.lists(_NAMES, min_size=1, max_size=4).flatmap(
    lambda parts: st.sampled_from(("/".join(parts), f"{'/'.join(parts)}/"))
)
_PARTS = st.text("ab.*-", min_size=1, max_size=4)
_LINES = st.builds(
    lambda start, parts, end, space: f"{start}{'/'.join(parts)}{end}{space}",
    st.sampled_from(("", "/")),
    st.lists(_PARTS, min_size=1, max_size=3),
    st.sampled_from(("", "/")),
    st.sampled_from(("", " ")),
)


@given(st.lists(_LINES, max_size=4), _PATHS)
def test_names_say_what_the_library_says(lines: list[str], path: str) -> None:
    plain = names(lines)
    if plain is not None:
        assert plain.says(path) == GitIgnoreSpec.from_lines(lines).check_file(path).include


@pytest.mark.parametrize("line", ["dist/", "*.log", "/build/output", ".env*", "a*b*c", "# [x]", "", "  "])
def test_lines_of_names(line: str) -> None:
    assert names([line]) is not None


@pytest.mark.parametrize(
    "line", ["!dist", "*", "**", "a/**/b", "/", "//", "a//b", "a?", "[ab]", "a\\*", " a", "a b", "ü", "a" * 299 + "!"]
)
def test_lines_that_say_more(line: str) -> None:
    """They are the library's, and what it takes long to say so is not waited for."""
    assert names([line]) is None


def test_a_tree_of_names_needs_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """To import it takes a twentieth of a cold ``generate``."""
    monkeypatch.setitem(sys.modules, "pathspec", None)
    texts = {".gitignore": "# of the build\ndist/\n*.pyo\n", "web/.gitignore": "/public/output\n"}
    ignored = Ignored(texts.get)
    assert ignored.has("dist/index.html")
    assert ignored.has("web/dist/")
    assert ignored.has("web/public/output/a.css")
    assert not ignored.has("public/output")
    assert not ignored.has("web/public/")


def test_names_with_an_end_of_a_line_in_them() -> None:
    """Go the same way as those of a file whose lines say more."""
    assert Ignored({".gitignore": "a\n"}.get).has("a\n") == Ignored({".gitignore": "a\n[z]\n"}.get).has("a\n")
