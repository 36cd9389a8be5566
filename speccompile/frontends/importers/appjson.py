"""app.json of Heroku: variables, add-ons, how many of each process, what runs once; the processes themselves are the Procfile's beside it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.catalog import CATALOG
from speccompile.frontends.importers import names, processes, procfile, pulled, variables
from speccompile.frontends.importers.keys import (
    Keys,
    item_at,
    items,
    key_at,
    not_carried,
    not_needed,
    number,
    table,
    text,
    under,
    wrong_shape,
)
from speccompile.frontends.importers.parts import Add, Document, Part, Put, Service
from speccompile.frontends.wording import shown
from speccompile.source import Span
from speccompile.spec.located import Located, LocatedList, SourceText

TITLE = "app.json"
SYNTAXES = ("json",)
_BOOKKEEPING = "that is what the platform shows of the app"
# The providers' own words: https://elements.heroku.com/addons
_ADDONS = {
    "heroku-postgresql": "postgres", "heroku-redis": "redis", "heroku-kafka": "kafka", "rediscloud": "redis", "redistogo": "redis",
    "openredis": "redis", "upstash-redis": "redis", "jawsdb": "mysql", "jawsdb-maria": "mariadb", "cleardb": "mysql", "stackhero-mysql": "mysql",
    "mongolab": "mongodb", "ormongo": "mongodb", "cloudamqp": "rabbitmq", "memcachier": "memcached", "memcachedcloud": "memcached",
    "bonsai": "elasticsearch", "foundelasticsearch": "elasticsearch",
}  # fmt: skip
_ADDON = Keys(
    of="an add-on",
    carried={"plan": "the kind of store, from the provider's name", "options": "`version`"},
    lost={
        "as": (
            "a store is told to services under names of its own",
            "let the sources read the variable of the store, or set `env` by hand",
        )
    },
)
_OPTIONS = Keys(of="options of an add-on", carried={"version": "`version`"})
_VARIABLE = Keys(
    of="a variable of env",
    carried={
        "value": "`env`",
        "generator": "`secrets`",
        "required": "`secrets`, where there is no value",
    },
    needless={"description": _BOOKKEEPING},
)
_PROCESS = Keys(
    of="formation",
    carried={"quantity": "`replicas`"},
    lost={
        "size": (
            "it is a size of the platform's",
            "write `resources: {memory: 512M}` below the service, with what it needs",
        )
    },
)
_FILE = Keys(
    of="the file",
    carried={
        "name": "`app`",
        "env": "`env` of `web` and of the workers; what is generated, required without a value or looks like a secret: `secrets`",
        "addons": "stores, which all services need",
        "formation": "`replicas`",
        "scripts": "`release`, from `postdeploy`",
    },
    lost={
        "environments": ("other environments are not told apart in it", "write what is different there by hand"),
        "buildpacks": (
            "images are built as their stack is",
            "look at `speccompile plan`: what a buildpack added may have to be named in `packages`",
        ),
        "image": ("the image of this service is built here", "nothing has to be done"),
    },
    needless={
        **dict.fromkeys(
            ("description", "keywords", "repository", "logo", "success_url", "website", "$schema", "stack"),
            _BOOKKEEPING,
        ),
    },
)
KEYS = (_FILE, _VARIABLE, _ADDON, _OPTIONS, _PROCESS)


def fits(value: Located) -> bool:
    """Whether it has a key of Heroku's, and none of Expo's and others that call their file so, too."""
    marks = ("addons", "formation", "buildpacks", "success_url", "stack", "environments")
    described = "name" in value and any(key in value for key in ("env", "scripts", "repository", "keywords"))
    return "expo" not in value and (any(key in value for key in marks) or described)


def parts(document: Document) -> Iterator[Part]:
    """What deploy.yaml says of an app.json and the Procfile beside it, and what there is to say about them."""
    value = document.value or Located(document.source, 0)
    yield from _FILE.rest(value)
    for name, finding in names.application(value.get("name"), key_at(value, "name")):
        yield Put(steps=("app",), value=name, span=key_at(value, "name"))
        yield from (finding,) if finding else ()
    beside = tuple(_processes(document))
    yield from beside
    services = tuple(dict.fromkeys(one.steps[1] for one in beside if isinstance(one, Put | Add))) or ("web",)
    if "web" not in services or not beside:
        yield Service("web").put("path", document.base or ".", document.start)
    stores = tuple(_addons(value.get("addons"), services))
    yield from stores
    kinds = {part.value for part in stores if isinstance(part, Put) and part.steps[-1] == "uses"}
    told = frozenset(CATALOG[str(kind)].url_variable for kind in kinds)
    for name, one, _ in items(value, "env"):
        yield from _VARIABLE.rest(one, name)
    for service in services:
        yield from _environment(Service(service), table(value, "env"), told)
    yield from _formation(table(value, "formation"), services)
    for name, one, span in items(value, "scripts"):
        said = text(under(one, "command")) or text(one)
        if name == "postdeploy" and said:
            yield from processes.release(Service("web"), said, span)
        else:
            yield not_carried(span, f"the script {shown(name)}", "nothing here runs it", "run it in your CI")


def _processes(document: Document) -> Iterator[Part]:
    path = posixpath.join(document.base, "Procfile")
    held = document.tree.read(path)
    if held is not None:
        yield from procfile.parts(
            Document(source=SourceText(path, held), value=None, tree=document.tree, base=document.base)
        )


def _addons(value: object, services: tuple[str, ...]) -> Iterator[Part]:
    taken: dict[str, str] = {}
    for index, one in enumerate(value if isinstance(value, LocatedList) else ()):
        span = item_at(value, index) if isinstance(value, LocatedList) else Span("")
        said = text(one.get("plan")) if isinstance(one, Located) else text(one)
        provider, _, plan = (said or "").partition(":")
        if isinstance(one, Located):
            yield from _ADDON.rest(one, f"the add-on {shown(provider)}")
            yield from _OPTIONS.rest(one.get("options"), f"the add-on {shown(provider)}: options")
        kind = _ADDONS.get(provider)
        if kind is None:
            fix = "write `uses: external` for what it is, and the names of its variables below `secrets`"
            yield not_carried(span, f"the add-on {shown(provider)}", "nothing here is what it is", fix)
            continue
        if plan:
            why = "how large a store is there says nothing here; `resources` below it bounds it"
            yield not_needed(span, f"the plan {shown(plan)} of the add-on {shown(provider)}", why)
        name = names.free(names.said_here(CATALOG[kind].usual_name), (*services, *taken.values()))
        taken[span.path + str(index)] = name
        version = (
            text(one.get("options", {}).get("version"))
            if isinstance(one, Located) and isinstance(one.get("options"), Located)
            else None
        )
        yield from pulled.store(Service(name), kind, version, span)
        yield from (Service(service).add("needs", name, span) for service in services)


def _environment(service: Service, environment: Located | None, told: frozenset[str]) -> Iterator[Part]:
    """The variables; *told* are those that services which need the stores of the file are told anyway."""
    for name, one, span in items(environment):
        if name == "PORT" or name in told:
            why = (
                "the stack knows where it listens"
                if name == "PORT"
                else "a service is told it since it needs the store"
            )
            yield not_needed(span, f"{service.name}: `{name}`", why)
            continue
        value = text(one.get("value")) if isinstance(one, Located) else text(one)
        if under(one, "generator"):
            yield from variables.by_operator(service, name, span)
        elif value is None:
            optional = isinstance(one, Located) and (one.get("required") is False or "value" in one)
            if optional:
                yield not_carried(
                    span,
                    f"{service.name}: {name}",
                    "it has no value and is not required",
                    f"write `env: {{{name}: VALUE}}` below {service.name} where it is wanted",
                )
            else:
                yield from variables.by_operator(service, name, span)
        else:
            yield from variables.setting(service, name, value, span)


def _formation(formation: Located | None, services: tuple[str, ...]) -> Iterator[Part]:
    for name, one, span in items(formation):
        said = names.said_here(name)
        if not isinstance(one, Located):
            yield wrong_shape(span, f"the process {shown(name)} of `formation`", one, "a mapping such as {quantity: 1}")
            continue
        if said not in services:
            yield not_carried(
                span,
                f"the process {shown(name)}",
                "no Procfile beside the file says what it runs",
                f"write a service {said} with its `command`",
            )
            continue
        yield from _PROCESS.rest(one, said)
        count = number(one.get("quantity"))
        if count == 0:
            fix = f"take {said} out of deploy.yaml, if nobody is to start it"
            yield not_carried(
                key_at(one, "quantity"), f"{said}: that none of it runs", "a service that is written down runs", fix
            )
        elif count and count > 1:
            yield Service(said).put("replicas", count, key_at(one, "quantity"))
