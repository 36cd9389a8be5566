"""SC995: who is named is there, on a network with who names it, and listens on that port."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes import system as codes
from speccompile.record import record
from speccompile.regex import regex
from speccompile.verify.readers.nginx import Directive
from speccompile.verify.readers.yaml import Path
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.images import PORTS
from speccompile.verify.system.parsed import Server, System
from speccompile.verify.system.ports import listened
from speccompile.verify.system.workload import OPERATORS, Workload

_URL = regex(
    r"([A-Za-z][A-Za-z0-9+.-]{0,30})://(?:[^/?#\s@]{0,500}@)?(\[[^\]\s]{0,60}\]|[^/?#\s:,@]{1,260})(?::([0-9]+))?"
)
_GO = regex(r"@tcp\(([^():\s]{1,260}):([0-9]+)\)")
_PASSES = ("proxy_pass", "grpc_pass")
_HOST = "_HOST"


@record()
class Address:
    """An address in a variable: the scheme ("" where it has none), the host, the port where one is known."""

    scheme: str
    host: str
    port: int | None

    @property
    def of_a_store(self) -> bool:
        """Whether only a backing service is addressed so."""
        return self.scheme in PORTS


def addresses(workload: Workload) -> Iterator[tuple[str, Address]]:
    """The addresses in the variables of *workload*, by variable; what the operator supplies as a whole is not looked into."""
    for name, value in workload.variables.items():
        for scheme, host, port in _URL.findall(value):
            base = scheme.lower().partition("+")[0]
            yield name, Address(base, host, int(port) if port else PORTS.get(base))
        for host, port in _GO.findall(value):
            yield name, Address("mysql", host, int(port))
        port = workload.variables.get(f"{name.removesuffix(_HOST)}_PORT", "")
        if name.endswith(_HOST) and port.isdigit():
            yield name, Address("", value, int(port))


def asked(system: System) -> Iterator[Finding]:
    """SC995: variables."""
    for workload in system.workloads.values():
        for variable, address in addresses(workload):
            if workload.pulled is None and OPERATORS not in address.host:
                at = ("services", workload.name, "environment", variable)
                yield from _reached(system, workload, variable, address, at)


def _reached(system: System, workload: Workload, variable: str, address: Address, at: Path) -> Iterator[Finding]:
    other = system.workloads.get(address.host)
    if other is not None:
        for problem in _problems(workload, other, address):
            yield system.finding(at, codes.ADDRESS, f"{variable} of {workload.name}: {problem}")
    elif address.of_a_store and not re.search(r"[.:]", address.host) and address.host != "localhost":
        message = f"{variable} of {workload.name} names {address.host}, which is neither a service nor the full name of a host"
        yield system.finding(at, codes.ADDRESS, message)


def _problems(asks: Workload, other: Workload, address: Address) -> Iterator[str]:
    if not asks.networks & other.networks:
        yield f"{asks.name} is on no network with {other.name}"
    pulled = other.pulled
    if pulled and address.scheme not in ("", "http", *pulled.schemes):
        yield f"{other.name} is {other.image}, which is not spoken to as {address.scheme}"
    elif pulled and address.port not in (None, pulled.port, *pulled.pages):
        yield f"{other.name} listens on {pulled.port}, not on {address.port}"
    elif other.built and address.port is not None and address.port not in listened(other):
        yield f"{other.name} does not listen on {address.port}"


def upstreams(server: Server) -> dict[str, tuple[int, Directive]]:
    """The hosts that *server* passes requests on to, with the port and the directive that names it: an address itself, or an upstream's."""
    blocks = [directive for directive in server.directives if directive.name == "upstream"]
    named = {" ".join(block.args) for block in blocks}
    inside = [inner for block in blocks for inner in block.block or () if inner.name == "server" and inner.args]
    found = {
        host: (int(port or 80), directive)
        for directive in server.directives
        if directive.name in _PASSES and directive.args
        for _, host, port in _URL.findall(directive.args[-1])
        if host not in named
    }
    for directive in inside:
        host, _, port = directive.args[0].partition(":")
        found[host] = (int(port) if port.isdigit() else 80, directive)
    return found


def passed_on(system: System) -> Iterator[Finding]:
    """SC995: upstreams of nginx."""
    for server in system.servers:
        for host, (port, directive) in upstreams(server).items():
            message = _upstream(system, server, host, port)
            if message:
                yield Finding(server.path, directive.line, directive.column, codes.ADDRESS, message)


def _upstream(system: System, server: Server, host: str, port: int) -> str:
    other = system.workloads.get(host)
    if other is None:
        return f"the upstream {host} is no service"
    if not server.workload.networks & other.networks:
        return f"{server.workload.name} is on no network with {other.name}"
    return "" if port in listened(other) else f"{other.name} does not listen on {port}"
