"""What checkov and kube-score say of manifests is explained in docs/kubernetes.md, and nothing else is said."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from cluster_tools import explained, kustomized, scored

from systems import project, written
from tools import ROOT, need

_EXPLAINED = re.compile(r"CKV_K8S_\d+")


_EVERYTHING = ("workers", "python-job", "bun-web")
"""Projects that have everything."""


@pytest.mark.slow
def test_checkov_finds_what_is_explained(tmp_path: Path) -> None:
    checkov = need("checkov", "python3 tests/setup.py")
    for name in _EVERYTHING:
        built = kustomized(written(project(name), tmp_path / name))
        (tmp_path / f"{name}.yaml").write_text(built, encoding="utf-8")
    files = [word for name in _EVERYTHING for word in ("-f", str(tmp_path / f"{name}.yaml"))]
    done = subprocess.run(
        [checkov, *files, "--framework", "kubernetes", "--skip-download", "--quiet", "--compact"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    known = set(_EXPLAINED.findall((ROOT / "docs/kubernetes.md").read_text(encoding="utf-8")))
    assert set(re.findall(r"Check: (CKV2?_K8S_\d+)", done.stdout)) == known, done.stdout + done.stderr
    assert "Passed checks" in done.stdout


def test_kube_score_finds_what_is_explained(tmp_path: Path) -> None:
    """Neither more nor less."""
    built = {name: kustomized(written(project(name), tmp_path / name)) for name in _EVERYTHING}
    assert set().union(*(scored(text, tmp_path) for text in built.values())) == explained()
