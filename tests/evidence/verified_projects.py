"""Small projects with real tests in each language that verify knows, and how they are verified."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from report_documents import conforms
from tools import ROOT


def assertion(number: int, natural: str = "Balance never goes negative", **fields: Any) -> dict[str, Any]:
    """A confirmed assertion, as the manifest writes it."""
    return {
        "id": f"A-{number:03}",
        "natural": natural,
        "type": "invariant",
        "category": "structure",
        "status": "confirmed",
        "source": "test",
        **fields,
    }


def manifest(*assertions: Mapping[str, Any], archetype: str = "cli-tool") -> str:
    """The manifest of these."""
    return json.dumps({"version": "1.0.0", "archetype": archetype, "assertions": list(assertions)}, indent=2)


def laid_out(root: Path, files: Mapping[str, str]) -> Path:
    """A project of *files*, in git."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


def speccompile(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on the project *root*."""
    return subprocess.run(
        [sys.executable, "-m", "speccompile", "-C", str(root), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def verified(root: Path, *options: str, **environment: str) -> dict[str, Any]:
    """What `verify` reports of the project *root*."""
    done = speccompile(root, "verify", "--format", "json", *options, **environment)
    assert done.stdout, done.stderr
    body: dict[str, Any] = json.loads(done.stdout)
    conforms("verify", body)
    assert done.returncode == (body["status"] != "ok"), done.stderr
    return body


def only(body: Mapping[str, Any]) -> dict[str, Any]:
    """Its only run."""
    (run,) = body["runs"]
    found: dict[str, Any] = run
    return found
