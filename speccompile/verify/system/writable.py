"""SC997: under a read-only root, what is known to be written can be."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes import system as codes
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.parsed import System
from speccompile.verify.system.workload import OPERATORS, Workload, covers

_TEMPORARY = "/tmp"  # noqa: S108  # in the container
_DIRECTORIES = ("TMPDIR", "TMP", "TEMP", "STATE_DIR", "CHECKPOINT_DIR", "PGDATA")
_NGINX = (
    "pid",
    "client_body_temp_path",
    "proxy_temp_path",
    "fastcgi_temp_path",
    "uwsgi_temp_path",
    "scgi_temp_path",
    "proxy_cache_path",
)


def writable(system: System) -> Iterator[Finding]:
    """SC997: temporary files, sockets, state and locks."""
    for workload in system.workloads.values():
        if workload.body.get("read_only") is not True:
            continue
        for why, paths in _written(workload):
            if not any(covers(workload.mounted, path) for path in paths):
                message = f"{workload.name} writes to {paths[0]} ({why}), which is on no volume and not in memory"
                yield system.finding(("services", workload.name, "environment", why), codes.UNWRITABLE, message)


def _written(workload: Workload) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Why something is written, a variable or words, and the paths of which one is."""
    yield "temporary files", (_TEMPORARY,)
    for variable in _DIRECTORIES:
        value = workload.variables.get(variable, "")
        if value.startswith("/") and OPERATORS not in value:
            yield variable, (value,)
    yield from (("its image", paths) for paths in (workload.pulled.writes if workload.pulled else ()))
    words = workload.words
    if words[:1] == ("flock",):
        yield "its lock", next(((word,) for word in words if word.startswith("/")), ("a file",))


def served(system: System) -> Iterator[Finding]:
    """SC997: nginx's own files."""
    for server in system.servers:
        if server.workload.body.get("read_only") is not True:
            continue
        for directive in server.directives:
            path = directive.args[0] if directive.args else ""
            if directive.name in _NGINX and not covers(server.workload.mounted, path):
                message = (
                    f"{directive.name} of {server.workload.name} is {path}, which is on no volume and not in memory"
                )
                yield Finding(server.path, directive.line, directive.column, codes.UNWRITABLE, message)
        missing = set(_NGINX[:-1]) - {directive.name for directive in server.directives}
        for name in sorted(missing):
            message = f"{name} of {server.workload.name} is where nginx was built for it, which cannot be written"
            yield Finding(server.path, 1, 1, codes.UNWRITABLE, message)
