"""A Caddy among the containers: it finds its configuration, what that names is there, and it ends in its time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes import system as codes
from speccompile.record import record
from speccompile.regex import regex
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.readers import caddyfile
from speccompile.verify.readers.caddyfile import Directive, everything, named
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.parsed import System, mounted
from speccompile.verify.system.ports import listened
from speccompile.verify.system.workload import Workload

IMAGE = "caddy"
_WANTED = "/etc/caddy/Caddyfile"
_SECRETS = "/run/secrets/"
_NAMED = regex(r"/run/secrets/[\w.-]+")


@record()
class Door:
    """A Caddy: the service that is one, the path of its configuration among the artifacts, and what that says."""

    workload: Workload
    path: str
    blocks: tuple[Directive, ...]


def doors(system: System) -> Iterator[Door]:
    """All of them that find their configuration. Raises ``ValueError`` for what cannot be read."""
    for workload in system.workloads.values():
        path = _configuration(system, workload) if workload.image == IMAGE else None
        if path is not None:
            yield Door(workload, path, caddyfile.read(system.files[path]).blocks)


def _configuration(system: System, workload: Workload) -> str | None:
    there = dict(mounted(system.document, workload))
    path = there.get(_WANTED)
    return path if path in system.files else None


def configured(system: System) -> Iterator[Finding]:
    """SC996: its configuration is among the artifacts, and mounted where it looks."""
    for workload in system.workloads.values():
        if workload.image == IMAGE and _configuration(system, workload) is None:
            message = f"{workload.name} reads {_WANTED}, and none of the configurations that are generated is there"
            yield system.finding(("services", workload.name), codes.MOUNT, message)


def secrets(system: System) -> dict[str, frozenset[str]]:
    """The secret files that each Caddy's configuration, and what is started before it, name."""
    return {
        door.workload.name: frozenset(
            (
                *(word for one in everything(door.blocks) for word in one.words if word.startswith(_SECRETS)),
                *(path for word in door.workload.words for path in _NAMED.findall(word)),
            )
        )
        for door in doors(system)
    }


def passed_on(system: System) -> Iterator[Finding]:
    """SC995: where it passes requests on."""
    for door in doors(system):
        for host, port, line in _upstreams(door.blocks):
            other = system.workloads.get(host)
            if other is None:
                message = f"the upstream {host} is no service"
            elif not door.workload.networks & other.networks:
                message = f"{door.workload.name} is on no network with {other.name}"
            elif not port.isdigit() or int(port) not in listened(other):
                message = f"{other.name} does not listen on {port}"
            else:
                continue
            yield Finding(door.path, line, 1, codes.ADDRESS, message)


def _upstreams(blocks: tuple[Directive, ...]) -> Iterator[tuple[str, str, int]]:
    for one in everything(blocks):
        if one.name == "dynamic":
            said = {inner.name: "".join(inner.args) for inner in one.block or ()}
            yield said.get("name", ""), said.get("port", ""), one.line
        elif one.name == "to":
            yield from ((*_split(word), one.line) for word in one.args)


def _split(word: str) -> tuple[str, str]:
    host, _, port = word.partition(":")
    return host, port


def reached(system: System) -> Iterator[Finding]:
    """SC995: what is published of it is a port on which a site is."""
    for door in doors(system):
        sites = {match[1] for one in door.blocks if (match := re.fullmatch(r"https?://\S*:(\d+)", " ".join(one.words)))}
        for number, port in enumerate(items(door.workload.body.get("ports"))):
            if str(entries(port).get("target")) not in sites:
                message = f"{door.workload.name} has no site at {entries(port).get('target')}, which is published"
                yield system.finding(("services", door.workload.name, "ports", number), codes.ADDRESS, message)


def ended(system: System) -> Iterator[Finding]:
    """SC954: its end within the grace period of its container."""
    for door in doors(system):
        grace = _seconds(door.workload.body.get("stop_grace_period"))
        for options in (one.block for one in door.blocks if not one.words):
            for one in named(options, "grace_period"):
                if not 0 < _seconds("".join(one.args)) < grace:
                    message = f"{door.workload.name} is killed after {grace} s, before its connections end after {' '.join(one.args)}"
                    yield Finding(door.path, one.line, 1, codes.WAIT, message)


def _seconds(value: object) -> int:
    match = re.fullmatch(r"(\d+)s", str(value))
    return int(match[1]) if match else 0
