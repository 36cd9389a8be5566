"""Valkey, Debian variant of its project's image: Redis's protocol, options and files, so all is as there, but for the programs' names.

Not run here: from the image's documentation as remembered (github.com/valkey-io/valkey-container: user 999, /data, valkey-cli reads
REDISCLI_AUTH), to be tried before production. The options and the probe are Redis's, which are run with Redis.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.catalog import redis
from speccompile.catalog.backing import Login, url

_REDIS = redis.BACKING


def _own(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.replace("redis-server", "valkey-server").replace("redis-cli", "valkey-cli") for word in words)


def _login(theirs: Login | None) -> Login | None:
    return theirs and replace(
        theirs, variable="VALKEY_PASSWORD", command=_renamed(theirs.command), check=_renamed(theirs.check)
    )


def _renamed(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.replace("REDIS_PASSWORD", "VALKEY_PASSWORD") for word in _own(words))


BACKING = replace(
    _REDIS,
    kind="valkey",
    usual_name="valkey",
    words=("valkey",),
    clients=(
        "valkey",
        "iovalkey",
        "@valkey/valkey-glide",
        "valkey-glide",
        "github.com/valkey-io/valkey-go",
        "valkey-java",
    ),
    schemes=("valkey", "valkeys"),
    own=("VALKEY",),
    prefixes=("REDIS", *_REDIS.prefixes),
    implied=(),
    alike=("redis",),
    untried=True,
    oldest=8,
    version="8.1",
    tag="valkey/valkey:{version}-bookworm",
    command=_own(_REDIS.command),
    check=_own(_REDIS.check),
    login=_login(_REDIS.login),
    url_variable="VALKEY_URL",
    forms=(
        url("redis", "{host}:6379/0", ("iovalkey",), user=""),
        url("redis", "{host}:6379/0", ("valkey-java",), user=""),
        url("redis", "{host}:6379/0", ("github.com/valkey-io/valkey-go",), user=""),
        url("valkey", "{host}:6379/0", user=""),
    ),
)
