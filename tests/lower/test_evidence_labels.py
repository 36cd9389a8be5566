"""Labels say what evidence shows of what is there now, and no more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.digests import digest
from speccompile.pipeline import Compilation

LOGO = b"\x89PNG\r\n\x1a\n\xff"
PROOF = "lemma L() ensures true {}\n"
SPECS = manifest(
    "web-service", assertion(1, "Balance never negative", formalSpec={"file": "specs/a.dfy", "lines": "1"})
)
COUNTS = {"tests": {"passed": 3}, "dafny": {"verified": 3}, "tlc": {"states": 3}}


def run(tool: str, *paths: str, **fields: Any) -> dict[str, Any]:
    """The record of a run that passed and read *paths* as they are."""
    texts: dict[str, str | bytes] = {
        **BUN_WEB,
        "specs/a.dfy": PROOF,
        "specs/assertions.json": SPECS,
        "src/logo.png": LOGO,
    }
    inputs = [{"path": path, "digest": digest(_bytes(texts[path]))} for path in paths]
    body = {
        "tool": tool,
        "toolVersion": "1",
        "command": [tool],
        "exitStatus": 0,
        "counts": COUNTS[tool],
        "time": "2026-01-02T03:04:05Z",
    }
    return {**body, "inputs": inputs, **fields}


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def compilation(*runs: dict[str, Any]) -> Compilation:
    """The project with the evidence of *runs*."""
    sources: dict[str, str | bytes] = {
        **BUN_WEB,
        "src/logo.png": LOGO,
        "specs/a.dfy": PROOF,
        "specs/verification.json": json.dumps({"version": 1, "runs": list(runs)}),
    }
    done = compiled(sources, SPECS)
    assert done.defects == ()
    return done


def labels(*runs: dict[str, Any]) -> tuple[str, str, str]:
    """What is said of: verified, verified-at, dafny-verified."""
    done = compilation(*runs)
    said = {label.key.removeprefix("com.spec-driven."): label.value for label in done.plan.services[0].labels}
    return said["verified"], said["verified-at"], said["dafny-verified"]


def missing(*runs: dict[str, Any]) -> str:
    """Why it is not verified."""
    (note,) = [note for note in compilation(*runs).notes if note.code == "SC368"]
    return note.message.partition("verified=false: ")[2]


READ = ("specs/assertions.json", "package.json", "bun.lock", "tsconfig.json", "src/index.ts", "src/logo.png")
"""The manifest, and all that gets into the image."""

TESTS, DAFNY = run("tests", *READ), run("dafny", "specs/a.dfy")


def test_all_of_it() -> None:
    """Tests and the prover that the assertion calls for."""
    assert labels(TESTS, DAFNY) == ("true", "2026-01-02T03:04:05Z", "true")


@pytest.mark.parametrize(
    ("runs", "dafny"),
    [
        ((), "false"),
        ((TESTS,), "false"),
        ((DAFNY,), "true"),
        ((TESTS, run("dafny", "src/index.ts")), "false"),
        ((TESTS, run("dafny", "specs/a.dfy", exitStatus=1)), "false"),
        ((TESTS, run("dafny", "specs/a.dfy", counts={"verified": 3, "errors": 1})), "false"),
        ((TESTS, run("dafny", "specs/a.dfy", counts={})), "false"),
        (
            (TESTS, run("dafny", "specs/a.dfy", inputs=[{"path": "specs/a.dfy", "digest": f"sha256:{'0' * 64}"}])),
            "false",
        ),
        ((run("tests", *READ, exitStatus=1), DAFNY), "true"),
        *(((run("tests", *(path for path in READ if path != left_out)), DAFNY), "true") for left_out in READ),
        ((TESTS, DAFNY, run("tlc", "src/index.ts", exitStatus=12)), "true"),
        ((run("tests"), DAFNY), "true"),
    ],
)
def test_less_is_not_verified(runs: tuple[dict[str, Any], ...], dafny: str) -> None:
    """A missing, failed, empty or outdated run, or a proof of something else."""
    assert labels(*runs) == ("false", "never", dafny)


def test_why_not_is_told() -> None:
    """With the first files and how many more."""
    assert not [note for note in compilation(TESTS, DAFNY).notes if note.code == "SC368"]
    assert missing() == (
        "no run of tests is recorded; no run of dafny is recorded and a formalSpec calls for it; "
        "no recorded run read specs/assertions.json, bun.lock, package.json and 3 more"
    )
    assert missing(run("tests", *READ[:-1]), DAFNY) == "no recorded run read src/logo.png"
    assert (
        missing(run("tests", *READ, exitStatus=1), DAFNY) == "the run of tests did not pass, or counted or read nothing"
    )
    outdated = run("tests", *READ)
    outdated["inputs"][0]["digest"] = outdated["inputs"][4]["digest"] = digest(b"")
    assert missing(outdated, DAFNY) == "specs/assertions.json, src/index.ts changed since tests read them"
    assert missing(TESTS, run("dafny", "src/index.ts")) == "dafny did not read specs/a.dfy, which a formalSpec names"


def test_a_proof_that_no_assertion_calls_for_is_not_claimed() -> None:
    """An empty file proves nothing about anything."""
    done = compiled(
        {**BUN_WEB, "specs/verification.json": json.dumps({"version": 1, "runs": [run("tlc", "src/index.ts")]})}, SPECS
    )
    assert {label.key: label.value for label in done.plan.services[0].labels}["com.spec-driven.tlc-verified"] == "false"
