"""The entry points that a patch gives an npm package: conditions in order, files that exist (Node.js packages)."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from typing import Any

from speccompile.codes import package as codes
from speccompile.plan.package import Package
from speccompile.verify.package.finding import Finding

_ALWAYS = frozenset(("package.json",))


def check_entry_points(package: Package, line: int) -> Iterator[Finding]:
    """Findings about exports, types, main, module and files among the plan's settings."""
    settings = {setting.keys[0]: json.loads(setting.value) for setting in package.settings if len(setting.keys) == 1}
    shipped = settings.get("files")
    if "exports" in settings:
        yield from _check_order(settings["exports"], line)
    for key in ("exports", "types", "main", "module"):
        for path in _paths(settings.get(key)):
            name = posixpath.normpath(path)
            if name in _ALWAYS:
                continue
            if name not in package.built:
                yield line, codes.NOT_SHIPPED, f"{key} names {path}, which nothing makes"
            if not path.startswith("./") or name.startswith("../"):
                yield line, codes.NOT_SHIPPED, f"{key} names {path}, which is not a path below the package"
            if shipped is not None and not any(
                name == part or name.startswith(f"{part.rstrip('/')}/") for part in shipped
            ):
                yield line, codes.NOT_SHIPPED, f"{key} names {path}, which files leaves out"


def _check_order(exports: Any, line: int) -> Iterator[Finding]:
    if not isinstance(exports, dict):
        return
    keys = list(exports)
    if ("types" in keys and keys[0] != "types") or ("default" in keys and keys[-1] != "default"):
        yield line, codes.EXPORTS, f"exports has the conditions {', '.join(keys)} in this order"
    if len({key.startswith(".") for key in keys}) > 1:
        yield line, codes.EXPORTS, "exports mixes subpaths and conditions"
    for value in exports.values():
        yield from _check_order(value, line)


def _paths(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _paths(item)
