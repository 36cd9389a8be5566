"""Dafny's output, after the form of its releases 4.x (written by hand: no Dafny runs here), and a stand-in that says it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from verified_projects import assertion, laid_out, manifest, only, speccompile
from verified_projects import verified as verify

DFY = """// A-001: the account's balance never goes negative.
method Withdraw(balance: nat, amount: nat) returns (left: nat)
  requires amount <= balance
  ensures left == balance - amount
{
  left := balance - amount;
}
"""
FINE = "\nDafny program verifier finished with 1 verified, 0 errors\n"


@pytest.fixture
def dafny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory for PATH with a program dafny, which says what stands beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = (
        f'#!/bin/sh\ntest "$1" = --version && echo 4.11.0 && exit 0\ncat {folder}/said\nexit $(cat {folder}/status)\n'
    )
    (folder / "dafny").write_text(script)
    (folder / "dafny").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return folder


def project(tmp_path: Path, text: str = DFY, lines: str = "1-4") -> Path:
    """A tool with a test that passes, and a specification of its assertion."""
    return laid_out(
        tmp_path / "project",
        {
            "specs/assertions.json": manifest(
                assertion(1, formalSpec={"file": "specs/dafny/bank.dfy", "lines": lines})
            ),
            "specs/dafny/bank.dfy": text,
            "specs/deploy.yaml": "app: bank\nservices: {app: {verify: [[sh, tests.sh]]}}\n",
            "package.json": json.dumps({"name": "bank", "version": "1.0.0", "bin": {"bank": "cli.js"}}),
            "cli.js": "#!/usr/bin/env node\n",
            "tests.sh": 'echo 1..1\necho "ok 1 - it starts"\n',
        },
    )


def proof(root: Path, dafny: Path, said: str, status: int) -> dict[str, object]:
    """The run of Dafny that says *said* and ends with *status*."""
    (dafny / "said").write_text(said)
    (dafny / "status").write_text(str(status))
    return only({"runs": [run for run in verify(root)["runs"] if run["tool"] == "dafny"]})


def test_a_proof(tmp_path: Path, dafny: Path) -> None:
    root = project(tmp_path)
    run = proof(root, dafny, FINE, 0)
    assert (run["passed"], run["version"], run["command"]) == (
        True,
        "4.11.0",
        ["dafny", "verify", "specs/dafny/bank.dfy"],
    )
    assert run["assertions"] == {"A-001": ["dafny verify specs/dafny/bank.dfy:1-4"]}
    assert speccompile(root, "generate").returncode == 0
    dockerfile = (root / "generated/Dockerfile").read_text()
    assert 'dafny-verified="true"' in dockerfile
    assert 'verified="true"' in dockerfile


UNPROVED = (
    "specs/dafny/bank.dfy(6,2): Error: a postcondition could not be proved on this return path\n  |\n6 |   left := balance;\n"
    "specs/dafny/bank.dfy(4,15): Related location: this is the postcondition that could not be proved\n\n"
    "Dafny program verifier finished with 0 verified, 1 error\n"
)


@pytest.mark.parametrize(
    ("said", "status", "why"),
    [
        (UNPROVED, 4, "specs/dafny/bank.dfy(6,2): Error: a postcondition could not be proved on this return path"),
        (
            "specs/dafny/bank.dfy(6,2): Error: rbrace expected\n1 parse errors detected in bank.dfy\n",
            2,
            "specs/dafny/bank.dfy(6,2): Error: rbrace expected",
        ),
        ("\nDafny program verifier finished with 1 verified, 0 errors, 1 time out\n", 4, "not everything was decided: 1 time out"),
        ("\nDafny program verifier finished with 1 verified, 0 errors, 2 out of resource\n", 4, "not everything was decided: 2 out of resource"),
        (FINE, 1, "it counted no errors, and ended with 1"),
        ("", 0, "it did not say how many it verified"),
        ("Dafny program verifier did not attempt verification\n", 0, "it did not say how many it verified"),
    ],
)  # fmt: skip
def test_what_is_no_proof(said: str, status: int, why: str, tmp_path: Path, dafny: Path) -> None:
    run = proof(project(tmp_path), dafny, said, status)
    assert not run["passed"]
    assert why in run["problems"]  # type: ignore[operator]
    assert run["assertions"] == {}


def test_nothing_verified_is_no_proof(tmp_path: Path, dafny: Path) -> None:
    run = proof(project(tmp_path), dafny, "\nDafny program verifier finished with 0 verified, 0 errors\n", 0)
    assert not run["passed"]


@pytest.mark.parametrize("hole", ["  assume left == 0;\n", "method {:verify false} M() {}\n"])
def test_what_takes_for_granted_what_it_should_prove_is_no_proof(hole: str, tmp_path: Path, dafny: Path) -> None:
    """Dafny counts it as verified."""
    run = proof(project(tmp_path, DFY.replace("{\n", "{\n" + hole, 1)), dafny, FINE, 0)
    assert not run["passed"]
    assert "bank.dfy:6" in str(run["problems"])
    for harmless in ("// assume nothing\n", 'const s := "assume"\n', "/* {:verify false} */\n"):
        assert proof(project(tmp_path / harmless[:4].strip("/ *"), DFY + harmless), dafny, FINE, 0)["passed"]


def test_an_axiom_is_not_the_proof_of_an_assertion(tmp_path: Path, dafny: Path) -> None:
    text = "// A-001\nlemma {:axiom} Never()\n  ensures false\n" + DFY
    run = proof(project(tmp_path, text, lines="1-3"), dafny, FINE, 0)
    assert (run["passed"], run["assertions"]) == (True, {})


def test_lines_about_something_else_prove_nothing_of_the_assertion(tmp_path: Path, dafny: Path) -> None:
    run = proof(project(tmp_path, lines="2-4"), dafny, FINE, 0)
    assert (run["passed"], run["assertions"]) == (True, {})


def test_without_dafny_it_is_said(tmp_path: Path) -> None:
    body = verify(project(tmp_path))
    run = only({"runs": [run for run in body["runs"] if run["tool"] == "dafny"]})
    assert run["exit_status"] == 127
    assert "No such file or directory" in run["problems"][0]
