"""``plan --diff``: what is otherwise in another environment, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from case_folders import command
from projects import PYTHON_WEB, manifest
from report_documents import conforms

_DEPLOY = """\
version: 1
app: shop
targets: [compose, kubernetes]
environments:
  staging: {replicas: {web: 1}}
  production: {on: kubernetes, context: prod, replicas: {web: 3}}
  usual: {values: usual.env}
services:
  web: {path: ., replicas: 2}
"""


def _project(root: Path) -> Path:
    files = {**PYTHON_WEB, "specs/assertions.json": manifest("web-service"), "specs/deploy.yaml": _DEPLOY}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_the_difference_is_the_plans(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each place by its name, with both values; one in which nothing is otherwise is as `services` has it."""
    asked = ["plan", "--diff", "staging", "production", "--format", "json"]
    code, said, errors = command(asked, _project(tmp_path), capsys)
    assert code == 0, errors
    document = json.loads(said)
    conforms("plan-diff", document)
    found = {each["path"]: each["values"] for each in document["differences"]}
    assert found["on"] == ["compose", "kubernetes"]
    assert found["services[web].workload.replicas.count"] == [1, 3]
    code, said, _ = command(["plan", "--diff", "usual", "staging"], tmp_path, capsys)
    assert [line.split() for line in said.splitlines()[1:]] == [["services[web].workload.replicas.count", "2", "1"]]


def test_who_names_no_environment_is_told_of_those_that_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is a mistake in the command."""
    code, _, errors = command(["plan", "--diff", "staging", "prod"], _project(tmp_path), capsys)
    assert code == 2
    assert "production, staging, usual" in errors
