"""Telling values that look like secrets from values that do not."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from speccompile.regex import regex

# The words that BuildKit's check SecretsUsedInArgOrEnv looks for in names, without "auth": it names URLs and modes too.
_SECRET_WORDS = frozenset(
    ["apikey", "credential", "credentials", "key", "passphrase", "password", "passwd", "pword", "secret", "token"]
)
# A last word that says that the value is about a secret and is none: TOKEN_TTL, PASSWORD_FILE, KEY_ID.
_ABOUT = frozenset(
    [
        "algorithm",
        "alg",
        "audience",
        "bits",
        "count",
        "expiry",
        "file",
        "header",
        "id",
        "issuer",
        "length",
        "limit",
        "lifetime",
        "max",
        "min",
        "mode",
        "name",
        "path",
        "policy",
        "prefix",
        "rounds",
        "seconds",
        "size",
        "ttl",
        "type",
        "uri",
        "url",
        "version",
        "enabled",
        "required",
    ]
)
_SHAPES = (
    (regex(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY"), "holds a private key"),
    (regex(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), "holds an access key of AWS"),
    (regex(r"\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}"), "holds a token of GitHub"),
    (regex(r"\bglpat-[A-Za-z0-9_-]{20}"), "holds a token of GitLab"),
    (regex(r"\b[sr]k_live_[A-Za-z0-9]{10}"), "holds a key of Stripe"),
    (regex(r"\bxox[abprs]-[A-Za-z0-9-]{10}"), "holds a token of Slack"),
    (regex(r"\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10}"), "holds a JSON Web Token"),
    (regex(r"\bBearer\s{1,5}(?=[A-Za-z._~+/-]{0,200}[0-9])[A-Za-z0-9._~+/-]{16}"), "holds a bearer token"),
    (
        regex(r"(?i:(?:\A|;)\s{0,5}(?:password|pwd))\s{0,5}=\s{0,5}[^;\s$<{]{4,200}(?:;|\Z)"),
        "holds a connection string with a password",
    ),
    (regex(r"//hooks\.slack\.com/(?:services|workflows)/T\w{2,20}/\w{2,20}/\w{10}"), "holds a webhook of Slack"),
    (regex(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^/\s:@]{0,200}:[^/\s@$]{1,200}@"), "holds a URL with a password"),
    (regex(r"\bjdbc:[^\s?]{1,200}\?(?:[^\s?]{0,200}&)?password=[^&\s$]"), "holds a URL with a password"),
    (
        regex(r"\bhost=[^\n]{0,200}\bpassword=[^\s$]|\A[^/\s:@]{1,200}:[^/\s@$]{1,200}@tcp\("),
        "holds a data source with a password",
    ),
)
# NAME: value, "NAME": "value", NAME=value; the value must be more than a bracket.
_ASSIGNED = regex(r"""\b(\w{1,100})["']?\s*[:=]\s*["']?(?=([^\s"'{}\[\],]+))""")


# Base64, base64url and hexadecimal numbers, as generators of keys print them.
_OPAQUE = regex(r"[A-Za-z0-9+_-]{20,}")
_OPAQUE_WORD = regex(r"\b[A-Za-z0-9]{16,19}\b")
_KINDS = ("[a-z]", "[A-Z]", "[0-9]")
_HEXADECIMAL = regex(r"[0-9a-f]+|[0-9A-F]+")

# What a program is told on its command line, which everybody sees who sees processes: by one word, or by two. References and paths are no values.
_OPTION = r"--?(?:[\w-]{0,40}[_-])?(?:password|passwd|passphrase|secret|token)"
_GIVEN = regex(rf"(?:\A|\s){_OPTION}[=\s](?![-$/.{{<%]|true\b|false\b)\S{{6}}", re.IGNORECASE)


def option_in(words: Sequence[object]) -> int | None:
    """Which of the *words* of a command gives an option the value of a secret; None when none does."""
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        if isinstance(word, str) and (
            _GIVEN.search(word) or (_GIVEN.fullmatch(f"{before} {word[:6]}") and " " not in word)
        ):
            return index
    return None


def token_in(text: str) -> str | None:
    """What kind of secret *text* holds, told by its form (a verb phrase), or None when it holds none."""
    return next((what for shape, what in _SHAPES if shape.search(text)), None)


def named_like_secret(name: str) -> bool:
    """Whether the variable *name* speaks of a secret, as BuildKit's check SecretsUsedInArgOrEnv reads names."""
    words = set(name.lower().split("_"))
    return bool(_SECRET_WORDS & words) and "public" not in words


def secret_in(name: str, value: str) -> str | None:
    """Why the variable *name* with *value* looks like a secret (a verb phrase), or None when it does not."""
    words = name.lower().split("_")
    is_named_so = bool(value) and bool(_SECRET_WORDS & set(words)) and words[-1] not in _ABOUT and "public" not in words
    return token_in(value) or ("has the name of a secret and a value" if is_named_so else None)


def is_opaque(value: str) -> bool:
    """Whether *value* has a word that nobody would make up to be read: long, of several kinds of characters, each about as often as the
    others. It may be a secret whatever its name is."""
    longer = any(_is_random(word) for word in _OPAQUE.findall(value))
    return longer or any(_kinds(word) == len(_KINDS) and _is_random(word) for word in _OPAQUE_WORD.findall(value))


def _kinds(word: str) -> int:
    return sum(re.search(kind, word) is not None for kind in _KINDS)


def _is_random(word: str) -> bool:
    bits = -sum(word.count(char) / len(word) * math.log2(word.count(char) / len(word)) for char in set(word))
    return _kinds(word) >= 2 and bits >= (3.0 if _HEXADECIMAL.fullmatch(word) else 3.5)


# An element of XML with a text in it: Maven's settings have passwords so.
_ELEMENT = regex(r"<([A-Za-z][\w.-]{0,60})>([^<>]{1,400})</")


def shows_secret(line: str) -> bool:
    """Whether a line of a spec holds what looks like the value of a secret, so that it must not be quoted anywhere."""
    assigned = (*_ASSIGNED.findall(line), *_ELEMENT.findall(line))
    return bool(token_in(line)) or any(secret_in(name, value) for name, value in assigned)
