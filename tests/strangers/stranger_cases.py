"""Small whole projects, each after something that users of other tools hit; what is done with them here is what their
authors would do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import ROOT

HERE = Path(__file__).resolve().parent


def speccompile(project: Path, *arguments: str) -> str:
    """What a command says about *project*; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "speccompile", "-C", str(project), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def generated(case: str, folder: Path) -> tuple[Path, str]:
    """A copy of *case* in *folder* with its specs and its artifacts, and what generating them said."""
    project = folder / case
    shutil.copytree(HERE / case, project, symlinks=True)
    speccompile(project, "init", "--yes")
    return project, speccompile(project, "generate", "--allow-unverified")
