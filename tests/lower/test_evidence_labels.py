"""Labels say what evidence shows of what is there now, and no more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evidence_files import run as recorded
from evidence_files import sealed
from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.digests import digest
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing

LOGO = b"\x89PNG\r\n\x1a\n\xff"
PROOF = "lemma L() ensures true {} // A-001\n"
SPECS = manifest(
    "web-service", assertion(1, "Balance never negative", formalSpec={"file": "specs/a.dfy", "lines": "1"})
)
SOURCES: dict[str, str | bytes] = {
    **BUN_WEB,
    "src/logo.png": LOGO,
    "specs/a.dfy": PROOF,
    "tests/index.test.ts": "test('it', () => {});\n",
}


def run(tool: str, *paths: str, **fields: Any) -> dict[str, Any]:
    """The record of a run that passed and read *paths* as they are."""
    return recorded(tool, {path: SOURCES[path] for path in paths}, SPECS, **fields)


def compilation(*runs: dict[str, Any], **changed: str) -> Compilation:
    """The project with the evidence of *runs*, and other texts of files than these read."""
    files = {**SOURCES, **changed, "specs/verification.json": sealed(runs)}
    done = compiled(files, SPECS)
    assert done.defects == ()
    return done


def said(done: Compilation) -> tuple[str, str, str]:
    """What is said of: verified, verified-at, dafny-verified."""
    labels = {label.key.removeprefix("com.spec-driven."): label.value for label in done.plan.services[0].labels}
    return labels["verified"], labels["verified-at"], labels["dafny-verified"]


def labels(*runs: dict[str, Any]) -> tuple[str, str, str]:
    """The same of the project with the evidence of *runs*."""
    return said(compilation(*runs))


def missing(*runs: dict[str, Any], **changed: str) -> str:
    """Why it is not verified."""
    (note,) = [note for note in compilation(*runs, **changed).notes if note.code == "SC368"]
    return note.message.partition("verified=false: ")[2]


READ = tuple(SOURCES)
"""All that gets into the image, the tests, and the specifications, which lie among the sources."""

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
        ((TESTS, run("dafny", "specs/a.dfy", problems=["an axiom"])), "false"),
        ((TESTS, run("dafny", "specs/a.dfy", subjects=["specs/b.dfy"])), "false"),
        ((TESTS, run("dafny", "specs/a.dfy", manifest=digest(b""))), "false"),
        (
            (TESTS, run("dafny", "specs/a.dfy", inputs=[{"path": "specs/a.dfy", "digest": f"sha256:{'0' * 64}"}])),
            "false",
        ),
        ((run("tests", *READ, exitStatus=1), DAFNY), "true"),
        ((run("tests", *READ, manifest=digest(b"")), DAFNY), "true"),
        ((run("tests", *READ, service="other"), DAFNY), "true"),
        ((run("tests", *READ, chosenBy="deploy"), DAFNY), "true"),
        *(((run("tests", *(path for path in READ if path != left_out)), DAFNY), "true") for left_out in READ),
        ((run("tests"), DAFNY), "true"),
    ],
)
def test_less_is_not_verified(runs: tuple[dict[str, Any], ...], dafny: str) -> None:
    """A missing, failed, empty or outdated run, or a proof of something else."""
    assert labels(*runs) == ("false", "never", dafny)


@pytest.mark.parametrize("path", [path for path in READ if isinstance(SOURCES[path], str)])
def test_any_change_of_a_source_a_test_or_a_specification_ends_it(path: str) -> None:
    text = SOURCES[path]
    assert isinstance(text, str)
    done = compilation(TESTS, DAFNY, **{path: text + "\n"})
    assert said(done)[0] == "false"
    assert f"{path} changed since pytest ran" in missing(TESTS, DAFNY, **{path: text + "\n"})


def test_an_assertion_that_says_something_else_ends_it() -> None:
    """The texts count, and when the file was written does not."""
    files = {**SOURCES, "specs/verification.json": sealed([TESTS, DAFNY])}
    told = json.loads(SPECS) | {"metadata": {"lastModified": "2026-03-01T00:00:00Z"}}
    assert said(compiled(files, json.dumps(told)))[0] == "true"
    told["assertions"][0]["natural"] = "Balance never below zero"
    assert said(compiled(files, json.dumps(told)))[0] == "false"


def test_why_not_is_told() -> None:
    """With the first files and how many more."""
    assert not [note for note in compilation(TESTS, DAFNY).notes if note.code == "SC368"]
    assert missing() == ("no run of its tests is recorded; no run of dafny is recorded, and there is specs/a.dfy")
    assert missing(run("tests", *READ[:-1]), DAFNY) == "tests/index.test.ts is new since pytest ran"
    assert missing(run("tests", *READ, exitStatus=1), DAFNY) == (
        "pytest did not pass: it ended with 1 and counted 3 passed"
    )
    assert missing(run("tests", *READ, problems=["it took too long"]), DAFNY) == (
        "pytest did not pass: it took too long"
    )
    assert missing(run("tests", *READ[2:]), DAFNY) == "bun.lock, package.json are new since pytest ran"
    assert missing(TESTS, run("dafny", "specs/a.dfy", subjects=[])) == "dafny was not given specs/a.dfy"


def test_commands_of_deploy_yaml_have_to_be_those_that_ran() -> None:
    deploy = {"version": 1, "services": {"app": {"verify": [["npm", "test"], ["make", "e2e"]]}}}
    runs = [run("tests", *READ, chosenBy="deploy", command=["npm", "test"])]
    files = {**SOURCES, "specs/verification.json": sealed([*runs, DAFNY])}
    done = compiled(files, SPECS, deploy)
    (note,) = [note for note in done.notes if note.code == "SC368"]
    assert note.message.endswith("no run of make e2e is recorded")
    both = [*runs, run("tests", *READ, chosenBy="deploy", command=["make", "e2e"])]
    done = compiled({**SOURCES, "specs/verification.json": sealed([*both, DAFNY])}, SPECS, deploy)
    assert said(done)[0] == "true"


def test_a_proof_that_nothing_calls_for_is_not_claimed() -> None:
    """An empty file proves nothing about anything."""
    done = compilation(TESTS, DAFNY, run("tlc", "src/index.ts"))
    labelled = {label.key: label.value for label in done.plan.services[0].labels}
    assert labelled["com.spec-driven.tlc-verified"] == "false"


def standing(*runs: dict[str, Any]) -> tuple[Standing, str]:
    """What became of the assertion, and why."""
    (account,) = compilation(*runs).standings
    return account.standing, account.why


def test_what_a_current_test_or_proof_names_is_evidenced() -> None:
    named = {"A-001": ["tests/index.test.ts: balance"]}
    assert standing(run("tests", *READ, assertions=named), DAFNY) == (
        Standing.EVIDENCED,
        "shown by tests/index.test.ts: balance",
    )
    assert standing(TESTS, DAFNY)[0] is Standing.PROGRAM
    for gone in ({"exitStatus": 1}, {"manifest": digest(b"")}, {"inputs": TESTS["inputs"][1:]}):
        assert standing(run("tests", *READ, assertions=named, **gone), DAFNY)[0] is Standing.PROGRAM
