"""What the project's own programs get of our environment: what they need to be found and to run, by name, and nothing that may be a secret.

A list of what is given, not of what is kept back: nobody knows the names of all secrets. What else tests need is named on the command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from speccompile.images.inherited import search_path
from speccompile.regex import regex

_GIVEN = regex(
    r"HOME|USER|LOGNAME|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|XDG_(CACHE|CONFIG|DATA)_HOME|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|"
    r"GO(PATH|ROOT|CACHE|MODCACHE|FLAGS|TOOLCHAIN)|CARGO_HOME|RUSTUP_(HOME|TOOLCHAIN)|JAVA_HOME|MAVEN_HOME|M2_HOME|GRADLE_USER_HOME|"
    r"PYENV_(ROOT|VERSION)|NVM_DIR|BUN_INSTALL|DENO_DIR|TLA2TOOLS_JAR"
)
_LEADING = regex(r"(GOPROXY|(HTTPS?|NO|ALL)_PROXY)", re.IGNORECASE)
# Python takes byte code for that of a file which has its size and second of change; and nothing is left behind among the sources.
_SET = {"CI": "true", "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1", "TERM": "dumb"}


def confined(environment: Mapping[str, str], named: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """The whole environment of a program of the project's: what of *environment* it is given, with the variables *named*."""
    kept = {name: value for name, value in environment.items() if _GIVEN.fullmatch(name)}
    ways = {name: value for name, value in environment.items() if _LEADING.fullmatch(name) and "@" not in value}
    asked = {name: environment[name] for name in named if name in environment}
    return tuple(sorted({**kept, **ways, **_SET, "PATH": search_path(environment), **asked}.items()))
