"""Redis, Debian variant of the official image: every write goes to an append-only file, memory is bounded below the container's limit.

It has no password: it is on an internal network that nothing outside of the project reaches. The probe wants the answer PONG: a server
that is still loading, or that answers with an error, is not ready (``redis-cli`` alone ends with 0 then).
"""

from __future__ import annotations

from speccompile.catalog.backing import Backing, scratch

BACKING = Backing(
    kind="redis",
    words=("redis", "valkey"),
    generic=(
        "caches?(?!.(?:control|headers?|hits?|miss(?:es)?|keys?|busting|tags?))",
        "caching layers?",
        "key value stores?",
        "session stores?",
    ),
    clients=(
        "redis",
        "ioredis",
        "@redis/client",
        "connect-redis",
        "bullmq",
        "bull",
        "aioredis",
        "django-redis",
        "rq",
        "hiredis",
    ),
    version="7",
    tag="redis:{version}-bookworm",
    port=6379,
    user="999:999",
    data="/data",
    tmpfs=(scratch("/tmp", size="16m"),),  # noqa: S108  # in the container
    command=("redis-server", "--appendonly", "yes", "--maxmemory", "192mb", "--maxmemory-policy", "noeviction"),
    environment=(),
    password_variable=None,
    client_password_variable=None,
    url_variable="REDIS_URL",
    url="redis://{host}:6379/0",
    check=("sh", "-c", "redis-cli -h 127.0.0.1 ping | grep -qx PONG"),
    start_period=15,
    memory=384 * 2**20,
    cpus=0.5,
    pids=64,
    stop_signal="SIGTERM",
    stop_grace=30,
)
