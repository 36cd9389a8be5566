"""Add members to a JSON text without touching anything else of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from speccompile.backends.package.edit import Insertion
from speccompile.plan.package import Setting
from speccompile.positions import JsonObject, json_object
from speccompile.record import record

# The order in which people write package.json; what is missing goes before the first member that comes later in it.
_ORDER = [
    "name",
    "version",
    "private",
    "description",
    "keywords",
    "homepage",
    "bugs",
    "repository",
    "funding",
    "license",
    "author",
    "contributors",
    "type",
    "imports",
    "exports",
    "main",
    "module",
    "browser",
    "types",
    "typesVersions",
    "bin",
    "man",
    "directories",
    "files",
    "sideEffects",
    "publishConfig",
    "engines",
    "os",
    "cpu",
    "packageManager",
    "workspaces",
    "scripts",
    "dependencies",
    "peerDependencies",
    "peerDependenciesMeta",
    "optionalDependencies",
    "bundleDependencies",
    "overrides",
    "devDependencies",
]
_RANK = {key: rank for rank, key in enumerate(_ORDER)}


@record()
class _Style:
    """How the text is laid out: its line ending, one level of indentation, what stands between a key and its value."""

    newline: str
    unit: str
    colon: str


def insertions(text: str, settings: Sequence[Setting]) -> tuple[Insertion, ...]:
    """What to insert where so that *text* has each of *settings*; the objects to hold them are there."""
    style = _style(text)
    ranked = sorted(settings, key=lambda setting: (_RANK.get(setting.keys[0], len(_RANK)), setting.keys))
    holders = {setting.keys[:-1]: [one for one in ranked if one.keys[:-1] == setting.keys[:-1]] for setting in ranked}
    found: list[Insertion] = []
    for keys, wanted in holders.items():
        holder = json_object(text, keys)
        if holder is None:
            raise ValueError(f"no object at {'.'.join(keys)}")
        if holder.members:
            found += [_beside(text, holder, setting, style) for setting in wanted]
        else:
            found += _filling(text, holder, wanted, style)
    return tuple(sorted(found, key=lambda insertion: insertion.at))


def _beside(text: str, holder: JsonObject, setting: Setting, style: _Style) -> Insertion:
    """Before the first member that usually comes later, else after the last one."""
    top = len(setting.keys) == 1
    later = next((m for m in holder.members if top and _rank(m.key) > _rank(setting.keys[-1])), None)
    if later is not None:
        gap = _gap(text, later.start)
        return Insertion(later.start, "", _member(setting, style, _indent(gap)) + ",", gap, setting)
    last = holder.members[-1]
    gap = _gap(text, last.start)
    return Insertion(last.end, "," + gap, _member(setting, style, _indent(gap)), "", setting)


def _filling(text: str, holder: JsonObject, wanted: Sequence[Setting], style: _Style) -> Iterator[Insertion]:
    """Into an object without members."""
    depth = len(wanted[0].keys)
    indent = style.unit * depth
    close = "" if "\n" in text[holder.start : holder.end] else style.newline + style.unit * (depth - 1)
    for number, setting in enumerate(wanted):
        lead = ("," if number else "") + style.newline + indent
        trail = close if number == len(wanted) - 1 else ""
        yield Insertion(holder.start + 1, lead, _member(setting, style, indent), trail, setting)


def _rank(key: str) -> int:
    """The key's place in the usual order; keys of other tools have none and are passed over."""
    return _RANK.get(key, -1)


def _gap(text: str, start: int) -> str:
    """The white space before the key at *start*."""
    return text[len(text[:start].rstrip(" \t\r\n")) : start]


def _indent(gap: str) -> str | None:
    """The indentation after a line break; None when the gap has no line break."""
    return gap.rpartition("\n")[2] if "\n" in gap else None


def _member(setting: Setting, style: _Style, indent: str | None) -> str:
    value = json.loads(setting.value)
    key = json.dumps(setting.keys[-1], ensure_ascii=False)
    if indent is None or not style.newline:
        return key + style.colon + json.dumps(value, ensure_ascii=False, separators=(_comma(style), style.colon))
    written = json.dumps(value, ensure_ascii=False, indent=style.unit or None)
    return key + style.colon + written.replace("\n", style.newline + indent)


def _comma(style: _Style) -> str:
    return ", " if style.colon.endswith(" ") else ","


def _style(text: str) -> _Style:
    root = json_object(text)
    if root is None or not root.members:
        return _Style("\n", "  ", ": ")
    first = root.members[0]
    gap = _gap(text, first.start)
    newline = "\r\n" if "\r\n" in gap else "\n" if "\n" in gap else ""
    between = re.search(r"\s*:\s*\Z", text[first.start : first.value])
    return _Style(newline, _indent(gap) or "", between[0] if between else ": ")
