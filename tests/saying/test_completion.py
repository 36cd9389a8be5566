"""Completion in a real shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import ROOT, need

ASK = """
eval "$(_SPECCOMPILE_COMPLETE=bash_source speccompile)"
COMP_WORDS=({words}); COMP_CWORD={last}; COMP_LINE="{words}"
_speccompile_completion speccompile
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "last", "expected"),
    [
        ("speccompile gen", 1, {"generate"}),
        ("speccompile plan --ass", 2, {"--assertions"}),
        ("speccompile check --format g", 3, {"github"}),
    ],
)
def test_bash_completes(words: str, last: int, expected: set[str], tmp_path: Path) -> None:
    """As the README says that it is set up."""
    bash = need("bash", "apt-get install bash")
    program = tmp_path / "speccompile"
    program.write_text(
        f'#!{sys.executable}\nimport sys\nsys.path.insert(0, "{ROOT}")\nfrom speccompile.__main__ import run\nrun()\n'
    )
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        [bash, "-c", ASK.format(words=words, last=last)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )
    assert set(done.stdout.split()) == expected, done.stderr
