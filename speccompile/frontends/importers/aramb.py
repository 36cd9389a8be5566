"""aramb.toml in its five dialects: with project and application tables, as JSON, git-connected, written back by its platform with ids, and by hand
with ``settings``, ``vars`` and ``build`` below the service itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from speccompile.catalog import CATALOG
from speccompile.catalog.images import kind_of
from speccompile.codes.importing import CHOSEN
from speccompile.frontends.commandline import plain
from speccompile.frontends.importers import aramb_keys, names, publishing, pulled, variables
from speccompile.frontends.importers.aramb_application import application
from speccompile.frontends.importers.aramb_inner import inner
from speccompile.frontends.importers.aramb_keys import CHECK, FILE, OF_STORES, REGION, SERVICE, SETTINGS
from speccompile.frontends.importers.aramb_references import REFERENCE, References, Unresolved, Written, pairs
from speccompile.frontends.importers.circles import Reference, circle, rings
from speccompile.frontends.importers.keys import (
    beginning,
    key_at,
    not_carried,
    not_needed,
    number,
    table,
    tables,
    text,
    under,
    wrong_shape,
)
from speccompile.frontends.importers.parts import Document, Part, Service
from speccompile.frontends.importers.places import directory
from speccompile.frontends.wording import shown
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.located import Located

TITLE = "aramb.toml"
SYNTAXES = ("toml", "json")
_BUILD = "build"
_BUILT = ("backend", "frontend", "worker", "job")
_SECONDS = ("initial_delay_seconds", "start_period"), ("period_seconds", "interval"), ("timeout_seconds", "timeout")
_OLD = regex(r"//([A-Za-z0-9][A-Za-z0-9-]*)\.")
_HOST = regex(r"(?:@|//)([A-Za-z0-9][A-Za-z0-9.-]*)")

KEYS = aramb_keys.KEYS


def fits(value: Located) -> bool:
    """Whether the services have marks of aramb's."""
    marks = ("uniqueIdentifier", "configuration", "vars", "slug")
    return any(key in one for one in tables(value.get("services")) for key in marks)


def parts(document: Document) -> Iterator[Part]:
    """What deploy.yaml says of an aramb.toml, and what there is to say about it."""
    value = document.value or Located(document.source, 0)
    yield from FILE.rest(value)
    yield from application(value)
    raws = list(tables(value.get("services")))
    if "services" in value and not raws:
        yield wrong_shape(key_at(value, "services"), "`services`", value["services"], "a list of services")
    given = [(text(one.get("name")) or "service", beginning(one)) for one in raws if text(one.get("type")) != _BUILD]
    called, renamed = names.services(given)
    yield from renamed
    services = [_written(one, called.get(beginning(one), "")) for one in raws]
    public = [(one.name, key_at(_settings(one.raw), _public_key(one))) for one in services if _is_public(one)]
    references = References(
        {said: one for one in reversed(services) for said in one.said},
        publishing.addresses([name for name, _ in public], document.domain),
    )
    yield from publishing.routes(public, document.domain)
    told: list[Reference] = []
    built = {said for one in services if one.kind != _BUILD for said in _builds_of(one)}
    for one in services:
        yield from SERVICE.rest(one.raw, one.name or text(one.raw.get("name")) or "")
        yield from SETTINGS.rest(_settings(one.raw), one.name or text(one.raw.get("name")) or "")
        yield from inner(one.raw, one.name or text(one.raw.get("name")) or "")
        if one.kind == _BUILD:
            if not built.intersection(one.said):
                yield not_carried(
                    one.span,
                    f"the build {shown(one.said[-1] if one.said else '')}",
                    "no service runs what it builds",
                    "nothing has to be done",
                )
        elif one.kind in CATALOG:
            yield from _store(one)
        else:
            yield from _service(document, one, references, told)
    fix = "nothing: the addresses are carried, and none of these services waits for the one that closes the circle"
    yield from (circle(ring, fix) for ring in rings(told))


def _settings(raw: Located) -> Located:
    return table(raw, "configuration", "settings") or table(raw, "settings") or Located(raw.source, raw.offset)


def _written(raw: Located, name: str) -> Written:
    variables = pairs(raw, "vars")
    port, port_at = _port(raw, variables)
    kind = text(raw.get("type")) or "backend"
    return Written(
        raw=raw,
        name=name,
        kind={"postgresql": "postgres", "mongo": "mongodb"}.get(kind, kind),
        port=port,
        port_at=port_at,
        variables=variables,
        secrets=pairs(raw, "secrets"),
    )


def _port(raw: Located, variables: Mapping[str, tuple[str, Span]]) -> tuple[int | None, Span]:
    """Where the service listens, and where that stands: a setting, a health check, the variable PORT."""
    settings = _settings(raw)
    for holder, key in (
        (settings, "commandPort"),
        (settings, "command_port"),
        (next(tables(settings.get("health_checks")), None), "port"),
    ):
        if holder is not None and (port := number(holder.get(key))):
            return port, key_at(holder, key)
    held, span = variables.get("PORT", ("", beginning(raw)))
    return number(held), span


def _public_key(one: Written) -> str:
    return "publicNet" if "publicNet" in _settings(one.raw) else "public_net"


def _is_public(one: Written) -> bool:
    return one.kind not in (_BUILD, *CATALOG) and _settings(one.raw).get(_public_key(one)) is True


def _builds_of(one: Written) -> Iterator[str]:
    """What the builds are called whose outputs *one* runs."""
    settings = _settings(one.raw)
    for key in ("image", "staticPath"):
        yield from (found[1] for found in REFERENCE.finditer(text(settings.get(key)) or ""))


def _store(one: Written) -> Iterator[Part]:
    service, settings = Service(one.name), _settings(one.raw)
    image = text(settings.get("image")) or ""
    span = key_at(settings, "image") if image else one.span
    kind, version = kind_of(image) if image else (one.kind, None)
    yield from pulled.store(service, one.kind, version if kind == one.kind else None, span, image)
    for key, why in OF_STORES.items():
        if key in settings:
            yield not_needed(key_at(settings, key), f"{one.name}: `{key}`", why)
    for name, (value, at) in {**one.variables, **one.secrets}.items():
        yield from pulled.told(service, one.kind, name, value, at)


def _service(document: Document, one: Written, references: References, told: list[Reference]) -> Iterator[Part]:
    service, settings = Service(one.name), _settings(one.raw)
    if one.kind not in _BUILT:
        fix = f"write one of {', '.join((*_BUILT, _BUILD, *CATALOG))}, or change it in deploy.yaml"
        yield not_carried(
            key_at(one.raw, "type"),
            f"{one.name}: the type {shown(one.kind)}",
            "it is taken for a service that is built",
            fix,
        )
    if one.kind in ("worker", "job"):
        yield service.put("role", one.kind, key_at(one.raw, "type"))
    yield from _sources(document, one, references)
    if one.port and one.kind not in ("worker", "job"):
        yield service.put("port", one.port, one.port_at)
    if settings.get(_public_key(one)) is False:
        yield service.put("routes", (), key_at(settings, _public_key(one)))
    yield from _command(service, one, settings)
    yield from _health(service, settings)
    for name, (value, span) in one.variables.items():
        yield from _variable(service, one, name, value, span, references, told)
    for name, (value, span) in one.secrets.items():
        yield from _variable(service, one, name, value, span, references, told)


def _sources(document: Document, one: Written, references: References) -> Iterator[Part]:
    """Where the sources are: below the build that its image comes from, or as it says itself."""
    service, settings = Service(one.name), _settings(one.raw)
    for key in ("image", "staticPath"):
        said = text(settings.get(key))
        found = REFERENCE.fullmatch(said) if said else None
        if said is None:
            continue
        span = key_at(settings, key)
        if found is None:
            if table(one.raw, "build") is None:
                yield not_carried(
                    span,
                    f"{one.name}: the {key} {shown(said)}",
                    "the image of this service is built here",
                    "nothing has to be done",
                )
            else:
                yield not_needed(
                    span, f"{one.name}: `{key}`", "the image is built here, from the sources that `build` names"
                )
            continue
        build = references.target(found[1])
        if build is None or build.kind != _BUILD:
            yield from _unresolved(references, said, span, one, key)
            continue
        path = text(_settings(build.raw).get("buildPath"))
        yield from directory(document, service, path or ".", key_at(_settings(build.raw), "buildPath"))
    context = text(under(one.raw, "build", "context"))
    if context:
        yield from directory(document, service, context, key_at(one.raw["build"], "context"))


def _unresolved(references: References, said: str, span: Span, one: Written, key: str) -> Iterator[Part]:
    try:
        references.resolved(said, span, (f"{one.name}.{key}",))
    except Unresolved as problem:
        yield problem.finding


def _command(service: Service, one: Written, settings: Mapping[str, object]) -> Iterator[Part]:
    said = text(settings.get("cmd"))
    if said is None or not isinstance(settings, Located):
        return
    words, span = plain(said), key_at(settings, "cmd")
    if "staticPath" in settings:
        yield not_needed(span, f"{one.name}: `cmd`", "the image of a page serves its files itself")
    elif words is None or words[0] in ("npx", "bunx"):
        why = "it needs a shell, or fetches a program when it starts; images have all they need, and no shell"
        yield not_carried(
            span,
            f"{one.name}: `cmd`",
            why,
            f"look at what the image starts (`speccompile plan`), and write `command` below {one.name} where it is another program",
        )
    else:
        yield service.put("command", words, span)


def _health(service: Service, settings: Located) -> Iterator[Part]:
    checks = list(tables(settings.get("health_checks")))
    for check in checks[:1]:
        yield from CHECK.rest(check, service.name)
        if path := text(check.get("path")):
            yield service.put("health.path", path, key_at(check, "path"))
        for said, key in _SECONDS:
            if seconds := number(check.get(said)):
                yield service.put(f"health.{key}", f"{seconds}s", key_at(check, said))
        if retries := number(check.get("failure_threshold")):
            yield service.put("health.retries", retries, key_at(check, "failure_threshold"))
    for check in checks[1:]:
        yield not_carried(
            beginning(check),
            f"{service.name}: a second health check",
            "a service is asked in one way",
            "keep the one that tells",
        )
    regions = list(tables(settings.get("regions")))
    yield from (said for region in regions[:1] for said in REGION.rest(region, service.name))
    if len(regions) == 1 and (count := number(regions[0].get("replicas"))) and count > 1:
        yield service.put("replicas", count, key_at(regions[0], "replicas"))
    for region in regions[1:]:
        yield not_carried(
            beginning(region),
            f"{service.name}: a second region",
            "a deployment is for one place",
            "deploy it to each place by itself",
        )


def _variable(
    service: Service, one: Written, name: str, value: str, span: Span, references: References, told: list[Reference]
) -> Iterator[Part]:
    """A variable: its value without references, the needs that these are, and what the compiler sees to itself."""
    if name == "PORT":
        return
    try:
        resolved = references.resolved(value, span, (f"{service.name}.{name}",))
    except Unresolved as problem:
        yield problem.finding
        return
    told += [
        Reference(service.name, other.name, name, span)
        for other in (*resolved.inside, *resolved.outside)
        if other.name != service.name
    ]
    needed = dict.fromkeys(
        other.name for other in (*resolved.inside, *resolved.secrets_of) if other.name and other.name != service.name
    )
    yield from (service.add("needs", other, span) for other in needed)
    if resolved.secrets_of:
        yield from _login(service, name, resolved.secrets_of, span)
    else:
        others = list(_by_host(service, resolved.text, references))
        yield from (service.add("needs", other.name, span) for other in others)
        if any(other.kind in CATALOG and name == CATALOG[other.kind].url_variable for other in others):
            yield from pulled.address(service, name, resolved.text, others[0].name, span)
        elif name in one.secrets:
            yield from variables.secret(service, name, value if not REFERENCE.search(value) else None, span)
        else:
            yield from variables.setting(service, name, resolved.text, span)
            yield from _of_old(service, name, resolved.text, span, references)


def _login(service: Service, name: str, secrets_of: Sequence[Written], span: Span) -> Iterator[Part]:
    """A variable with the password of another service in it."""
    store = next((other for other in secrets_of if other.kind in CATALOG), None)
    if store and name == CATALOG[store.kind].url_variable:
        yield not_needed(span, f"{service.name}: {name}", f"it is told it since it needs {store.name}")
    elif store:
        fix = f"nothing where the sources read {name}: it is told it then; else let the program read {CATALOG[store.kind].url_variable}"
        yield not_carried(
            span,
            f"{service.name}: {name}",
            f"it has the password of {store.name} in it, which this compiler hands on itself",
            fix,
        )
    else:
        yield from variables.secret(service, name, None, span)


def _by_host(service: Service, value: str, references: References) -> Iterator[Written]:
    """The services that a value reaches by their names there."""
    for found in _HOST.finditer(value):
        other = references.target(found[1])
        if other and other.name and other.name != service.name:
            yield other


def _of_old(service: Service, name: str, value: str, span: Span, references: References) -> Iterator[Part]:
    """The addresses that the platform gave to services, in a value: they are other ones here."""
    for found in _OLD.finditer(value):
        other = references.target(found[1])
        if other and other.name and text(other.raw.get("slug")) == found[1]:
            yield CHOSEN.at(
                span,
                f"{service.name}: {name} has the address of {other.name} on the old platform",
                fix=f"write its new address as {name} below {service.name} in deploy.yaml: {references.public.get(other.name, 'its host')}",
                found=f"an address of {other.name} there",
                expected="its address here",
            )
            return
