"""Reading manifests that anybody may have written: wrong types, wrong syntax and odd characters never raise."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import import_module
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from speccompile.nesting import is_too_deep
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.merges import merge_too_much

Table: TypeAlias = Mapping[str, object]

_EMPTY: Table = {}
_LONGEST = 4096
_LARGEST_YAML = 65536
# A dotted key (TOML 1.0) of more parts than anybody has: tomllib's time grows with the square of them.
_ENDLESS_KEY = regex(
    r"""(?:^|[\[{,])[ \t]*(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""", re.ASCII | re.MULTILINE
)
# What has begun always matches to its end or to the end of the text: no input makes these patterns try twice.
_COMMENT = regex(r'("(?:[^"\\]|\\.)*"?)|//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?', re.DOTALL)
_TRAILING_COMMA = regex(r'("(?:[^"\\]|\\.)*"?)|,(?=\s*[}\]])', re.DOTALL)


def json_table(text: str | None) -> Table | None:
    """The object that *text* is (RFC 8259; a byte order mark is passed over); None when it is not one."""
    try:
        value: object = json.loads((text or "").removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def jsonc_table(text: str | None) -> Table | None:
    """Like ``json_table``, with comments and trailing commas, as in tsconfig.json and bun.lock."""
    if text is None:
        return None
    bare = _COMMENT.sub(lambda found: found[1] or " ", text)
    return json_table(_TRAILING_COMMA.sub(lambda found: found[1] or "", bare))


def _toml(text: str) -> Table:
    """*text* as TOML; ``ValueError`` where it is none. The reader compiles its expressions when it is imported: most projects have no TOML."""
    table: Table = import_module("tomllib").loads(text)
    return table


def toml_table(text: str | None) -> Table | None:
    """The TOML 1.0 document that *text* is; None when it is not one."""
    if text is None or _ENDLESS_KEY.search(text):
        return None
    if not text:  # a file that is not there, to most who ask
        return {}
    try:
        return _toml(text)
    except (ValueError, RecursionError):
        return None


def yaml_table(text: str | None) -> Table | None:
    """The mapping that *text* is in YAML; None when it is not one, or far larger than anybody would write."""
    if text is None or len(text) > _LARGEST_YAML or is_too_deep(text):
        return None
    try:
        if merge_too_much(text):
            return None
        value: object = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return None
    return value if isinstance(value, dict) else None


def table(value: object, *keys: str) -> Table:
    """The mapping at *keys* below *value*; an empty one when something else is there."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else _EMPTY


def items(value: object) -> tuple[object, ...]:
    """The items of a list; () when *value* is something else."""
    return tuple(value) if isinstance(value, list) else ()


def word(value: object) -> str | None:
    """*value* when it is one line of printable text, without the space around it; None otherwise."""
    if not isinstance(value, str):
        return None
    stripped = value.strip()
    return stripped if stripped and len(stripped) <= _LONGEST and stripped.isprintable() else None


def prose(value: object) -> str | None:
    """*value* when it is text: in one line, without what cannot be printed."""
    if not isinstance(value, str):
        return None
    return word(" ".join("".join(char if char.isprintable() else " " for char in value[:_LONGEST]).split()))


def words(value: object) -> tuple[str, ...]:
    """Those items of a list that are printable text."""
    return tuple(found for item in items(value) if (found := word(item)))


def texts(value: object) -> dict[str, str]:
    """Those entries of a mapping that are printable text, sorted by key."""
    pairs = ((word(key), word(entry)) for key, entry in table(value).items())
    return dict(sorted((key, entry) for key, entry in pairs if key and entry))


def place(path: str, text: str | None, *needles: str) -> Span:
    """Where in *path* the last of *needles* stands, each looked for behind the one before it; the file as a whole
    when they do not."""
    at = 0
    for needle in needles:
        at = (text or "").find(needle, at)
        if at < 0:
            return Span(path)
    return _span(path, text or "", at) if needles else Span(path)


def json_fault(path: str, text: str | None) -> Span:
    """Where *text* stops being JSON; the file as a whole when it is JSON, or no text."""
    try:
        json.loads(text or "")
    except json.JSONDecodeError as error:
        return Span(path, error.lineno, error.colno) if text else Span(path)
    except (ValueError, RecursionError):
        pass
    return Span(path)


def toml_fault(path: str, text: str | None) -> Span:
    """Where *text* stops being TOML; the file as a whole when that cannot be told."""
    endless = _ENDLESS_KEY.search(text or "")
    if endless:
        return _span(path, text or "", endless.start())
    try:
        _toml(text or "")
    except (ValueError, RecursionError) as error:
        where = re.search(r"at line (\d+), column (\d+)", str(error))
        return Span(path, int(where[1]), int(where[2])) if where else Span(path)
    return Span(path)


def _span(path: str, text: str, at: int) -> Span:
    return Span(path, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
