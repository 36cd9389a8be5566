"""Redis, Debian variant of the official image: every write goes to an append-only file, memory is bounded below the container's limit.

The password gets to the server on its standard input, as a line of configuration, and to the probe in the environment: never as an argument.
Where clients can give none there is none: then it is on an internal network that nothing outside of the project reaches. The probe wants
the answer PONG: a server that is still loading, or that answers with an error, is not ready (``redis-cli`` alone ends with 0 then).
"""

from __future__ import annotations

from speccompile.catalog.backing import HALF, SPRING, Backing, Form, Login, scratch, told, url

_NET = ("stackexchange.redis", "microsoft.extensions.caching.stackexchangeredis")
_OPTIONS = ("--appendonly", "yes", "--maxmemory", f"{HALF}mb", "--maxmemory-policy", "noeviction")
_ASK = "redis-cli -h 127.0.0.1 ping | grep -qx PONG"

BACKING = Backing(
    kind="redis",
    usual_name="redis",
    words=("redis",),
    generic=(
        "caches?(?!.(?:control|headers?|hits?|miss(?:es)?|keys?|busting|tags?))",
        "caching layers?",
        "key value stores?",
        "session stores?",
    ),
    clients=(
        "redis",
        "ext-redis",
        "predis/predis",
        "redis-client",
        "resque",
        "sidekiq",
        "ioredis",
        "@redis/client",
        "connect-redis",
        "bullmq",
        "bull",
        "aioredis",
        "django-redis",
        "rq",
        "hiredis",
        "github.com/redis/go-redis",
        "github.com/go-redis/redis",
        "github.com/gomodule/redigo",
        "jedis",
        "lettuce-core",
        "spring-boot-starter-data-redis",
        "stackexchange.redis",
        "microsoft.extensions.caching.stackexchangeredis",
        "servicestack.redis",
        "redix",
    ),
    schemes=("redis", "rediss"),
    own=("REDIS", "SPRING_DATA_REDIS", "SPRING_REDIS"),
    prefixes=("VALKEY", "CACHE", "CELERY", "CELERY_BROKER", "CELERY_RESULT", "BROKER"),
    implied=((SPRING, ("SPRING_DATA_REDIS_HOST", "SPRING_DATA_REDIS_PORT", "SPRING_DATA_REDIS_PASSWORD")),),
    alike=("valkey",),
    lasting=True,
    oldest=6,
    version="7",
    tag="redis:{version}-bookworm",
    port=6379,
    user="999:999",
    data="/data",
    scratch=(scratch("/tmp", size="16m"),),  # noqa: S108  # in the container
    command=("redis-server", *_OPTIONS),
    environment=(),
    login=Login(
        variable="REDIS_PASSWORD",
        user="",
        command=(
            "sh",
            "-c",
            f'{told("REDIS_PASSWORD", quoted=True)}; exec redis-server - "$@" <<END\nrequirepass "$p"\nEND\n',
            "redis",
            *_OPTIONS,
        ),
        check=("sh", "-c", f'{told("REDIS_PASSWORD")}; export REDISCLI_AUTH="$p"; {_ASK}'),
        optional=True,
    ),
    protocol="redis",
    url_variable="REDIS_URL",
    forms=(
        # https://stackexchange.github.io/StackExchange.Redis/Configuration#basic-configuration-strings
        Form("{host}:6379,password={password}", "{host}:6379", (_NET,), plain=False),
        url("redis", "{host}:6379/0", user=""),
    ),
    check=("sh", "-c", _ASK),
    start_period=15,
    memory=384 * 2**20,
    least=16 * 2**20,
    cpus=0.5,
    pids=64,
    stop_signal="SIGTERM",
    stop_grace=30,
)
