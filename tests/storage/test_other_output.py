"""Targets that are generated into another directory leave what is generated where it is; a file that was edited and is generated no more is told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from case_folders import command
from projects import PYTHON_WEB, manifest


def _project(root: Path, targets: str = "[compose]") -> Path:
    for path, text in {**PYTHON_WEB, "specs/assertions.json": manifest("web-service")}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    (root / "specs/deploy.yaml").write_text(f"version: 1\napp: shop\ntargets: {targets}\n", encoding="utf-8")
    return root


def _names(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}


def test_a_part_elsewhere_leaves_the_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is deleted, and both can be generated again."""
    project = _project(tmp_path)
    assert command(["generate"], project, capsys)[0] == 0
    before = _names(project / "generated")
    for _ in range(2):
        code, _, errors = command(["generate", "--target", "kubernetes", "-o", "manifests"], project, capsys)
        assert code == 0, errors
        assert _names(project / "generated") == before
        assert "kubernetes/base/kustomization.yaml" in _names(project / "manifests")
        assert "note[SC517]" in errors
    for later in (["generate"], ["check"]):
        code, _, errors = command(later, project, capsys)
        assert code == 0, errors
        assert _names(project / "generated") == before


def test_an_edited_file_of_a_dropped_target_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is kept, and a note says what to do about it."""
    project = _project(tmp_path, "[compose, kubernetes]")
    assert command(["generate"], project, capsys)[0] == 0
    edited = project / "generated/kubernetes/base/namespace.yaml"
    edited.write_text(edited.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    _project(tmp_path)
    code, said, errors = command(["generate"], project, capsys)
    assert code == 0
    assert edited.is_file()
    assert "orphan" in said
    assert "generated/kubernetes/base/namespace.yaml: note[SC514]: " in errors
    assert not (project / "generated/kubernetes/base/kustomization.yaml").exists()
