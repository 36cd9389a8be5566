"""Labels say what evidence shows of what is there now, and no more."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from projects import BUN_WEB, assertion, compiled, manifest

PROOF = "lemma L() ensures true {}\n"
SPECS = manifest(
    "web-service", assertion(1, "Balance never negative", formalSpec={"file": "specs/a.dfy", "lines": "1"})
)
COUNTS = {"tests": {"passed": 3}, "dafny": {"verified": 3}, "tlc": {"states": 3}}


def run(tool: str, *paths: str, **fields: Any) -> dict[str, Any]:
    """The record of a run that passed and read *paths* as they are."""
    texts = {**BUN_WEB, "specs/a.dfy": PROOF}
    inputs = [{"path": path, "digest": f"sha256:{sha256(texts[path].encode()).hexdigest()}"} for path in paths]
    body = {
        "tool": tool,
        "toolVersion": "1",
        "command": [tool],
        "exitStatus": 0,
        "counts": COUNTS[tool],
        "time": "2026-01-02T03:04:05Z",
    }
    return {**body, "inputs": inputs, **fields}


def labels(*runs: dict[str, Any]) -> tuple[str, str, str]:
    """What is said of: verified, verified-at, dafny-verified."""
    sources = {
        **BUN_WEB,
        "specs/a.dfy": PROOF,
        "specs/verification.json": json.dumps({"version": 1, "runs": list(runs)}),
    }
    done = compiled(sources, SPECS)
    assert done.defects == ()
    said = {label.key.removeprefix("com.spec-driven."): label.value for label in done.plan.services[0].labels}
    return said["verified"], said["verified-at"], said["dafny-verified"]


TESTS, DAFNY = run("tests", "src/index.ts"), run("dafny", "specs/a.dfy")


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
        ((run("tests", "src/index.ts", exitStatus=1), DAFNY), "true"),
        ((TESTS, DAFNY, run("tlc", "src/index.ts", exitStatus=12)), "true"),
        ((run("tests"), DAFNY), "true"),
    ],
)
def test_less_is_not_verified(runs: tuple[dict[str, Any], ...], dafny: str) -> None:
    """A missing, failed, empty or outdated run, or a proof of something else."""
    assert labels(*runs) == ("false", "never", dafny)
