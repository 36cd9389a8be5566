"""What a backing service is: pure data, one module a service. Patterns are for ``str.format``: ``{app}``, ``{host}``, ``{version}``."""

from __future__ import annotations

from speccompile.record import record

_LONGEST = 32
_RESERVED = frozenset({"admin", "guest", "local", "mysql", "postgres", "root", "template0", "template1"})


@record(kw_only=True)
class Backing:
    """A kind of backing service: how specs and sources speak of it, how it runs, how clients reach it.

    - ``words`` name the service; ``generic`` say what kind of store it is. Lower case; regular expressions in which a space
      stands for spaces, hyphens or underscores. ``clients`` are npm and PyPI packages whose presence implies the service.
    - ``tag`` is the image with ``{version}``; ``version`` the default. ``user`` is numeric, uid and gid, and owns ``data`` in the image.
    - ``data`` is where the data lives (a named volume), None where there is nothing to keep. ``tmpfs`` are (path, mount options).
    - ``environment`` is the store's own, with ``{app}``; ``password_variable`` gets the path of the password's file. None
      where the service has no password: it is on an internal network only.
    - ``url_variable`` and ``url`` (with ``{app}`` and ``{host}``, without a password) are what clients get, and the password's path in
      ``client_password_variable``.
    - ``check`` is a probe on protocol level that exists in the image, as an argument vector with ``{app}``; times are in seconds.
    - ``memory`` in bytes; ``stop_grace`` in seconds.
    """

    kind: str
    words: tuple[str, ...]
    generic: tuple[str, ...]
    clients: tuple[str, ...]
    version: str
    tag: str
    port: int
    user: str
    data: str | None
    tmpfs: tuple[tuple[str, tuple[str, ...]], ...]
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    password_variable: str | None
    client_password_variable: str | None
    url_variable: str
    url: str
    check: tuple[str, ...]
    check_interval: int = 10
    check_timeout: int = 5
    start_period: int
    memory: int
    cpus: float
    pids: int
    stop_signal: str
    stop_grace: int


def identifier(app: str) -> str:
    """The database, user and virtual host of the application *app* (``[a-z][a-z0-9-]*``).

    Hyphens become underscores; at most 32 characters (MySQL's limit for users); a name that a server keeps for itself gets a suffix.
    """
    name = app.replace("-", "_")[:_LONGEST].rstrip("_")
    return f"{name}_app" if name in _RESERVED else name


def scratch(path: str, *, size: str, owner: str | None = None) -> tuple[str, tuple[str, ...]]:
    """A memory file system at *path*: everybody's, or that of *owner* (``uid:gid``) alone."""
    if owner is None:
        return path, (f"size={size}", "mode=1777")
    uid, _, gid = owner.partition(":")
    return path, (f"size={size}", f"uid={uid}", f"gid={gid}", "mode=0755")
