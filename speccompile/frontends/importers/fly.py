"""fly.toml (https://fly.io/docs/reference/configuration/): one app, with one process or several of one source tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.frontends.importers import names, processes, variables
from speccompile.frontends.importers.keys import (
    Keys,
    beginning,
    items,
    key_at,
    not_carried,
    not_needed,
    number,
    table,
    tables,
    text,
    wrong_shape,
)
from speccompile.frontends.importers.parts import Document, Part, Put, Service
from speccompile.frontends.importers.places import inside
from speccompile.frontends.importers.sizes import cpus, memory, milliseconds
from speccompile.frontends.wording import shown
from speccompile.spec.located import Located, LocatedList

TITLE = "fly.toml"
SYNTAXES = ("toml",)
_REGION = "where machines are is said when they are deployed to"
_FILE = Keys(
    of="the file",
    carried={
        "app": "`app`, and the name of a single service",
        "build": "`build.args`",
        "env": "`env`, secrets by name",
        "http_service": "`port` and `health`",
        "services": "`port` and `health` of the first one",
        "processes": "a service each: the one that listens, and workers",
        "mounts": "`writable`",
        "deploy": "`release`, from `release_command`",
        "vm": "`resources`",
        "checks": "`health`, of a check in HTTP",
    },
    lost={
        "files": (
            "files are put into no container from outside",
            "have the file in the project and name it in `include`",
        ),
        "statics": (
            "files are served by the program, or by a service of the stack `static`",
            "let the program serve them, or have a service with `stack: static`",
        ),
        "metrics": ("nothing is set up that reads metrics", "let your own Prometheus ask the service"),
        "swap_size_mb": ("swap is the host's business", "write `resources: {memory: …}` with what is needed"),
        "experimental": (
            "it changes how the platform starts a machine",
            "write `command` below the service where it is about that",
        ),
        "kill_signal": ("a program is ended with SIGTERM", "let it end by that, too"),
        "restart": (
            "servers and workers are started again whenever they end",
            'write `role: job` or `schedule: "0 3 * * *"` for what ends',
        ),
    },
    needless={
        **dict.fromkeys(("primary_region", "host_dedication_id"), _REGION),
        "kill_timeout": "how long a program has to end follows from its assertions",
        "console_command": "`docker compose exec` starts any program",
    },
)
_BUILD = Keys(
    of="build",
    carried={"args": "`build.args`"},
    lost={
        "image": (
            "the image of this service is built here, of the sources",
            "write `image` and `port` below a service where it is only pulled",
        ),
        "builder": ("images are built as their stack is", "look at `speccompile plan`"),
        "buildpacks": (
            "images are built as their stack is",
            "look at `speccompile plan`: what a buildpack added may have to be named in `packages`",
        ),
    },
    needless=dict.fromkeys(
        ("dockerfile", "ignorefile", "build-target", "builtin", "settings"),
        "how an image is built follows from the sources",
    ),
)
_HTTP = Keys(
    of="http_service, services",
    carried={
        "internal_port": "`port`",
        "checks": "`health`",
        "http_checks": "`health`",
        "processes": "which process it is about",
    },
    lost={
        "concurrency": (
            "how many requests are let in is said at a route",
            "write `route: {connections: {count: 200}}` below the service",
        ),
        "http_options": ("answers are left as they are", "write `route: {headers: {…}}` below the service"),
        "protocol": ("what is not HTTP gets no route", "publish the port yourself, or use another way in"),
    },
    needless={
        "force_https": "TLS ends in front of what is generated, or at it where deploy.yaml has `tls`",
        "tls_options": "TLS ends in front of what is generated, or at it where deploy.yaml has `tls`",
        "ports": "what is published is the front door",
        "tcp_checks": "a server is asked in its own protocol, which says more",
        **dict.fromkeys(
            (
                "auto_stop_machines",
                "auto_start_machines",
                "min_machines_running",
                "auto_stop",
                "auto_start",
                "script_checks",
            ),
            "containers run until they are stopped",
        ),
    },
)
_MOUNT = Keys(
    of="mounts",
    carried={"destination": "`writable`", "processes": "which process it is about"},
    lost={
        **dict.fromkeys(
            (
                "initial_size",
                "auto_extend_size_threshold",
                "auto_extend_size_increment",
                "auto_extend_size_limit",
            ),
            ("volumes are as large as the disk", "watch how much room the disk has"),
        ),
        **dict.fromkeys(
            ("snapshot_retention", "scheduled_snapshots"),
            ("nothing copies a volume of a program's", "back it up yourself"),
        ),
    },
    needless={"source": "a volume is called after the service and the directory"},
)
_MACHINE = Keys(
    of="vm",
    carried={
        "cpus": "`resources.cpus`",
        **dict.fromkeys(("memory", "memory_mb"), "`resources.memory`"),
        "processes": "which process it is about",
    },
    lost={
        **dict.fromkeys(
            ("size", "gpu_kind", "gpus"),
            ("it is a size of the platform's", "write `resources: {cpus: 1, memory: 512M}` below the service"),
        ),
        "kernel_args": ("containers share the kernel of their host", "set it up on the host where it matters"),
    },
    needless={
        "cpu_kind": "what processors a host has is not said here",
        "host_dedication_id": _REGION,
        "persist_rootfs": "what a program keeps is in `writable`",
    },
)
_CHECKED = Keys(
    of="checks",
    carried={
        "path": "`health.path`",
        **{key: f"`health.{here}`" for key, here in (("interval", "interval"), ("timeout", "timeout"))},
        "grace_period": "`health.start_period`",
    },
    lost=dict.fromkeys(("headers", "method"), ("a server is asked with GET", "have a path that answers it")),
    needless={
        **dict.fromkeys(("type", "protocol", "port"), "a server is asked at its port, in its own protocol"),
        **dict.fromkeys(
            ("tls_skip_verify", "tls_server_name"), "it is asked from within its own container, without TLS"
        ),
        "restart_limit": "what does not answer is started again",
    },
)
KEYS = (_FILE, _BUILD, _HTTP, _MOUNT, _MACHINE, _CHECKED)
_CHECK = {"interval": "interval", "timeout": "timeout", "grace_period": "start_period"}


def fits(value: Located) -> bool:
    """Whether it has marks of Fly's."""
    return (
        "http_service" in value
        or "primary_region" in value
        or ("app" in value and any(key in value for key in ("services", "mounts", "build", "deploy")))
    )


def parts(document: Document) -> Iterator[Part]:
    """What deploy.yaml says of a fly.toml, and what there is to say about it."""
    value = document.value or Located(document.source, 0)
    yield from _FILE.rest(value, seen=("kill_signal",) if text(value.get("kill_signal")) == "SIGTERM" else ())
    yield from _BUILD.rest(table(value, "build"), "build")
    for name, finding in names.application(value.get("app"), key_at(value, "app")):
        yield Put(steps=("app",), value=name, span=key_at(value, "app"))
        yield from (finding,) if finding else ()
    listening = _listening(value)
    started = table(value, "processes")
    main = Service(
        names.said_here(text(value.get("app")) or "app") if not started else names.said_here(listening or "web", "web")
    )
    services = {listening or "app": main}
    if started:
        called, renamed = names.services([(one, key_at(started, one)) for one in started])
        yield from renamed
        services = {one: Service(called[key_at(started, one)]) for one in started}
        main = services.get(listening or "", next(iter(services.values())))
    for name, service in services.items():
        yield service.put("path", document.base or ".", key_at(value, "app"))
        yield from _environment(service, table(value, "env"), _port(value) if service is main else None)
        yield from _arguments(service, table(value, "build", "args"))
        if started and (said := text(started.get(name))):
            yield from processes.command(
                service, said, key_at(started, name), _port(value) if service is main else None
            )
        if service is not main or not _doors(value):
            yield service.put("role", "worker", key_at(started, name) if started else key_at(value, "app"))
    yield from _doors_of(value, main)
    yield from _mounts(value, services, main)
    yield from _release(value, main)
    yield from _machines(value, services, main)


def _doors(value: Located) -> list[Located]:
    return [*tables(value.get("http_service")), *tables(value.get("services"))]


def _port(value: Located) -> int | None:
    return next((port for one in _doors(value) if (port := number(one.get("internal_port")))), None)


def _listening(value: Located) -> str | None:
    """The process that listens."""
    for one in _doors(value):
        said = one.get("processes")
        if isinstance(said, LocatedList) and said:
            return text(said[0])
    started = table(value, "processes")
    return next((name for name in started or () if name in ("app", "web")), None)


def _doors_of(value: Located, service: Service) -> Iterator[Part]:
    checks: list[Located] = []
    for index, one in enumerate(_doors(value)):
        yield from _HTTP.rest(one, service.name, ("protocol",) if _is_http(one) else ())
        port = number(one.get("internal_port"))
        if index:
            yield not_carried(
                beginning(one),
                f"{service.name}: a second port ({port})",
                "a service listens on one port here",
                "look whether the first one is the one that is meant",
            )
        elif port:
            yield service.put("port", port, key_at(one, "internal_port"))
            checks += [*tables(one.get("checks")), *tables(one.get("http_checks"))]
    for name, one, span in items(value, "checks"):
        if isinstance(one, Located):
            checks.append(one)
        else:
            yield wrong_shape(span, f"the check {shown(name)}", one, "a table")
    yield from _checks(service, sorted(checks, key=lambda one: "path" not in one))


def _is_http(one: Located) -> bool:
    """Whether what comes in there is HTTP, as far as the file says it: ``http_service`` is, of ``services`` what has a handler for it."""
    handlers = [text(word) for port in tables(one.get("ports")) for word in _words(port.get("handlers"))]
    return "protocol" not in one or any(word in ("http", "tls", "edge_http") for word in handlers)


def _words(value: object) -> LocatedList:
    return value if isinstance(value, LocatedList) else LocatedList()


def _checks(service: Service, checks: list[Located]) -> Iterator[Part]:
    for one in checks[:1]:
        if path := text(one.get("path")):
            yield service.put("health.path", path, key_at(one, "path"))
        for said, key in _CHECK.items():
            if (held := text(one.get(said))) is not None:
                yield service.put(
                    f"health.{key}", held if not held.isdecimal() else milliseconds(held), key_at(one, said)
                )
        plain = ("method",) if text(one.get("method")) in ("GET", "get") else ()
        yield from _CHECKED.rest(one, f"{service.name}: its check", plain)
    for one in checks[1:]:
        yield not_carried(
            beginning(one),
            f"{service.name}: a second check",
            "a service is asked in one way",
            "keep the one that tells",
        )


def _environment(service: Service, environment: Located | None, port: int | None) -> Iterator[Part]:
    for name, value, span in items(environment):
        if text(value) is None:
            yield not_carried(
                span, f"{service.name}: {shown(name)}", "that is no value of a variable", "write a text in quotes"
            )
        elif name != "PORT":
            yield from variables.setting(service, name, text(value) or "", span)
        elif port not in (None, number(value)):
            yield not_carried(
                span,
                f"{service.name}: PORT",
                f"a service is told the port that it is reached at, {port}",
                f"write `port: {number(value)}` below {service.name} where that is the right one",
            )


def _arguments(service: Service, given: Located | None) -> Iterator[Part]:
    for name, value, span in items(given):
        yield from variables.argument(service, name, text(value) or "", span)


def _mounts(value: Located, services: Mapping[str, Service], main: Service) -> Iterator[Part]:
    for one in tables(value.get("mounts", value.get("mount"))):
        if target := text(one.get("destination")):
            said = one.get("processes")
            chosen = [services[name] for name in said if name in services] if isinstance(said, LocatedList) else [main]
            yield from (service.add("writable", inside(target), key_at(one, "destination")) for service in chosen)
        yield from _MOUNT.rest(one, "mounts")


def _release(value: Located, main: Service) -> Iterator[Part]:
    for key, said, span in items(value, "deploy"):
        if key == "release_command":
            yield from processes.release(main, text(said) or "", span)
        else:
            yield not_needed(span, f"`deploy.{shown(key)[1:-1]}`", "how a deployment goes is said when it is deployed")


def _machines(value: Located, services: Mapping[str, Service], main: Service) -> Iterator[Part]:
    for one in tables(value.get("vm")):
        said = one.get("processes")
        for service in (
            [services[name] for name in said if name in services] if isinstance(said, LocatedList) else [main]
        ):
            yield from cpus(service, one, "cpus")
            yield from memory(service, one, "memory", "M")
            yield from memory(service, one, "memory_mb", "M")
        yield from _MACHINE.rest(one, "vm")
