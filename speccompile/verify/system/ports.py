"""On which port a service that is built here listens: all that says something about it says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes import system as codes
from speccompile.regex import regex
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.readers import health_source
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.parsed import System, among
from speccompile.verify.system.workload import Workload, plain

_HEALTH = regex(r"(?:health|Health)\.(py|mjs|ts|go|rs|java|sh)\Z")
# How the servers that are started here are told their address; and nothing else, since -p and --port can be somebody else's.
_TOLD = regex(r"(?:--bind|--listen|--addr)[= ]\S*:([0-9]+)(?: |\Z)|uvicorn .{0,500}?--port[= ]([0-9]+)(?: |\Z)")
_COMMAND = "the command"
_OWN_URL = regex(r"\bhttps?://(?:127\.0\.0\.1|localhost):([0-9]+)/")


def listened(workload: Workload) -> frozenset[int]:
    """The ports that the image of *workload* exposes; else the one in its variable PORT; of one that is pulled, its own."""
    if workload.pulled:
        return frozenset((workload.pulled.port,))
    exposed = {
        int(port.partition("/")[0])
        for instruction in (workload.built.final if workload.built else ())
        if instruction.keyword == "EXPOSE"
        for port in instruction.rest.split()
        if port.partition("/")[0].isdigit()
    }
    own = workload.variables.get("PORT", "")
    return frozenset(exposed or ({int(own)} if own.isdigit() else ()))


def agreed(system: System) -> Iterator[Finding]:
    """SC995: PORT, what the command says, the configuration of nginx and the health check are about the port that is exposed."""
    for workload in system.workloads.values():
        ports = listened(workload)
        for what, port in (*_claims(system, workload),) if workload.built and ports else ():
            if port not in ports:
                message = f"{what} of {workload.name} says {port}, and it listens on {_shown(ports)}"
                if what == _COMMAND:
                    yield system.command(workload, codes.ADDRESS, message)
                else:
                    yield system.finding(("services", workload.name), codes.ADDRESS, message)


def _shown(ports: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(ports)))


def _claims(system: System, workload: Workload) -> Iterator[tuple[str, int]]:
    own = workload.variables.get("PORT", "")
    if own.isdigit():
        yield "PORT", int(own)
    for found in _TOLD.findall(" ".join(workload.words)):
        yield _COMMAND, int("".join(found))
    for server in system.servers:
        if server.workload is workload:
            yield from (("the configuration", port) for port in server.ports)
    for path in health_modules(system, workload):
        constant = health_source.read(path.rpartition(".")[2], system.files[path]).constants.get("PORT")
        if constant and isinstance(constant[1], int):
            yield "the health check", constant[1]


def health_modules(system: System, workload: Workload) -> tuple[str, ...]:
    """The health modules among the artifacts that some stage of the image of *workload* is given."""
    copied = " ".join(
        instruction.rest
        for stage in (workload.built.stages if workload.built else ())
        for instruction in stage
        if instruction.keyword == "COPY" and "health" in instruction.rest.lower()
    )
    sources = re.split(r'[\s",\[\]]+', copied)
    return tuple(sorted({path for one in sources for path in among(system.files, one) if _HEALTH.search(path)}))


def published(system: System) -> Iterator[Finding]:
    """SC995: what is published of a container, and what its own check asks, is a port that it listens on."""
    servers = {server.workload.name: frozenset(server.ports) for server in system.servers}
    for name, workload in system.workloads.items():
        ports = servers.get(name) or listened(workload)
        for number, entry in enumerate(items(workload.body.get("ports"))):
            target = entries(entry).get("target")
            if ports and target not in ports:
                message = f"port {target} of {name} is published, and it listens on {_shown(ports)}"
                yield system.finding(("services", name, "ports", number), codes.ADDRESS, message)
        test = entries(workload.body.get("healthcheck")).get("test")
        for port in _OWN_URL.findall(" ".join(map(plain, items(test)))) if name in servers else ():
            if int(port) not in ports:
                message = f"the health check of {name} asks port {port}, on which it does not listen"
                yield system.finding(("services", name, "healthcheck"), codes.ADDRESS, message)
