"""backenderer.yml, both forms: the documented three lines (an app of an owner, routed by path) and version 1 (one app or several, each with a host)."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.importing import CHOSEN
from speccompile.frontends.importers import names
from speccompile.frontends.importers.keys import Keys, beginning, key_at, not_carried, number, table, tables, text
from speccompile.frontends.importers.parts import Document, Part, Put, Service
from speccompile.frontends.wording import shown
from speccompile.spec.located import Located

TITLE = "backenderer.yml"
SYNTAXES = ("yaml",)
_FILE = Keys(
    of="the file",
    carried={
        "app_name": "the name of the service, and of `app`",
        "owner_id": "the first part of the path in `route`",
        "container_port": "`port`",
        "multi_app": "whether there are several services",
        "mode": "whether images are pulled",
        "name": "the name of the service, and of `app`",
        "server_name": "the `host` of the `route`",
        "image_uri": "`image`, where the project has no directory of the service's name to build it from",
        "apps": "`services`",
    },
    lost={
        "registry": (
            "it names a kind of registry and no address",
            "write `registry: ghcr.io/OWNER` at the top of deploy.yaml, with yours",
        ),
        "image_prefix": (
            "images are called REGISTRY/APP/SERVICE here",
            "write the prefix as a part of `registry`, where one is wanted",
        ),
        "tls_email": (
            "it alone does not say whether the front door is to get certificates",
            "write `tls: {acme: {contact: ADDRESS}}` where every route has a host, or let what stands in front see to TLS",
        ),
    },
)
KEYS = (_FILE,)


def fits(value: Located) -> bool:
    """Whether it is one of the two forms."""
    return ("app_name" in value and "container_port" in value) or (
        "mode" in value and ("server_name" in value or "apps" in value)
    )


def parts(document: Document) -> Iterator[Part]:
    """What deploy.yaml says of a backenderer.yml, and what there is to say about it."""
    value = document.value or Located(document.source, 0)
    yield from _FILE.rest(value)
    if table(value, "apps") or "apps" in value:
        apps = list(tables(value.get("apps")))
    else:
        apps = [value]
        for name, finding in names.application(
            value.get("app_name", value.get("name")), key_at(value, "app_name" if "app_name" in value else "name")
        ):
            yield Put(steps=("app",), value=name, span=document.start)
            yield from (finding,) if finding else ()
    given = [(text(one.get("app_name", one.get("name"))) or "app", beginning(one)) for one in apps]
    called, renamed = names.services(given)
    yield from renamed
    for one in apps:
        if one is not value:
            yield from _FILE.rest(one, called[beginning(one)])
        yield from _app(
            document,
            one,
            Service(called[beginning(one)]),
            pulled=text(value.get("mode")) == "image",
            single=one is value,
        )


def _app(document: Document, one: Located, service: Service, *, pulled: bool, single: bool) -> Iterator[Part]:
    image, port, host = text(one.get("image_uri")), number(one.get("container_port")), text(one.get("server_name"))
    below = f"{document.base}/{service.name}" if document.base else service.name
    built = document.tree.is_directory(below) or (single and bool(document.tree.entries(document.base)) and not pulled)
    if pulled and image and not built:
        yield service.put("image", image, key_at(one, "image_uri"))
        if host:
            fix = f"have its sources in the project, and write `{service.name}: {{path: …, port: {port or 8080}, route: {{host: …}}}}`"
            why = "an image that is pulled is not reached from outside; services that are built here are"
            yield not_carried(key_at(one, "server_name"), f"{service.name}: the host {shown(host)}", why, fix)
    else:
        yield service.put("path", below if document.tree.is_directory(below) else document.base or ".", beginning(one))
        if pulled and image:
            yield not_carried(
                key_at(one, "image_uri"),
                f"{service.name}: the image {shown(image)}",
                "its sources are here, and the image is built of them",
                "nothing has to be done",
            )
        yield from _route(one, service, host)
    if port:
        yield service.put("port", port, key_at(one, "container_port"))


def _route(one: Located, service: Service, host: str | None) -> Iterator[Part]:
    owner = text(one.get("owner_id"))
    if host:
        yield service.add("routes", {"host": host}, key_at(one, "server_name"))
    elif owner:
        span, path = key_at(one, "owner_id"), f"/{owner}/{text(one.get('app_name')) or service.name}"
        yield service.add("routes", {"path": path, "strip": True}, span)
        yield CHOSEN.at(
            span,
            f"{service.name} is reached at {shown(path)}, which is taken away before it gets a request",
            fix="nothing, or take `strip` out of the route where the program itself knows the path",
            found="a path of an owner and an app",
            expected="whether the program knows it",
        )
