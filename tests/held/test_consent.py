"""The gate of ``build`` and ``push``, and what ``generate --allow-unverified`` left behind for it; no engine is needed to see who gets through."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from case_folders import command
from projects import BUN_WEB, assertion, manifest
from report_documents import conforms
from speccompile import consent, local_state

HELD = "The service uses at most 300 MB of memory"
LOST = "All traffic is served over TLS 1.2 or newer"
THROUGH = "SC601"
"""That there is no engine is found after the gate."""

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No engine is found, and nobody else's state is."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that nothing is shown of, and of which something is lost."""
    return written(tmp_path / "project", HELD, LOST)


def written(root: Path, *texts: str) -> Path:
    """A project of confirmed assertions that say *texts*."""
    numbered = [assertion(number, text) for number, text in enumerate(texts, start=1)]
    for path, text in {**BUN_WEB, "specs/assertions.json": manifest("web-service", *numbered)}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def generated(root: Path, capsys: Capture, *words: str) -> None:
    assert command(["generate", *words], root, capsys)[0] == 0


def asked(root: Path, capsys: Capture, *words: str) -> dict[str, Any]:
    """What a command that was not let do anything answers."""
    code, said, _ = command([*words, "--format", "json"], root, capsys)
    document: dict[str, Any] = json.loads(said)
    conforms(words[0], document)
    assert code == 1
    return document


def codes(document: dict[str, Any]) -> set[str]:
    return {one["code"] for one in document["diagnostics"]}


def record(root: Path) -> Path:
    """The file that the consent is in."""
    (found,) = (path for one in local_state.places(str(root)) if (path := Path(one.path) / consent.NAME).exists())
    return found


@pytest.mark.parametrize("word", ["build", "push"])
def test_what_is_missing_stops(word: str, project: Path, capsys: Capture) -> None:
    """With the checklist; each finding says how to mend it, and how to go on without."""
    generated(project, capsys)
    document = asked(project, capsys, word)
    assert codes(document) == {"SC547", "SC392"}
    assert all(one["fix"].endswith(", or go on without: --allow-unverified") for one in document["diagnostics"])
    assert "run `speccompile verify`, then `speccompile generate`" in document["diagnostics"][0]["fix"]
    missing = [one["name"] for one in document["checklist"] if not one["ok"]]
    assert missing == ["tests passed", "nothing lost, contradicted or not understood"]
    code, said, errors = command([word], project, capsys)
    assert (code, said, errors.count("Deployment checklist")) == (1, "", 1)
    assert "\nFix these, or go on without them: --allow-unverified; labels then say `false`" in errors


@pytest.mark.parametrize("word", ["build", "push"])
def test_who_allows_it_goes_on(word: str, project: Path, capsys: Capture) -> None:
    generated(project, capsys)
    assert codes(asked(project, capsys, word, "--allow-unverified")) == {THROUGH}
    _, _, errors = command([word, "--allow-unverified"], project, capsys)
    assert "✗ tests passed" in errors
    assert "Going on; no label says `true` for what was not shown." in errors
    assert codes(asked(project, capsys, word)) == {"SC547", "SC392"}, "for this once"


@pytest.mark.parametrize("ci", ["", "true"])
@pytest.mark.parametrize("word", ["build", "push"])
def test_who_allowed_generate_goes_on(
    word: str, ci: str, project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in CI: `init --yes && generate --allow-unverified && build` is one job there."""
    monkeypatch.setenv("CI", ci)
    generated(project, capsys, "--allow-unverified")
    assert codes(asked(project, capsys, word)) == {THROUGH}
    _, _, errors = command([word], project, capsys)
    head = "What is missing may be: `generate --allow-unverified` said so here, for these specs."
    assert errors.count(head) == 1
    assert f"====\n{head}\n" in errors
    assert "✗ tests passed" in errors


def test_all_of_the_checklist_was_looked_at(project: Path, capsys: Capture) -> None:
    """Whatever is missing, and also where an assertion is not settled: what was compiled has been looked at."""
    specs = project / "specs/assertions.json"
    specs.write_text(specs.read_text().replace('"confirmed"', '"proposed"', 1))
    generated(project, capsys, "--allow-unverified")
    _, _, errors = command(["build"], project, capsys)
    assert "✗ every assertion is settled: 1 problem of SC360" in errors
    assert "not looked at" not in errors


def test_what_is_only_looked_at_allows_nothing(project: Path, capsys: Capture) -> None:
    for words in (["--allow-unverified", "--dry-run"], ["--allow-unverified", "--diff"], []):
        generated(project, capsys, *words)
    assert codes(asked(project, capsys, "build")) == {"SC547", "SC392"}


@pytest.mark.parametrize("change", ["text", "deploy.yaml", "evidence"])
def test_any_change_of_the_specs_ends_it(change: str, project: Path, capsys: Capture) -> None:
    """And the same specs again are what was allowed."""
    generated(project, capsys, "--allow-unverified")
    specs = project / "specs"
    before = (specs / "assertions.json").read_text()
    match change:
        case "text":
            (specs / "assertions.json").write_text(before.replace("300 MB", "200 MB"))
        case "deploy.yaml":
            (specs / "deploy.yaml").write_text("version: 1\nservices:\n  app:\n    path: .\n    port: 3100\n")
        case _:
            (specs / "verification.json").write_text("{}\n")
    generated(project, capsys)
    assert codes(asked(project, capsys, "build")) >= {"SC547", "SC392"}
    (specs / "assertions.json").write_text(before)
    for added in ("deploy.yaml", "verification.json"):
        (specs / added).unlink(missing_ok=True)
    generated(project, capsys)
    assert codes(asked(project, capsys, "build")) == {THROUGH}


def test_strict_asks_for_no_consent(project: Path, capsys: Capture) -> None:
    """The option lets it go on without what is not shown, never without what is lost."""
    generated(project, capsys, "--allow-unverified")
    assert codes(asked(project, capsys, "build", "--strict")) == {"SC547", "SC392"}
    assert codes(asked(project, capsys, "build", "--strict", "--allow-unverified")) == {"SC547", "SC392"}
    shown = written(project, HELD)
    generated(shown, capsys)
    assert codes(asked(shown, capsys, "build", "--strict")) == {"SC547"}
    assert codes(asked(shown, capsys, "build", "--strict", "--allow-unverified")) == {THROUGH}


def test_it_is_of_this_checkout_and_not_in_it(project: Path, capsys: Capture, tmp_path: Path) -> None:
    """A copy has none, and what a commit can carry is none."""
    generated(project, capsys, "--allow-unverified")
    assert not list(project.rglob(consent.NAME))
    assert "unverified" not in (project / "speccompile.lock").read_text()
    copy = written(tmp_path / "copy", HELD, LOST)
    key = local_state.places(str(copy))[0].names[-1]
    for name in (".", "specs", f".git2/speccompile/{key}", f"cache/speccompile/{key}"):
        (copy / name).mkdir(parents=True, exist_ok=True)
        (copy / name / consent.NAME).write_bytes(record(project).read_bytes())
    generated(copy, capsys)
    assert codes(asked(copy, capsys, "build")) == {"SC547", "SC392"}


@pytest.mark.parametrize("spoilt", ["mode of the file", "mode of the directory", "owner", "link", "damaged", "other"])
def test_a_forged_consent_is_not_believed(spoilt: str, project: Path, capsys: Capture, tmp_path: Path) -> None:
    """Nor one that others could have written."""
    generated(project, capsys, "--allow-unverified")
    file = record(project)
    match spoilt:
        case "mode of the file":
            file.chmod(0o620)
        case "mode of the directory":
            file.parent.chmod(0o777)
        case "owner":
            if os.geteuid():
                pytest.skip("only root can give files away")
            os.chown(file, 65534, 65534)
        case "link":
            file.symlink_to(file.rename(tmp_path / "moved.json"))
        case "damaged":
            file.write_text("[" * 100_000)
        case _:
            file.write_text(json.dumps({**json.loads(file.read_text()), "specs": "*"}))
    assert codes(asked(project, capsys, "build")) == {"SC547", "SC392"}
