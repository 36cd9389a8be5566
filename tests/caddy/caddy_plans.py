"""A plan with everything that a Caddyfile holds."""

from __future__ import annotations

from dataclasses import replace

from caddy_server import with_caddy
from nginx_plans import origin, paged, plan, route

from speccompile.plan.ingress import (
    Caching,
    Canary,
    Compression,
    Header,
    Headers,
    Kept,
    KeptAlive,
    Maintenance,
    Methods,
    Networks,
    Origins,
    Redirect,
    Route,
    Stream,
)
from speccompile.plan.plan import Plan


def of(
    *routes: Route, trusted: tuple[str, ...] = (), tls: str | None = None, redirects: tuple[Redirect, ...] = ()
) -> Plan:
    """A plan with Caddy and *routes*, *redirects* beside them."""
    made = plan(*routes, trusted=trusted, tls=tls)
    assert made.ingress
    return with_caddy(replace(made, ingress=replace(made.ingress, redirects=redirects)))


def crossing(one: Route, *allow: str) -> Route:
    """*one*, which pages of *allow* may call."""
    return replace(one, origins=Origins(allow=allow, at=one.path, origin=origin(60)))


def keeping(one: Route, **seconds: int) -> Route:
    """*one*, of whose answers browsers may keep each sort for so many *seconds*."""
    rules = tuple(Kept(what=what, seconds=time, origin=origin(61)) for what, time in seconds.items())
    return replace(one, caching=Caching(rules=rules, at=one.path, origin=origin(61)))


def telling(one: Route, **said: str) -> Route:
    """*one*, whose answers have the headers *said*."""
    each = tuple(Header(name=name.replace("_", "-"), value=value, origin=origin(62)) for name, value in said.items())
    return replace(one, headers=Headers(each=each, at=one.path, origin=origin(62)))


def sharing(one: Route, service: str, weight: int) -> Route:
    """*one*, of whose requests *service* gets a share."""
    return replace(one, canary=Canary(service=service, port=3000, weight=weight, origin=origin(63)))


def methods(one: Route, *allow: str) -> Route:
    """*one*, asked with the methods *allow* alone."""
    return replace(one, methods=Methods(allow=allow, origin=origin(64)))


def networks(one: Route, allow: tuple[str, ...], deny: tuple[str, ...]) -> Route:
    """*one*, for clients in *allow* that are not in *deny*."""
    return replace(one, networks=Networks(allow=allow, deny=deny, origin=origin(65)))


def closable(one: Route) -> Route:
    """*one*, which a file closes."""
    file = f"/var/tmp/maintenance-{one.service}"
    return replace(one, maintenance=Maintenance(file=file, origin=origin(66)))


def compressed(one: Route) -> Route:
    """*one*, whose texts are compressed, as they come."""
    return replace(one, compression=Compression(origin=origin(67)), stream=Stream(origin=origin(67)))


AWAY = Redirect(
    host="www.example.com", path="/", service="web", to="https://example.com", status=308, origin=origin(70)
)

EVERYTHING = (
    crossing(route("/api", "api", "example.com", number=20, strip=True), "https://shop.example.com"),
    crossing(route("/open", "api", "example.com", number=24), "*"),
    crossing(route("/closed", "api", "example.com", number=26)),
    compressed(keeping(route("/", "web", "example.com", number=28), static=3600, images=60, responses=0)),
    replace(route("/staff", "web", guarded=True, number=40), kept_alive=KeptAlive(seconds=75, origin=origin(68))),
    telling(sharing(route("/", "web", number=50), "next", 10), X_Frame_Options="DENY", X_Odd="a {b} c"),
    route("/shop.Pay", "pay", "pay.example.com", number=200, port=50051, calls=True),
)

WHOLE: dict[str, Plan] = {
    "encrypted, patterns of hosts": of(
        route("/", "all", "*.example.com", number=20),
        route("/api", "api", "*.example.com", number=24, guarded=True),
        tls="1.2",
        redirects=(AWAY,),
    ),
    "plain": of(*EVERYTHING, redirects=(AWAY,)),
    "with pages": paged(of(*EVERYTHING, redirects=(AWAY,)), {None: {404: 1, 502: 2}, "/staff": {403: 3, 502: 1}}),
    "behind somebody": of(*EVERYTHING, redirects=(AWAY,), trusted=("10.0.0.0/8", "fd00::/8")),
    "encrypted": of(*EVERYTHING, redirects=(AWAY,), tls="1.2"),
    "encrypted, behind somebody": of(*EVERYTHING, redirects=(AWAY,), tls="1.3", trusted=("10.0.0.0/8",)),
}
"""Plans with all of it, over plain HTTP and over TLS."""

DENSE = paged(
    of(
        crossing(
            compressed(keeping(telling(route("/api", strip=True), X_Odd="{a}"), images=60)), "https://shop.example.com"
        ),
        route("/staff", "web", guarded=True, number=40),
        sharing(route("/", "web", "example.com", number=50), "next", 10),
        route("/shop.Pay", "pay", number=200, port=50051, calls=True),
        redirects=(AWAY,),
    ),
    {None: {404: 1}, "/staff": {403: 3, 502: 1}},
)
"""All that a route can have, once."""
