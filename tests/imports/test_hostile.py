"""Strangers' files: nothing of them gets into deploy.yaml but what a person could have written there, and nothing that is done with them takes for ever."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from import_cases import FILES, imported_text, services

from speccompile.errors import Refused
from speccompile.frontends import tomltext
from speccompile.frontends.importers import FORMATS
from speccompile.frontends.importers.importing import LARGEST
from speccompile.spec.located import SourceText, key_span

EVIL = "x\"; } evil { # ${A} $(id) `id` \\ : - & * ! | > ' % @ <"
NAMES = {
    "aramb": "aramb.toml",
    "backenderer": "backenderer.yml",
    "score": "score.yaml",
    "mini-paas": "manifest.json",
    "procfile": "Procfile",
}
NAMES |= {"compose": "compose.yaml", "fly": "fly.toml", "render": "render.yaml", "app-json": "app.json"}
KEYS = sorted({key for one in FORMATS for keys in one.keys for key in keys.carried if key.isascii() and " " not in key})
KEYS += [
    "key",
    "value",
    "uniqueIdentifier",
    "fromService",
    "property",
    "httpGet",
    "limits",
    "type",
    "context",
    "services",
]


@pytest.mark.parametrize(
    "value", [EVIL, "../../etc", "/etc/passwd", "a\u202eb", "x" * 5000, "${1.vars.A}", "*", "~", "true", "{}"]
)
def test_hostile_values_stay_values_or_are_left_out(value: str) -> None:
    """Of every text in a file at once; what is made of it is read back by the reader of deploy.yaml (import_cases)."""
    text = json.dumps(
        {
            "services": [
                {
                    "uniqueIdentifier": 1,
                    "name": value,
                    "type": "backend",
                    "build": {"context": value},
                    "settings": {
                        "commandPort": 8080,
                        "cmd": value,
                        "public_net": True,
                        "health_checks": [{"path": value, "port": 8080}],
                    },
                    "vars": [{"key": value, "value": value}, {"key": "GREETING", "value": value}],
                    "secrets": [{"key": value, "value": value}],
                }
            ]
        }
    )
    try:
        result = imported_text(text, "aramb.json")
    except Refused:
        return
    (service,) = services(result).values()
    assert service.get("env", {}).get("GREETING", value) == value
    assert service.get("path", "x").startswith(("/", "..")) is False


def test_a_name_cannot_add_a_service_or_a_key() -> None:
    """Whatever YAML it is made of."""
    text = 'app = "a\\nservices: {evil: {image: x}}"\n[http_service]\ninternal_port = 8080\n[env]\n"A: 1\\n  B" = "x"\nOK = "a: [b"\n'
    with pytest.raises(Refused):  # a line break in a text is refused as a character
        imported_text("services:\n  a: {image: 'x\\u0000y:1', port: 1}\n", "compose.yaml")
    result = imported_text(text, "fly.toml")
    (name,) = services(result)
    assert name == "a-services-evil-image-x"
    assert services(result)[name]["env"] == {"OK": "a: [b"}


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 70000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(KEYS),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=6), inner, max_size=5)
    ),
    max_leaves=30,
)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(set(NAMES) - {"procfile"})), st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
def test_any_shape_ends_in_a_deployment_or_in_findings(name: str, value: dict[str, Any]) -> None:
    """JSON is YAML, too; TOML's shapes are JSON's."""
    syntax = next(one.syntaxes for one in FORMATS if one.name == name)
    path = NAMES[name] if syntax != ("toml",) else "x.toml"
    text = json.dumps(value)
    if "toml" in syntax and "json" not in syntax:
        return
    try:
        imported_text(text, path if "toml" not in syntax else "x.json", name=name)
    except Refused:
        return


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_procfile_or_none(text: str) -> None:
    """Lines are lines."""
    try:
        imported_text(text, "Procfile")
    except Refused:
        return


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("fly.toml", "a." * 20000 + "b = 1"),
        ("fly.toml", "a = " + "[" * 5000 + "]" * 5000),
        ("fly.toml", "[" + ".".join(["a"] * 3000) + "]"),
        (
            "compose.yaml",
            "a: &a [x]\n"
            + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)),
        ),
        ("compose.yaml", "services: " + "{a: " * 3000 + "}" * 3000),
        (
            "render.yaml",
            "envVarGroups:\n  - {name: a, envVars: [{fromGroup: a}]}\nservices: [{type: web, name: a, runtime: node, envVars: [{fromGroup: a}]}]\n",
        ),
        ("compose.yaml", "services:\n  a: {extends: b, image: 'x:1'}\n  b: {extends: a, build: .}\n"),
        ("Procfile", "web: " + "a" * (LARGEST - 10)),
    ],
)
def test_nothing_takes_long(path: str, text: str) -> None:
    """Depth, aliases of aliases, circles."""
    began = time.monotonic()
    with suppress(Refused):
        imported_text(text, path)
    assert time.monotonic() - began < 10


def test_many_services_and_references_take_no_time() -> None:
    """A thousand variables in a chain, five hundred services."""
    service = '[[services]]\nuniqueIdentifier = {n}\nname = "s{n}"\ntype = "backend"\n[services.configuration.settings]\ncommandPort = 8080\n'
    pair = '[[services.configuration.vars]]\nkey = "NEXT"\nvalue = "${{{m}.outputs.PRIVATE_URL}}"\n'
    text = "".join(service.format(n=n) + pair.format(m=(n + 1) % 500) for n in range(500))
    began = time.monotonic()
    result = imported_text(text, "aramb.toml")
    assert len(services(result)) == 500
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("path", sorted(FILES.glob("*.toml")), ids=lambda path: path.name)
def test_places_in_toml_are_where_the_keys_stand(path: Any) -> None:
    """Of every key, whatever way it is written: the text there begins with it."""
    text = path.read_text(encoding="utf-8")
    value, found = tomltext.read(SourceText(path.name, text))
    assert found == []
    lines = text.split("\n")
    for index, one in enumerate(value["services"]):
        for key in one:
            span = key_span(value, ("services", index, key))
            rest = lines[span.line - 1][span.column - 1 :]
            assert rest.startswith((key, "[[services", "[services")), (key, span)


@pytest.mark.parametrize(
    ("text", "steps", "place"),
    [
        ('"a b".c = 1', ("a b", "c"), (1, 7)),
        ("x = {y = 1, z = [1,\n 2]}", ("x", "z", 1), (2, 2)),
        ('m = """\n[no]\n"""\nk = 1', ("k",), (4, 1)),
        ("a = ['''x]''', 'y'] # b = 1\nb = 2", ("b",), (2, 1)),
        ("[[t]]\na = 1\n[[t]]\n  [t.u]\n  b = 1", ("t", 1, "u", "b"), (5, 3)),
    ],
)
def test_odd_ways_of_writing_toml(text: str, steps: tuple[str | int, ...], place: tuple[int, int]) -> None:
    """Quoted and dotted keys, inline tables, texts of several lines."""
    value, _ = tomltext.read(SourceText("x", text))
    span = key_span(value, steps)
    assert (span.line, span.column) == place
