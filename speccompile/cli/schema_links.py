"""How a spec that `init` writes tells editors of its JSON Schema: by a file in the project, where somebody has put one, since there is no address of ours."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from pathlib import Path

from speccompile.discovery import FOLDER

ENDING = ".schema.json"


def linked(root: Path, found: Mapping[str, str]) -> dict[str, str]:
    """The specs *found*, path → text, each with the way to the schema of its kind, where that lies in ``specs/``."""
    return {path: _linked(root, path, text) for path, text in found.items()}


def _linked(root: Path, path: str, text: str) -> str:
    name, _, ending = posixpath.basename(path).rpartition(".")
    schema = f"{FOLDER}/{name}{ENDING}"
    if not (root / schema).is_file():
        return text
    way = posixpath.relpath(schema, posixpath.dirname(path) or ".")
    way = way if way.startswith("../") else f"./{way}"
    if ending == "json":
        return json.dumps({"$schema": way, **json.loads(text)}, indent=2) + "\n"
    # https://github.com/redhat-developer/yaml-language-server#using-inlined-schema
    return f"# yaml-language-server: $schema={way}\n{text}"
