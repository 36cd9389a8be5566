"""Where the files are that come with the program."""

from __future__ import annotations

from pathlib import Path


def templates_directory() -> Path:
    """Where the templates are: inside an installed package, or beside it in a source checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def compiled_templates_directory() -> Path:
    """Where a wheel brings the templates compiled; a source checkout has no such directory."""
    return Path(__file__).resolve().parent / "compiled_templates"
