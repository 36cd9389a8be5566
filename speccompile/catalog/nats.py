"""NATS, Alpine variant of the official image (the plain one has no shell and nothing to probe with). No image to run it with was at
hand when this was written: checked statically only.

Core NATS keeps nothing: no volume, any user. It has no password: it is on an internal network that nothing outside of the project reaches.
"""

from __future__ import annotations

from speccompile.catalog.backing import Backing, scratch

BACKING = Backing(
    kind="nats",
    words=("nats",),
    generic=("message bus(?:es)?", "event bus(?:es)?", "pub sub", "publish subscribe"),
    clients=("nats", "@nats-io/transport-node", "nats-py", "asyncio-nats-client"),
    version="2.10",
    tag="nats:{version}-alpine",
    port=4222,
    user="999:999",
    data=None,
    tmpfs=(scratch("/tmp", size="16m"),),  # noqa: S108  # in the container
    command=("nats-server", "--addr", "0.0.0.0", "--port", "4222", "--http_port", "8222"),  # noqa: S104  # in the container
    environment=(),
    password_variable=None,
    client_password_variable=None,
    url_variable="NATS_URL",
    url="nats://{host}:4222",
    check=("wget", "-q", "-T", "3", "-O", "/dev/null", "http://127.0.0.1:8222/healthz"),
    start_period=10,
    memory=256 * 2**20,
    cpus=0.5,
    pids=64,
    stop_signal="SIGTERM",
    stop_grace=30,
)
