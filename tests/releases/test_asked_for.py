"""What a release may ask for: the values of its environment, no other variable of whoever deploys; and no patch that it could not be gone back to with."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from test_faults import answer, project

from speccompile.errors import Refused
from speccompile.releases.composition import Composition
from speccompile.releases.documents import Part, asked_for
from speccompile.releases.machine import Machine
from speccompile.releases.session import Session
from speccompile.releases.site import Where


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("${KEY}", {"KEY"}),
        ("$KEY", {"KEY"}),
        ("${A:-${B}}", {"A", "B"}),
        ("${A:?b $c}", {"A", "c"}),
        ("$${KEY} $$KEY", set()),
        ("$$${KEY}", {"KEY"}),
        ("5$ ${}", set()),
    ],
)
def test_names_are_found_as_compose_finds_them(text: str, names: set[str]) -> None:
    """With and without braces and defaults, also within one; two dollars are one character."""
    assert asked_for(text) == names


def _session(told: dict[str, str], asked: frozenset[str]) -> Session:
    where = Where(
        app="bank",
        environment="production",
        machine=Machine(),
        values=None,
        directory="/",
        watch=0,
        told=told,
        asked=asked,
    )
    place = SimpleNamespace(path="/nowhere")
    return Session(where=where, hands=cast("Any", None), compose=cast("Any", None), docker=cast("Any", None), place=cast("Any", place))  # fmt: skip


def test_a_variable_of_ours_is_no_value_of_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless it is a parameter of the project, or in the file of values."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "swordfish")
    service = {"image": "acme/api:1", "environment": {"X": "${AWS_SECRET_ACCESS_KEY}", "Y": "${NOBODYS_NAME:-}"}}
    text = json.dumps({"services": {"api": service}, "networks": {}, "volumes": {}, "secrets": {}, "configs": {}})
    composition = Composition(parts={"api": Part(text)}, images={}, routes="")
    with pytest.raises(Refused, match="AWS_SECRET_ACCESS_KEY") as refused:
        _session({}, frozenset()).told(composition)
    assert [one.code for one in refused.value.diagnostics] == ["SC701"]
    assert "swordfish" not in str(refused.value)
    name = frozenset(("AWS_SECRET_ACCESS_KEY",))
    assert "AWS_SECRET" in _session({}, name).told(composition)
    assert "AWS_SECRET" in _session(dict.fromkeys(name, "theirs"), frozenset()).told(composition)


@pytest.mark.parametrize(
    ("operation", "refused"),
    [
        ({"op": "add", "path": "/networks/shared", "value": {"external": True, "name": "traefik"}}, True),
        ({"op": "replace", "path": "/services/app/mem_limit", "value": "1g"}, False),
        ({"op": "add", "path": "/services/app/ulimits", "value": {"nofile": 65536}}, False),
        ({"op": "add", "path": "/services/app/dns", "value": ["10.0.0.2"]}, False),
    ],
)
def test_a_patch_that_no_release_keeps_is_not_deployed(
    operation: dict[str, Any], refused: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """SC754 before an engine is asked; another patch goes on, to where no engine is."""
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    uses = {"op": "add", "path": "/services/app/networks/-", "value": "shared"}
    allowed = {"allow": ["SC946"]} if refused else {}
    patch = {"reason": "it is reached there", "operations": [operation, uses][: 1 + refused]} | allowed
    where = project(tmp_path, capsys, patch)
    code, found = answer(["deploy", "production"], where, capsys)
    assert code != 0
    assert ("SC754" in found) == refused
    assert ("SC705" in found) != refused
