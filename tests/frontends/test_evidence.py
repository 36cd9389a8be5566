"""Evidence: what a run must show, and when it stops to hold."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from speccompile.frontends.evidence import read
from speccompile.frontends.load import load
from speccompile.project.memory import MemoryTree
from speccompile.spec.verification import Run, changed, passed

SOURCES = {"src/index.ts": "export const answer = 42;\r\n", "src/leer.ts": ""}
RUN: dict[str, Any] = {
    "tool": "tests",
    "toolVersion": "1.2.3",
    "command": ["bun", "test"],
    "exitStatus": 0,
    "counts": {"passed": 12, "skipped": 1},
    "time": "2024-01-15T10:00:00Z",
    "inputs": [
        {"path": path, "digest": f"sha256:{sha256(text.encode()).hexdigest()}"} for path, text in SOURCES.items()
    ],
}


def run(**changes: Any) -> Run:
    """The run with some keys changed."""
    evidence = read(json.dumps({"version": 1, "runs": [RUN | changes]}), "verification.json")
    assert evidence.diagnostics == ()
    assert evidence.model is not None
    return evidence.model.runs[0]


def test_a_run_holds_while_its_inputs_stay() -> None:
    tree = MemoryTree(SOURCES | {"README.md": "not an input"})
    assert changed(run(), tree.digest) == ()


@pytest.mark.parametrize(
    "altered",
    [
        {"src/index.ts": "export const answer = 43;\r\n"},
        {"src/index.ts": "export const answer = 42;\n"},
        {"src/index.ts": b"\xff"},
        {"src/leer.ts": " "},
    ],
)
def test_a_changed_input_ends_it(altered: dict[str, str | bytes]) -> None:
    assert changed(run(), MemoryTree({**SOURCES, **altered}).digest) == tuple(altered)


@pytest.mark.parametrize("path", SOURCES)
def test_a_missing_input_ends_it(path: str) -> None:
    tree = MemoryTree({name: text for name, text in SOURCES.items() if name != path})
    assert changed(run(), tree.digest) == (path,)


@pytest.mark.parametrize(
    ("tool", "counts"),
    [
        ("tests", {"passed": 1}),
        ("dafny", {"verified": 3}),
        ("tlc", {"states": 100}),
        ("tests", {"passed": 1, "skipped": 5}),
    ],
)
def test_passed(tool: str, counts: dict[str, int]) -> None:
    assert passed(run(tool=tool, counts=counts))


@pytest.mark.parametrize(
    "changes",
    [
        {"exitStatus": 1},
        {"exitStatus": -9},
        {"counts": {"passed": 12, "failed": 1}},
        {"counts": {"passed": 12, "errors": 1}},
        {"counts": {}},
        {"counts": {"skipped": 12}},
        {"counts": {"verified": 12}},
        {"tool": "dafny"},
        {"tool": "tlc", "counts": {"verified": 3}},
        {"inputs": []},
    ],
)
def test_a_run_that_shows_nothing_has_not_passed(changes: dict[str, Any]) -> None:
    assert not passed(run(**changes))


def test_evidence_lies_beside_its_manifest() -> None:
    manifest = json.dumps({"version": "1.0.0", "archetype": "cli-tool", "assertions": []})
    proof = json.dumps({"runs": [RUN]})
    files = {"specs/assertions.json": manifest, "verification.json": proof}
    assert load(MemoryTree(files), ())[0].services[0].evidence is None
    spec, _ = load(MemoryTree(files | {"specs/verification.json": proof}), ())
    assert spec.services[0].evidence is not None
    assert [one.tool for one in spec.services[0].evidence.runs] == ["tests"]
    assert spec.digest == load(MemoryTree(files), ())[0].digest
