"""``generate --diff`` says why files change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from reported import DEPLOY, project

from report_documents import conforms
from speccompile.cli import main


def _run(place: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["-C", str(place), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    place = project(tmp_path / "bank")
    _run(place, "generate")
    return place


def _changes(place: Path) -> dict[str, Any]:
    document = json.loads(_run(place, "generate", "--diff", "--format", "json"))
    conforms("generate", document)
    changes: dict[str, Any] = document["changes"]
    return changes


def test_nothing_is_said_where_nothing_changes(bank: Path) -> None:
    assert _changes(bank) == {"tool": None, "specs": [], "versions": [], "groups": []}
    assert "Why:" not in _run(bank, "generate", "--diff")


def test_a_key_of_deploy_yaml_is_the_reason(bank: Path) -> None:
    (bank / "specs/deploy.yaml").write_text(f"{DEPLOY}    port: 4000\n", "utf-8")
    changes = _changes(bank)
    assert changes["specs"] == ["specs/deploy.yaml"]
    port = next(
        one for one in changes["groups"] if one["rules"] == ["SC310"] and one["causes"] == ["specs/deploy.yaml:7"]
    )
    texts = {one["path"]: (one["ranges"]) for one in port["lines"]}
    assert "generated/Dockerfile" in texts
    text = _run(bank, "generate", "--diff")
    assert "\nWhy:\n  changed since: specs/deploy.yaml\n" in text
    assert "  by SC310 (port), because of specs/deploy.yaml:7\n    generated/Dockerfile:" in text


def test_a_version_and_the_tool_are_reasons(bank: Path) -> None:
    lock = bank / "speccompile.lock"
    lock.write_text(lock.read_text("utf-8").replace('"tool": "', '"tool": "0.0.1-', 1), "utf-8")
    (bank / ".bun-version").write_text("1.1.0\n", "utf-8")
    changes = _changes(bank)
    assert changes["tool"]["before"].startswith("0.0.1-")
    (version,) = changes["versions"]
    assert (version["name"], version["before"]) == ("api.bun", "1 (default)")
    assert version["now"].startswith("1.1")


def test_what_only_goes_is_told_apart(bank: Path) -> None:
    (bank / "specs/deploy.yaml").write_text(DEPLOY.replace("[STRIPE_KEY]", "[]"), "utf-8")
    assert any(one["rules"] == [] and one["lines"] for one in _changes(bank)["groups"])
    assert "lines that are there no longer" in _run(bank, "generate", "--diff")
