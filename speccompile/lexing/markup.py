"""Pages with programs in them: HTML, and the components of Vue, Svelte and Astro."""

from __future__ import annotations

import re

from speccompile.lexing.lexed import Extent, Lexed, StringLiteral
from speccompile.lexing.scanner import Scanner
from speccompile.lexing.script import TYPESCRIPT
from speccompile.regex import regex

_PART = regex(r"<!--|<script\b[^<>]{0,400}>|<style\b[^<>]{0,400}>", re.IGNORECASE)
_FRONT = regex(r"\s*---[ \t]*\r?\n")


def lexed(text: str) -> Lexed:
    """The comments of the page, and the comments and strings of its programs; what is between is left as it is."""
    strings: list[StringLiteral] = []
    comments: list[Extent] = []
    front = _FRONT.match(text)
    at = _program(text, front.end(), "\n---", strings, comments) if front else 0
    lower = text.lower()
    if len(lower) != len(text):  # a letter that becomes two
        lower = text
    while found := _PART.search(text, at):
        opened = found[0].lower()
        if opened == "<!--":
            end = text.find("-->", found.end())
            at = end + 3 if end >= 0 else len(text)
            comments.append((found.start(), at))
        else:
            closing = "</script" if opened.startswith("<script") else "</style"
            at = _program(text, found.end(), closing, strings, comments, lower)
    return Lexed(text, strings, comments)


def _program(
    text: str, start: int, closing: str, strings: list[StringLiteral], comments: list[Extent], lower: str = ""
) -> int:
    """Add what is in the program from *start* to *closing*; where it ends."""
    end = (lower or text).find(closing, start)
    end = end if end >= 0 else len(text)
    inner = Scanner(text[start:end], TYPESCRIPT).lexed()
    strings += [
        StringLiteral(one.kind, one.start + start, one.inner + start, one.end + start, one.value)
        for one in inner.strings
    ]
    comments += [(first + start, last + start) for first, last in inner.comments]
    return end
