"""Imports in memory, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from speccompile.catalog import CATALOG
from speccompile.diagnostics import errors
from speccompile.frontends import deploy
from speccompile.frontends.importers.importing import Imported, imported
from speccompile.project.memory import MemoryTree

FILES = Path(__file__).parent / "files"


def imported_text(
    text: str, path: str, tree: Mapping[str, str] | None = None, *, name: str | None = None, domain: str | None = None
) -> Imported:
    """The file *path* with *text*, in a project with the files *tree*; what is made of it always loads."""
    base = path.rpartition("/")[0]
    result = imported(text, path, MemoryTree({**(tree or {}), path: text}), base, name, domain)
    assert errors(deploy.read(result.text, "specs/deploy.yaml", CATALOG).diagnostics) == ()
    return result


def file(name: str, domain: str | None = None) -> Imported:
    """One of the real files."""
    return imported_text((FILES / name).read_text(encoding="utf-8"), name, domain=domain)


def services(result: Imported) -> dict[str, Any]:
    """The services of deploy.yaml, as plain data."""
    return dict(YAML(typ="safe", pure=True).load(result.text)["services"])


def said(result: Imported, code: str) -> list[tuple[int, str]]:
    """The findings of *code*: line and message."""
    return [(one.span.line, one.message) for one in result.diagnostics if one.code == code]


def lost(result: Imported) -> list[str]:
    """What is not carried, each with its line."""
    return [f"{line}: {message.partition(' is not carried')[0]}" for line, message in said(result, "SC162")]
