"""What every match has in it: a text without it is one in which the expression fits nowhere."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest

import speccompile
from speccompile import compiled_regex
from speccompile.compiled_regex import keep, needles_before
from speccompile.needles import needles
from speccompile.regex import all_expressions, regex
from tools import ROOT

TEXTS = [path.read_bytes() for path in sorted((ROOT / "tests" / "stacks").rglob("app/**/*")) if path.is_file()][:12]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (r"[\w.-]{0,40}host(?:name)?", ("host",)),
        (r"\b(?:get|env)\(", ("get", "env")),
        (r"(?:ab|c?)x+", ("x",)),
        (rb"x(?:ab|cd)", (b"ab", b"cd")),
        (r"(?<=abc)d", ("d",)),
        (r"(a)*", ()),
        (r"a|", ()),
        (r"(?i:abc)", ()),
        (r"(?i)abc", ()),
        (r"", ()),
    ],
)
def test_what_is_in_every_match(source: str | bytes, wanted: tuple[str, ...]) -> None:
    assert needles(source, 0) == wanted
    assert needles(source, int(re.IGNORECASE)) == ()


def test_whatever_any_expression_finds_has_one_of_its_needles() -> None:
    """All expressions of the program over the sources of all stacks."""
    for module in pkgutil.walk_packages(speccompile.__path__, "speccompile."):
        import_module(module.name)
    texts, found = (b"\n".join(TEXTS).decode("utf-8", "replace"), b"\n".join(TEXTS)), 0
    for source, flags in all_expressions():
        known: tuple[Any, ...] = needles(source, int(flags))
        if not known:
            continue
        text = texts[isinstance(source, bytes)][:6_000]
        pattern: re.Pattern[Any] = re.compile(source, flags)
        for match in pattern.finditer(text):
            found += 1
            assert any(one in match[0] for one in known), (source, match[0])
    assert found > 50


def test_a_text_without_needles_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And all else is as without them."""
    file = str(tmp_path / "kept")
    keep([("a+bc", 0), (b"a+bc", 0)], file)
    monkeypatch.setattr(compiled_regex, "needles_before", lambda source, flags: needles_before(source, flags, file))
    pattern = regex("a+bc")
    assert pattern.search("xx") is None
    assert list(pattern.finditer("aab")) == []
    found = pattern.search("aabc abc", 3)
    assert found is not None
    assert found.span() == (5, 8)
    assert [one[0] for one in pattern.finditer("aabc abc")] == ["aabc", "abc"]
    assert pattern.search("abc", pos=1) is None
    with pytest.raises(TypeError):
        pattern.search(cast("str", b"xx"))
    assert regex(b"a+bc").search(memoryview(b"abc")) is not None
