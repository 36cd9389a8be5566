"""Escaping for Caddyfiles: words, texts in which nothing is expanded, regular expressions of paths.

A word is taken as it is where it stands for itself; quotes hold spaces, and know one escape, of the quote (caddyconfig/caddyfile/lexer.go of Caddy
2.11). ``{$…}`` is replaced before words are told apart, whatever is around it; ``{…}`` when a request comes.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from speccompile.backends.escape.text import Text, one_line
from speccompile.regex import regex


class CaddyText(Text):
    """Part of a Caddyfile."""

    __slots__ = ()


_PLAIN = regex(r"[A-Za-z0-9_./:@%+,~=*>?-]+\Z")
_HOST = regex(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\Z")
_URL_PATH = regex(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)+\Z")
_CONTROL = regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SAFE_IN_PATTERN = regex(r"[A-Za-z0-9/_-]")


def caddy_comment(text: str) -> CaddyText:
    """A comment's text; a comment ends with its line."""
    return CaddyText(one_line(text))


def caddy_plain(word: str) -> CaddyText:
    """A word that needs no quoting and in which nothing is expanded (names, addresses, paths of our own)."""
    if not _PLAIN.match(word):
        raise ValueError(f"not a plain word of a Caddyfile: {word!r}")
    return CaddyText(word)


def caddy_own(text: str) -> CaddyText:
    """A text of ours, in which placeholders stand as we mean them; in quotes where it needs any."""
    if "\n" in text or "{$" in text or "\\" in text[-1:]:
        raise ValueError(f"not a text of a Caddyfile: {text!r}")
    if text and text not in ("{", "}") and not set(text) & set(' \t"`') and not text.startswith("#"):
        return CaddyText(text)
    return CaddyText('"' + text.replace('"', '\\"') + '"')


def caddy_text(text: str) -> CaddyText:
    """Printable ASCII in which nothing is expanded, in quotes. What could be a placeholder has its braces escaped, and stays what it is (replacer.go)."""
    if not all(" " <= one <= "~" for one in text) or "{$" in text or '"' in text or text.endswith("\\"):
        raise ValueError(f"not a text that a Caddyfile can hold as it is: {text!r}")
    return CaddyText('"' + re.sub(r"([{}])", r"\\\1", text) + '"')


def caddy_page(text: str) -> CaddyText:
    """Lines of text in backquotes, which know no escapes, in which nothing is expanded when a request comes."""
    if "`" in text or "{$" in text or _CONTROL.search(text):
        raise ValueError(f"not a text that a Caddyfile can hold as it is: {text!r}")
    return CaddyText("`" + re.sub(r"([{}])", r"\\\1", text) + "`")


def caddy_host(host: str) -> CaddyText:
    """A host name as a site's address has it: lower-case letters, digits and hyphens in labels, or ``*.`` and one: names that are one label
    longer (https://caddyserver.com/docs/caddyfile/concepts#wildcard-certificates)."""
    if not _HOST.match(host.removeprefix("*.")):
        raise ValueError(f"not a host name: {host!r}")
    return CaddyText(host)


def caddy_below(path: str) -> CaddyText:
    """A regular expression (RE2) of the paths at and below *path*, the path of a URL (RFC 3986): Caddy compares what is decoded and without
    empty and dotted segments. Refused are paths that no such request has."""
    if not _URL_PATH.match(path):
        raise ValueError(f"not the path of a URL: {path!r}")
    try:
        decoded = unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError as problem:
        raise ValueError(f"a Caddyfile is UTF-8 and cannot name this path: {path!r}") from problem
    dotted = {".", ".."} & set(decoded.split("/"))
    if dotted or "//" in decoded or decoded.count("/") != path.count("/") or not decoded.isprintable():
        raise ValueError(f"Caddy never compares with this path: {path!r}")
    bare = decoded.rstrip("/")
    return CaddyText(f"^{_pattern(bare)}(?:/|$)" if bare else "^/")


def _pattern(text: str) -> str:
    """*text* itself, as a regular expression without spaces, quotes or braces."""
    return "".join(one if _SAFE_IN_PATTERN.match(one) or not one.isascii() else f"\\x{ord(one):02X}" for one in text)


def caddy_exactly(texts: tuple[str, ...]) -> CaddyText:
    """A regular expression of just these *texts*, printable ASCII."""
    if not all(text and all("!" <= one <= "~" for one in text) for text in texts):
        raise ValueError(f"not printable texts: {texts!r}")
    each = "|".join(map(_pattern, texts))
    return CaddyText(f"^(?:{each})$" if len(texts) > 1 else f"^{each}$")
