"""Nothing but `verify` runs what a project holds: no other command comes near the package that does."""

from __future__ import annotations

import grimp

from tools import ROOT

RUNNING = "speccompile.evidence"
ALLOWED = {"speccompile.cli.verify", "speccompile.cli.verify_answer"}


def test_only_verify_comes_to_what_runs_the_project_s_code() -> None:
    graph = grimp.build_graph("speccompile")
    inside = graph.find_descendants(RUNNING) | {RUNNING}
    outside = {one for module in inside for one in graph.find_modules_that_directly_import(module)} - inside
    assert outside == ALLOWED
    assert {one for module in ALLOWED for one in graph.find_modules_that_directly_import(module)} <= ALLOWED


def test_only_there_a_program_starts_within_the_project() -> None:
    """``Runner.trial`` is the way to start one; everything else starts in the root directory."""
    sources = {path for path in (ROOT / "speccompile").rglob("*.py") if ".trial(" in path.read_text("utf-8")}
    assert {path.relative_to(ROOT / "speccompile").as_posix() for path in sources} == {"evidence/running.py"}


def test_no_hook_and_no_workflow_runs_it() -> None:
    files = (ROOT / ".pre-commit-hooks.yaml", *(ROOT / "templates").rglob("*"))
    texts = {path.name: path.read_text("utf-8") for path in files if path.is_file()}
    assert not [name for name, text in texts.items() if "speccompile verify" in text]
    assert any("speccompile" in text for text in texts.values())
