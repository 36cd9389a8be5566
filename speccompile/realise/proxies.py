"""The programs that can be the front door, as containers: what their images are, where they read, how they are asked and ended."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal, TypeAlias

from speccompile.plan.image import SECRETS
from speccompile.plan.ingress import Ingress
from speccompile.record import record

Kind: TypeAlias = Literal["nginx", "caddy"]

CADDY_HOME = "/tmp/caddy"  # noqa: S108  # in the container
"""Where Caddy keeps what it writes, which is nothing that has to be kept."""
CADDY_ADMIN = "/tmp/caddy.sock"  # noqa: S108
"""Where Caddy is told to read its configuration again: by nobody who is not in its container."""


CERTIFICATES = "/var/tmp"  # noqa: S108  # in the container
"""Where certificates that come by ACME are kept, and the files by which an operator closes routes, in a volume of its own. The images have it,
writable for everybody, and a volume that is mounted there for the first time is as the directory is
(https://docs.docker.com/engine/storage/volumes/): nobody has to be root in order to make it so."""
ACME_MODULE = "modules/ngx_http_acme_module.so"
"""nginx's own ACME module, in nginx's image since 1.28.1 (https://github.com/nginx/docker-nginx/commit/a306285, 2026-01-06; not for arm/v6)."""


@record()
class Program:
    """A program: its image (the tag fixes what directives there are), user, the file that it reads (``config``, as generated) at ``target``,
    the signal that lets it finish, its memory, capabilities that its file names, and variables. ``reads`` is whether it can be let read what a
    service writes: it follows no links, which would lead to its own secrets."""

    kind: Kind
    image: str
    user: str
    config: str
    target: str
    signal: str
    memory: int
    bounding: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    reads: bool


_NGINX = Program(
    kind="nginx",
    # Unprivileged by its user and its configuration; the tag fixes the minor version.
    image="nginx:1.28-alpine",
    user="101:101",
    config="nginx.conf",
    target="/etc/nginx/nginx.conf",
    signal="SIGQUIT",
    memory=128 * 2**20,
    bounding=(),
    environment=(),
    reads=True,
)
_CADDY = Program(
    kind="caddy",
    image="caddy:2.11-alpine",
    user="1000:1000",
    config="Caddyfile",
    target="/etc/caddy/Caddyfile",
    signal="SIGTERM",
    memory=192 * 2**20,
    # The image's file has cap_net_bind_service=+ep (https://github.com/caddyserver/caddy-docker): the kernel would not start it else.
    bounding=("NET_BIND_SERVICE",),
    environment=(("XDG_CONFIG_HOME", CADDY_HOME), ("XDG_DATA_HOME", CADDY_HOME)),
    # Its file server follows links, and has no word for not doing so (https://caddyserver.com/docs/caddyfile/directives/file_server).
    reads=False,
)
_PROGRAMS = MappingProxyType({"nginx": _NGINX, "caddy": _CADDY})


def program(ingress: Ingress) -> Program | None:
    """The one that *ingress* has chosen, nginx where it has not; None where services are reached themselves."""
    return _PROGRAMS.get(ingress.proxy.name) if ingress.proxy else _NGINX


def entrypoint(chosen: Program, ingress: Ingress) -> tuple[str, ...]:
    """How it is started, where that is not as its image starts it.

    Caddy takes users and hashes with a space between them, and files of users are as htpasswd writes them, with a colon.
    """
    users = sorted({route.login.secret for route in ingress.routes if route.login})
    if chosen.kind != "caddy" or not users:
        return ()
    made = "; ".join(f"sed 's/:/ /' {SECRETS}/{name} > {users_file(name)}" for name in users)
    run = f"exec caddy run --config {chosen.target} --adapter caddyfile"
    return ("sh", "-c", f"set -eu; umask 077; {made}; {run}")


def users_file(secret: str) -> str:
    """Where Caddy finds the users of *secret*."""
    return f"/tmp/{secret}.users"  # noqa: S108  # in the container
