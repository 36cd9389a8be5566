"""Evidence: what a run must show, when it stops to hold, and whose file it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evidence_files import run as recorded
from evidence_files import sealed
from speccompile.frontends.evidence import read
from speccompile.frontends.load import load
from speccompile.project.memory import MemoryTree
from speccompile.spec.runs import differences, passed
from speccompile.spec.verification import Run

MANIFEST = json.dumps({"version": "1.0.0", "archetype": "cli-tool", "assertions": []})
SOURCES = {"src/index.ts": "export const answer = 42;\r\n", "src/leer.ts": ""}
RUN = recorded("tests", SOURCES, MANIFEST, counts={"passed": 12, "skipped": 1})


def run(**changes: Any) -> Run:
    """The run with some keys changed."""
    evidence = read(sealed([RUN | changes]), "verification.json")
    assert evidence.diagnostics == ()
    assert evidence.model is not None
    return evidence.model.runs[0]


def against(sources: dict[str, str | bytes]) -> tuple[tuple[str, ...], ...]:
    """What differs from the run when it would read *sources* today."""
    tree = MemoryTree(sources)
    return differences(run(), {path: tree.digest(path) or "" for path in sources})


def test_a_run_holds_while_its_inputs_stay() -> None:
    assert against({**SOURCES}) == ((), (), ())


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
    assert against({**SOURCES, **altered}) == (tuple(altered), (), ())


@pytest.mark.parametrize("path", SOURCES)
def test_a_missing_input_ends_it(path: str) -> None:
    assert against({name: text for name, text in SOURCES.items() if name != path}) == ((), (path,), ())


def test_a_new_input_ends_it() -> None:
    assert against({**SOURCES, "src/more.ts": ""}) == ((), (), ("src/more.ts",))


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
        {"problems": ["it took longer than 600 s, and was ended"]},
    ],
)
def test_a_run_that_shows_nothing_has_not_passed(changes: dict[str, Any]) -> None:
    assert not passed(run(**changes))


def test_evidence_lies_beside_its_manifest() -> None:
    proof = sealed([RUN])
    files = {"specs/assertions.json": MANIFEST, "verification.json": proof}
    assert load(MemoryTree(files), ())[0].services[0].evidence is None
    spec, _ = load(MemoryTree(files | {"specs/verification.json": proof}), ())
    assert spec.services[0].evidence is not None
    assert [one.tool for one in spec.services[0].evidence.runs] == ["tests"]
    assert spec.digest == load(MemoryTree(files), ())[0].digest


OLD = {
    "tool": "tests",
    "toolVersion": "1.2.3",
    "command": ["bun", "test"],
    "exitStatus": 0,
    "counts": {"passed": 12},
    "time": "2024-01-15T10:00:00Z",
    "inputs": [],
}


@pytest.mark.parametrize("document", [{"version": 1, "runs": [OLD]}, {"runs": [OLD]}, {}])
def test_an_older_file_claims_nothing(document: dict[str, Any]) -> None:
    """Whatever is in it: people wrote it."""
    found = read(json.dumps(document), "verification.json")
    assert found.model is None
    assert [(one.code, one.severity.value) for one in found.diagnostics] == [("SC540", "note")]
    assert "speccompile verify" in found.diagnostics[0].fix


@pytest.mark.parametrize(
    "altered",
    [
        ('"exitStatus": 0', '"exitStatus": 1'),
        ('"passed": 12', '"passed": 13'),
        ('"verified": 0', '"verified": 1'),
        ('"service": "app"', '"service": "api"'),
        (RUN["inputs"][0]["digest"], "sha256:" + "0" * 64),
        ('"assertions": {}', '"assertions": {"A-001": ["a test"]}'),
    ],
)
def test_an_altered_file_claims_nothing(altered: tuple[str, str]) -> None:
    text = sealed([RUN])
    assert altered[0] in text
    found = read(text.replace(*altered, 1), "verification.json")
    assert found.model is None
    assert [one.code for one in found.diagnostics] == ["SC541"]


def test_the_layout_of_the_file_does_not_matter() -> None:
    """A formatter of the project's may have been at it."""
    assert read(json.dumps(json.loads(sealed([RUN]))), "verification.json").model is not None
