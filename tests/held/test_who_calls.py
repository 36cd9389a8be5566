"""«Only the API may reach the database»: held by policies; by networks only where nobody else is on them."""

from __future__ import annotations

from typing import Any

import pytest

from projects import PYTHON_WEB, assertion, compiled, manifest
from systems import everything

_SOURCES = {**PYTHON_WEB, "sender/requirements.txt": "", "sender/main.py": "print('works')\n"}
_SENDER = {"path": "sender", "role": "worker", "assertions": "specs/sender.json"}
_WEB = {"path": ".", "port": 8000, "needs": ["db"]}


def _standings(sentence: str, services: dict[str, Any], **told: Any) -> dict[str, str]:
    deploy = {"version": 1, "app": "shop", "services": {"web": _WEB, "db": {"uses": "postgres"}, **services}, **told}
    specs = manifest("web-service", assertion(1, sentence))
    sources = {**_SOURCES, "specs/sender.json": manifest("web-service")}
    found = compiled(sources, specs, deploy, allow_unverified=True, targets=everything())
    return {one.platform: one.accounts[0].standing.value for one in found.platforms}


@pytest.mark.parametrize(
    "sentence",
    [
        "Only the API may reach the database",
        "The database is only reachable from the web service",
        "The database accepts connections only from the API",
        "No other service may connect to the database",
    ],
)
def test_one_alone_reaches_a_store(sentence: str) -> None:
    networks = ("compose", "swarm", "quadlet")
    beside = {"sender": {**_SENDER, "needs": ["cache"]}, "cache": {"uses": "redis"}}
    assert _standings(sentence, {}) == dict.fromkeys((*networks, "kubernetes"), "enforced")
    assert _standings(sentence, beside) == {**dict.fromkeys(networks, "approximated"), "kubernetes": "enforced"}
    beside["sender"] = {**_SENDER, "needs": ["db"]}
    assert _standings(sentence, beside) == dict.fromkeys((*networks, "kubernetes"), "approximated")


def test_inside_is_inside_whoever_is_there() -> None:
    sender = {**_SENDER, "needs": ["db"]}
    said = _standings("The database is not reachable from the internet", {"sender": sender})
    assert set(said.values()) == {"enforced"}


@pytest.mark.parametrize(("of", "standing"), [("store", "approximated"), ("service", "lost")])
def test_deploy_yaml_says_it_of_stores(of: str, standing: str) -> None:
    """Of a service it is not held, and not called so."""
    bound = {"A-001": {"private": {"of": of, "callers": True}}}
    said = _standings("Nobody looks in", {"sender": {**_SENDER, "needs": ["db"]}}, assertions=bound)
    assert set(said.values()) == {standing}
