"""The answer of a command on standard output: given once, whole, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import click

from speccompile.cli import interruption


def say(text: str) -> None:
    """Give *text* as the answer. When nobody reads it any more, that changes nothing about what the command came to."""
    interruption.no_more()
    try:
        click.echo(text)
    except BrokenPipeError:
        unsaid()


def unsaid() -> None:
    """Let go of what cannot be written: Python's own last flush does not fail either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say_json(body: dict[str, Any]) -> None:
    """Give one JSON document."""
    say(json.dumps(body, indent=2, ensure_ascii=False))
