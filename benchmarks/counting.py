"""Instructions of processes, which a busy machine does not disturb, as valgrind counts them."""

from __future__ import annotations

import re
import shutil
import subprocess

from timing import Run, environment

_COUNTED = re.compile(r"Collected : (\d+)")


def is_there() -> bool:
    """Whether valgrind is installed."""
    return shutil.which("valgrind") is not None


def instructions(run: Run) -> int:
    """How many instructions *run* takes, once; 0 where that cannot be told: of a program that is no ELF file, or that failed."""
    run.before()
    tool = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
    done = subprocess.run(
        (*tool, *run.command), cwd=run.directory, env=environment(), capture_output=True, text=True, check=False
    )
    found = _COUNTED.search(done.stderr)
    return int(found[1]) if found and not done.returncode else 0
