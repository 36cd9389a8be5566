"""A manifest as the patch leaves it: all that was there, in order and layout, and exactly the settings besides."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from speccompile.codes import package as codes
from speccompile.diagnostics import quoted
from speccompile.plan.package import Ecosystem, Package, Setting
from speccompile.regex import regex
from speccompile.verify.package.entry_points import check_entry_points
from speccompile.verify.package.finding import Finding
from speccompile.verify.readers.patch import FilePatch, apply

_HOOKS = frozenset(("preinstall", "install", "postinstall", "prepare", "dependencies"))
_INDENT = regex(r"[ \t]*")


def check_manifest(package: Package, patch: FilePatch) -> Iterator[Finding]:
    """Findings about *patch*, the part for the manifest."""
    text = apply(package.text, patch)
    npm = package.ecosystem is Ecosystem.NPM
    try:
        old, new = (json.loads(one) if npm else tomllib.loads(one) for one in (package.text, text))
    except ValueError as error:
        yield patch.line, codes.PATCH_BROKEN, f"the result cannot be parsed: {error}"
        return
    if not _within(package.text, text):
        yield patch.line, codes.PATCH_LOSES, "something that the manifest said would go"
    yield from _check_values(package, patch, old, new)
    yield from _check_layout(package, patch, new, text)
    if npm:
        yield from check_entry_points(package, patch.line)
        yield from _check_hooks(package, patch)


def _within(old: str, new: str) -> bool:
    """Whether *old* is still there, character by character, with only insertions between."""
    rest = iter(new)
    return all(character in rest for character in old)


def _check_values(package: Package, patch: FilePatch, old: Any, new: Any) -> Iterator[Finding]:
    expected = deepcopy(old)
    for setting in package.settings:
        if not _set(expected, setting):
            yield patch.line, codes.PATCH_LOSES, f"{'.'.join(setting.keys)} is the user's already"
    if expected != new:
        message = (
            f"the manifest would not be what it was and the settings besides: {_first_difference(expected, new, '')}"
        )
        yield patch.line, codes.SETTING, message
    if list(old) != [key for key in new if key in old]:
        yield patch.line, codes.PATCH_LOSES, "the keys would be in another order"


def _set(document: Any, setting: Setting) -> bool:
    """Give *document* the setting; False when there is something in its place."""
    value = json.loads(setting.value)
    holder = document
    for key in setting.keys[:-1]:
        holder = holder.setdefault(key, {})
    last = setting.keys[-1]
    if setting.member:
        free = isinstance(holder.get(last), list) and value not in holder[last]
        holder[last] = [*holder.get(last, []), value]
    else:
        free = last not in holder
        holder[last] = value
    return free


def _first_difference(want: Any, have: Any, where: str) -> str:
    if isinstance(want, dict) and isinstance(have, dict):
        for key in sorted(set(want) | set(have)):
            if key not in want or key not in have or want[key] != have[key]:
                return _first_difference(want.get(key), have.get(key), f"{where}.{key}" if where else key)
    return f"{where} would be {json.dumps(have, default=str)}, not {json.dumps(want, default=str)}"[:300]


def _check_layout(package: Package, patch: FilePatch, new: Any, text: str) -> Iterator[Finding]:
    """The lines that are added are laid out like those that were there."""
    for hunk in patch.hunks:
        stray = any(line.rstrip("\r\n").endswith((" ", "\t")) for line in hunk.old)
        for number, line in hunk.added:
            if line.rstrip("\r").endswith((" ", "\t")) and not stray:
                yield number, codes.PATCH_LOSES, "space at the end of the line"
    if package.ecosystem is Ecosystem.NPM:
        unit = _unit(package.text)
        canonical = f"{json.dumps(json.loads(package.text), indent=unit, ensure_ascii=False)}\n"
        if package.text == canonical and text != f"{json.dumps(new, indent=unit, ensure_ascii=False)}\n":
            yield patch.line, codes.PATCH_LOSES, "the manifest would no longer be laid out as it is"
    else:
        yield from _check_rows(package, patch)


def _unit(text: str) -> str:
    """One level of indentation."""
    lines = text.split("\n")
    found = _INDENT.match(lines[1]) if len(lines) > 1 else None
    return found[0] if found else ""


def _check_rows(package: Package, patch: FilePatch) -> Iterator[Finding]:
    """Each line added to a TOML file is a key and its value, a table's head, an element of an array, or blank."""
    rows = {"", *(row for setting in package.settings for row in _rows(setting))}
    removed = {line.rstrip("\r\n") for hunk in patch.hunks for line in hunk.old}
    for hunk in patch.hunks:
        for number, line in hunk.added:
            row = line.rstrip("\r")
            held = any(row.startswith(old[: len(old) // 2]) for old in removed if old)
            if row not in rows and row.strip() not in rows and not held:
                yield number, codes.SETTING, f"{quoted(row)} is not how the plan's settings are written"
            elif row not in rows and row.strip() in rows and not row.strip().startswith('"'):
                yield number, codes.PATCH_LOSES, "indented, which nothing else is"


def _rows(setting: Setting) -> Iterator[str]:
    value = json.loads(setting.value)
    if setting.member:
        yield from (setting.value, f"{setting.value},")
    elif isinstance(value, dict):
        yield f"[{'.'.join(setting.keys)}]"
        yield from (f"{key} = {json.dumps(item, ensure_ascii=False)}" for key, item in value.items())
    else:
        yield f"{setting.keys[-1]} = {setting.value}"


def _check_hooks(package: Package, patch: FilePatch) -> Iterator[Finding]:
    for setting in package.settings:
        if setting.keys[0] == "scripts":
            scripts = {setting.keys[1]} if len(setting.keys) > 1 else set(json.loads(setting.value))
            for hook in sorted(scripts & _HOOKS):
                yield patch.line, codes.HOOK_ADDED, f"{hook} would run when the package is installed"
