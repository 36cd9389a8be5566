"""JSON with positions: the same values as the standard library reads, and where they stood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccompile.codes.reading import CHARACTER, DUPLICATE_KEY, JSON_SYNTAX, NESTING, NUMBER
from speccompile.frontends.jsontext import DEEPEST, read
from speccompile.source import Span
from speccompile.spec.located import Located, LocatedList, SourceText, key_span, value_span

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn", "Cf", "Zl", "Zp")), max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=20
)
LAYOUTS = st.sampled_from(
    ({}, {"indent": 2}, {"indent": "\t"}, {"separators": (" ,\r\n ", " : ")}, {"ensure_ascii": False})
)


def plain(value: Any) -> Any:
    """A tree as the standard library gives it."""
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    return [plain(child) for child in value] if isinstance(value, tuple) else value


def places(value: Any, at: int) -> Iterator[tuple[Any, int]]:
    """Every value and every key of a tree with its offset."""
    yield value, at
    if isinstance(value, Located):
        for key, child in value.items():
            yield key, value.keys_at[key]
            yield from places(child, value.values_at[key])
    elif isinstance(value, LocatedList):
        for child, offset in zip(value, value.values_at, strict=True):
            yield from places(child, offset)


@given(value=VALUES, layout=LAYOUTS)
def test_reads_what_the_standard_library_reads(value: Any, layout: dict[str, Any]) -> None:
    text = json.dumps(value, **layout)
    tree, findings = read(SourceText("a.json", text))
    assert findings == []
    assert plain(tree) == value


@given(value=VALUES, layout=LAYOUTS)
def test_every_position_is_where_the_value_stands(value: Any, layout: dict[str, Any]) -> None:
    text = json.dumps(value, **layout)
    tree, _ = read(SourceText("a.json", text))
    for found, offset in places(tree, 0):
        assert json.JSONDecoder().raw_decode(text, offset)[0] == plain(found)


@given(st.text(st.sampled_from('{}[]",:\\u0aeEtrufalsn123.- \n\t/#'), max_size=40) | st.text(max_size=30))
def test_takes_only_what_the_standard_library_takes(text: str) -> None:
    tree, findings = read(SourceText("a.json", text))
    try:
        expected = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        assert findings
    else:
        assert findings or plain(tree) == expected
    lines = text.split("\n")
    for finding in findings:
        assert 1 <= finding.span.line <= len(lines)
        assert 1 <= finding.span.column <= len(lines[finding.span.line - 1]) + 1


def test_spans_count_from_one() -> None:
    tree, _ = read(SourceText("a.json", '{\n  "a": [1, {"b": true}]\n}'))
    assert key_span(tree, ("a",)) == Span("a.json", 2, 3)
    assert value_span(tree, ("a",)) == Span("a.json", 2, 8)
    assert value_span(tree, ("a", 1, "b")) == Span("a.json", 2, 18)
    assert value_span(tree, ("a", 1, "b", "nothing", 7)) == Span("a.json", 2, 18)
    assert key_span(tree, ()) == Span("a.json", 1, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1, "a": 2}', DUPLICATE_KEY),
        ('{"a": 1, "\\u0061": 2}', DUPLICATE_KEY),
        ("[NaN]", NUMBER),
        ("[-Infinity]", NUMBER),
        ("[1e999]", NUMBER),
        ("[" + "9" * 5000 + "]", NUMBER),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), NESTING),
        ("[" * 100_000, NESTING),
        ('["\\u0000"]', CHARACTER),
        ('["\\ud800"]', CHARACTER),
        ('["\\uE000"]', CHARACTER),
        ('["\\u2028"]', CHARACTER),
        ('["\\n"]', CHARACTER),
        ('["\U00100000"]', CHARACTER),
        ("[1\x0c]", CHARACTER),
        ("[1,]", JSON_SYNTAX),
        ("[01]", JSON_SYNTAX),
        ("", JSON_SYNTAX),
    ],
)
def test_refuses(text: str, code: Any) -> None:
    _, findings = read(SourceText("a.json", text))
    assert {finding.code for finding in findings} == {code.id}


def test_depth_up_to_the_bound_is_read() -> None:
    tree, findings = read(SourceText("a.json", "[" * DEEPEST + "]" * DEEPEST))
    assert findings == []
    assert plain(tree) == json.loads("[" * DEEPEST + "]" * DEEPEST)


def test_prose_may_have_lines() -> None:
    tree, findings = read(SourceText("a.json", '{"natural": "one\\n\\ttwo"}'))
    assert (tree, findings) == ({"natural": "one\n\ttwo"}, [])


def test_everything_that_can_be_read_is_reported_at_once() -> None:
    _, findings = read(SourceText("a.json", '{"a": NaN, "a": "\\u0007", "b": {"c": 1, "c": 2}}'))
    assert [finding.code for finding in findings] == [NUMBER.id, CHARACTER.id, DUPLICATE_KEY.id, DUPLICATE_KEY.id]


def test_refused_characters_do_not_stay_in_the_tree() -> None:
    tree, _ = read(SourceText("a.json", '["\\ud800x"]'))
    assert tree == ("\ufffdx",)
