"""Real programs read the manifests: kustomize builds them; the API's schemas, kube-score and the API server's own code take every object, without a warning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from cluster_tools import documents, judged, kustomized, served

from speccompile.pipeline import Compilation
from systems import CASES, EXAMPLES, PROJECTS, case, example, manifests, project, written

_SOME = tuple(
    [(f"example-{name}", example, name) for name in EXAMPLES]
    + [(f"project-{name}", project, name) for name in PROJECTS]
)


@pytest.mark.parametrize(("look", "name"), [row[1:] for row in _SOME], ids=[row[0] for row in _SOME])
def test_every_object_is_taken(look: Callable[[str], Compilation], name: str, tmp_path: Path) -> None:
    """Those of the examples, and of projects that have everything."""
    compilation = look(name)
    assert compilation.defects == ()
    if not manifests(compilation):
        assert compilation.plan.packages
        return
    built = kustomized(written(compilation, tmp_path))
    judged(built, tmp_path)


def test_every_object_of_the_stacks_is_taken(tmp_path: Path) -> None:
    """All applications of the stacks' cases at once."""
    built = []
    for name in CASES:
        compilation = case(name)
        assert compilation.defects == (), name
        built.append(kustomized(written(compilation, tmp_path / name)))
        judged(built[-1], tmp_path)


_OTHER_LABELS = ("matchLabels:\n      app.kubernetes.io/name: web", "matchLabels:\n      app.kubernetes.io/name: other")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("deployment-web.yaml", "readinessProbe", "redinessProbe"),
        ("deployment-web.yaml", *_OTHER_LABELS),
        ("deployment-web.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
        ("service-web.yaml", "name: web\n    app", "name: other\n    app"),
        ("poddisruptionbudget-web.yaml", "maxUnavailable: 1", "maxUnavailabel: 1"),
    ],
)
def test_what_is_wrong_is_refused(file: str, old: str, new: str, tmp_path: Path) -> None:
    """The judges do judge: each of these is refused by one of them."""
    wrong = _altered(file, old, new, tmp_path)
    with pytest.raises((AssertionError, kubernetes_validate.ValidationError)):
        judged(wrong, tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("deployment-web.yaml", *_OTHER_LABELS),
        ("deployment-web.yaml", "drop:", "add:"),
        ("service-web.yaml", "port: 8000", "port: 80000"),
        ("job-web-release-2.yaml", "name: memory-tmp", "name: memory"),
    ],
)
def test_the_api_server_refuses(file: str, old: str, new: str, tmp_path: Path) -> None:
    """What its own code knows besides. It is not judged in CI: nobody has that code as a program, and compiling it takes ten minutes."""
    served(kustomized(written(project("workers"), tmp_path / "right")), tmp_path)
    wrong = _altered(file, old, new, tmp_path / "wrong")
    with pytest.raises(AssertionError):
        served(wrong, tmp_path)


def _altered(file: str, old: str, new: str, scratch: Path) -> str:
    """The manifests of a project with one word of a file another one."""
    directory = written(project("workers"), scratch)
    text = (directory / file).read_text(encoding="utf-8")
    assert old in text
    (directory / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return kustomized(directory)


def test_kustomize_names_the_parameters_by_their_content(tmp_path: Path) -> None:
    """An overlay of the operator's replaces a value: the ConfigMap has another name then, and pods refer to it by that."""
    directory = written(project("bun-web"), tmp_path)
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "kustomization.yaml").write_text(
        "resources: [../kubernetes/base]\nnamespace: staging\n"
        "images: [{name: bank/app, newName: registry.example.com/bank/app, newTag: v1.4.2}]\n"
        "configMapGenerator: [{name: bank-parameters, behavior: merge, literals: [EXTERNAL_PAYMENT_PROCESSOR_URL=https://pay.example.com]}]\n",
        encoding="utf-8",
    )
    (first,), (second,) = (
        [one for one in documents(kustomized(place)) if one["kind"] == "ConfigMap"] for place in (directory, overlay)
    )
    assert _name(first) != _name(second)
    built = documents(kustomized(overlay))
    text = str([one for one in built if one["kind"] == "Deployment"])
    assert _name(second) in text
    assert "registry.example.com/bank/app:v1.4.2" in text
    assert {_of(one, "namespace") for one in built if one["kind"] != "Namespace"} == {"staging"}
    assert [_name(one) for one in built if one["kind"] == "Namespace"] == ["staging"]


def _name(document: dict[str, Any]) -> str:
    return str(_of(document, "name"))


def _of(document: dict[str, Any], key: str) -> Any:
    return document["metadata"].get(key)
