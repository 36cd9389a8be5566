"""`explain` of an assertion whose id is in two manifests: it asks which, and mixes nothing of the two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from case_folders import command

PACKAGE = json.dumps({"name": "x", "version": "1.0.0", "scripts": {"start": "node server.js"}})
SERVER = "require('node:http').createServer((q, a) => a.end()).listen(process.env.PORT);\n"


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two services, each with a manifest, in which A-001 is about memory and about bodies."""
    said = {"api": "Uses at most 300 MB of memory", "web": "Request bodies are at most 3 MB"}
    services: dict[str, Any] = {}
    for name, natural in said.items():
        one = {"id": "A-001", "natural": natural, "type": "safety", "category": "behavior", "status": "confirmed"}
        document = {"version": "1.0.0", "archetype": "web-service", "assertions": [{**one, "source": "t"}]}
        files = {"package.json": PACKAGE, "server.js": SERVER, "assertions.json": json.dumps(document)}
        for path, text in files.items():
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / path).write_text(text, encoding="utf-8")
        services[name] = {"path": name, "assertions": f"{name}/assertions.json", "route": {"path": f"/{name}"}}
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/deploy.yaml").write_text(json.dumps({"app": "shop", "services": services}), encoding="utf-8")
    return tmp_path


def test_it_asks_which_is_meant(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With words that can be given back to it as they are."""
    code, said, errors = command(["explain", "A-001"], two, capsys)
    assert (code, said) == (1, "")
    asked = [line.strip() for line in errors.splitlines()[1:]]
    assert asked == ["api/assertions.json#A-001", "web/assertions.json#A-001"]
    for subject, mine, other in zip(asked, ("300 MB", "bodies"), ("bodies", "300 MB"), strict=True):
        code, said, _ = command(["explain", subject], two, capsys)
        assert (code, mine in said, other in said) == (0, True, False), said


def test_only_its_own_lines_are_there_because_of_it(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The limit of memory is in the compose file, that of bodies in nginx.conf."""
    found = {}
    for name in ("api", "web"):
        _, said, _ = command(["explain", f"{name}/assertions.json#A-001", "--format", "json"], two, capsys)
        answer = json.loads(said)
        assert answer["subject"] == f"{name}/assertions.json#A-001"
        found[name] = {Path(one["path"]).name for one in answer["lines"]}
    assert (("docker-compose.yml" in found["api"]), "nginx.conf" in found["web"]) == (True, True)
    assert "nginx.conf" not in found["api"]


def test_a_manifest_without_it(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of the project is called so."""
    assert command(["explain", "api/other.json#A-001"], two, capsys)[0] == 1
    assert command(["explain", "#A-001"], two, capsys)[0] == 1
