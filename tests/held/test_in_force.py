"""What ``generate`` says once ``check`` says each time, and its fast way says what its slow one does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from case_folders import command
from projects import BUN_WEB, assertion, manifest
from report_documents import conforms
from speccompile.quick_check import quick_answer

Capture = pytest.CaptureFixture[str]
HELD = "The service uses at most 300 MB of memory"
LOST = "All traffic is served over TLS 1.2 or newer"
UNREAD = "The containers are placed on nodes with fast disks"
RUN = {
    "tool": "tests", "toolVersion": "1", "command": ["tests"], "exitStatus": 0, "counts": {"passed": 3}, "time": "2026-01-02T03:04:05Z",
    "inputs": [{"path": "package.json", "digest": f"sha256:{'0' * 64}"}],
}  # fmt: skip
SERVICES = {"app": {"path": "."}}


def _waived(until: str | None) -> dict[str, Any]:
    said = {"waive": "the balancer does"} | ({"until": until} if until else {})
    return {"version": 1, "assertions": {"A-001": said}, "services": SERVICES}


KINDS: dict[str, tuple[list[dict[str, Any]], dict[str, Any] | None, tuple[str, ...]]] = {
    "nothing to say": ([assertion(1, HELD)], None, ()),
    "lost": ([assertion(1, LOST)], None, ("SC392", "nothing holds A-001")),
    "not understood": ([assertion(1, UNREAD)], None, ("SC393", "A-001 is not understood")),
    "waived": ([assertion(1, LOST)], _waived("2999-12-31"), ("SC395", "in force: 1 waiver (A-001 until 2999-12-31)")),
    "waived for ever": ([assertion(1, LOST)], _waived(None), ("SC395", "in force: 1 waiver (A-001 for ever)")),
    "deferred": ([assertion(1, HELD, status="deferred")], None, ("SC395", "in force: 1 deferred (A-001)")),
    "denied, and more": (
        [*(assertion(number, HELD, status="denied") for number in range(1, 8)), assertion(8, LOST, status="refined")],
        None,
        ("SC395", "7 denied (A-001, A-002, A-003, A-004, A-005 and 2 more), 1 refined (A-008)"),
    ),
    "left out": (
        [assertion(1, HELD)],
        {"version": 1, "targets": ["dockerfile", "ignore"], "services": SERVICES},
        ("SC395", "in force: targets leave out ", "docker-compose.yml", "SC392", "choose compose too"),
    ),
    "all of it": (
        [assertion(1, LOST), assertion(2, UNREAD), assertion(3, HELD, status="deferred"), assertion(4, "Fünf → §")],
        {**_waived("2999-12-31"), "targets": ["dockerfile", "ignore", "compose"]},
        ("SC393", "in force: 1 waiver (A-001 until 2999-12-31), 1 deferred (A-003); targets leave out "),
    ),
    "evidence that covers nothing": ([assertion(1, HELD)], None, ("claims nothing",)),
}  # fmt: skip


def _project(root: Path, kind: str) -> Path:
    assertions, deploy, _ = KINDS[kind]
    files = {**BUN_WEB, "specs/assertions.json": manifest("web-service", *assertions)}
    if deploy is not None:
        files["specs/deploy.yaml"] = json.dumps(deploy)
    if kind.startswith("evidence"):
        files["specs/verification.json"] = json.dumps({"version": 1, "runs": [RUN]})
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def _checked(where: Path, style: str, capsys: Capture, *, environment: Mapping[str, str]) -> tuple[int, str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CI", raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        return command(["check", "--format", style], where, capsys)


@pytest.mark.parametrize("place", [".", "src"])
@pytest.mark.parametrize("kind", KINDS)
def test_both_ways_say_the_same(
    kind: str, place: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every format, from wherever it is asked; and the fast way is one, or nothing would be compared."""
    monkeypatch.delenv("CI", raising=False)
    root = _project(tmp_path, kind)
    assert command(["generate"], root, capsys)[0] == 0
    for style in ("text", "json", "sarif", "github"):
        fast = _checked(root / place, style, capsys, environment={})
        assert fast == _checked(root / place, style, capsys, environment={"CI": "1"})
        assert fast[0] == 0
        for wanted in KINDS[kind][2]:
            assert wanted in fast[1] + fast[2]
        with chdir(root / place):
            assert (quick_answer(["check", "--format", style]) is not None) == (style in ("text", "json"))


def test_what_check_says_generate_said(tmp_path: Path, capsys: Capture) -> None:
    """In JSON the same findings, but for what is about one compilation only; and the documents are what their schemas say."""
    root = _project(tmp_path, "all of it")
    generated = json.loads(command(["generate", "--format", "json"], root, capsys)[1])
    checked = json.loads(command(["check", "--format", "json"], root, capsys)[1])
    conforms("check", checked)
    conforms("generate", generated)
    assert checked["status"] == "ok"
    assert {one["code"] for one in checked["diagnostics"]} == {"SC393", "SC395"}
    assert [one for one in checked["diagnostics"] if one not in generated["diagnostics"]] == []


def test_a_day_ends_the_fast_way(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A waiver that is over is found by the fast way, too: it takes the slow one."""
    monkeypatch.delenv("CI", raising=False)
    root = _project(tmp_path, "waived")
    assert command(["generate"], root, capsys)[0] == 0
    assert quick_answer(["-C", str(root), "check"]) is not None
    monkeypatch.setattr("time.gmtime", lambda: (3000, 1, 1, 0, 0, 0, 2, 1, 0))
    assert quick_answer(["-C", str(root), "check"]) is None


def test_strict_is_said_once(tmp_path: Path, capsys: Capture) -> None:
    """As an error, and not as a warning beside it."""
    root = _project(tmp_path, "lost")
    assert command(["generate"], root, capsys)[0] == 0
    code, _, errors = command(["check", "--strict"], root, capsys)
    assert (code, errors.count("[SC392]"), errors.count("error[SC392]")) == (1, 1, 1)


@pytest.mark.parametrize("arguments", [["--target", "dockerfile"], []])
def test_no_standing_promises_what_is_not_generated(arguments: list[str], tmp_path: Path, capsys: Capture) -> None:
    """The compose file would hold it, and whatever chooses other targets leaves that out; the fix is true."""
    root = _project(tmp_path, "nothing to say")
    if not arguments:
        (root / "specs/deploy.yaml").write_text("version: 1\ntargets: [dockerfile]\n")
    document = json.loads(command(["generate", "--format", "json", "--dry-run", *arguments], root, capsys)[1])
    (account,) = document["assertions"]
    assert (account["standing"], account["enforced_by"]) == ("lost", {})
    assert "docker-compose.yml would hold it, and no chosen target gives that file" in account["why"]
    assert "enforced" not in command(["generate", "--dry-run", *arguments], root, capsys)[1]
    assert command(["generate", "--strict", *arguments], root, capsys)[0] == 1
    (fix,) = [one["fix"] for one in document["diagnostics"] if one["code"] == "SC392"]
    assert "choose compose too" in fix
    if arguments:
        document = json.loads(
            command(["generate", "--format", "json", "--target", "compose", *arguments], root, capsys)[1]
        )
    else:
        entry = json.loads(command(["plan", "--assertions", "--format", "json"], root, capsys)[1])["assertions"][0]
        assert entry["standings"]["compose"]["standing"] == "lost"
        assert entry["standings"]["compose"]["lines"] == {}
        (root / "specs/deploy.yaml").write_text("version: 1\ntargets: [dockerfile, compose]\n")
        document = json.loads(command(["generate", "--format", "json"], root, capsys)[1])
    assert document["assertions"][0]["standing"] == "enforced"


def test_what_contradicts_does_so_with_any_targets(tmp_path: Path, capsys: Capture) -> None:
    """Both are in the specs; which files are generated changes nothing about that."""
    root = _project(tmp_path, "nothing to say")
    deploy = {"version": 1, "targets": ["dockerfile"], "services": {"app": {"resources": {"memory": "2G"}}}}
    (root / "specs/deploy.yaml").write_text(json.dumps(deploy))
    code, _, errors = command(["generate"], root, capsys)
    assert (code, "error[SC391]" in errors) == (1, True)
