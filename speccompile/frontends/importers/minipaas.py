"""Services of the mini-PaaS (the deploy manifest of a Nix-built system): one service as ``add-service`` takes it, or a manifest with several."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.frontends.commandline import plain
from speccompile.frontends.importers import names, variables
from speccompile.frontends.importers.keys import Keys, beginning, key_at, not_carried, number, table, tables, text
from speccompile.frontends.importers.parts import Document, Part, Service
from speccompile.spec.located import Located

TITLE = "a service of the mini-PaaS"
SYNTAXES = ("json",)
_MANIFEST = Keys(
    of="a manifest",
    carried={"services": "`services`"},
    needless=dict.fromkeys(
        ("version", "generation", "createdBy", "createdAt", "revision"), "that is the deployer's own bookkeeping"
    ),
)
_SERVICE = Keys(
    of="a service",
    carried={
        "name": "the name of the service",
        "exec": "`command`",
        "env": "`env`, secrets by name",
        "http": "`port` and `route`",
    },
    lost={
        "hosts": (
            "on which machine a service runs is said when it is deployed",
            "run `docker compose up` on that machine, or deploy to it",
        ),
        "envFile": (
            "it is a file of its machine, and its names stand nowhere here",
            "write the names that are in it below `secrets`, and their values into .env or secrets/ beside the generated compose file",
        ),
        "hardening": (
            "every container is hardened in its own way",
            "nothing: it is unprivileged, without capabilities, and read-only but for `writable`",
        ),
        "systemd": (
            "no unit of systemd is made of it on compose",
            "write `targets: [quadlet]` for units, and `needs` for an order",
        ),
        "timer": (
            "when it runs is said otherwise",
            'write `schedule: "0 3 * * *"` below the service, with its time in UTC',
        ),
    },
    needless={
        "artifact": "what runs is built from the sources here",
        "revision": "that is the deployer's own bookkeeping",
    },
)
_EXEC = Keys(
    of="exec",
    carried={"command": "`command`, where it needs no shell"},
    needless={
        "user": "services run as a user of their own, never as root",
        "group": "services run as a user of their own, never as root",
    },
)
_HTTP = Keys(
    of="http",
    carried={"domain": "the `host` of the `route`", "path": "the `path` of the `route`", "internalPort": "`port`"},
)
KEYS = (_MANIFEST, _SERVICE, _EXEC, _HTTP)


def fits(value: Located) -> bool:
    """Whether it is a service, or a manifest with one."""
    several = list(tables(value.get("services")))
    return any("artifact" in one and ("exec" in one or "http" in one) for one in (value, *several))


def parts(document: Document) -> Iterator[Part]:
    """What deploy.yaml says of the services, and what there is to say about them."""
    value = document.value or Located(document.source, 0)
    services = list(tables(value.get("services"))) if "services" in value else [value]
    if "services" in value:
        yield from _MANIFEST.rest(value)
    called, renamed = names.services([(text(one.get("name")) or "service", beginning(one)) for one in services])
    yield from renamed
    for one in services:
        yield from _service(one, Service(called[beginning(one)]), document)


def _service(one: Located, service: Service, document: Document) -> Iterator[Part]:
    yield from _SERVICE.rest(one, service.name)
    yield from _EXEC.rest(table(one, "exec"), service.name)
    yield from _HTTP.rest(table(one, "http"), service.name)
    yield service.put("path", document.base or ".", beginning(one))
    started, http = table(one, "exec"), table(one, "http")
    command = text(started.get("command")) if started else None
    if started and command:
        words, span = plain(command), key_at(started, "command")
        if words and not words[0].startswith("/nix/"):
            yield service.put("command", words, span)
        else:
            why, fix = (
                "it needs a shell, or is a path of the machine that it was built on",
                f"write `command` below {service.name} where the image starts another program",
            )
            yield not_carried(span, f"{service.name}: `command`", why, fix)
    port = number(http.get("internalPort")) if http else None
    if http and port:
        yield service.put("port", port, key_at(http, "internalPort"))
    if http and (host := text(http.get("domain"))):
        path = text(http.get("path")) or "/"
        yield service.add(
            "routes", {"host": host} if path == "/" else {"host": host, "path": path}, key_at(http, "domain")
        )
    elif http is None:
        yield service.put("role", "worker", beginning(one))
    environment = table(one, "env")
    for name, value in environment.items() if environment else ():
        span = key_at(environment, name) if environment else beginning(one)
        if name == "PORT":
            if port is None and (number(value) or 0) > 0:
                yield service.put("port", number(value) or 0, span)
        else:
            yield from variables.setting(service, name, text(value) or "", span)
