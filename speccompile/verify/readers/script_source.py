"""JavaScript and TypeScript modules: their constants and imports, from their tokens."""

from __future__ import annotations

import json
from collections.abc import Sequence

from speccompile.verify.readers.script_tokens import Token, tokens
from speccompile.verify.readers.source import SourceModule, Unreadable


def read(text: str) -> SourceModule:
    """Constants and imports of *text*; what is bound twice or computed is no constant. Raises ``Unreadable``."""
    found = tuple(token for token in tokens(text) if token.kind != "comment")
    constants: dict[str, tuple[int, object]] = {}
    imports: list[tuple[int, str]] = []
    depth = 0
    for number, token in enumerate(found):
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(token.text, 0) if token.kind == "mark" else 0
        if token.kind != "word":
            continue
        if token.text in {"const", "let", "var"} and depth == 0 and number + 1 < len(found):
            name = found[number + 1].text
            value = _assigned(found, number + 2) if name not in constants else None
            constants[name] = (token.line, value)
        elif token.text in {"import", "require", "from", "eval", "Function"} and _loads(found, number):
            imports.append((token.line, _source(found, number)))
    return SourceModule(constants, tuple(imports))


def _loads(found: Sequence[Token], number: int) -> bool:
    """Whether the word at *number* loads code: ``import.meta`` and methods called ``from`` do not."""
    before = found[number - 1].text if number else ""
    after = found[number + 1] if number + 1 < len(found) else None
    if before == "." or after is None:
        return False
    if found[number].text == "import":
        return after.kind == "string" or after.text == "("
    if found[number].text == "from":
        return after.kind == "string"
    return after.text == "("


def _source(found: Sequence[Token], number: int) -> str:
    """The module that is named behind the word at *number*; what is computed is told as it is written."""
    following = found[number + 1 : number + 3]
    for token in following:
        if token.kind == "string":
            return token.text[1:-1]
    return "".join(token.text for token in (found[number], *following))


def _assigned(found: Sequence[Token], at: int) -> object:
    """The literal behind the first ``=``, or None when it is no literal; a type may stand before it."""
    while at < len(found) and found[at].text not in {"=", ";"}:
        at += 1
    try:
        value, end = _literal(found, at + 1)
    except (IndexError, Unreadable):
        return None
    return value if end < len(found) and found[end].text == ";" else None


def _literal(found: Sequence[Token], at: int) -> tuple[object, int]:
    """A literal and the place behind it."""
    token = found[at]
    if token.kind in {"string", "number"} or token.text in {"true", "false"}:
        try:
            return json.loads(token.text), at + 1
        except ValueError:
            raise Unreadable(token.line, f"{token.text} is not a plain literal") from None
    closing = {"[": "]", "{": "}"}.get(token.text)
    if closing is None:
        raise Unreadable(token.line, f"{token.text} is not a literal")
    values: list[object] = []
    at += 1
    while found[at].text != closing:
        if closing == "}":
            at += 2  # the field's name and the colon
        value, at = _literal(found, at)
        values.append(value)
        if found[at].text == ",":
            at += 1
        elif found[at].text != closing:
            raise Unreadable(found[at].line, f"{found[at].text} stands where a comma should")
    return tuple(values), at + 1
