"""The JSON Schemas agree with what the compiler accepts."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from test_evidence import RUN
from test_load import BANK, DEPLOY, JSONISH

from evidence_files import run, sealed
from speccompile.frontends import evidence, manifest
from speccompile.frontends.schema import schema

Kind = Literal["assertions", "deploy", "verification"]
KINDS: tuple[Kind, ...] = ("assertions", "deploy", "verification")
GOOD: dict[str, Any] = {
    "assertions": json.loads(BANK),
    "deploy": YAML(typ="safe", pure=True).load(DEPLOY),
    "verification": json.loads(sealed([run("tests", {"app.py": "x"}, BANK)])),
}


@pytest.mark.parametrize("kind", KINDS)
def test_is_a_schema_that_accepts_the_real_thing(kind: Kind) -> None:
    Draft202012Validator.check_schema(schema(kind))
    Draft202012Validator(schema(kind)).validate(GOOD[kind])
    Draft202012Validator(schema(kind)).validate(GOOD[kind] | {"x-ours": [1, {}]})


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        ("assertions", {"version": "v1"}),
        ("assertions", {"assertions": [{"id": "A-001"}]}),
        ("assertions", {"asertions": []}),
        ("assertions", {"assertions": [GOOD["assertions"]["assertions"][0] | {"status": "done"}]}),
        ("deploy", {"version": 2}),
        ("deploy", {"services": {"api": {"prot": 3000}}}),
        ("deploy", {"services": {"api": {"port": 80}}}),
        ("deploy", {"services": {"api": {"port": "3000"}}}),
        ("deploy", {"services": {"API": {}}}),
        ("verification", {"runs": [RUN | {"tool": "magic"}]}),
        ("verification", {"runs": [{}]}),
    ],
)
def test_rejects(kind: Kind, bad: dict[str, Any]) -> None:
    assert not Draft202012Validator(schema(kind)).is_valid(GOOD[kind] | bad)


@pytest.mark.parametrize("kind", KINDS)
def test_aliases_are_the_names_that_people_write(kind: Kind) -> None:
    text = json.dumps(schema(kind))
    assert not {'"formal_spec"', '"tool_version"', '"schema_url"', '"last_modified"'} & set(text.split(" "))


@given(JSONISH)
def test_what_the_compiler_accepts_the_schema_accepts(value: Any) -> None:
    text = json.dumps(value)
    if manifest.read(text, "x.json").model is not None:
        Draft202012Validator(schema("assertions")).validate(value)
    if evidence.read(text, "x.json").model is not None:
        Draft202012Validator(schema("verification")).validate(value)
