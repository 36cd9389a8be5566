"""A real API server takes what is generated, in namespaces that want the level `restricted`, with all its admission plugins, and warns of nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings

from own_cluster import Cluster, control_plane
from projects import compiled
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from strategies import projects
from systems import CASES, EXAMPLES, PROJECTS, TARGET, case, example, manifests, project

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_MANY = 300
_Documents = list[dict[str, Any]]


@pytest.fixture(scope="module")
def api() -> Iterator[Cluster]:
    """An API server with its controllers."""
    with control_plane() as one:
        yield one


def _documents(compilation: Compilation) -> _Documents:
    files = manifests(compilation)
    return [yaml.safe_load(text) for name, text in files.items() if name != "kustomization.yaml"]


def _moved(documents: _Documents, namespace: str) -> _Documents:
    """The same in a namespace of their own."""
    for one in documents:
        one["metadata"]["name" if one["kind"] == "Namespace" else "namespace"] = namespace
    return documents


def _taken(api: Cluster, documents: _Documents) -> None:
    """Fail where the server refuses a document, or warns of it; namespaces are made, of all else nothing is kept."""
    spaces = [one for one in documents if one["kind"] == "Namespace"]
    rest = [one for one in documents if one["kind"] != "Namespace"]
    words = ("apply", "--server-side", "--validate=strict", "--warnings-as-errors", "--output=name", "--filename=-")
    api.asked(*words, stdin=_listed(spaces))
    assert {one["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] for one in spaces} == {"restricted"}
    said = api.asked(*words, "--dry-run=server", stdin=_listed(rest))
    assert len(said.splitlines()) == len(rest)


def _listed(documents: _Documents) -> str:
    """One object: of JSON documents in a stream kubectl 1.37 reads two, in silence, where no line ends before the second mark."""
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": documents})


def test_those_of_every_example_and_stack(api: Cluster) -> None:
    every = [example(name) for name in EXAMPLES]
    every += [project(name) for name in PROJECTS] + [case(name) for name in CASES]
    found = [_moved(_documents(one), f"space-{number}") for number, one in enumerate(every)]
    assert sum(map(bool, found)) > 20
    _taken(api, [document for documents in found for document in documents])


def test_those_of_any_spec(api: Cluster) -> None:
    found: list[_Documents] = []

    @settings(
        max_examples=_MANY,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(projects())
    def generated(one: tuple[dict[str, str], dict[str, Any], dict[str, Any] | None]) -> None:
        sources, specs, deploy = one
        try:
            made = _documents(compiled(sources, json.dumps(specs), deploy, targets=("dockerfile", TARGET)))
        except Refused:
            return
        if made:
            found.append(_moved(made, f"any-{len(found)}"))

    generated()
    assert len(found) > _MANY / 5
    _taken(api, [document for documents in found for document in documents])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"runAsNonRoot": true', '"runAsNonRoot": false', "would violate PodSecurity"),
        ('"drop": ["ALL"]', '"drop": ["CHOWN"]', "would violate PodSecurity"),
        ('"replicas"', '"replicaz"', "unknown field"),
        ('"matchLabels": {', '"matchLabels": {"other": "x", ', "does not match"),
    ],
)
def test_what_is_wrong_is_refused(api: Cluster, old: str, new: str, why: str) -> None:
    """It does judge."""
    text = json.dumps(_moved(_documents(project("workers")), "wrong"))
    assert old in text
    with pytest.raises(AssertionError, match=why):
        _taken(api, json.loads(text.replace(old, new)))
