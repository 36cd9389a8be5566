"""PHP source files: their constants, and what they load, start or make up and then run, from their tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from speccompile.regex import regex
from speccompile.verify.readers.interpreted import Token, literal, tokens
from speccompile.verify.readers.source import SourceModule, Unreadable

_TOKEN = regex(
    r"""(?P<space>\s+|//[^\n]*|\#(?!\[)[^\n]*|/\*.*?\*/)
      | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<number>\d[\w.]*)
      | (?P<word>\$?[A-Za-z_]\w*)
      | (?P<mark>\?->|=>|::|\.\.\.|[-+*/%^!&|=<>@.,;:?~(){}\[\]\\])""",
    re.VERBOSE | re.DOTALL,
)
_LOADING = frozenset(("include", "include_once", "require", "require_once"))
_RUNNING = frozenset((
    "assert", "call_user_func", "call_user_func_array", "create_function", "dl", "eval", "exec", "passthru", "pcntl_exec", "popen", "proc_open", "shell_exec",
    "system",
))  # fmt: skip


def read(text: str) -> SourceModule:
    """Constants and imports of *text*; what is bound twice or computed is no constant. Raises ``Unreadable``."""
    opening, _, rest = text.partition("\n")
    if opening != "<?php":
        raise Unreadable(1, "not PHP: it does not begin with <?php")
    found = tokens("\n" + rest, _TOKEN, "PHP")
    constants: dict[str, tuple[int, object]] = {}
    for number, token in enumerate(found[:-2]):
        if token.text == "const" and found[number + 2].text == "=":
            name = found[number + 1].text
            constants[name] = (token.line, None if name in constants else _assigned(found, number + 3))
    return SourceModule(constants, tuple(_loads(found)))


def _assigned(found: Sequence[Token], at: int) -> object:
    try:
        value, end = literal(found, at, "$")
    except (IndexError, ValueError):
        return None
    return value if end < len(found) and found[end].text == ";" else None


def _loads(found: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """What is loaded, with the first word of what that is: a file, or the program that is started."""
    for number, token in enumerate(found):
        name = token.text.lower()
        called = found[number + 1].text if number + 1 < len(found) else ""
        if token.kind == "word" and (name in _LOADING or (name in _RUNNING and called == "(")):
            strings = [one.text for one in found[number + 1 : number + 4] if one.kind == "string"]
            yield token.line, name + "".join(strings[:1])
