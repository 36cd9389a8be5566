"""Repositories of git's own making."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tools import need


def git(directory: Path, *argv: str) -> str:
    """What git says to *argv*."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always")
    program = need("git", "apt-get install git")
    done = subprocess.run([program, *who, "-C", str(directory), *argv], capture_output=True, text=True, check=True)
    return done.stdout
