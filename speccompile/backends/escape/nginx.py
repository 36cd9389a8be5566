"""Escaping for nginx configurations."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from speccompile.backends.escape.text import Text, one_line
from speccompile.regex import regex


class NginxText(Text):
    """Part of an nginx configuration."""

    __slots__ = ()


_NGINX_PLAIN = regex(r"[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+,=~-]*\Z")


_URL_PATH = regex(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)+\Z")


_HOST = regex(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\Z")

_ESCAPED = MappingProxyType({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})
_CONTROL = regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def nginx_comment(text: str) -> NginxText:
    """A comment's text; a comment ends with its line."""
    return NginxText(one_line(text))


def nginx_plain(word: str) -> NginxText:
    """A word that needs no quoting in nginx and in which nothing is expanded (names, addresses, paths of our own)."""
    if not _NGINX_PLAIN.match(word):
        raise ValueError(f"not a plain nginx word: {word!r}")
    return NginxText(word)


def nginx_location(path: str) -> NginxText:
    """The path of a URL (RFC 3986, percent-encoded) as the argument of ``location``: nginx compares decoded paths.

    Nothing is expanded there, so ``$`` is allowed. Refused are paths that no normalised request has (``.``, ``..`` and
    empty segments, encoded slashes) and those that do not decode to printable text.
    """
    if not _URL_PATH.match(path):
        raise ValueError(f"not the path of a URL: {path!r}")
    try:
        decoded = unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError as problem:
        raise ValueError(f"nginx.conf is UTF-8 and cannot name this path: {path!r}") from problem
    if {".", ".."} & set(decoded.split("/")) or "//" in decoded or decoded.count("/") != path.count("/"):
        raise ValueError(f"nginx never sees this path, it normalises what it is asked for: {path!r}")
    return _nginx_argument(decoded)


def nginx_pattern(pattern: str) -> NginxText:
    """A regular expression of our own, with its tilde, in double quotes; ``$`` at its end is the end of the text."""
    if re.search(r"\$.", pattern):
        raise ValueError(f"nginx would expand a variable in this: {pattern!r}")
    return NginxText('"' + re.sub(r'(["\\])', r"\\\1", pattern) + '"')


def nginx_text(text: str) -> NginxText:
    """Printable ASCII in double quotes, in which nothing is expanded (``$``) and nothing ends (``"``)."""
    if not re.fullmatch(r"[ !#%-~]*", text):
        raise ValueError(f"not a text without $ and double quotes: {text!r}")
    return NginxText('"' + text.replace("\\", "\\\\") + '"')


def nginx_page(text: str) -> NginxText:
    """Lines of text in double quotes, for where nginx expands nothing. Lines, quotes and backslashes have escapes (src/core/ngx_conf_file.c)."""
    if _CONTROL.search(text):
        raise ValueError(f"not a text of lines: {text!r}")
    return NginxText('"' + "".join(_ESCAPED.get(one, one) for one in text) + '"')


def nginx_server_name(host: str) -> NginxText:
    """A host name as ``server_name`` takes it: lower-case letters, digits and hyphens in labels; no pattern."""
    if not _HOST.match(host):
        raise ValueError(f"not a host name: {host!r}")
    return NginxText(host)


def nginx_server_names(host: str) -> NginxText:
    """*host*, or where it is a pattern (``*.example.com``) a regular expression of the names that are one label longer: nginx's own patterns
    are of names of any length (https://nginx.org/en/docs/http/server_names.html)."""
    if not host.startswith("*."):
        return nginx_server_name(host)
    below = nginx_server_name(host[2:]).replace(".", "[.]")
    return nginx_pattern(f"~^[^.]+[.]{below}$")


def nginx_address(host: str) -> NginxText:
    """Where a service is reached: a host name or an address of IPv4 (``nginx_server_name``), or one of IPv6 in brackets."""
    if host.startswith("[") and host.endswith("]"):
        try:
            return NginxText(f"[{IPv6Address(host[1:-1])}]")
        except AddressValueError as problem:
            raise ValueError(f"not an address of IPv6: {host!r}") from problem
    return nginx_server_name(host)


def _nginx_argument(value: str) -> NginxText:
    if not all(character.isprintable() for character in value):
        raise ValueError(f"not printable text: {value!r}")
    if _NGINX_PLAIN.match(value):
        return NginxText(value)
    return NginxText('"' + re.sub(r'(["\\])', r"\\\1", value) + '"')
