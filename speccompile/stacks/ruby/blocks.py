"""The blocks of a Ruby source, line by line: what stands before the routes in each (``namespace``, ``scope``, ``map``), and the class that it is in."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.lexing import Lexed
from speccompile.record import record
from speccompile.regex import regex

# Blocks and classes that say nothing of paths.
_OPEN = regex(r"[ \t]*(?:[\w.:]+\.routes\.draw\b|defaults\b|module[ \t]|configure\b|Rack::Builder\b|shallow\b)")
_CLASS = regex(r"[ \t]*(?:(\w+)[ \t]*=[ \t]*Class\.new\b|class[ \t]+(?:\w+::)*(\w+))")
_PREFIXING = regex(r"[ \t]*(namespace|scope|map)\b[ \t(]*(.*)")
_PATH = regex(r"\bpath:[ \t]*(.*)")
_PLAIN = regex(r"""(?:["']/?([\w./-]*)["']|:(\w+)(?![\w:]))""")
_KEYWORD = regex(r"\w+:(?!:)")
_RESTRICTED = regex(r"\b(?:constraints|host|subdomain|format|via):|:constraints[ \t]*=>")
_OPENS = regex(r"\bdo[ \t]*(?:\|[^|]*\|[ \t]*)?\Z|\{[ \t]*(?:\|[^|]*\|[ \t]*)?\Z")
_KEPT_OPEN = regex(
    r"[ \t]*(?:class|module|def|if|unless|case|begin|while|until|for)\b|.*=[ \t]*(?:if|unless|case|begin)\b"
)
_CLOSES = regex(r"[ \t]*(?:end\b|\})")
_ENDS_ITSELF = regex(r"\bend[ \t]*\Z")
_DEEPEST = 30


@record()
class Where:
    """A line in its blocks: ``prefix`` is what stands before routes there, None where that cannot be told; ``owner`` the class that it is in."""

    number: int
    text: str
    prefix: str | None
    owner: str | None


def lines(code: Lexed) -> Iterator[Where]:
    """Every line that has code, with the blocks around it."""
    around: list[tuple[str | None, str | None]] = [("", None)]
    for number, (text, bare) in enumerate(zip(code.code.split("\n"), code.bare.split("\n"), strict=True), 1):
        shape = bare.rstrip()
        if _CLOSES.match(shape):
            if len(around) > 1:
                around.pop()
            continue
        before, owner = around[-1]
        yield Where(number, text, before, owner)
        opens = _OPENS.search(shape) or (_KEPT_OPEN.match(shape) and not _ENDS_ITSELF.search(shape))
        if opens:
            told, name = _opened(text)
            around.append((joined(before, told) if len(around) < _DEEPEST else None, name or owner))


def joined(*parts: str | None) -> str | None:
    """The parts of a path, each after a slash; None where one of them is not known."""
    if any(part is None for part in parts):
        return None
    return "".join(f"/{part.strip('/')}" for part in parts if part and part.strip("/"))


def _opened(text: str) -> tuple[str | None, str | None]:
    """What a line that opens a block puts before the routes in it, and the class that it begins."""
    if named := _CLASS.match(text):
        return "", named[1] or named[2]
    if _OPEN.match(text):
        return "", None
    told = _PREFIXING.match(text)
    return (prefix(told[1], told[2]), None) if told else (None, None)


def prefix(word: str, told: str) -> str | None:
    """What ``namespace``, ``scope`` or ``map`` puts before the routes in it, being *told* so; None where that cannot be told."""
    if _RESTRICTED.search(told):
        return None
    path = _PATH.search(told)
    if path is None and word == "scope" and _KEYWORD.match(told):
        return ""
    plain = _PLAIN.match(path[1] if path else told)
    return (plain[1] or plain[2] or "") if plain else None
