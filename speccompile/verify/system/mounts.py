"""SC996: configurations, data and the files that variables name are where their program looks for them."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes import system as codes
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.system import caddy
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.images import NGINX
from speccompile.verify.system.parsed import Server, System, configurations
from speccompile.verify.system.workload import OPERATORS, Workload, covers

_DEFAULT = "/etc/nginx/nginx.conf"
_SECRETS = "/run/secrets/"


def configured(system: System) -> Iterator[Finding]:
    """SC996: an nginx finds its configuration, which is among the artifacts."""
    for workload in system.workloads.values():
        if workload.image not in NGINX:
            continue
        words = workload.words
        wanted = words[words.index("-c") + 1] if "-c" in words[:-1] else _DEFAULT
        if wanted not in configurations(system.document, workload, system.files):
            message = f"{workload.name} reads {wanted}, and none of the configurations that are generated is there"
            yield system.finding(("services", workload.name), codes.MOUNT, message)


def filled(system: System) -> Iterator[Finding]:
    """SC996: the files of a site are where its nginx looks for them."""
    for server in system.servers:
        for directive in server.directives if server.workload.built else ():
            root = directive.args[0] if directive.name == "root" and directive.args else ""
            copied = server.workload.copied
            if root and not covers(copied, root) and not any(covers((root,), path) for path in copied):
                message = f"{server.workload.name} gives out {root}, and nothing is copied there"
                yield Finding(server.path, directive.line, directive.column, codes.MOUNT, message)


def kept(system: System) -> Iterator[Finding]:
    """SC996: the data of a backing service is on a volume."""
    for workload in system.workloads.values():
        pulled = workload.pulled
        if pulled is None or not pulled.data:
            continue
        data = workload.variables.get(pulled.moved_by, pulled.data)
        if not covers(_volumes(workload), data):
            message = f"{workload.name} keeps its data in {data}, which is on no volume"
            yield system.finding(("services", workload.name), codes.MOUNT, message)


def secrets(system: System) -> Iterator[Finding]:
    """SC996: the file that a variable names, or a server's configuration, is mounted, and what is mounted is named by one."""
    read = {server.workload.name: _read(server) for server in system.servers} | caddy.secrets(system)
    for workload in system.workloads.values():
        mounted = {_SECRETS + _mounted(secret) for secret in items(workload.body.get("secrets"))}
        named = {value for value in workload.variables.values() if value.startswith(_SECRETS)}
        configured = read.get(workload.name, frozenset())
        at = ("services", workload.name, "secrets")
        for path in sorted(configured - mounted):
            message = f"the configuration of {workload.name} names {path}, which is not mounted"
            yield system.finding(("services", workload.name), codes.MOUNT, message)
        for path in sorted(named - mounted):
            yield system.finding(at, codes.MOUNT, f"a variable of {workload.name} names {path}, which is not mounted")
        for path in sorted(mounted - named - configured):
            yield system.finding(at, codes.MOUNT, f"{path} is mounted in {workload.name}, and no variable names it")
        for variable, value in workload.variables.items():
            inside = value.startswith("/") and OPERATORS not in value and not value.startswith(_SECRETS)
            if workload.pulled and variable.endswith("_FILE") and inside and not covers(workload.mounted, value):
                message = f"{variable} of {workload.name} names {value}, where nothing is mounted"
                yield system.finding(("services", workload.name, "environment", variable), codes.MOUNT, message)


def _read(server: Server) -> frozenset[str]:
    """The secret files that the configuration of *server* names."""
    return frozenset(arg for one in server.directives for arg in one.args if arg.startswith(_SECRETS))


def _mounted(secret: object) -> str:
    return str(entries(secret).get("target", "")) or str(secret)


def _volumes(workload: Workload) -> tuple[str, ...]:
    return tuple(str(entries(volume).get("target", "")) for volume in items(workload.body.get("volumes")))
