"""Ruby source files: their constants, and what they load, start or make up and then run, from their tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from speccompile.regex import regex
from speccompile.verify.readers.interpreted import Token, literal, tokens
from speccompile.verify.readers.source import SourceModule

_TOKEN = regex(
    r"""(?P<space>\s+|\#[^\n]*)
      | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|/(?=[^\s=/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[imxno]*(?=[\s,.)]))
      | (?P<number>\d[\w.]*)
      | (?P<word>[@$]{0,2}[A-Za-z_]\w*[?!]?)
      | (?P<mark>=>|::|&\.|->|\*\*|[-+*/%^!&|=<>.,;:?~(){}\[\]\\])""",
    re.VERBOSE | re.DOTALL,
)
_LOADING = frozenset(("autoload", "load", "require", "require_relative"))
_RUNNING = frozenset((
    "binding", "class_eval", "const_get", "define_method", "eval", "exec", "fork", "instance_eval", "module_eval", "popen", "public_send", "send", "spawn",
    "syscall", "system", "__send__",
))  # fmt: skip


def read(text: str) -> SourceModule:
    """Constants and imports of *text*; what is bound twice or computed is no constant. Raises ``Unreadable``."""
    found = tokens(text, _TOKEN, "Ruby")
    constants: dict[str, tuple[int, object]] = {}
    for number, token in enumerate(found[:-2]):
        if token.kind == "word" and re.fullmatch("[A-Z][A-Z_]*", token.text) and found[number + 1].text == "=":
            bound = token.text in constants
            constants[token.text] = (token.line, None if bound else _assigned(found, number + 2))
    return SourceModule(constants, tuple(_loads(found)))


def _assigned(found: Sequence[Token], at: int) -> object:
    """The literal that is the whole of what is on the right, ``freeze`` aside: it ends with its line."""
    try:
        value, end = literal(found, at, "#")
    except (IndexError, ValueError):
        return None
    if [token.text for token in found[end : end + 2]] == [".", "freeze"]:
        end += 2
    return value if end >= len(found) or found[end].line > found[end - 1].line else None


def _loads(found: Sequence[Token]) -> Iterator[tuple[int, str]]:
    for number, token in enumerate(found):
        behind_dot = number > 0 and found[number - 1].text in (".", "&.")
        following = found[number + 1] if number + 1 < len(found) else None
        if token.kind == "word" and token.text in _LOADING and not behind_dot:
            named = following.text if following and following.kind == "string" else '""'
            yield token.line, named[1:-1]
        elif token.kind == "word" and token.text in _RUNNING and not (following and following.text == "="):
            yield token.line, token.text
