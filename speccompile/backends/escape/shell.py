"""Escaping for POSIX shells, which run what Dockerfiles and crontabs say."""

from __future__ import annotations

import shlex

from speccompile.backends.escape.text import LINE_BREAKS


def quoted(word: str) -> str:
    """*word* as one word of a POSIX shell command; a line break would end a Dockerfile's or a crontab's line and is refused."""
    if LINE_BREAKS.search(word):
        raise ValueError(f"a line break cannot stand in a shell word: {word!r}")
    return shlex.quote(word)
