"""YAML with positions: the core schema, plain data only, and never anything but findings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_jsontext import VALUES, places, plain

from speccompile.codes.reading import CHARACTER, DUPLICATE_KEY, NESTING, NUMBER, YAML_FEATURE, YAML_SYNTAX
from speccompile.frontends.yamltext import DEEPEST, read
from speccompile.source import Span
from speccompile.spec.located import SourceText, key_span, value_span


@given(VALUES)
def test_reads_json(value: Any) -> None:
    tree, findings = read(SourceText("a.yaml", json.dumps(value, indent=2, ensure_ascii=False)))
    assert findings == []
    assert plain(tree) == value


@given(VALUES)
def test_every_position_is_where_the_value_stands(value: Any) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    tree, _ = read(SourceText("a.yaml", text))
    for found, offset in places(tree, 0):
        assert json.JSONDecoder().raw_decode(text, offset)[0] == plain(found)


@given(st.text(st.sampled_from("ab: -[]{},&*!|>'\"%#?<\n\t\\x0u@`~1.e"), max_size=40) | st.text(max_size=30))
def test_never_raises(text: str) -> None:
    _, findings = read(SourceText("a.yaml", text))
    lines = text.split("\n")
    for finding in findings:
        assert 1 <= finding.span.line <= len(lines)
        assert 1 <= finding.span.column <= len(lines[finding.span.line - 1]) + 1


def test_spans_count_from_one() -> None:
    tree, _ = read(
        SourceText("a.yaml", "# one\nservices:\r\n  api:\r\n    port: 3000\n    needs: [db,\n      cache]\n")
    )
    assert key_span(tree, ("services", "api")) == Span("a.yaml", 3, 3)
    assert value_span(tree, ("services", "api")) == Span("a.yaml", 4, 5)
    assert value_span(tree, ("services", "api", "port")) == Span("a.yaml", 4, 11)
    assert value_span(tree, ("services", "api", "needs", 1)) == Span("a.yaml", 6, 7)


@pytest.mark.parametrize(
    ("plain_text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("null", None),
        ("~", None),
        ("", None),
        ("True", True),
        ("tRUE", "tRUE"),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("+5", 5),
        ("-0", 0),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("2024-01-01", "2024-01-01"),
        ("=", "="),
        ("1.2.3", "1.2.3"),
        ("-_", "-_"),
        ("'16'", "16"),
        ('"16"', "16"),
        ('"a\\u00e9"', "a\u00e9"),
        ("|\n  a\n", None),
    ],
)
def test_scalars_of_the_core_schema(plain_text: str, value: object) -> None:
    tree, findings = read(SourceText("a.yaml", f"a: {plain_text}\n"))
    if plain_text.startswith("|"):
        assert [finding.code for finding in findings] == [CHARACTER.id]
        return
    assert findings == []
    assert tree == {"a": value}
    assert type(tree["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\na: 2\n", DUPLICATE_KEY),
        ("{a: 1, 'a': 2}", DUPLICATE_KEY),
        ("a: &x 1\n", YAML_FEATURE),
        ("a: *x\n", YAML_FEATURE),
        ("*a : 1", YAML_FEATURE),
        ("a: !x 1\n", YAML_FEATURE),
        ("!!map {a: 1}", YAML_FEATURE),
        ("a: !!python/object/apply:os.system [x]\n", YAML_FEATURE),
        ("<<: {a: 1}\n", YAML_FEATURE),
        ("1: a\n", YAML_FEATURE),
        ("null: a\n", YAML_FEATURE),
        ("? {a: b}\n: c\n", YAML_FEATURE),
        ("a: 1\n---\nb: 2\n", YAML_FEATURE),
        ("%YAML 1.2\n---\na: 1\n", YAML_FEATURE),
        ("a: .nan\n", NUMBER),
        ("a: -.inf\n", NUMBER),
        ("a: 1e999\n", NUMBER),
        ("a: " + "9" * 10_000, NUMBER),
        ("[" * (DEEPEST + 1), NESTING),
        ("[" * 50_000, NESTING),
        ("- " * 1000, NESTING),
        ('a: "\\0"\n', CHARACTER),
        ('a: "\\ud800"\n', CHARACTER),
        ('a: "\\ue000"\n', CHARACTER),
        ("a: \x07\n", CHARACTER),
        ("# \ue000\n", CHARACTER),
        ('a: "\\U00110000"\n', YAML_SYNTAX),
        ("a: [\n", YAML_SYNTAX),
        ("a: b: c\n", YAML_SYNTAX),
        ("\ta: 1\n", YAML_SYNTAX),
        ("a: 'x\n", YAML_SYNTAX),
        ("a: @x\n", YAML_SYNTAX),
    ],
)
def test_refuses(text: str, code: Any) -> None:
    _, findings = read(SourceText("a.yaml", text))
    assert {finding.code for finding in findings} == {code.id}


def test_billion_laughs_is_refused_at_once() -> None:
    laughs = "a: &a [x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    tree, findings = read(SourceText("a.yaml", laughs))
    assert {finding.code for finding in findings} == {YAML_FEATURE.id}
    assert len(json.dumps(tree)) < 1000
