"""Each problem is said once, wrapped where a terminal shows it; a mistyped word gets a suggestion; plans and explanations are short."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from test_finding import project

from case_folders import cases, command, command_of, run_case
from speccompile.cli import COMMANDS, main
from speccompile.cli.explanation import in_words
from speccompile.codes.meaning import NAME
from speccompile.errors import Refused
from speccompile.source import Span
from tools import ROOT

BANK = ROOT / "specs/bank"
SECRET = (ROOT / "generated/bank/docker-compose.yml").read_text("utf-8").split("\n").index("      - admin-token") + 1
"""The line of the compose file that hands the secret over."""


@pytest.mark.parametrize(
    "folder", [one for one in cases() if command_of(one)[-1] in ("generate", "check")], ids=lambda folder: folder.name
)
def test_each_message_is_said_once(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On both streams together."""
    outcome = run_case(folder, tmp_path, capsys)
    told = re.findall(r"^\S+?: (?:error|warning|note)\[SC\d+\]: .+$", outcome.errors, re.M)
    assert told
    assert len(told) == len(set(told))
    assert not any(line.partition("]: ")[2] in outcome.said for line in told)


def test_a_refusal_carries_each_finding_once() -> None:
    """Whoever found it how often."""
    one = NAME.at(Span("a", 1, 1), "x", fix="y")
    assert Refused([one, one]).diagnostics == (one,)


def test_a_terminal_gets_lines_that_fit(tmp_path: Path) -> None:
    """No line is longer than it is wide; what is not a terminal gets them whole."""
    root = project(
        tmp_path / "p",
        **{"specs/deploy.yaml": "services: {app: {archetype: web-app, port: 80, stack: elixir, command: x}}\n"},
    )
    argv = [sys.executable, "-m", "speccompile", "-C", str(root), "check"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "60"}
    ours, theirs = pty.openpty()
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=theirs, env=environment) as process:
        os.close(theirs)
        said = b""
        while chunk := _read(ours):
            said += chunk
        process.wait(timeout=60)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", said.decode()).replace("\r\n", "\n").split("\n")
    assert max(len(line) for line in lines if "/" not in line) <= 60
    assert any(line.startswith("    ") for line in lines)
    piped = subprocess.run(argv, capture_output=True, text=True, env=environment, check=False).stderr
    assert max(map(len, piped.split("\n"))) > 100
    assert re.sub(r"\s+", " ", piped) == re.sub(r"\s+", " ", "\n".join(lines)) or len(piped) > 100


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["genrate"], "Did you mean generate?"),
        (["Check"], "Did you mean check?"),
        (["xyzzy"], "There are: init, "),
        (["generate", "--alow-unverified"], "'--allow-unverified'"),
        (["schema", "deplyo"], "deploy"),
    ],
)
def test_a_mistyped_word_gets_a_suggestion(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], hint: str
) -> None:
    """And is a matter of usage."""
    code, said, told = command(words, tmp_path, capsys)
    assert (code, said) == (2, "")
    assert hint in told.replace("(Possible options: ", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_in_its_help(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That parses as it stands there."""
    code, said, _ = command([name, "--help"], tmp_path, capsys)
    assert code == 0
    example = re.search(rf"^  Example: speccompile {name}( .*)?$", said, re.M)
    assert example
    with click.Context(main, **main.context_settings) as context:
        known = main.get_command(context, name)
        assert known
        known.make_context(name, (example[1] or "").split(), parent=context)


def test_the_plan_is_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    """With what runs, on what, and what is open; --full has the rest."""
    code, said, _ = command(["plan"], BANK, capsys)
    assert code == 0
    assert len(said.splitlines()) <= 24
    for part in (
        "web-service, bun on oven/bun:1-slim, port 3000",
        "reached at bank.example.com/",
        "needs db, payments",
        "postgres:16-bookworm",
        "db-password",
        "A-004",
    ):
        assert part in said
    page = json.loads(command(["plan", "--format", "json"], BANK, capsys)[1])
    assert [one["name"] for one in page["services"]] == ["api"]
    full = json.loads(command(["plan", "--full", "--format", "json"], BANK, capsys)[1])
    assert (full["kind"], full["services"][0]["workload"]["port"]["number"]) == ("Plan", 3000)
    assert command(["plan", "--full", "--assertions"], BANK, capsys)[0] == 2


def test_ranges_are_words() -> None:
    """As printers have them."""
    assert in_words([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"
    assert in_words([]) == ""


@pytest.mark.parametrize(
    ("subject", "parts"),
    [
        ("A-001", ("A-001 “Account balance never goes negative” (assertions.json:", "It is confirmed; it stands as the program's: ", "by SC311 (backing services)", "/generated/bank/docker-compose.yml:")),
        ("A-002", ("It is confirmed; it stands as the program's: ", "No line of any artifact is there because of it")),
        ("api", ("archetype web-service", "by SC302 (stack), because of ")),
        ("db", ("uses postgres", "because of A-001")),
        ("services.api.port", ("The TCP port on which it listens", "It is set at deploy.yaml:7; ", "docker-compose.yml:")),
        ("services.api.replicas", ("It is not set here, and has no default.",)),
        ("output", ("Where the artifacts go",)),
        ("sc302", ("SC302: stack (rule)",)),
        (f"docker-compose.yml:{SECRET}", (f"docker-compose.yml:{SECRET}: - admin-token", "\n  It is there by SC", "because of `secrets: [ADMIN_TOKEN]` (deploy.yaml:11)",)),
        ("Dockerfile", ("Dockerfile:1", "by SC302 (stack)")),
    ],
)  # fmt: skip
def test_explanations_are_sentences(capsys: pytest.CaptureFixture[str], subject: str, parts: tuple[str, ...]) -> None:
    """Line, rule and cause; lines in ranges."""
    code, said, _ = command(["explain", subject, "-o", "../../generated/bank"], BANK, capsys)
    assert code == 0
    for part in parts:
        assert part in said


def test_lines_are_shown_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its number."""
    short = command(["explain", "services.api.port"], BANK, capsys)[1]
    long = command(["explain", "services.api.port", "--lines"], BANK, capsys)[1]
    assert set(short.splitlines()) < set(long.splitlines())
    assert re.search(r"^ +\d+  .*3000", long, re.M)


@pytest.mark.parametrize(
    ("subject", "meant"),
    [
        ("A-01", "A-001"),
        ("services.api.prot", "services.api.port"),
        ("apii", "api"),
        ("SC3021", "SC302"),
        ("Dockerfil:3", "Dockerfile:3"),
    ],
)
def test_what_is_not_found_gets_the_nearest(capsys: pytest.CaptureFixture[str], subject: str, meant: str) -> None:
    """And exit code 1."""
    code, said, told = command(["explain", subject], BANK, capsys)
    assert (code, said) == (1, "")
    assert f"did you mean {meant}?" in told
