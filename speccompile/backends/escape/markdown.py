"""Escaping for GitHub's Markdown, where comments of pull requests are written: text stays text, and calls nobody.

A mention (``@name``) and a reference (``#1``) are looked for in what was rendered, where a backslash is gone. A blank of no width behind the
sign is what Renovate and Dependabot write there, since nothing else keeps GitHub from notifying people.
"""

from __future__ import annotations

import re

from speccompile.backends.escape.text import Text, one_line
from speccompile.regex import regex

_SPECIAL = regex(r"([\\`*_{}\[\]<>#+!|~=^$&:])")
_ITEM = regex(r"(\d*)([-.)])")
_CALLING = regex(r"(@|#|\bGH(?=-)|\bwww(?=\.)|\b(?:https?|ftp)(?=://))", re.IGNORECASE)
_TICKS = regex(r"`+")


class MarkdownText(Text):
    """Text that is safe within a line of GitHub's Markdown, in a cell of a table too."""

    __slots__ = ()


def markdown(text: str) -> MarkdownText:
    """*text*, on one line, as what it says."""
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in one_line(text))
    parts = _CALLING.split(plain)
    said = "".join(_called(part) if odd % 2 else _escaped(part) for odd, part in enumerate(parts))
    item = _ITEM.match(said)  # what begins as an item of a list does would be one
    return MarkdownText(f"{item[1]}\\{said[item.start(2) :]}" if item else said)


def code(text: str) -> MarkdownText:
    """*text*, on one line, as code: between more backticks than it has in a row. A pipe would end a table's cell even there."""
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in one_line(text)).replace("|", "\\|")
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(plain)), default=0))
    pad = " " if plain.startswith("`") or plain.endswith("`") or not plain else ""
    return MarkdownText(f"{fence}{pad}{plain}{pad}{fence}")


def _called(sign: str) -> str:
    return f"{_escaped(sign)}&#8203;"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
