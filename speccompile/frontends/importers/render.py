"""render.yaml (https://render.com/docs/blueprint-spec): services, databases and groups of variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.catalog import CATALOG
from speccompile.codes.importing import DANGLING
from speccompile.frontends.importers import names, processes, publishing, pulled, variables
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
from speccompile.frontends.importers.parts import Document, Part, Put, Service
from speccompile.frontends.importers.places import directory, inside
from speccompile.frontends.importers.render_keys import DATABASE, DISK, FILE, GROUP, REFERRED, SERVICE, VARIABLE
from speccompile.frontends.wording import shown
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.located import Located, LocatedList

TITLE = "render.yaml"
SYNTAXES = ("yaml",)
_PORT = 10000  # what the platform tells a program as PORT
KEYS = (FILE, SERVICE, DATABASE, DISK, GROUP, VARIABLE, REFERRED)
_STORES = {"redis": "redis", "keyvalue": "valkey"}
_OUTSIDE = ("web", "static")


def fits(value: Located) -> bool:
    """Whether it has marks of Render's."""
    marks = ("runtime", "env", "envVars", "startCommand", "buildCommand", "plan", "staticPublishPath")
    several = list(tables(value.get("services")))
    return (
        "envVarGroups" in value
        or ("databases" in value and isinstance(value["databases"], LocatedList))
        or any("type" in one and any(key in one for key in marks) for one in several)
    )


@record(kw_only=True)
class _Blueprint:
    """All that variables can refer to: services, stores with their kinds, groups of variables, public addresses; each by what the file calls it."""

    services: Mapping[str, str]
    stores: Mapping[str, tuple[str, str]]
    groups: Mapping[str, Located]
    addresses: Mapping[str, str]
    raws: Mapping[str, Located]


def parts(document: Document) -> Iterator[Part]:
    """What deploy.yaml says of a render.yaml, and what there is to say about it."""
    value = document.value or Located(document.source, 0)
    yield from FILE.rest(value)
    if "services" in value and not isinstance(value["services"], LocatedList) and value["services"] is not None:
        yield wrong_shape(key_at(value, "services"), "`services`", value["services"], "a list of services")
    holders = [
        value,
        *(one for project in tables(value.get("projects")) for one in tables(project.get("environments"))),
    ]
    services = [one for holder in holders for one in tables(holder.get("services"))]
    databases = [one for holder in holders for one in tables(holder.get("databases"))]
    called, renamed = names.services(
        [(text(one.get("name")) or "service", beginning(one)) for one in (*services, *databases)]
    )
    yield from renamed
    public = [(called[beginning(one)], key_at(one, "type")) for one in services if _is_public(one)]
    unnamed = [(called[beginning(one)], key_at(one, "type")) for one in services if _is_public(one) and not _hosts(one)]
    if len(public) > 1 or document.domain:
        yield from publishing.routes(unnamed if len(unnamed) > 1 or document.domain else (), document.domain)
    groups = {text(one.get("name")) or "": one for holder in holders for one in tables(holder.get("envVarGroups"))}
    blueprint = _Blueprint(
        services={
            text(one.get("name")) or "": called[beginning(one)]
            for one in services
            if text(one.get("type")) not in _STORES
        },
        stores={
            **{text(one.get("name")) or "": (called[beginning(one)], "postgres") for one in databases},
            **{
                text(one.get("name")) or "": (called[beginning(one)], _STORES[text(one.get("type")) or ""])
                for one in services
                if text(one.get("type")) in _STORES
            },
        },
        groups=groups,
        addresses={
            **publishing.addresses([name for name, _ in public], document.domain),
            **{called[beginning(one)]: f"https://{host}" for one in services for host, _ in _hosts(one)[:1]},
        },
        raws={called[beginning(one)]: one for one in services},
    )
    for one in services:
        yield from _service(document, one, Service(called[beginning(one)]), blueprint)
    used = {
        text(variable.get("fromGroup"))
        for one in (*services, *groups.values())
        for variable in tables(one.get("envVars"))
    }
    for name, group in groups.items():
        yield from GROUP.rest(group, f"the group {shown(name)}")
        for variable in tables(group.get("envVars")):
            yield from VARIABLE.rest(variable, f"the group {shown(name)}: envVars")
        if name not in used:
            why = "no service of the file takes it"
            fix = "write its variables as `env` of the services that it is linked to on the platform's own pages"
            yield not_carried(beginning(group), f"the group {shown(name)}", why, fix)
    for one in databases:
        yield from _database(one, Service(called[beginning(one)]))


def _is_public(one: Located) -> bool:
    return text(one.get("type")) in _OUTSIDE


def _hosts(one: Located) -> list[tuple[str, Span]]:
    said = one.get("domains")
    listed = (
        [(host, key_at(one, "domains")) for item in said if (host := text(item))]
        if isinstance(said, LocatedList)
        else []
    )
    single = text(one.get("domain"))
    return [*listed, *([(single, key_at(one, "domain"))] if single else [])]


def _service(document: Document, one: Located, service: Service, blueprint: _Blueprint) -> Iterator[Part]:
    yield from SERVICE.rest(one, service.name)
    kind = text(one.get("type")) or "web"
    if kind in _STORES:
        yield from pulled.store(service, _STORES[kind], None, key_at(one, "type"))
        return
    image = text(under(one, "image", "url"))
    if image and kind == "pserv" and not document.tree.entries(document.base):
        yield from pulled.image(service, image, number(_of(one, "PORT")), key_at(one, "image"))
    else:
        if image:
            yield not_carried(
                key_at(one, "image"),
                f"{service.name}: the image {shown(image)}",
                "the image of this service is built here, of the sources",
                "nothing, or write `image` and `port` below it instead of `path`, where only others reach it",
            )
        said = text(one.get("rootDir")) or text(one.get("dockerContext")) or "."
        yield from directory(
            document,
            service,
            said,
            key_at(one, "rootDir" if "rootDir" in one else "dockerContext" if "dockerContext" in one else "name"),
        )
        yield from _role(one, service, kind)
    yield from (service.add("routes", {"host": host}, span) for host, span in _hosts(one))
    yield from _run(one, service, kind)
    if path := text(one.get("healthCheckPath")):
        yield service.put("health.path", path, key_at(one, "healthCheckPath"))
    if (count := number(one.get("numInstances"))) and count > 1:
        yield service.put("replicas", count, key_at(one, "numInstances"))
    for disk in tables(one.get("disk")):
        yield from DISK.rest(disk, f"{service.name}: disk")
        if target := text(disk.get("mountPath")):
            yield service.add("writable", inside(target), key_at(disk, "mountPath"))
    if port := number(_of(one, "PORT")):
        yield service.put("port", port, beginning(one))
    for variable in tables(one.get("envVars")):
        yield from VARIABLE.rest(variable, f"{service.name}: envVars")
        yield from _variable(service, variable, blueprint, ())


def _of(one: Located, name: str) -> object:
    return next((variable.get("value") for variable in tables(one.get("envVars")) if variable.get("key") == name), None)


def _role(one: Located, service: Service, kind: str) -> Iterator[Part]:
    span = key_at(one, "type")
    if kind == "worker":
        yield service.put("role", "worker", span)
    elif kind == "cron":
        yield service.put("archetype", "data-pipeline", span)
        if when := text(one.get("schedule")):
            yield service.put("schedule", when, key_at(one, "schedule"))
    elif kind == "pserv":
        yield service.put("routes", (), span)
    elif text(one.get("runtime", one.get("env"))) == "static" or kind == "static":
        yield service.put("stack", "static", span)
    elif kind != "web":
        yield not_carried(
            span,
            f"{service.name}: the type {shown(kind)}",
            "it is taken for a web service",
            "write `role` below it, where it is none",
        )


def _run(one: Located, service: Service, kind: str) -> Iterator[Part]:
    for key in ("startCommand", "dockerCommand"):
        if said := text(one.get(key)):
            port = number(_of(one, "PORT")) or (_PORT if "$PORT" in said or "${PORT" in said else None)
            yield from processes.command(service, said, key_at(one, key), port)
            if port and kind in (*_OUTSIDE, "pserv"):
                yield service.put("port", port, key_at(one, key))
    if said := text(one.get("preDeployCommand")):
        yield from processes.release(service, said, key_at(one, "preDeployCommand"))


def _variable(service: Service, variable: Located, blueprint: _Blueprint, within: tuple[str, ...]) -> Iterator[Part]:
    group = text(variable.get("fromGroup"))
    if group is not None:
        span = key_at(variable, "fromGroup")
        if group not in blueprint.groups:
            yield not_carried(
                span,
                f"{service.name}: the group {shown(group)}",
                "the file does not have it",
                "write its variables as `env`, and the names of its secrets below `secrets`",
            )
        elif group not in within:
            for one in tables(blueprint.groups[group].get("envVars")):
                yield from _variable(service, one, blueprint, (*within, group))
        return
    name = text(variable.get("key"))
    if name is None or name == "PORT":
        return
    span = key_at(variable, "key")
    if variable.get("value") is not None:
        yield from variables.setting(service, name, text(variable["value"]) or "", span)
    elif variable.get("fromDatabase") is not None or variable.get("fromService") is not None:
        yield from _reference(service, name, variable, blueprint)
    else:  # generateValue, sync: false
        yield from variables.by_operator(service, name, span)


def _reference(service: Service, name: str, variable: Located, blueprint: _Blueprint) -> Iterator[Part]:
    key = "fromDatabase" if "fromDatabase" in variable else "fromService"
    said, span = table(variable, key) or Located(variable.source, variable.offset), key_at(variable, "key")
    yield from REFERRED.rest(said, f"{service.name}: {name}")
    other, asked = text(said.get("name")) or "", text(said.get("property")) or ""
    if other in blueprint.stores:
        here, kind = blueprint.stores[other]
        yield service.add("needs", here, span)
        value = {"host": here, "port": str(CATALOG[kind].port), "hostport": f"{here}:{CATALOG[kind].port}"}.get(asked)
        if value:
            yield from variables.setting(service, name, value, span)
        elif name != CATALOG[kind].url_variable:
            fix = f"nothing where the sources read {name}: it is told it then; else let the program read {CATALOG[kind].url_variable}"
            yield not_carried(
                span,
                f"{service.name}: {name}",
                f"what {here} is called and logged in to with is this compiler's own business",
                fix,
            )
        else:
            yield not_needed(span, f"{service.name}: {name}", f"it is told it since it needs {here}")
    elif other in blueprint.services:
        yield from _of_service(service, name, said, blueprint.services[other], span, blueprint)
    else:
        yield DANGLING.at(
            span,
            f"a reference leads to nothing: {service.name}.{name} → {shown(other)}",
            fix="correct the name: it is one of a service or a database of this file",
            found=shown(other),
            expected="something of this file",
        )


def _of_service(
    service: Service, name: str, said: Located, here: str, span: Span, blueprint: _Blueprint
) -> Iterator[Part]:
    asked, held = text(said.get("property")), text(said.get("envVarKey"))
    if held:
        value = _of(blueprint.raws[here], held)
        if text(value) is None or variables.looks_secret(name, text(value) or ""):
            yield from variables.by_operator(service, name, span)
        else:
            yield from variables.setting(service, name, text(value) or "", span)
        return
    port = number(_of(blueprint.raws[here], "PORT")) or _PORT
    value = {"host": here, "port": str(port), "hostport": f"{here}:{port}"}.get(asked or "")
    if value is None:
        yield not_carried(
            span,
            f"{service.name}: {name}",
            f"nothing here is the property {shown(asked or '')} of {here}",
            f"write the value that is meant as `env` below {service.name}",
        )
        return
    yield service.add("needs", here, span)
    yield Put(steps=("services", here, "port"), value=port, span=span)
    yield from variables.setting(service, name, value, span)


def _database(one: Located, service: Service) -> Iterator[Part]:
    yield from DATABASE.rest(one, service.name)
    version = text(one.get("postgresMajorVersion"))
    yield from pulled.store(service, "postgres", version, key_at(one, "postgresMajorVersion" if version else "name"))
    for key, here in (("databaseName", "database"), ("user", "user")):
        if said := text(one.get(key)):
            yield service.put(here, said, key_at(one, key))
