"""``--strict``, waivers, and ``plan --assertions``, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from case_folders import command
from projects import BUN_WEB, assertion, manifest
from report_documents import conforms

HELD = "The service uses at most 300 MB of memory"
LOST = "All traffic is served over TLS 1.2 or newer"
UNREAD = "The containers are placed on nodes with fast disks"
PROGRAM = "Account balance never goes negative"


def _project(root: Path, *texts: str, deploy: dict[str, Any] | None = None, **fields: Any) -> Path:
    numbered = [assertion(number, text, **fields) for number, text in enumerate(texts, start=1)]
    files = {**BUN_WEB, "specs/assertions.json": manifest("web-service", *numbered)}
    if deploy is not None:
        files["specs/deploy.yaml"] = json.dumps(deploy)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(("text", "code"), [(LOST, "SC392"), (UNREAD, "SC393")])
def test_strict_wants_nothing_lost_or_not_understood(
    text: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written; without it the same is said, and is no error."""
    root = _project(tmp_path, HELD, text)
    exit_code, _, errors = command(["generate", "--strict", "--allow-unverified"], root, capsys)
    assert (exit_code, f"error[{code}]" in errors, (root / "generated").exists()) == (1, True, False)
    exit_code, _, errors = command(["generate"], root, capsys)
    assert (exit_code, f"[{code}]" in errors, f"error[{code}]" in errors) == (0, True, False)
    assert command(["check"], root, capsys)[0] == 0
    exit_code, _, errors = command(["check", "--strict"], root, capsys)
    assert (exit_code, f"error[{code}]" in errors) == (1, True)


def test_strict_has_nothing_against_what_is_held_or_the_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both are settled."""
    root = _project(tmp_path, HELD, PROGRAM)
    assert command(["generate", "--strict", "--allow-unverified"], root, capsys)[0] == 0
    assert command(["check", "--strict"], root, capsys)[0] == 0


@pytest.mark.parametrize("text", [LOST, UNREAD])
def test_what_is_waived_is_enough_for_strict(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its reason and its day."""
    deploy = {"version": 1, "assertions": {"A-001": {"waive": "the balancer does", "until": "2999-12-31"}}, "services": {"app": {"path": "."}}}  # fmt: skip
    root = _project(tmp_path, text, deploy=deploy)
    assert command(["generate", "--strict", "--allow-unverified"], root, capsys)[0] == 0
    (entry,) = _assertions(root, capsys)
    standing = entry["standings"]["compose"]
    assert standing["standing"] == "waived"
    assert standing["why"].startswith("deploy.yaml waives it until 2999-12-31: the balancer does")


def test_what_contradicts_can_be_waived(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """deploy.yaml then says both: another value, and why."""
    services = {"app": {"resources": {"memory": "2G"}}}
    root = _project(tmp_path, HELD, deploy={"version": 1, "services": services})
    assert command(["generate"], root, capsys)[0] == 1
    waived = {"version": 1, "assertions": {"A-001": {"waive": "until the leak is found"}}, "services": services}
    (root / "specs/deploy.yaml").write_text(json.dumps(waived))
    assert command(["generate"], root, capsys)[0] == 0


def _assertions(root: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    code, said, _ = command(["plan", "--assertions", "--format", "json"], root, capsys)
    assert code == 0
    document = json.loads(said)
    conforms("plan-assertions", document)
    found: list[dict[str, Any]] = document["assertions"]
    return found


def test_the_document_of_assertions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Kind, value, scope and words of each reading; the standing with the lines that were read back."""
    text = "Each client may send at most 10 requests per second"
    (entry,) = _assertions(_project(tmp_path, text), capsys)
    (reading,) = entry["readings"]
    assert reading["kind"] == "rate"
    assert reading["value"] == {"count": 10, "per": "s", "burst": None}
    assert reading["scope"] == {"of": "client", "path": None}
    begin, end = reading["words"]
    assert "10 requests per second" in text[begin:end]
    standing = entry["standings"]["compose"]
    lines = standing["lines"]["nginx.conf"]
    assert command(["generate"], tmp_path, capsys)[0] == 0
    written = (tmp_path / "generated/nginx.conf").read_text().split("\n")
    assert (standing["standing"], [written[number - 1].split()[0] for number in lines]) == (
        "enforced",
        ["limit_req_zone", "limit_req"],
    )


def test_what_is_not_settled_can_be_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anybody has decided; and the table for people tells of it, too."""
    root = _project(tmp_path, HELD, status="pending")
    (entry,) = _assertions(root, capsys)
    assert (entry["standings"]["compose"]["standing"], len(entry["readings"])) == ("unsettled", 1)
    code, said, _ = command(["plan", "--assertions"], root, capsys)
    assert (code, "unsettled" in said) == (0, True)
