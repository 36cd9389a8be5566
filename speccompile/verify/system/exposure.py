"""SC958: the proxy alone publishes ports, each port of the host once; backing services are reached by those who use them."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes import system as codes
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.parsed import System


def published(system: System) -> Iterator[Finding]:
    """SC958: ports of the host."""
    proxies = {server.workload.name for server in system.servers if not server.workload.built}
    seen: dict[tuple[str, str], str] = {}
    for name, workload in system.workloads.items():
        for number, port in enumerate(map(entries, items(workload.body.get("ports")))):
            at = ("services", name, "ports", number)
            if proxies and name not in proxies:
                yield system.finding(at, codes.EXPOSED, f"{name} publishes a port past the proxy")
            other = seen.setdefault((str(port.get("published")), str(port.get("protocol", "tcp"))), name)
            if other != name:
                yield system.finding(at, codes.EXPOSED, f"{name} and {other} publish one port of the host")


def inside(system: System) -> Iterator[Finding]:
    """SC958: backing services."""
    networks = entries(entries(system.document.data).get("networks"))
    for name, workload in system.workloads.items():
        if workload.pulled is None:
            continue
        outward = sorted(n for n in workload.networks if entries(networks.get(n)).get("internal") is not True)
        lent = str(workload.body.get("network_mode", "")).removeprefix("service:") in system.workloads
        if outward or workload.body.get("ports") or (workload.body.get("network_mode") and not lent):
            where = f"is on {', '.join(outward)}" if outward else "publishes a port, or has the host's network"
            yield system.finding(("services", name), codes.EXPOSED, f"the backing service {name} {where}")


def between(system: System) -> Iterator[Finding]:
    """SC958: a proxy can be reached from the host, and reaches no backing service."""
    networks = entries(entries(system.document.data).get("networks"))
    stores = [workload for workload in system.workloads.values() if workload.pulled]
    for proxy in (server.workload for server in system.servers if not server.workload.built):
        for store in stores:
            if proxy.networks & store.networks:
                message = f"{proxy.name}, which anybody reaches, is on a network with {store.name}"
                yield system.finding(("services", proxy.name, "networks"), codes.EXPOSED, message)
        if proxy.networks and all(entries(networks.get(n)).get("internal") is True for n in proxy.networks):
            message = f"{proxy.name} publishes ports, and is on internal networks only, which nobody reaches"
            yield system.finding(("services", proxy.name, "networks"), codes.EXPOSED, message)
