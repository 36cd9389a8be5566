"""What tsconfig.json says about the build (TypeScript 5 and later): JSON with comments, inherited."""

from __future__ import annotations

import posixpath
from typing import Any

from speccompile.detect.library.sources import TsConfig
from speccompile.project.tree import Tree
from speccompile.stacks.manifest import jsonc_table

_DEPTH = 8
_PATHS = ("outDir", "rootDir", "declarationDir")


def read(tree: Tree) -> TsConfig | None:
    """The configuration of the build: tsconfig.build.json where there is one, else tsconfig.json."""
    path = next((name for name in ("tsconfig.build.json", "tsconfig.json") if tree.is_file(name)), None)
    if path is None:
        return None
    options = _options(tree, path, _DEPTH)
    return TsConfig(
        path=path,
        out=_text(options, "outDir"),
        root=_text(options, "rootDir"),
        declarations_out=_text(options, "declarationDir"),
        declarations=(options.get("declaration") is True)
        or (options.get("composite") is True and "declaration" not in options),
        module=(_text(options, "module") or "").lower(),
        target=(_text(options, "target") or "").lower(),
    )


def _text(options: dict[str, Any], key: str) -> str | None:
    value = options.get(key)
    return value if isinstance(value, str) else None


def _options(tree: Tree, path: str, depth: int) -> dict[str, Any]:
    """The compiler options of the file at *path* over those that it inherits; paths become relative to the package."""
    document = jsonc_table(tree.read(path)) or {}
    here = posixpath.dirname(path)
    inherited: dict[str, Any] = {}
    extends = document.get("extends")
    for base in [extends] if isinstance(extends, str) else extends if isinstance(extends, list) else []:
        if depth and isinstance(base, str) and base.startswith("."):
            found = posixpath.normpath(posixpath.join(here, base))
            inherited |= _options(tree, found if found.endswith(".json") else f"{found}.json", depth - 1)
    own = document.get("compilerOptions")
    options = dict(own) if isinstance(own, dict) else {}
    for key in _PATHS:
        if isinstance(options.get(key), str):
            options[key] = posixpath.normpath(posixpath.join(here, options[key].replace("${configDir}", ".")))
    return inherited | options
