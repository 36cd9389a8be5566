"""The table of bad inputs: one folder for each way to be wrong, with everything that the command line says of it.

``UPDATE_CASES=1 pytest tests/compile/test_cases.py`` writes the messages anew; read the difference before you commit.
"""

from __future__ import annotations

import os
import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from case_folders import EXPECTED, cases, command_of, run_case
from speccompile import codes
from speccompile.codes.code import Code
from speccompile.codes.families import CODES
from tools import ROOT

NAMES = {
    value.id: name
    for family in iter_modules(codes.__path__)
    for name, value in vars(import_module(f"speccompile.codes.{family.name}")).items()
    if isinstance(value, Code)
}
"""What the constant of each code is called."""

_HEAD = re.compile(r"^(?P<path>[^\n]+?):(?P<line>\d+):(?P<column>\d+): (?:error|warning|note)\[SC\d{3}\]: ", re.M)


@pytest.mark.parametrize("folder", cases(), ids=lambda folder: folder.name)
def test_case(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The messages are those that were agreed on; an error means exit code 1 and that nothing was written, but by ``verify``: it records what
    failed, and what it ran may do anything."""
    outcome = run_case(folder, tmp_path, capsys)
    golden = folder / EXPECTED
    if os.environ.get("UPDATE_CASES"):
        golden.write_text(outcome.errors, encoding="utf-8")
    assert outcome.errors == golden.read_text(encoding="utf-8")
    assert f"[{folder.name.partition('-')[0]}]: " in outcome.errors
    assert outcome.code == ("error[SC" in outcome.errors)
    assert outcome.code == 0 or outcome.before == outcome.after or command_of(folder)[-1] == "verify"
    assert ("Deployment checklist" in outcome.said) == (
        outcome.code == 1 and command_of(folder)[-1].startswith("generate")
    )
    _positions_exist(outcome.errors, outcome.before)


def _positions_exist(errors: str, files: dict[str, bytes]) -> None:
    """Every line and column that a message names is in the file that it names."""
    for head in _HEAD.finditer(errors):
        lines = files[head["path"]].decode("utf-8", "replace").split("\n")
        assert int(head["line"]) <= len(lines), head[0]
        assert 1 <= int(head["column"]) <= len(lines[int(head["line"]) - 1]) + 1, head[0]


ELSEWHERE = {
    "SC289": "tests/contents/test_sizes.py",  # takes a lock of 64 MiB
    "SC505": "tests/storage/test_journal.py",  # takes a kill, or a journal where no case folder can put one
    "SC573": "tests/settling/test_settle.py",  # takes somebody who writes meanwhile
    "SC574": "tests/settling/test_settle.py",  # takes an answer
    "SC549": "tests/e2e/test_attestation.py",  # takes a registry that refuses
    "SC525": "tests/storage/test_modes.py",  # takes a mode, which no patch shows
    "SC397": "tests/contents/test_overlooked.py",  # takes 41 directories, one in the other
    "SC536": "tests/contents/test_overlooked.py",  # takes 301 sources
    "SC533": "tests/contents/test_overlooked.py",  # takes 25 directories, or a source of 200,000 characters
    "SC487": "tests/environments/test_overlays.py",  # a defect of speccompile
    "SC488": "tests/environments/test_overlays.py",  # a defect of speccompile
    "SC700": "tests/releases/test_records.py",  # takes a store
    "SC701": "tests/releases/test_records.py",
    "SC754": "tests/releases/test_asked_for.py",
    "SC703": "tests/releases/test_faults.py",  # takes an engine without compose
    "SC736": "tests/releases/test_agent_rounds.py",  # takes a record
    "SC589": "tests/hosts/test_hosts_certified.py",  # takes a shared host
    "SC587": "tests/nginx/test_nginx_files.py",  # a defect of speccompile
    "SC737": "tests/releases/test_programs_parts.py",  # takes a machine that systemd runs
    "SC738": "tests/releases/test_programs_released.py",  # the same
    "SC783": "tests/lower/test_neighbours.py",
    "SC704": "tests/releases/test_deploy_engine.py",  # takes an engine, or that there is none
    "SC705": "tests/releases/test_faults.py",
    "SC706": "tests/releases/test_deploy_engine.py",
    "SC707": "tests/releases/test_deploy_engine.py",
    "SC709": "tests/releases/test_records.py",
    "SC710": "tests/releases/test_records.py",
    "SC711": "tests/releases/test_faults.py",
    "SC712": "tests/releases/test_faults.py",
    "SC714": "tests/releases/test_swarm_parts.py",  # takes an engine
    "SC715": "tests/releases/test_swarm_parts.py",
    "SC717": "tests/releases/test_kubernetes_site.py",  # takes a cluster
    "SC718": "tests/releases/test_kubernetes_site.py",
    "SC719": "tests/releases/test_kubernetes_site.py",
    "SC753": "tests/releases/test_recording.py",  # takes a store that fills up meanwhile
    "SC755": "tests/releases/test_steps.py",  # takes several machines
    "SC756": "tests/releases/test_status.py",  # takes an agent that wrote into the store
    "SC721": "tests/releases/test_store_remote.py",  # takes a server
    "SC722": "tests/releases/test_store_remote.py",
    "SC724": "tests/releases/test_store_remote.py",  # takes an installation without the extra
    "SC726": "tests/releases/test_store_remote.py",  # takes an environment without credentials
    "SC730": "tests/releases/test_agent_rounds.py",  # takes a store, and an agent that has followed it
    "SC731": "tests/releases/test_agent_rounds.py",
    "SC732": "tests/releases/test_agent_units.py",  # takes a mode
    "SC733": "tests/releases/test_agent_units.py",  # takes a place where nobody can write
    "SC511": "tests/storage/test_drift.py",  # takes a lock that another version has written
}
"""Codes without a folder, and the test that covers each."""

FAMILIES_ELSEWHERE = ("SC6", "SC80", "SC81", "SC82", "SC83", "SC84", "SC86", "SC87", "SC88", "SC89", "SC9")
"""Engines and registries are covered in tests/images; defects of speccompile, which no input makes, in test_invariants, tests/nginx, tests/caddy, tests/quadlet, tests/delivery and
tests/kubernetes."""


def test_every_code_has_a_case() -> None:
    """A folder, or a test that is named here and names the code."""
    without = set(CODES) - {folder.name.partition("-")[0] for folder in cases()}
    assert {code for code in without if not code.startswith(FAMILIES_ELSEWHERE)} == set(ELSEWHERE)
    for code, place in ELSEWHERE.items():
        assert re.search(rf"\b(?:{code}|{NAMES[code]})\b", (ROOT / place).read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.id)
def test_codes_explain_themselves(code: Code) -> None:
    """In a sentence that says more than the title."""
    assert code.title
    assert len(code.explanation) > len(code.title)


def test_messages_never_show_secrets() -> None:
    """Not even those of bad specs."""
    told = "".join((folder / EXPECTED).read_text(encoding="utf-8") for folder in cases())
    for secret in ("hunter2", "12345", "ghp_"):
        assert secret not in told
