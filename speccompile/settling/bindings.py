"""A binding in the text of deploy.yaml: one line more, or one key more in a line; comments and layout stay.

The line is put where it seems to belong, and the text read again: it must say all that it said, and the binding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.frontends import yamltext
from speccompile.regex import regex
from speccompile.spec.located import Located, SourceText

_KEY = "assertions"
_PLAIN = regex(r"/?[A-Za-z][A-Za-z0-9_/-]*")
_NO_TEXT = frozenset(("null", "true", "false"))
_SILENT = regex(r"\s*(?:#.*)?")
NEW = "version: 1\n"
"""The text of a deploy.yaml that says nothing yet."""


def with_binding(text: str, assertion: str, said: Mapping[str, Any]) -> str | None:
    """*text*, a deploy.yaml, with *said* in the binding of *assertion*; None where no place for it was found."""
    raw = _read(text)
    if raw is None:
        return None
    wanted = _merged(raw, assertion, said)
    for changed in _attempts(text, raw, assertion, said):
        if _plain(_read(changed)) == wanted:
            return changed
    return None


def _read(text: str) -> Located | None:
    value, _ = yamltext.read(SourceText("deploy.yaml", text))
    return value if isinstance(value, Located) else None


def _plain(value: Any) -> Any:
    """*value* as plain data."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


def _merged(raw: Located, assertion: str, said: Mapping[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = _plain(raw)
    before = whole.get(_KEY) or {}
    return {**whole, _KEY: {**before, assertion: {**(before.get(assertion) or {}), **_plain(said)}}}


def _attempts(text: str, raw: Located, assertion: str, said: Mapping[str, Any]) -> Iterator[str]:
    bindings = raw.get(_KEY)
    if not isinstance(bindings, Located):
        yield _inserted(text, raw, _KEY, {assertion: said})
        yield f"{text.rstrip()}\n{_KEY}:\n  {assertion}: {flow(said)}\n".lstrip()
    elif isinstance(entry := bindings.get(assertion), Located):
        changed = text
        for key, value in said.items():
            changed = _inserted(changed, entry, key, value)
        yield changed
    else:
        yield _inserted(text, bindings, assertion, said)


def _inserted(text: str, mapping: Located, key: str, value: Any) -> str:
    """*text* with a key more in *mapping*: as the first in braces, else on a line of its own behind the last."""
    begin = mapping.offset
    if text[begin : begin + 1] == "{":
        return f"{text[: begin + 1]}{key}: {flow(value)}{', ' if mapping else ''}{text[begin + 1 :]}"
    margin = begin - (text.rfind("\n", 0, begin) + 1)
    end, newline = _end(text, begin, margin), "\r\n" if "\r\n" in text else "\n"
    block = f"{key}: {flow(value)}"
    if key == _KEY and margin == 0:
        block = newline.join([f"{key}:", *(f"  {one}: {flow(item)}" for one, item in value.items())])
    head, tail = text[:end], text[end:]
    lead = "" if not head or head.endswith("\n") else newline
    return f"{head}{lead}{' ' * margin}{block}{newline}{tail}"


def _end(text: str, begin: int, margin: int) -> int:
    """Behind the last line of a mapping in block style that begins at *begin*, *margin* characters from the left."""
    at = end = text.find("\n", begin) + 1 or len(text)
    while at < len(text):
        after = text.find("\n", at) + 1 or len(text)
        line = text[at:after]
        if not _SILENT.fullmatch(line.rstrip("\r\n")):
            if len(line) - len(line.lstrip(" ")) < margin or line.startswith(("---", "...")):
                break
            end = after
        at = after
    return end


def flow(value: Any) -> str:
    """*value* on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NO_TEXT:
        return value
    return json.dumps(value, ensure_ascii=False)
