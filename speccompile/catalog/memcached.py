"""Memcached, Debian variant of the official image: memory only, nothing to keep, no password (its protocol has none that clients use), so it is
on an internal network that nothing outside of the project reaches.

Not run here: from the image's documentation as remembered (github.com/docker-library/memcached: user 11211), to be tried before
production. It has bash, which can connect: the probe wants the answer to ``version``.
"""

from __future__ import annotations

from speccompile.catalog.backing import HALF, Backing, plain, scratch

_ASK = 'exec 3<>/dev/tcp/127.0.0.1/11211; printf "version\\r\\nquit\\r\\n" >&3; read -r -t 3 said <&3; [[ $said == VERSION* ]]'

BACKING = Backing(
    kind="memcached",
    usual_name="memcached",
    words=("memcached?",),
    generic=(),
    clients=(
        "memjs",
        "ext-memcached",
        "memcached",
        "memcache",
        "memcache-client",
        "pymemcache",
        "pylibmc",
        "python-memcached",
        "aiomcache",
        "github.com/bradfitz/gomemcache",
        "spymemcached",
        "xmemcached",
        "dalli",
        "enyimmemcachedcore",
        "memcachex",
    ),
    schemes=("memcached", "memcache"),
    own=("MEMCACHED", "MEMCACHE"),
    prefixes=("CACHE",),
    untried=True,
    oldest=1,
    version="1.6",
    tag="memcached:{version}-bookworm",
    port=11211,
    user="11211:11211",
    data=None,
    scratch=(scratch("/tmp", size="1m"),),  # noqa: S108  # in the container
    command=("memcached", "-m", HALF, "-c", "1024", "-p", "11211", "-U", "0"),
    environment=(),
    login=None,
    protocol="tcp",
    url_variable="MEMCACHED_SERVERS",
    forms=(plain("{host}:11211"),),
    check=("bash", "-c", _ASK),
    start_period=5,
    memory=128 * 2**20,
    least=16 * 2**20,
    cpus=0.5,
    pids=64,
    stop_signal="SIGTERM",
    stop_grace=10,
)
