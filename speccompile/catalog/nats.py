"""NATS, Alpine variant of the official image (the plain one has no shell and nothing to probe with). No image to run it with was at
hand when this was written: checked statically only.

Core NATS keeps nothing: no volume, any user. The password gets to the server on its standard input, as configuration. Where clients can give
none there is none: then it is on an internal network that nothing outside of the project reaches. The client for JavaScript is one of these: it
drops what a URL says of a login.
"""

from __future__ import annotations

from speccompile.catalog.backing import Backing, Login, scratch, told, url

_OPTIONS = ("--addr", "0.0.0.0", "--port", "4222", "--http_port", "8222")  # noqa: S104  # in the container

BACKING = Backing(
    kind="nats",
    usual_name="nats",
    words=("nats",),
    generic=("message bus(?:es)?", "event bus(?:es)?", "pub sub", "publish subscribe"),
    clients=(
        "nats",
        "@nats-io/transport-node",
        "nats-py",
        "asyncio-nats-client",
        "github.com/nats-io/nats.go",
        "async-nats",
        "jnats",
        "nats.client",
        "nats.net",
        "gnat",
    ),
    schemes=("nats",),
    own=("NATS",),
    oldest=2,
    version="2.10",
    tag="nats:{version}-alpine",
    port=4222,
    user="999:999",
    data=None,
    scratch=(scratch("/tmp", size="16m"),),  # noqa: S108  # in the container
    command=("nats-server", *_OPTIONS),
    environment=(),
    login=Login(
        variable="NATS_PASSWORD",
        user="{user}",
        command=(
            "sh",
            "-c",
            f'{told("NATS_PASSWORD", quoted=True)}; exec nats-server -c /dev/stdin "$@" <<END\n'
            'authorization {\n  user: "$NATS_USER"\n  password: "$p"\n}\nEND\n',
            "nats",
            *_OPTIONS,
        ),
        environment=(("NATS_USER", "{user}"),),
        optional=True,
        mute=("bun", "deno", "node"),
    ),
    protocol="nats",
    url_variable="NATS_URL",
    forms=(url("nats", "{host}:4222"),),
    check=("wget", "-q", "-T", "3", "-O", "/dev/null", "http://127.0.0.1:8222/healthz"),
    start_period=10,
    memory=256 * 2**20,
    least=16 * 2**20,
    cpus=0.5,
    pids=64,
    stop_signal="SIGTERM",
    stop_grace=30,
)
