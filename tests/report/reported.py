"""Projects on disk, and their reports."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from projects import BUN_WEB, assertion, manifest
from speccompile.cli import main

SENTENCES = (
    assertion(1, "Every client may send at most 10 requests per second"),
    assertion(2, "Accounts are persisted in PostgreSQL"),
    assertion(3, "The database is backed up every night and backups are kept for 30 days"),
    assertion(4, "Every transfer eventually completes or is cancelled"),
)
DEPLOY = "version: 1\napp: bank\nservices:\n  api:\n    secrets: [STRIPE_KEY]\n    routes: [{host: bank.example.com, path: /}]\n"


def project(place: Path, files: Mapping[str, str] | None = None) -> Path:
    """A web service in *place*, with *files* besides, or instead."""
    whole = {
        **BUN_WEB,
        "specs/assertions.json": manifest("web-service", *SENTENCES),
        "specs/deploy.yaml": DEPLOY,
        **(files or {}),
    }
    for path, text in whole.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text, encoding="utf-8")
    return place


def report(place: Path, *options: str) -> Result:
    """What the command comes to."""
    return CliRunner().invoke(main, ["-C", str(place), "report", *options])


def document(place: Path, *options: str) -> dict[str, Any]:
    """What it gives as JSON."""
    done = report(place, "--format", "json", *options)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def git(place: Path, *argv: str) -> str:
    """What git answers in *place*."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false")
    done = subprocess.run(["git", *who, *argv], cwd=place, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def committed(place: Path) -> str:
    """The name of a commit of all that is in *place*."""
    if not (place / ".git").exists():
        git(place, "init", "-q", "-b", "main")
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "x")
    return git(place, "rev-parse", "HEAD")
