"""The artifacts as a deployment reads them, parsed once, for looking demands up in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from typing import Any, TypeAlias

from speccompile.plan.plan import Plan, Service
from speccompile.realise.front_door import FrontDoor, front_door
from speccompile.record import record
from speccompile.verify import compose, crontab
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.readers import caddyfile as caddyfile_reader
from speccompile.verify.readers import crontab as cron_reader
from speccompile.verify.readers import dockerfile as dockerfile_reader
from speccompile.verify.readers import nginx as nginx_reader
from speccompile.verify.readers import yaml as yaml_reader
from speccompile.verify.readers.nginx import Directive

Lines: TypeAlias = tuple[tuple[str, int], ...]
"""Lines of artifacts: path and number, from 1."""

_UNITS = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30}


@record()
class Location:
    """A location of nginx that hands requests over to a service: its path, and its directives."""

    path: str
    directives: tuple[Directive, ...]

    def first(self, name: str) -> Directive | None:
        """Its directive of that *name*."""
        return next((one for one in self.directives if one.name == name), None)

    @property
    def passed(self) -> Directive | None:
        """What hands its requests over."""
        return self.first("proxy_pass") or self.first("grpc_pass")


class View:
    """The artifacts of *plan* in *files* (path → text). What cannot be read is not there: other verifiers say so."""

    path = compose.PATH
    clock = "the crontab, once it is installed,"
    """What starts jobs."""

    def __init__(self, plan: Plan, files: Mapping[str, str]) -> None:
        self.plan, self.files = plan, files

    def service(self, name: str) -> Service | None:
        """The plan's service of that *name*; None for a library, which nothing runs."""
        return next((one for one in self.plan.services if one.name == name), None)

    @cached_property
    def _compose(self) -> yaml_reader.Document | None:
        try:
            return yaml_reader.read(self.files.get(self.path, ""))
        except yaml_reader.Unreadable:
            return None

    @property
    def composed(self) -> dict[str, Any]:
        """The compose file."""
        return entries(self._compose.data) if self._compose else {}

    def box(self, name: str) -> dict[str, Any]:
        """A service of the compose file; empty where there is none."""
        return entries(entries(self.composed.get("services")).get(name))

    def at(self, *path: str | int) -> Lines:
        """The line of a key of the compose file; nothing where it is not there."""
        if self._compose is None or path not in self._compose.places:
            return ()
        return ((self.path, self._compose.places[path][0]),)

    def key(self, service: str, *path: str | int) -> Lines:
        """The line of a key of a service of the compose file."""
        return self.at("services", service, *path)

    @cached_property
    def front(self) -> FrontDoor | None:
        """The front door, where there is one."""
        return front_door(self.plan.ingress)

    @cached_property
    def nginx(self) -> tuple[Directive, ...]:
        """The directives of the front door's ``http`` block; of Caddy those that would say the same."""
        text = self.files.get(self.front.config) if self.front else None
        if self.front and self.front.kind == "caddy":
            return _of_caddy(text or "")
        try:
            found = nginx_reader.read(text or "").directives
        except nginx_reader.NginxSyntaxError:
            return ()
        return next((one.block or () for one in found if one.name == "http"), ())

    def locations(self, service: str) -> tuple[Location, ...]:
        """The locations that hand requests over to *service*."""
        return self._by_service.get(service, ())

    @cached_property
    def _by_service(self) -> dict[str, tuple[Location, ...]]:
        """The locations that hand requests over to each service."""
        found: dict[str, list[Location]] = {}
        for one in self._locations:
            passed = one.passed
            upstream = passed.args[0].partition("://")[2] if passed and passed.args else ""
            for service in self._upstreams.get(upstream, ()):
                found.setdefault(service, []).append(one)
        return {service: tuple(locations) for service, locations in found.items()}

    @cached_property
    def _upstreams(self) -> dict[str, frozenset[str]]:
        """The services that the servers of each upstream are of, by its name."""
        found: dict[str, set[str]] = {}
        for one in self.nginx:
            if one.name == "upstream" and len(one.args) == 1:
                servers = (server.args[0] for server in one.block or () if server.name == "server" and server.args)
                found.setdefault(one.args[0], set()).update(at.partition(":")[0] for at in servers if ":" in at)
        return {name: frozenset(services) for name, services in found.items()}

    @cached_property
    def _locations(self) -> tuple[Location, ...]:
        servers = (one.block or () for one in self.nginx if one.name == "server")
        return tuple(
            Location(one.args[-1], one.block or ())
            for server in servers
            for one in server
            if one.name == "location" and one.args
        )

    def door(self, *directives: Directive | None) -> Lines:
        """The lines of *directives* of the front door."""
        path = self.front.config if self.front else ""
        return tuple(sorted({(path, one.line) for one in directives if one}))

    def job(self, service: str) -> cron_reader.Entry | None:
        """The entry of the crontab that runs *service*."""
        try:
            found = cron_reader.read(self.files.get(crontab.PATH, ""))
        except cron_reader.Unreadable:
            return None
        return next((one for one in found.entries if one.command.split()[-1:] == [service]), None)

    def due(self, service: str) -> Lines:
        """The line that says when *service* is started."""
        entry = self.job(service)
        return ((crontab.PATH, entry.line),) if entry else ()

    def dockerfile(self, service: str) -> Iterator[tuple[dockerfile_reader.Instruction, tuple[str, int]]]:
        """The instructions of the last stage of the Dockerfile of *service*, with where they stand."""
        path = next((one.dockerfile for one in self.plan.services if one.name == service), "")
        try:
            stages = dockerfile_reader.read(self.files.get(path, "")).stages()
        except dockerfile_reader.Unreadable:
            return
        for one in stages[-1] if stages else ():
            yield one, (path, one.line)

    def goes_out(self, service: str) -> bool:
        """Whether *service* is in a network that has a way out."""
        networks = entries(self.composed.get("networks"))
        return any(
            entries(networks.get(str(one))).get("internal") is not True
            for one in items(self.box(service).get("networks"))
        )


def _of_caddy(text: str) -> tuple[Directive, ...]:
    try:
        blocks = caddyfile_reader.read(text).blocks
    except caddyfile_reader.CaddyfileSyntaxError:
        return ()
    told: tuple[Directive, ...] = import_module("speccompile.verify.held.caddy").told(
        blocks
    )  # most front doors are nginx
    return told


def in_bytes(value: object) -> int | None:
    """A size of compose or nginx in bytes."""
    match = re.fullmatch(r"([0-9]+)([bkmgBKMG]?)", str(value))
    return int(match[1]) * _UNITS[match[2].lower() or "b"] if match else None


def in_seconds(value: object) -> float | None:
    """A duration of compose or nginx in seconds."""
    match = re.fullmatch(r"([0-9]+)(ms|s|m|h)?", str(value))
    return int(match[1]) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[match[2] or "s"] if match else None
