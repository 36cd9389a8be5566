"""compose.yaml (https://github.com/compose-spec/compose-spec), as people run it: services that are built, images, what they are told and who needs whom."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from speccompile.catalog.images import kind_of
from speccompile.codes.importing import CHOSEN
from speccompile.frontends.importers import compose_parts, names, publishing, pulled, variables
from speccompile.frontends.importers.compose_environment import environment, variable
from speccompile.frontends.importers.compose_keys import BUILD, FILE, SERVICE
from speccompile.frontends.importers.keys import (
    Keys,
    beginning,
    item_at,
    items,
    key_at,
    not_carried,
    not_needed,
    text,
    under,
    wrong_shape,
)
from speccompile.frontends.importers.parts import Document, Part, Put, Service
from speccompile.frontends.importers.places import directory
from speccompile.frontends.wording import shown
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.located import Located, LocatedList

TITLE = "compose.yaml"
SYNTAXES = ("yaml",)
_DOORS = regex(r"(?:.*/)?(?:nginx|nginx-unprivileged|traefik|caddy|haproxy|nginx-proxy|swag)(?::.*)?")
_OF_STORES = {
    "healthcheck": "a backing service is asked as the catalogue has it",
    "labels": "nobody reaches a backing service from outside",
    "ports": "nobody reaches a backing service from outside",
}
_AWAITED = Keys(
    of="depends_on",
    carried={"condition": "`needs`; `role: job` for what others wait to end"},
    needless=dict.fromkeys(
        ("restart", "required"), "what is needed is there before, and is asked again by who needs it"
    ),
)
KEYS = (FILE, SERVICE, BUILD, _AWAITED, *compose_parts.INNER)


def fits(value: Located) -> bool:
    """Whether it has services as compose has them: by name, each built or an image."""
    kinds = ("image", "build", "extends")
    return any(isinstance(one, Located) and any(key in one for key in kinds) for _, one, _ in items(value, "services"))


@record(kw_only=True)
class _File:
    """The services of the file: each with what it extends, by its name there, and the names here; ``mounted`` has the services of a volume."""

    services: Mapping[str, Located]
    called: Mapping[str, str]
    kinds: Mapping[str, str]
    awaited: frozenset[str]
    published: tuple[str, ...]
    mounted: Mapping[str, Sequence[str]]


def parts(document: Document) -> Iterator[Part]:
    """What deploy.yaml says of a compose file, and what there is to say about it."""
    value = document.value or Located(document.source, 0)
    yield from FILE.rest(value)
    for name, finding in names.application(value.get("name"), key_at(value, "name")):
        yield Put(steps=("app",), value=name, span=key_at(value, "name"))
        yield from (finding,) if finding else ()
    services: dict[str, Located] = {}
    spans: dict[str, Span] = {}
    for name, one, span in items(value, "services"):
        if isinstance(one, Located):
            services[name], spans[name] = compose_parts.extended(value["services"], one), span
        else:
            yield wrong_shape(span, f"the service {shown(name)}", one, "a mapping")
    called, renamed = names.services([(name, spans[name]) for name in services])
    yield from renamed
    file = _read(services, {name: called[spans[name]] for name in services})
    yield from _hosts(document, file)
    for name, one in services.items():
        yield from _service(document, file, name, one)


def _read(services: Mapping[str, Located], called: Mapping[str, str]) -> _File:
    kinds = {
        called[name]: kind
        for name, one in services.items()
        if "build" not in one and (kind := kind_of(text(one.get("image")) or "")[0])
    }
    awaited = {
        other
        for one in services.values()
        for other, how, _ in items(one, "depends_on")
        if under(how, "condition") == "service_completed_successfully"
    }
    published = tuple(
        name for name, one in services.items() if "build" in one and one.get("ports") and name not in awaited
    )
    mounted: dict[str, list[str]] = {}
    for name, one in services.items():
        for source in {mount.source for mount in compose_parts.mounts(one)}:
            mounted.setdefault(source, []).append(called[name])
    return _File(
        services=services,
        called=called,
        kinds=kinds,
        awaited=frozenset(awaited),
        published=published,
        mounted=mounted,
    )


def _hosts(document: Document, file: _File) -> Iterator[Part]:
    """Who is reached from outside by which name: as Traefik is told, or each by one of its own where several publish ports."""
    routed = {name for name, one in file.services.items() if compose_parts.is_routed(one)}
    unnamed = [
        (file.called[name], key_at(file.services[name], "ports")) for name in file.published if name not in routed
    ]
    if len(unnamed) > 1 or document.domain:
        yield from publishing.routes(unnamed, document.domain)


def _service(document: Document, file: _File, name: str, one: Located) -> Iterator[Part]:
    service = Service(file.called[name])
    yield from SERVICE.rest(one, service.name)
    image = text(one.get("image")) or ""
    if service.name in file.kinds:
        yield from _store(service, one, file.kinds[service.name], image)
        return
    if "build" in one:
        yield from _sources(document, service, one)
        if name in file.awaited:
            yield service.put("role", "job", beginning(one))
        elif name not in file.published and file.published and not compose_parts.is_routed(one):
            yield service.put("routes", (), beginning(one))
        yield from compose_parts.routes(service, one)
        yield from compose_parts.health(service, one)
        yield from compose_parts.copies(service, one)
    elif _DOORS.fullmatch(image):
        yield not_carried(
            key_at(one, "image"),
            f"the service {shown(name)} ({shown(image)})",
            "the front door is generated, from routes",
            "look at `route` of the services in deploy.yaml: write there what its configuration does more",
        )
        return
    elif image:
        yield from _pulled(service, one, image, name)
    else:
        yield not_carried(
            beginning(one), f"the service {shown(name)}", "it is neither built nor an image", "write `build` or `image`"
        )
        return
    yield from compose_parts.labels(service, one)
    yield from compose_parts.command(service, one)
    yield from _port(service, one)
    yield from _needs(service, one, file)
    for said, (value, span) in environment(one.get("environment")).items():
        yield from variable(service, said, value, span, file.kinds, file.called, built="build" in one)
    yield from compose_parts.secrets(service, one, built="build" in one)
    yield from compose_parts.volumes(service, one, file.mounted)
    yield from compose_parts.limits(service, one)


def _store(service: Service, one: Located, kind: str, image: str) -> Iterator[Part]:
    yield from pulled.store(service, kind, kind_of(image)[1], key_at(one, "image"), image)
    for name, (value, span) in environment(one.get("environment")).items():
        yield from pulled.told(service, kind, name, value, span)
    yield from compose_parts.limits(service, one)
    if "command" in one:
        yield not_carried(
            key_at(one, "command"),
            f"{service.name}: `command`",
            "a backing service is set up as the catalogue has it",
            "declare its image as a service of its own where that matters",
        )
    for key, why in _OF_STORES.items():
        if one.get(key):
            yield not_needed(key_at(one, key), f"{service.name}: `{key}`", why)
    for mount in compose_parts.mounts(one):
        if mount.source.startswith((".", "/", "~")):
            yield not_carried(
                mount.span,
                f"{service.name}: the mount at {shown(mount.target)}",
                "a store is given no files from outside",
                "load them with `release` of the service that needs them",
            )


def _pulled(service: Service, one: Located, image: str, name: str) -> Iterator[Part]:
    tagged = image if ":" in posixpath.basename(image) else f"{image}:latest"
    yield service.put("image", tagged, key_at(one, "image"))
    if one.get("ports") or compose_parts.is_routed(one):
        yield not_carried(
            key_at(one, "ports" if one.get("ports") else "labels"),
            f"{service.name}: that it is reached from outside",
            "an image that is pulled is reached by the services that need it",
            f"publish it in a file of your own beside the generated one, or build a service that stands in front of {shown(name)}",
        )
    if "healthcheck" in one:
        yield not_carried(
            key_at(one, "healthcheck"),
            f"{service.name}: `healthcheck`",
            "a program of the image is asked for, word by word",
            f"write `check: [program, argument]` below {service.name}",
        )


def _sources(document: Document, service: Service, one: Located) -> Iterator[Part]:
    build = one["build"]
    yield from BUILD.rest(build, service.name)
    context = text(build) or text(under(build, "context")) or "."
    below = posixpath.dirname(text(under(build, "dockerfile")) or "")
    path = (
        posixpath.join(context, below)
        if below and document.tree.is_directory(posixpath.normpath(posixpath.join(document.base, context, below)))
        else context
    )
    span = key_at(build, "context") if isinstance(build, Located) and "context" in build else key_at(one, "build")
    yield from directory(document, service, path if _has_sources(document, path) else context, span)
    for name, (value, at) in environment(under(build, "args")).items():
        yield from variables.argument(service, name, value, at)
    if path == context and isinstance(build, Located) and build.get("dockerfile"):
        why = "how an image is built follows from the sources"
        yield not_needed(key_at(build, "dockerfile"), f"{service.name}: `dockerfile`", why)
    if "image" in one:
        yield not_needed(
            key_at(one, "image"), f"{service.name}: `image`", "images are called REGISTRY/APP/SERVICE here"
        )


def _has_sources(document: Document, path: str) -> bool:
    """Whether something lies in a directory beside its Dockerfile."""
    entries = document.tree.entries(posixpath.normpath(posixpath.join(document.base, path)).lstrip("."))
    return any(not name.lower().startswith(("dockerfile", ".", "entrypoint", "nginx")) for name in entries)


def _port(service: Service, one: Located) -> Iterator[Part]:
    for said, span in (*compose_parts.other_ports(one, "ports"), *compose_parts.other_ports(one, "expose")):
        fix = f"write the number that it listens on as `port` below {service.name}"
        yield not_carried(
            span, f"{service.name}: the port {shown(said)}", "a service listens on one port, by its number", fix
        )
    for said, span in compose_parts.datagrams(one):
        fix = "publish it in a file of your own beside the generated one, where it is reached from outside"
        yield not_carried(
            span, f"{service.name}: the port {shown(said)} of UDP", "a service listens on a port of TCP", fix
        )
    found = [*compose_parts.routed_ports(one), *compose_parts.ports(one, "ports"), *compose_parts.ports(one, "expose")]
    if found:
        yield service.put("port", found[0][0], found[0][1])
    others = sorted({port for port, _ in found} - {found[0][0]}) if found else []
    if others:
        yield CHOSEN.at(
            found[0][1],
            f"{service.name} has several ports; {found[0][0]} is taken, and not {', '.join(map(str, others))}",
            fix=f"nothing, or write another `port` below {service.name} in deploy.yaml",
            found=f"{len(others) + 1} ports",
            expected="one",
            expected_by="deploy.yaml",
        )


def _needs(service: Service, one: Located, file: _File) -> Iterator[Part]:
    listed = one.get("depends_on")
    if isinstance(listed, LocatedList):
        given = [(text(name) or "", item_at(listed, index)) for index, name in enumerate(listed)]
    else:
        given = [(name, key_at(listed, name)) for name in listed] if isinstance(listed, Located) else []
    for _, how, _ in items(listed):
        yield from _AWAITED.rest(how, f"{service.name}: depends_on")
    for name, span in given:
        if name not in file.called:
            yield not_carried(
                span, f"{service.name}: that it needs {shown(name)}", "the file has no such service", "correct the name"
            )
        elif name in file.awaited:
            yield not_carried(
                span,
                f"{service.name}: that it waits for the end of {shown(name)}",
                "services wait for what serves; what must run before is a release step",
                f"write its command as `release` below {service.name}, and take {shown(name)[1:-1]} out",
            )
        elif name in file.called and "build" in one:
            yield service.add("needs", file.called[name], span)
        elif name in file.called:
            yield not_carried(
                span,
                f"{service.name}: that it starts after {shown(name)}",
                "images that are pulled start side by side",
                "let it try again until the other is there",
            )
