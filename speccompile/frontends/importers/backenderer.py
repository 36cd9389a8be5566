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
        "tls_email": "`tls: {acme: {contact: …}}`, where every service is built here and has a `server_name`",
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
    yield from _certified(document, value, [(one, called[beginning(one)]) for one in apps])


def _certified(document: Document, value: Located, apps: list[tuple[Located, str]]) -> Iterator[Part]:
    """Certificates by ACME, for which the address is: of front doors whose every route has a host."""
    contact = text(value.get("tls_email"))
    if not contact:
        return
    span, pulled = key_at(value, "tls_email"), text(value.get("mode")) == "image"
    hosts = [
        host
        for one, name in apps
        if (host := text(one.get("server_name"))) and _is_built(document, one, name, pulled=pulled, single=one is value)
    ]
    if not hosts or len(hosts) < len(apps):
        why = "the front door gets certificates where every route has a host, and here not every service is built and has a `server_name`"
        fix = "write `tls: {acme: {contact: ADDRESS}}` once every route has a host, or let what stands in front see to TLS"
        yield not_carried(span, "`tls_email`", why, fix)
        return
    yield Put(steps=("tls", "acme", "contact"), value=contact, span=span)
    yield CHOSEN.at(
        span,
        f"the front door gets certificates for {shown(', '.join(hosts))} from Let's Encrypt",
        fix="nothing, or take `tls` out of deploy.yaml where what stands in front sees to TLS",
        found="an address for certificates",
        expected="whether the front door is to get them",
    )


def _is_built(document: Document, one: Located, name: str, *, pulled: bool, single: bool) -> bool:
    """Whether the service *name* is built of sources that are here."""
    below = f"{document.base}/{name}" if document.base else name
    there = document.tree.is_directory(below)
    built = there or (single and bool(document.tree.entries(document.base)) and not pulled)
    return built or not (pulled and text(one.get("image_uri")))


def _app(document: Document, one: Located, service: Service, *, pulled: bool, single: bool) -> Iterator[Part]:
    image, port, host = text(one.get("image_uri")), number(one.get("container_port")), text(one.get("server_name"))
    below = f"{document.base}/{service.name}" if document.base else service.name
    if image and not _is_built(document, one, service.name, pulled=pulled, single=single):
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
