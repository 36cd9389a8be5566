"""What every command gives as JSON is what its schema says, when it succeeds and when it does not. With an engine, tests/e2e hold each
answer of build, push and inspect against theirs."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from test_finding import project

from case_folders import cases, command, command_of, run_case
from projects import BUN_WEB
from report_documents import conforms
from speccompile.cli import COMMANDS
from speccompile.cli.checklist import IMAGES, as_data
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.reports import REPORTS
from speccompile.cli.schema import NAMES
from speccompile.cli.workspace import Workspace
from speccompile.images.report import build_data, totals
from speccompile.images.results import BuildFailed, BuildSkipped, Built
from tools import ROOT

BANK = ROOT / "specs/bank"
BROKEN = {"specs/deploy.yaml": "services: {app: {prot: 3000}}\n"}


def answered(words: list[str], where: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, Any]:
    """The exit code and the document."""
    code, said, _ = command([*words, "--format", "json"], where, capsys)
    return code, json.loads(said)


@pytest.mark.parametrize(
    ("name", "words", "status"),
    [
        ("check", ["check", "-o", "../../generated/bank"], "ok"),
        ("plan", ["plan"], "ok"),
        ("plan-full", ["plan", "--full"], None),
        ("plan-assertions", ["plan", "--assertions"], None),
        ("generate", ["generate", "--dry-run"], "ok"),
        *(
            ("explain", ["explain", subject], "ok")
            for subject in ("A-001", "api", "db", "services.api.port", "Dockerfile:3", "Dockerfile", "SC302")
        ),
    ],
)
def test_what_succeeds(name: str, words: list[str], status: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    """On an example."""
    code, document = answered(words, BANK, capsys)
    assert code == 0
    assert status is None or document["status"] == status
    conforms(name, document)


@pytest.mark.parametrize(
    "words", [["generate"], ["check"], ["plan"], ["explain", "A-001"], ["build"], ["push"], ["verify"]]
)
def test_what_is_refused(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Since the specs are wrong; what was found and what was expected stand apart."""
    code, document = answered(words, project(tmp_path / "p", **BROKEN), capsys)
    assert (code, document["status"]) == (1, "not-ready" if words == ["generate"] else "refused")
    conforms(words[0], document)
    (finding,) = document["diagnostics"]
    assert (finding["found"], finding["expected_by"]) == ('the key "prot"', "the format of deploy.yaml")
    assert finding["expected"].startswith("one of archetype, ")


def test_what_has_drifted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In each of its states."""
    root = project(tmp_path / "p")
    _, document = answered(["check"], root, capsys)
    assert document["status"] == "drifted"
    conforms("check", document)
    conforms("generate", answered(["generate"], root, capsys)[1])
    with (root / "generated/Dockerfile").open("a") as file:
        file.write("# edited\n")
    _, document = answered(["check"], root, capsys)
    conforms("check", document)
    (finding,) = document["diagnostics"]
    assert (finding["found"][:7], finding["expected"][:7], finding["expected_by"]) == (
        "sha256:",
        "sha256:",
        "speccompile.lock",
    )
    conforms("build", answered(["build"], root, capsys)[1])


def test_what_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    """A subject of explain, a code, an image."""
    for subject in ("nothing", "SC000"):
        code, document = answered(["explain", subject], BANK, capsys)
        assert (code, document["status"]) == (1, "not-found")
        conforms("explain", document)
    code, document = answered(["inspect", "no-such-image:1"], BANK, capsys)
    assert (code, document["status"]) == (1, "refused")
    conforms("inspect", document)


def test_init_and_doctor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also when there is nothing to be done, or something is missing."""
    for path, text in BUN_WEB.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    for status in ("ok", "refused"):
        _, document = answered(["init"], tmp_path, capsys)
        assert document["status"] == status
        conforms("init", document)
    conforms("doctor", answered(["doctor"], tmp_path, capsys)[1])


def test_builds_and_pushes_in_every_state() -> None:
    """As plain data; whole documents of engines are held against the schema in tests/e2e."""
    built = Built(
        service="a", local_name="a:local", seconds=1, names=("a:1",), id="sha256:ab", size=1, layers=1, cached=False
    )
    failed = BuildFailed(service="b", image="b:1", seconds=1, reason="x", log="/l", tail=("x",))
    skipped = BuildSkipped(service="c", image="c:1", reason="it needs b")
    builds = [build_data(one, "abc") for one in (built, failed, skipped)]
    document = {
        "status": "failed",
        "application": {"slug": "a"},
        "engine": {"name": "docker", "version": "1", "program": "docker"},
        "checklist": as_data((), IMAGES),
        "allowed_by": None,
        "builds": builds,
        "trials": [],
        "totals": totals([one["status"] for one in builds]),
        "successful": ["a"],
        "failed": ["b"],
        "skipped": ["c"],
        "total_time": "1s",
        "diagnostics": [],
    }
    conforms("build", document)
    with pytest.raises(AssertionError):
        conforms("build", {**document, "forgotten": 1})


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_one(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the draft that it names."""
    code, said, _ = command(["schema", name], tmp_path, capsys)
    assert code == 0
    schema = json.loads(said)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def test_every_command_with_json_has_a_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new one cannot forget it."""
    for name in COMMANDS:
        _, said, _ = command([name, "--help"], tmp_path, capsys)
        assert ("json" in said and "--format" in said) == (name in REPORTS or name == "schema"), name


@pytest.mark.parametrize(
    "folder",
    [one for one in cases() if one.name.startswith("SC2") and command_of(one)[-1] == "generate"],
    ids=lambda one: one.name,
)
def test_findings_about_specs_come_in_parts(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was found, what is expected, and who expects it."""
    run_case(folder, tmp_path, capsys)
    _, document = answered(["generate", "--dry-run"], tmp_path / "project", capsys)
    conforms("generate", document)
    about = [
        one for one in document["diagnostics"] if "SC200" < one["code"] < "SC234" and one["path"].startswith("specs/")
    ]
    assert [one["message"] for one in about if None in (one["found"], one["expected"], one["expected_by"])] == []


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "transient", 75),
        (ValueError("x"), "internal-error", 3),
        (KeyboardInterrupt(), "interrupted", 130),
    ],
)
def test_whatever_ends_a_command_gives_a_document(
    problem: BaseException, status: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk, a bug of ours, Ctrl-C."""

    def action(_: Workspace) -> Exit:
        raise problem

    with pytest.raises(SystemExit) as ended:
        guarded(action, Workspace.at(str(tmp_path)), "json")
    document = json.loads(capsys.readouterr().out)
    assert (ended.value.code, document["status"]) == (code, status)
    conforms("check", document)
