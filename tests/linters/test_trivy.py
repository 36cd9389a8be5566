"""trivy says of the Dockerfiles and manifests of every system nothing, or what docs/kubernetes.md explains."""

from __future__ import annotations

import re
from pathlib import Path

import trivy
from systems import CASES, EXAMPLES, PROJECTS, case, example, project
from tools import ROOT

_BAD = {
    "Dockerfile": "FROM debian:latest\nUSER root\n",
    "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
    "spec: {containers: [{name: a, image: nginx, securityContext: {privileged: true}}]}\n",
    "main.tf": 'resource "aws_s3_bucket" "a" {\n  bucket = "a"\n}\n',
}


def test_it_finds_what_is_explained(tmp_path: Path) -> None:
    """Neither more nor less."""
    explained = set(re.findall(r"\bKSV-\d{4}\b", (ROOT / "docs/kubernetes.md").read_text("utf-8")))
    made = ((project, tuple(PROJECTS)), (example, EXAMPLES), (case, CASES))
    files = {
        f"{of.__name__}/{name}/{path}": text
        for of, names in made
        for name in names
        for path, text in of(name).files.items()
    }
    for path, text in files.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    found = trivy.found(tmp_path)
    assert {*files} >= {*found}
    assert {path for path in files if path.endswith("Dockerfile")} <= {*found}
    assert set().union(*found.values()) == explained


def test_it_can_find_something(tmp_path: Path) -> None:
    for name, text in _BAD.items():
        (tmp_path / name).write_text(text, "utf-8")
    found = trivy.found(tmp_path)
    assert [name for name in _BAD if not found.get(name)] == []
