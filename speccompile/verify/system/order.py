"""SC957: who waits for a service waits for something that can happen."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes import system as codes
from speccompile.verify.compose_findings import entries
from speccompile.verify.readers import crontab
from speccompile.verify.system.addresses import addresses, upstreams
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.parsed import System
from speccompile.verify.system.workload import Workload

_CRONTAB = "crontab"


def waits(system: System) -> Iterator[Finding]:
    """SC957: the service is there; to be healthy it needs a health check, to have ended it must not be started again."""
    for workload in system.workloads.values():
        for name, how in entries(workload.body.get("depends_on")).items():
            condition, other = entries(how).get("condition"), system.workloads.get(name)
            message = (
                f"{workload.name} waits for {name}, which is not there"
                if other is None
                else f"{workload.name} waits until {name} is healthy, and nothing asks {name}"
                if condition == "service_healthy" and not _asked(other)
                else f"{workload.name} waits until {name} has ended, and {name} is started again"
                if condition == "service_completed_successfully" and other.body.get("restart") != "no"
                else ""
            )
            if message:
                yield system.finding(("services", workload.name, "depends_on", name), codes.ORDER, message)


def _asked(workload: Workload) -> bool:
    check = entries(workload.body.get("healthcheck"))
    if check:
        return check.get("disable") is not True
    final = workload.built.final if workload.built else ()
    return any(i.keyword == "HEALTHCHECK" and i.rest.strip() != "NONE" for i in final)


def asks(system: System) -> Iterator[Finding]:
    """SC957: who asks a backing service, or passes requests on, starts after that. Services may ask each other in a circle."""
    for workload in system.workloads.values():
        for variable, address in addresses(workload) if not workload.pulled else ():
            other = system.workloads.get(address.host)
            if other and other.pulled and not _waits(workload, other):
                message = (
                    f"{variable} of {workload.name} is about {other.name}, and {workload.name} does not wait for it"
                )
                yield system.finding(("services", workload.name, "environment", variable), codes.ORDER, message)
    for server in system.servers:
        for host in upstreams(server):
            other = system.workloads.get(host)
            if other and not _waits(server.workload, other):
                message = f"{server.workload.name} passes requests on to {host}, and does not wait for it"
                yield system.finding(("services", server.workload.name), codes.ORDER, message)


def _waits(workload: Workload, other: Workload) -> bool:
    return other.name in entries(workload.body.get("depends_on"))


def runs(system: System) -> Iterator[Finding]:
    """SC957: what cron starts is a service, and one that nothing else starts."""
    if _CRONTAB not in system.files:
        return
    for entry in crontab.read(system.files[_CRONTAB]).entries:
        name = entry.command.split()[-1]
        workload = system.workloads.get(name)
        if workload is None or not workload.body.get("profiles"):
            there = "is no service" if workload is None else "is started with all the others, too"
            yield Finding(_CRONTAB, entry.line, 1, codes.ORDER, f"cron runs {name}, which {there}")
