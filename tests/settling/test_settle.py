"""``speccompile settle``: proposals, what is taken, what is asked, and that nothing else is touched."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from case_folders import FOLDER, command
from projects import BUN_WEB, assertion, manifest
from report_documents import conforms
from speccompile.errors import Refused
from speccompile.settling.decisions import Decision, revision
from speccompile.targets import generates
from speccompile.writer import revise

HELD = "The process does not run as root"
NOT_HELD = "The service uses at most 300 MB of memory"
LOST = "All traffic is served over TLS 1.2 or newer"
UNREAD = "The containers are placed on nodes with fast disks"
UNREAD_TIME = "The load balancer forgets a replica 10 seconds after it stops"
PROGRAM = "Account balance never goes negative"
MANIFEST, DEPLOY = "specs/assertions.json", "specs/deploy.yaml"


def _project(root: Path, *texts: str, deploy: str | None = None, status: str = "confirmed") -> Path:
    numbered = [assertion(number, text, status=status) for number, text in enumerate(texts, start=1)]
    files = {**BUN_WEB, MANIFEST: manifest("web-service", *numbered)}
    if deploy is not None:
        files[DEPLOY] = deploy
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def _json(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code, said, _ = command(["settle", "--format", "json", *arguments], root, capsys)
    document: dict[str, Any] = json.loads(said)
    conforms("settle", document)
    return code, document


def _texts(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in (root / "specs").iterdir()}


@pytest.mark.parametrize(
    ("text", "status", "standing", "set_status", "bind", "certain"),
    [
        (HELD, "pending", "unsettled", "confirmed", None, True),
        (NOT_HELD, "pending", "unsettled", "confirmed", None, False),
        (PROGRAM, "pending", "unsettled", "confirmed", None, False),
        (LOST, "confirmed", "lost", None, {"waive": None}, False),
        (UNREAD, "confirmed", "not understood", None, {"ignore": ["SC393"], "because": None}, False),
        (UNREAD_TIME, "confirmed", "not understood", None, {"drain": "10s"}, False),
    ],
)
def test_what_is_open_gets_a_proposal(text: str, status: str, standing: str, set_status: str | None, bind: Any, certain: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    """With its reason; nothing is written."""
    root = _project(tmp_path, text, status=status)
    before = _texts(root)
    code, document = _json(root, capsys)
    (one,) = document["proposals"]
    assert (code, document["status"], _texts(root)) == (1, "open", before)
    assert (one["standing"], one["set_status"], one["bind"], one["certain"], one["written_to"]) == (standing, set_status, bind, certain, None)  # fmt: skip
    assert one["reason"]


def test_a_contradiction_is_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both places are named."""
    root = _project(tmp_path, NOT_HELD, deploy="services:\n  app: {resources: {memory: 2G}}\n")
    _, document = _json(root, capsys)
    (one,) = document["proposals"]
    assert (one["standing"], one["bind"]) == ("contradicted", {"waive": None})
    assert "specs/deploy.yaml:2" in one["reason"]


@pytest.mark.parametrize(
    ("case", "bind"), [("SC391-health-route", {"health": "/api/health"}), ("SC391-port", {"port": 3000})]
)
def test_what_the_sources_have_is_proposed(
    case: str, bind: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path that they route, the port on which they listen; who takes it has a project that compiles."""
    shutil.copytree(FOLDER / case, tmp_path, dirs_exist_ok=True)
    _, document = _json(tmp_path, capsys)
    (one,) = document["proposals"]
    assert (one["bind"], one["certain"]) == (bind, False)
    assert _answered(tmp_path, capsys, monkeypatch, "", "")[0] == 0
    assert command(["generate", "--strict", "--allow-unverified"], tmp_path, capsys)[0] == 0


@pytest.mark.parametrize("deploy", [None, "services:\n  app:\n    resources: {memory: 512M}  # enough\n"])
def test_what_is_settled_is_not_open(deploy: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = _project(tmp_path, HELD, PROGRAM, "Requests time out after 45 seconds", deploy=deploy)
    assert _json(root, capsys) == (0, {"status": "ok", "proposals": [], "diagnostics": []})
    code, said, _ = command(["settle"], root, capsys)
    assert (code, said) == (0, "Nothing is open.\n")


def test_yes_takes_what_is_certain_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One word of the manifest changes; a second time nothing does; and generate needs it no more."""
    root = _project(tmp_path, HELD, status="pending")
    before = (root / MANIFEST).read_text()
    assert command(["generate"], root, capsys)[0] == 1
    code, document = _json(root, capsys, "--yes")
    assert (code, document["status"], document["proposals"][0]["written_to"]) == (0, "ok", MANIFEST)
    assert (root / MANIFEST).read_text() == before.replace('"pending"', '"confirmed"')
    after = _texts(root)
    assert _json(root, capsys, "--yes")[0] == 0
    assert _texts(root) == after
    assert command(["generate"], root, capsys)[0] == 0


def test_what_is_certain_changes_no_artifact(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """But for what says what the specs say: labels, and the lock."""
    root = _project(tmp_path, HELD, status="pending")
    assert command(["generate", "--allow-unverified"], root, capsys)[0] == 0
    compose = (root / "generated/docker-compose.yml").read_text()
    command(["settle", "--yes"], root, capsys)
    assert command(["generate"], root, capsys)[0] == 0
    assert (root / "generated/docker-compose.yml").read_text() == compose


def test_yes_leaves_what_only_a_person_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = _project(tmp_path, PROGRAM, NOT_HELD, status="pending")
    before = _texts(root)
    code, said, _ = command(["settle", "--yes"], root, capsys)
    assert (code, _texts(root), "2 open" in said) == (1, before, True)


class _Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


def _answered(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *answers: str) -> tuple[int, str, str]:  # fmt: skip
    monkeypatch.setattr(sys, "stdin", _Keyboard("".join(f"{answer}\n" for answer in answers)))
    return command(["settle"], root, capsys)


@pytest.mark.parametrize(
    ("text", "status", "answers", "path", "line"),
    [
        (PROGRAM, "pending", ["c"], MANIFEST, '      "status": "confirmed",'),
        (PROGRAM, "pending", ["d"], MANIFEST, '      "status": "denied",'),
        (PROGRAM, "inferred", ["f"], MANIFEST, '      "status": "deferred",'),
        (LOST, "confirmed", ["", "a balancer does", ""], DEPLOY, '  A-001: {waive: "a balancer does"}'),
        (LOST, "confirmed", ["w", "later", "2999-01-01"], DEPLOY, '  A-001: {waive: later, until: "2999-01-01"}'),
        (LOST, "confirmed", ["i", "their pages"], DEPLOY, '  A-001: {ignore: [transport], because: "their pages"}'),
        (UNREAD, "confirmed", ["b", "memory: 300M"], DEPLOY, '  A-001: {memory: "300M"}'),
        (UNREAD, "confirmed", ["", "theirs"], DEPLOY, "  A-001: {ignore: [SC393], because: theirs}"),
        (UNREAD_TIME, "confirmed", ["", ""], DEPLOY, '  A-001: {drain: "10s"}'),
        (UNREAD, "confirmed", ["b", "memory: lots", "b", "memory: 1G"], DEPLOY, '  A-001: {memory: "1G"}'),
        (UNREAD, "confirmed", ["b", "what", "memory: 1G"], DEPLOY, '  A-001: {memory: "1G"}'),
    ],
)  # fmt: skip
def test_answers_are_written(text: str, status: str, answers: list[str], path: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """As said, and nothing is open then; what cannot be is asked again."""
    root = _project(tmp_path, text, status=status)
    code, said, _ = _answered(root, capsys, monkeypatch, *answers)
    assert line in (root / path).read_text().split("\n")
    assert (code, said.split("\n")[-2]) == (0, "Nothing is open.")
    assert _json(root, capsys)[1]["proposals"] == []


def test_each_answer_is_written_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Who stops in the middle (the end of the input here) has lost nothing of what was decided."""
    root = _project(tmp_path, PROGRAM, PROGRAM, PROGRAM, status="pending")
    code, _, _ = _answered(root, capsys, monkeypatch, "c", "d")
    statuses = [one["status"] for one in json.loads((root / MANIFEST).read_text())["assertions"]]
    assert (code, statuses) == (130, ["confirmed", "denied", "pending"])


def test_who_quits_or_skips_is_not_asked_again(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    root = _project(tmp_path, PROGRAM, PROGRAM, PROGRAM, status="pending")
    code, said, errors = _answered(root, capsys, monkeypatch, "s", "q")
    assert (code, "3 open" in said, "[3 of 3]" in errors) == (1, True, False)


def test_comments_and_layout_of_deploy_yaml_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    deploy = "# ours\nservices:\n   app: {resources: {memory: 512M}}   # enough\n"
    root = _project(tmp_path, LOST, deploy=deploy)
    _answered(root, capsys, monkeypatch, "w", "x", "")
    assert (root / DEPLOY).read_text() == deploy + "assertions:\n  A-001: {waive: x}\n"


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """Somebody's editor was quicker."""
    (tmp_path / "deploy.yaml").write_text("theirs\n")
    with pytest.raises(Refused) as refused:
        revise(tmp_path, "deploy.yaml", ("read\n", "new\n"), generates)
    assert [one.code for one in refused.value.diagnostics] == ["SC573"]
    assert [path.name for path in tmp_path.iterdir()] == ["deploy.yaml"]
    assert (tmp_path / "deploy.yaml").read_text() == "theirs\n"


def test_a_decision_without_a_place_is_said_with_its_text() -> None:
    """Nothing is guessed: the text to write is in the fix."""
    decision = Decision(assertion="A-002", manifest=MANIFEST, status="confirmed")
    with pytest.raises(Refused) as refused:
        revision(decision, {MANIFEST: manifest("web-service", assertion(1, PROGRAM))}.get)
    (error,) = refused.value.diagnostics
    assert (error.code, error.span.path, '"status": "confirmed"' in error.fix) == ("SC574", MANIFEST, True)


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """A spec that is a link leads out of the project."""
    outside, root = tmp_path / "outside.yaml", tmp_path / "project"
    root.mkdir()
    outside.write_text("read\n")
    (root / "deploy.yaml").symlink_to(outside)
    with pytest.raises(Refused) as refused:
        revise(root, "deploy.yaml", ("read\n", "new\n"), generates)
    assert ([one.code for one in refused.value.diagnostics], outside.read_text()) == (["SC573"], "read\n")


def test_a_revision_is_whole_and_keeps_the_mode(tmp_path: Path) -> None:
    """And leaves nothing beside the file."""
    path = tmp_path / "deploy.yaml"
    path.write_text("read\n")
    path.chmod(0o640)
    revise(tmp_path, "deploy.yaml", ("read\n", "new\n"), generates)
    assert (path.read_text(), path.stat().st_mode & 0o777, len(list(tmp_path.iterdir()))) == ("new\n", 0o640, 1)


def test_two_decisions_in_one_place_are_both_there(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    root = _project(tmp_path, LOST, UNREAD)
    _answered(root, capsys, monkeypatch, "w", "x", "", "i", "y")
    assert (root / DEPLOY).read_text() == (
        "version: 1\nassertions:\n  A-001: {waive: x}\n  A-002: {ignore: [SC393], because: y}\n"
    )
