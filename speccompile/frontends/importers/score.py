"""score.yaml (https://docs.score.dev/docs/score-specification/): one workload, its containers and the resources that it depends on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import Backing
from speccompile.catalog.images import kind_of
from speccompile.codes.importing import DANGLING
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.importers import names, pulled, score_parts, variables
from speccompile.frontends.importers.keys import Keys, beginning, items, key_at, not_carried, table, text, under
from speccompile.frontends.importers.parts import Document, Part, Put, Service
from speccompile.frontends.importers.places import directory
from speccompile.frontends.importers.sizes import cpus, memory
from speccompile.frontends.wording import shown
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.located import Located, LocatedList

TITLE = "score.yaml"
SYNTAXES = ("yaml",)
_REFERENCE = regex(r"\$(?:\$|\{([^{}]{1,200})\})")
_STORES = {
    "amqp": "rabbitmq",
    "kafka-topic": "kafka",
    "s3": "minio",
    "postgres-instance": "postgres",
    "mysql-instance": "mysql",
    "mongo": "mongodb",
}
_HOST_OUTPUTS, _PORT_OUTPUTS = ("host", "hostname", "server", "endpoint"), ("port",)
_DATABASE_OUTPUTS, _LOGIN_OUTPUTS = (
    ("name", "database", "dbname", "vhost"),
    ("username", "user", "password", "url", "uri", "connection", "connectionString"),
)
_FILE = Keys(
    of="the file",
    carried={
        "metadata": "`app`, and the name of the service, from `name`",
        "containers": "a service each: built where `image` is `.`, else the image that it names",
        "service": "`port`",
        "resources": "stores of the catalogue; `route`; `writable` for volumes; secrets for `environment`",
    },
    needless={"apiVersion": "it names the format"},
)
_CONTAINER = Keys(
    of="a container",
    carried={
        "image": "`image`, or the `version` of a store; of `.` the sources here",
        "command": "`command`",
        "args": "`command`, behind `command`",
        "variables": "`env`, references resolved; secrets by name",
        "resources": "`resources`, from `limits`",
        "livenessProbe": "`health`; `health.live`, where there is a `readinessProbe`, too",
        "readinessProbe": "`health`; `health.ready`, where there is a `livenessProbe`, too",
        "volumes": "`writable`",
        "build": "`path`, from `context`",
    },
    lost={
        "files": (
            "files are put into no container from outside",
            "have the file in the project and name it in `include`, or let the image have it",
        ),
        "before": ("no container runs inside of another one", "write `release` for what runs once before"),
    },
)
_RESOURCE = Keys(
    of="resources",
    carried={"type": "`uses`, or a route", "params": "`version`, or what a route is"},
    lost={"class": ("it is a kind of the platform's", "write `resources` below the store")},
    needless=dict.fromkeys(("id", "metadata"), "what is shared is one service here, by its name"),
)
_METADATA = Keys(
    of="metadata",
    carried={"name": "`app`, and the name of the service"},
    needless=dict.fromkeys(("annotations", "labels"), "they are for the platform's own tools"),
)
_STORE = Keys(of="params of a store", carried={"version": "`version`"})
_ROUTE = Keys(
    of="params of a route",
    carried={"host": "`route.host`", "path": "`route.path`"},
    needless={"port": "the front door asks the service at its port"},
)
_VOLUME = Keys(
    of="params of a volume",
    carried={},
    lost={"size": ("a volume is as large as its disk", "see to the room where it is deployed")},
)
KEYS = (_FILE, _METADATA, _CONTAINER, _RESOURCE, _STORE, _ROUTE, *score_parts.KEYS)


def fits(value: Located) -> bool:
    """Whether it says that it is Score."""
    return str(value.get("apiVersion", "")).startswith("score.dev/")


@record(kw_only=True)
class _Workload:
    """What all containers of a workload see: the resources by name, each with the service here that it is; and the metadata."""

    metadata: Located | None
    resources: Mapping[str, tuple[str, str, Span]]

    @property
    def stores(self) -> Iterator[tuple[str, str, Span]]:
        return ((name, kind, span) for name, kind, span in self.resources.values() if kind in CATALOG)


def parts(document: Document) -> Iterator[Part]:
    """What deploy.yaml says of a score.yaml, and what there is to say about it."""
    value = document.value or Located(document.source, 0)
    yield from _FILE.rest(value)
    metadata = table(value, "metadata")
    yield from _METADATA.rest(metadata, "metadata")
    called = text(under(metadata, "name")) or "app"
    for name, finding in names.application(called, key_at(metadata or value, "name")):
        yield Put(steps=("app",), value=name, span=key_at(metadata or value, "name"))
        yield from (finding,) if finding else ()
    yield from score_parts.shapes(value)
    held = [(name, one) for name, one, _ in items(value, "containers") if isinstance(one, Located)]
    given = [(called if len(held) == 1 else name, beginning(one)) for name, one in held]
    services, renamed = names.services(given)
    yield from renamed
    workload = _Workload(metadata=metadata, resources=_resources(table(value, "resources"), tuple(services.values())))
    first = Service(services[beginning(held[0][1])]) if held else Service("app")
    yield from _backing(table(value, "resources"), workload, first)
    for _, one in held:
        yield from _container(document, one, Service(services[beginning(one)]), workload)
    yield from score_parts.port(value, first, single=len(held) == 1)


def _resources(raw: Located | None, taken: Sequence[str]) -> dict[str, tuple[str, str, Span]]:
    found: dict[str, tuple[str, str, Span]] = {}
    for name, one, span in items(raw):
        if isinstance(one, Located):
            kind = text(one.get("type")) or ""
            here = names.free(names.said_here(name, "resource"), (*taken, *(used for used, _, _ in found.values())))
            found[name] = (here, _STORES.get(kind, kind), span)
    return found


def _backing(raw: Located | None, workload: _Workload, first: Service) -> Iterator[Part]:
    """The resources that a workload depends on."""
    for name, (here, kind, span) in workload.resources.items():
        one = table(raw, name)
        parameters = table(one, "params")
        yield from _RESOURCE.rest(one, name)
        told = _STORE if kind in CATALOG else {"route": _ROUTE, "volume": _VOLUME}.get(kind)
        if told is not None:
            yield from told.rest(parameters, name)
        if kind in CATALOG:
            yield from pulled.store(Service(here), kind, text(under(parameters, "version")), span)
        elif kind == "route":
            yield from _route(first, parameters, span, workload)
        elif kind not in ("volume", "environment", "dns", "service-port"):
            fix = f"write `{here}: {{uses: external}}` below `services` for what somebody else runs, and the names of its variables below `secrets`"
            yield not_carried(
                span, f"the resource {shown(name)} of type {shown(kind)}", "the catalogue has no such service", fix
            )


def _route(service: Service, parameters: Located | None, span: Span, workload: _Workload) -> Iterator[Part]:
    host, path = text(under(parameters, "host")), text(under(parameters, "path"))
    found = _REFERENCE.fullmatch(host or "")
    if found or host is None:
        of = (found[1] or "").split(".")[1:2] if found else []
        why = "its host is one that the platform gives" if of and of[0] in workload.resources else "it has no host"
        yield not_carried(
            span,
            f"{service.name}: the host of its route",
            why,
            f"write `route: {{host: www.example.com}}` below {service.name}, with yours",
        )
        host = None
    route = {**({"host": host} if host else {}), **({"path": path} if path and path != "/" else {})}
    if route:
        yield service.add("routes", route, span)


def _container(document: Document, one: Located, service: Service, workload: _Workload) -> Iterator[Part]:
    yield from _CONTAINER.rest(one, service.name)
    image = text(one.get("image")) or "."
    built = image == "." or "build" in one or "${" in image or kind_of(image)[0] is None
    if kind_of(image)[0] is not None:
        yield from pulled.image(service, image, None, key_at(one, "image"))
        return
    if built:
        context = text(under(one, "build", "context")) or text(one.get("build"))
        if context:
            yield from directory(document, service, context, key_at(one, "build"))
        else:
            yield service.put("path", document.base or ".", key_at(one, "image"))
        if image != ".":
            yield not_carried(
                key_at(one, "image"),
                f"{service.name}: the image {shown(image)}",
                "the image of this service is built here, of the sources",
                "nothing, or write `image` and `port` below the service instead of `path`, where it is only pulled and reached by others alone",
            )
    yield from (service.add("needs", name, span) for name, _, span in workload.stores)
    yield from _run(service, one)
    for name, value, span in items(one, "variables"):
        yield from _variable(service, name, text(value) or "", span, workload)
    limits = table(one, "resources", "limits")
    yield from score_parts.RESOURCES.rest(one.get("resources"), f"{service.name}: resources", ("requests",))
    yield from score_parts.LIMITS.rest(limits, f"{service.name}: limits")
    yield from cpus(service, limits, "cpu")
    yield from memory(service, limits, "memory")
    for key, _, span in items(one, "resources", "requests"):
        what = f"{service.name}: what it asks for at least ({shown(key)})"
        yield not_carried(span, what, "only upper bounds are said here", f"write `resources` below {service.name}")
    yield from score_parts.probe(service, one)
    yield from score_parts.volumes(service, one)


def _run(service: Service, one: Located) -> Iterator[Part]:
    words = tuple(
        text(word) or "" for key in ("command", "args") if isinstance(one.get(key), LocatedList) for word in one[key]
    )
    if not words:
        return
    span = key_at(one, "command" if "command" in one else "args")
    if "command" not in one:
        yield not_carried(
            span,
            f"{service.name}: `args`",
            "they are for the image's own entry point, which is another one here",
            f"write the whole `command` below {service.name}",
        )
    elif words[0] in ("sh", "bash", "/bin/sh", "/bin/bash") or any("$" in word for word in words):
        yield not_carried(
            span,
            f"{service.name}: `command`",
            "it needs a shell, and nothing that is generated starts one",
            f"write `command: [program, argument]` below {service.name}",
        )
    else:
        yield service.put("command", words, span)


def _variable(service: Service, name: str, value: str, span: Span, workload: _Workload) -> Iterator[Part]:
    """A variable without references: what they mean of a store is known; what they mean of others the operator knows."""
    told: list[str] = []
    lost: list[Diagnostic] = []
    logins: list[str] = []

    def resolved(found: re.Match[str]) -> str:
        if found[1] is None:
            return "$"
        known = _meaning(found[1], workload)
        if known is None:
            lost.append(_dangling(found[0], span))
        elif not known:
            logins.append(found[1])
        else:
            told.append(found[1])
        return known or ""

    text_now = _REFERENCE.sub(resolved, value)
    if lost:
        yield from lost[:1]
    elif logins:
        yield from _login(service, name, logins, span, workload)
    else:
        yield from variables.setting(service, name, text_now, span)


def _meaning(said: str, workload: _Workload) -> str | None:
    """What a reference stands for: "" for what only the operator or the compiler knows, None for nothing."""
    steps = said.split(".")
    if steps[0] == "metadata" and workload.metadata is not None:
        at: object = workload.metadata
        for step in steps[1:]:
            at = at.get(step) if isinstance(at, Located) else None
        return text(at)
    if steps[0] != "resources" or len(steps) < 2 or steps[1] not in workload.resources:
        return None
    here, kind, _ = workload.resources[steps[1]]
    backing: Backing | None = CATALOG.get(kind)
    output = steps[-1]
    if backing is None or len(steps) < 3:
        return ""
    if output in _HOST_OUTPUTS:
        return here
    return str(backing.port) if output in _PORT_OUTPUTS else ""


def _login(service: Service, name: str, references: Sequence[str], span: Span, workload: _Workload) -> Iterator[Part]:
    of = references[0].split(".")
    here, kind, _ = workload.resources[of[1]]
    if kind not in CATALOG:
        yield from variables.by_operator(service, name, span)
        return
    variable = CATALOG[kind].url_variable
    if name == variable:
        yield from ()
        return
    why = f"what {here} is called and logged in to with is this compiler's own business"
    fix = f"nothing where the sources read {name}: it is told it then; else let the program read {variable}"
    yield not_carried(span, f"{service.name}: {name}", why, fix)


def _dangling(said: str, span: Span) -> Diagnostic:
    return DANGLING.at(
        span,
        f"a reference leads to nothing: {shown(said)}",
        fix="correct it: ${metadata.NAME}, or ${resources.NAME.OUTPUT} with a resource of this file",
        found=shown(said),
        expected="something of this file",
    )
