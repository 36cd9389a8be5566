"""The lock files of pnpm and yarn, line by line: they are too long for a YAML reader, and always written alike."""

from __future__ import annotations

import re
from collections.abc import Mapping

from speccompile.regex import regex

_LINE = regex(r"( *)(\"[^\"]*\"|'[^']*'|[^\s:'\"#][^:]*):(?: (.*))?\Z")

# The sections that are about what manifests ask for; lockfileVersion 5 and 6 have them without importers.
_ASKED = frozenset(("importers", "specifiers", "dependencies", "devDependencies", "optionalDependencies"))


def pnpm_importers(text: str) -> Mapping[str, Mapping[str, str]] | None:
    """What a pnpm-lock.yaml was made for: by directory (``.`` is the root) the direct dependencies with their ranges.
    None when the text is no such file."""
    if "lockfileVersion:" not in text[:4096]:
        return None
    found: dict[str, dict[str, str]] = {".": {}}
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        indent, key, value = len(match[1]), match[2].strip("'\""), (match[3] or "").strip().strip("'\"")
        if indent == 0 and key in ("packages", "snapshots"):
            break
        above = [one for one in above if one[0] < indent]
        path = [name for _, name in above]
        if path and path[0] not in _ASKED:
            continue
        importer = path[1] if path[:1] == ["importers"] and len(path) > 1 else "."
        if path[:1] == ["importers"] and len(path) == 1:
            found.setdefault(key, {})
        if key == "specifier" and path:
            found.setdefault(importer, {})[path[-1]] = value
        elif path and path[-1] == "specifiers":
            found.setdefault(importer, {})[key] = value
        above.append((indent, key))
    return found


def pnpm_version(text: str) -> str | None:
    """``lockfileVersion`` of a pnpm-lock.yaml."""
    match = re.search(r"^lockfileVersion: *['\"]?(\d{1,3}(?:\.\d{1,3})?)", text[:4096], re.MULTILINE)
    return match[1] if match else None


def yarn_keys(text: str) -> frozenset[str] | None:
    """Every ``name@range`` that a yarn.lock resolves; None when the text is no such file."""
    if "# yarn lockfile v1" not in text[:4096] and "__metadata:" not in text[:4096]:
        return None
    lines = (line for line in text.splitlines() if line.endswith(":") and line[:1] not in (" ", "#", ""))
    return frozenset(key.strip().strip('"') for line in lines for key in line[:-1].strip('"').split(", "))


def yarn_version(text: str) -> int | None:
    """``__metadata.version`` of a modern yarn.lock."""
    match = re.search(r"^__metadata:\s+version: *(\d{1,3})\b", text[:4096], re.MULTILINE)
    return int(match[1]) if match else None
