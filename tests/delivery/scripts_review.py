"""Records the scripts of deploy.yml as reviewed: run it when you have read every line of ``backends/actions`` that `git diff` shows."""

from __future__ import annotations

from pathlib import Path

from speccompile.backends.actions.scripts import SCRIPTS
from speccompile.digests import digest

RECORD = Path(__file__).resolve().parents[2] / "speccompile/verify/actions/scripts.txt"


def current() -> str:
    """The record of the scripts as they are."""
    return "".join(f"{name} {digest(chr(10).join(lines).encode())}\n" for name, lines in sorted(SCRIPTS.items()))


if __name__ == "__main__":
    RECORD.write_text(current(), encoding="utf-8")
