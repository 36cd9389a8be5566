"""What judges manifests: kustomize as kubectl has it, the API's schemas, kube-score, and where it is built the API server's own code.

kubeconform reads the same schemas as kubernetes-validate; kube-linter is not to be had from Go's module proxy.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tools import ROOT, find, need

_VERSION = "1.37"
_BUILD = "python3 tests/kubernetes/build.py (Go; a cold build takes some ten minutes, so that CI does without it)"
_FOUND = (1, 5)
"""kube-score's grades of what is critical, and of what it warns of."""


def kustomized(directory: Path) -> str:
    """The manifests that ``kubectl kustomize`` makes of a kustomization."""
    kubectl = need("kubectl", "python3 tests/setup.py")
    done = subprocess.run([kubectl, "kustomize", str(directory)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def judged(manifests: str, scratch: Path) -> None:
    """Fail where one of the judges refuses, or warns of, a document of *manifests*: with the API server's code where that is built."""
    for document in documents(manifests):
        kubernetes_validate.validate(document, _VERSION, strict=True)
    assert scored(manifests, scratch) <= explained()
    if find("k8svalidate"):
        served(manifests, scratch)


def served(manifests: str, scratch: Path) -> None:
    """Fail where an API server would refuse, or warn of, a document of *manifests*; skip where its code is not built."""
    judge = find("k8svalidate")
    if judge is None:
        pytest.skip(f"the API server's validation is missing: {_BUILD}")
    done = subprocess.run([judge, str(_file(manifests, scratch))], capture_output=True, text=True, check=False)
    assert done.returncode == 0, "\n".join(line for line in done.stdout.splitlines() if not line.endswith(": ok"))


def scored(manifests: str, scratch: Path) -> set[str]:
    """The checks of kube-score that find something in *manifests*."""
    judge = need("kube-score", "python3 tests/setup.py with Go installed")
    argv = [judge, "score", "--output-format", "json", str(_file(manifests, scratch))]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    checks = (check for scored in json.loads(done.stdout) for check in scored["checks"])
    return {check["check"]["id"] for check in checks if not check["skipped"] and check["grade"] in _FOUND}


def explained() -> set[str]:
    """The findings of kube-score that docs/kubernetes.md says the reasons of."""
    text = (ROOT / "docs/kubernetes.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| kube-score ")]
    return {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}


def _file(manifests: str, scratch: Path) -> Path:
    file = scratch / "manifests.yaml"
    file.write_text(manifests, encoding="utf-8")
    return file


def documents(manifests: str) -> list[dict[str, Any]]:
    """The documents of *manifests*, as another reader than ours reads them."""
    return [one for one in yaml.safe_load_all(manifests) if one]
