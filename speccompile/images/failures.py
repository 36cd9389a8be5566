"""What went wrong, told from what an engine or a registry said, and what to do about it."""

from __future__ import annotations

import re
from enum import Enum


class Trouble(Enum):
    """The kinds of failures that want different answers; only TRANSIENT is worth trying again."""

    ENGINE = "the engine does not answer"
    FULL = "no space is left"
    DENIED = "access was refused"
    HOST = "the registry's host is unknown"
    NAME = "the name was refused"
    TLS = "the registry does not speak TLS as expected"
    TRANSIENT = "a transient failure"
    OTHER = "it failed"


# In this order: a proxy's page may say "denied" about a full disk, a socket's refusal is not a registry's.
_SIGNS: tuple[tuple[Trouble, str], ...] = (
    (
        Trouble.ENGINE,
        r"cannot connect to the docker daemon|error during connect|daemon is not running|docker\.sock|"
        r"docker daemon socket|is the docker daemon running|failed to get status: rpc error|"
        r"failed to receive status: rpc error|error reading from server: EOF|session finalized",
    ),
    (Trouble.FULL, r"no space left on device|disk quota exceeded|quota (?:was )?exceeded|insufficient storage|\b507\b"),
    (
        Trouble.DENIED,
        r"unauthorized|authentication required|no basic auth credentials|access (?:to the resource )?is denied|"
        r"requested access|\bdenied\b|insufficient_scope|forbidden|\b40[13]\b|incorrect username or password",
    ),
    (Trouble.HOST, r"no such host|name or service not known"),
    (
        Trouble.NAME,
        r"name (?:unknown|invalid)|name_unknown|name_invalid|invalid reference format|invalid repository name|"
        r"repository .* (?:does not exist|not found)|\b404\b|manifest unknown",
    ),
    (
        Trouble.TLS,
        r"server gave HTTP response to HTTPS client|x509:|certificate (?:signed by|verify|is not)|tls: (?!handshake)",
    ),
    (
        Trouble.TRANSIENT,
        r"connection refused|connection reset|broken pipe|timed? ?out|deadline exceeded|unexpected EOF|\bEOF\b|"
        r"temporary failure|server misbehaving|no route to host|network is unreachable|too ?many ?requests|"
        r"\b(?:429|5\d\d) |status(?: code)?:? (?:429|5\d\d)|service unavailable|bad gateway|internal server error|"
        r"blob upload unknown|invalid status code from registry 5\d\d|unknown: unknown error|Client\.Timeout",
    ),
)


def trouble(text: str) -> Trouble:
    """The kind of failure that *text*, an engine's or a registry's own words, tells of."""
    return next((kind for kind, signs in _SIGNS if re.search(signs, text, re.IGNORECASE)), Trouble.OTHER)


def last_words(text: str) -> str:
    """The line of an engine's output that says what went wrong: the last that speaks of an error, else the last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [
        line
        for line in lines
        if re.search(r"error|fail|denied|refused|unauthorized|cannot|invalid|killed", line, re.IGNORECASE)
    ]
    return (telling or lines or ["it said nothing"])[-1][:500]
