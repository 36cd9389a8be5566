"""``python -m ledger_export``: export what was booked before this run began, then exit.

Exit codes: 0 done; 1 something failed, the next run goes on where this one stopped; 75 another run is under way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg

from ledger_export.archive import Archive
from ledger_export.ledger import AlreadyRunning, open_ledger

BATCH = 1000
"""Entries a file."""


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise ValueError(f"{name} is not set")
    return value


def run(environment: Mapping[str, str]) -> int:
    """Export; the number of entries that were."""
    archive = Archive(Path(_required(environment, "STATE_DIR")))
    url = _required(environment, "DATABASE_URL")
    secret = environment.get("DATABASE_PASSWORD_FILE")
    password = Path(secret).read_text(encoding="utf-8").rstrip("\n") if secret else None
    exported = 0
    with open_ledger(url, password) as ledger:
        for batch in ledger.batches(archive.checkpoint(), ledger.end(), BATCH):
            path = archive.add(batch)
            exported += len(batch)
            print(f"ledger-export: {len(batch)} entries to {path.name}", flush=True)
    return exported


def main() -> int:
    """Run, and tell what came of it."""
    try:
        exported = run(os.environ)
    except AlreadyRunning:
        print("ledger-export: another run is under way", file=sys.stderr)
        return os.EX_TEMPFAIL
    except (OSError, ValueError, psycopg.Error) as problem:
        print(f"ledger-export: {problem}", file=sys.stderr)
        return 1
    print(f"ledger-export: {exported} entries exported")
    return 0


if __name__ == "__main__":
    sys.exit(main())
