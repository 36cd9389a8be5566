"""Escaping for HTML and for SVG inside of it: text of elements, and values of attributes in double quotes."""

from __future__ import annotations

from html import escape

from speccompile.backends.escape.text import Text
from speccompile.regex import regex

_ANCHOR = regex(r"[A-Za-z0-9_.-]+")


class HtmlText(Text):
    """Text that is safe in HTML: as the content of an element that holds text, and between the double quotes of an attribute that is no
    address, no style and no script."""

    __slots__ = ()


def html(text: str) -> HtmlText:
    """*text* as it is; what cannot be seen, and what turns the direction of the text around it, is shown as a replacement character."""
    return HtmlText(escape("".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)))


def anchor(name: str) -> HtmlText:
    """*name* as an ``id`` and behind the ``#`` of a link to it: the same characters in both, so nothing that a browser would decode."""
    if not _ANCHOR.fullmatch(name):
        raise ValueError(f"no anchor can be called {name!r}")
    return HtmlText(name)
