"""SC998: nothing that others are to reach is bound to loopback, and no container looks for a backing service in itself."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes import system as codes
from speccompile.regex import regex
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.system.addresses import addresses
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.parsed import System
from speccompile.verify.system.ports import listened
from speccompile.verify.system.workload import Workload

_LOOPBACK = regex(r"localhost|127(?:\.[0-9]{1,3}){3}|\[?::1\]?")
# What frameworks read to know where to listen, as their documentation has it.
_BINDS = (
    "HOST",
    "HOSTNAME",
    "BIND",
    "BIND_HOST",
    "BIND_ADDRESS",
    "LISTEN_ADDR",
    "LISTEN_HOST",
    "SERVER_ADDRESS",
    "QUARKUS_HTTP_HOST",
)
_TOLD = regex(
    r"(?:\A| )(?:-b|--bind|--listen|--addr|--host|--hostname|--address)[= ](?:[a-z]+://)?(\S+?)(?::[0-9]+)?(?: |\Z)"
)
_OF_A_STORE = regex(
    r"(?:\A|_)(?:DB|DATABASE|POSTGRES|PG|MYSQL|MARIADB|REDIS|MONGO|MONGODB|RABBITMQ|AMQP|NATS)_HOST\Z|\ASPRING_(?:DATA_)?[A-Z]+_HOST\Z"
)


def bound(system: System) -> Iterator[Finding]:
    """SC998: variables and commands that say where a server listens."""
    for workload in system.workloads.values():
        if not listened(workload) or _lent(workload):
            continue
        at = ("services", workload.name)
        for variable in _BINDS:
            if _LOOPBACK.fullmatch(workload.variables.get(variable, "")):
                message = (
                    f"{variable} binds {workload.name} to {workload.variables[variable]}, where nobody else reaches it"
                )
                yield system.finding((*at, "environment", variable), codes.LOOPBACK, message)
        for host in _TOLD.findall(" ".join(workload.words)):
            if _LOOPBACK.fullmatch(host):
                message = f"the command binds {workload.name} to {host}, where nobody else reaches it"
                yield system.command(workload, codes.LOOPBACK, message)


def _lent(workload: Workload) -> str:
    """Whose network *workload* has; there the two reach each other at loopback. "" where it has its own."""
    mode = str(workload.body.get("network_mode", ""))
    return mode.removeprefix("service:") if mode.startswith("service:") else ""


def served(system: System) -> Iterator[Finding]:
    """SC998: nginx; a port that its own check asks, and nobody publishes, is nobody else's business."""
    for server in system.servers:
        published = {str(entries(port).get("target")) for port in items(server.workload.body.get("ports"))}
        asked = " ".join(map(str, items(entries(server.workload.body.get("healthcheck")).get("test"))))
        for directive in server.directives:
            host, colon, number = (
                directive.args[0].rpartition(":") if directive.name == "listen" and directive.args else ("", "", "")
            )
            own = number not in published and f"//{host}:{number}/" in asked
            if colon and _LOOPBACK.fullmatch(host) and not own:
                message = f"{server.workload.name} listens on {host}, where nobody else reaches it"
                yield Finding(server.path, directive.line, directive.column, codes.LOOPBACK, message)


def sought(system: System) -> Iterator[Finding]:
    """SC998: addresses of backing services; who has sidecars may mean these."""
    owners = {_lent(workload) for workload in system.workloads.values()}
    for workload in (one for one in system.workloads.values() if one.name not in owners):
        for variable, address in addresses(workload) if workload.pulled is None else ():
            of_a_store = address.of_a_store or (not address.scheme and _OF_A_STORE.search(variable))
            if of_a_store and _LOOPBACK.fullmatch(address.host):
                message = (
                    f"{variable} of {workload.name} looks for a backing service in its own container, at {address.host}"
                )
                yield system.finding(("services", workload.name, "environment", variable), codes.LOOPBACK, message)
