"""Regular expressions of a Caddyfile, as a plan implies them: of paths and of exact texts, without spaces, quotes and braces."""

from __future__ import annotations

import string
from collections.abc import Sequence
from urllib.parse import unquote

_PLAIN = frozenset(string.ascii_letters + string.digits + "/_-")

SEGMENT = r"(?:/|%2[Ff])+(?:[^/%]|%(?:[013-9A-Fa-f][0-9A-Fa-f]|2[0-9A-Ea-e]))+"
"""A segment of a path that is still encoded."""


def below(path: str) -> str:
    """What is at and below *path*."""
    bare = unquote(path).rstrip("/")
    return "^/" if not bare else f"^{literal(bare)}(?:/|$)"


def exactly(texts: Sequence[str]) -> str:
    """Just one of *texts*."""
    either = "|".join(literal(one) for one in texts)
    return f"^{either}$" if len(texts) == 1 else f"^(?:{either})$"


def literal(text: str) -> str:
    """*text* itself."""
    return "".join(one if one in _PLAIN or ord(one) > 127 else f"\\x{ord(one):02X}" for one in text)


def unexpanded(text: str) -> str:
    """*text* as Caddy has to be told it, so that no part of it is a placeholder."""
    return text.replace("{", "\\{").replace("}", "\\}")
