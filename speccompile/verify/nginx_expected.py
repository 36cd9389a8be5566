"""The directives that a plan implies, each with the block it belongs into."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from urllib.parse import quote, unquote

from speccompile.plan.ingress import Connections, Rate, Redirect, Route
from speccompile.provenance import Origin
from speccompile.realise.front_door import FrontDoor, Place, called
from speccompile.verify import (
    nginx_doors,
    nginx_files,
    nginx_grpc,
    nginx_headers,
    nginx_pages,
    nginx_tls,
    nginx_upstreams,
)
from speccompile.verify.nginx_site import named_as
from speccompile.verify.nginx_statements import Statement, Where, statements

# What holds for any proxy, in nginx's own words. Why, is in the explanations of the codes and in docs.
_ALWAYS = """
worker_rlimit_nofile 4096;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
events { worker_connections 1024; }
http {
  map $request_uri $logged_path { "~^(?<path>[^?]*)" $path; }
  log_format structured escape=json
    '{"time":"$time_iso8601",' '"request_id":"$request_key",' '"remote_addr":"$remote_addr",' '"host":"$host",'
    '"request":"$request_method $logged_path $server_protocol",' '"status":"$status",' '"bytes_sent":$bytes_sent,' '"request_time":$request_time,'
    '"upstream_addr":"$upstream_addr",' '"upstream_status":"$upstream_status",'
    '"upstream_connect_time":"$upstream_connect_time",' '"upstream_response_time":"$upstream_response_time",'
    '"user_agent":"$http_user_agent"}';
  error_log /dev/stderr emerg;

  server_tokens off;
  types {}
  server_names_hash_bucket_size 512;
  server_names_hash_max_size 4096;
  map_hash_bucket_size 2048;
  variables_hash_bucket_size 128;

  client_body_temp_path /tmp/client_body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;

  client_header_timeout 10s; client_body_timeout 10s; send_timeout 10s; keepalive_timeout 30s;
  reset_timedout_connection on;
  resolver 127.0.0.11 valid=2s ipv6=off; resolver_timeout 2s;

  map $http_host $asked_host { default $host; "~:(?<asked_port>[0-9]{1,5})$" $host:$asked_port; }
  map $http_x_request_id $request_key { default $request_id; "~^[A-Za-z0-9._-]{8,128}$" $http_x_request_id; }
  map $http_upgrade $upgrade_to { default ""; "~*^websocket$" websocket; }
  map $http_upgrade $connection_to { default ""; "~*^websocket$" upgrade; }
  map $upstream_http_referrer_policy $referrer_policy { default ""; "" strict-origin-when-cross-origin; }

  proxy_http_version 1.1; proxy_buffer_size 16k; proxy_buffers 4 16k;
  proxy_max_temp_file_size 0; proxy_next_upstream_tries 2;

  proxy_set_header Host $asked_host;
  proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Port "";
  proxy_set_header X-Forwarded-Prefix "";
  proxy_set_header X-Forwarded-Server "";
  proxy_set_header Forwarded "";
  proxy_set_header Proxy "";
  proxy_set_header X-Request-ID $request_key;
  proxy_set_header Upgrade $upgrade_to;
  proxy_set_header Connection $connection_to;

  proxy_hide_header X-Content-Type-Options; proxy_hide_header X-Powered-By; proxy_hide_header X-Request-ID;
  add_header Referrer-Policy $referrer_policy always;
  add_header X-Content-Type-Options nosniff always;
  add_header X-Request-ID $request_key always;
}
"""
# Who says by which host and over which scheme a request came: the request itself, or, from trusted addresses, its headers.
_NOBODY_BELIEVED = "http { proxy_set_header X-Forwarded-Host $asked_host; proxy_set_header X-Forwarded-Proto $scheme; }"
_BELIEVED = """
http {
  geo $realip_remote_addr $before { default nobody; }
  map $before:$http_x_forwarded_proto $asked_scheme { default $scheme; trusted:http http; trusted:https https; }
  map $before:$http_x_forwarded_host $told_host { default $asked_host; "~^trusted:(?<told>[A-Za-z0-9.:-]{1,260})$" $told; }
  proxy_set_header X-Forwarded-Host $told_host; proxy_set_header X-Forwarded-Proto $asked_scheme;
}
"""
_PROBLEM = ("200", '{"status":$status,"request_id":"$request_key"}')
_IN_MEMORY = 2**20


def expected(proxy: FrontDoor) -> Iterator[tuple[Statement, Origin]]:
    """Every statement that *proxy* implies, with what implies it."""
    yield from nginx_grpc.with_calls(proxy, _expected(proxy))


def _expected(proxy: FrontDoor) -> Iterator[tuple[Statement, Origin]]:
    for statement in _always(proxy.place):
        yield statement, proxy.origin
    how = ("buffer=4k", "flush=1s") if proxy.buffered else ()
    why = proxy.buffered.origin if proxy.buffered else proxy.origin
    yield Statement(("http",), "access_log", (proxy.place.access_log, "structured", *how)), why
    if proxy.place.strangers:
        yield Statement(("http",), "proxy_ignore_headers", ("X-Accel-Redirect",)), proxy.origin
    yield from _trust(proxy)
    limits, stop = proxy.workload.limits, proxy.workload.stop
    yield Statement((), "worker_processes", (str(max(1, math.ceil(limits.cpus))),)), proxy.origin
    yield Statement((), "worker_shutdown_timeout", (f"{max(1, stop.grace - 1)}s",)), proxy.origin
    yield from _zones(proxy.routes)
    yield from _counters(proxy.routes)
    yield from nginx_headers.at_http(proxy.routes)
    yield from nginx_upstreams.at_http(proxy.routes, proxy.place)
    yield from nginx_doors.at_http(proxy.routes)
    yield from nginx_files.at_http(proxy.routes)
    yield from nginx_tls.at_http(proxy)
    yield from nginx_pages.at_http(proxy)
    for host, routes in by_host(proxy).items():
        for statement in _server(proxy, host, routes):
            yield statement, proxy.origin
        yield from nginx_tls.in_server(proxy, host, server(host))
        yield from nginx_pages.in_server(proxy, server(host))
    known = nginx_doors.numbers(proxy.routes)
    for route in proxy.routes:
        for location in locations(route.path):
            number = known.get(route.networks, 0) if route.networks else 0
            yield from _location(route, location, number, proxy)
    for redirect in proxy.redirects:
        for location in locations(redirect.path):
            outside = server(redirect.host)
            yield Statement(outside, "location", location), redirect.origin
            words = (str(redirect.status), f"{redirect.to}$request_uri")
            yield Statement((*outside, " ".join(("location", *location))), "return", words), redirect.origin


@cache
def _always(place: Place) -> tuple[Statement, ...]:
    """Where nginx stands elsewhere than in a container, its words have other places in them."""
    usual = {"127.0.0.11": place.resolver, "/dev/stdout": place.access_log, "/dev/stderr": place.error_log}
    return tuple(
        replace(
            one, args=tuple(usual.get(arg, re.sub(r"\A/tmp(?=/)", lambda _: place.scratch, arg)) for arg in one.args)
        )
        for one in statements(_ALWAYS)
    )


def _trust(proxy: FrontDoor) -> Iterator[tuple[Statement, Origin]]:
    blocks = (Statement((), "http", ()),)
    said = _BELIEVED if proxy.believes else _NOBODY_BELIEVED
    for statement in statements(said):
        if statement not in blocks:
            yield statement, proxy.origin
    if proxy.announced and proxy.trusted:
        yield Statement(("http",), "real_ip_header", ("proxy_protocol",)), proxy.announced.origin
    elif proxy.trusted:
        yield Statement(("http",), "real_ip_header", ("X-Forwarded-For",)), proxy.origin
        yield Statement(("http",), "real_ip_recursive", ("on",)), proxy.origin
    for one in proxy.trusted:
        yield Statement(("http",), "set_real_ip_from", (one.network,)), one.origin
        if proxy.believes:
            yield Statement(("http", "geo $realip_remote_addr $before"), one.network, ("trusted",)), one.origin


def _zones(routes: Iterable[Route]) -> Iterator[tuple[Statement, Origin]]:
    limited = [(route, route.rate) for route in routes if route.rate and route.counts]
    for route, rate in limited:
        args = (counted_by(rate), f"zone={zone(route)}:4m", f"rate={rate.requests}r/{rate.per}")
        yield Statement(("http",), "limit_req_zone", args), rate.origin
    if limited:
        yield Statement(("http",), "limit_req_status", ("429",)), limited[0][1].origin
        yield Statement(("http",), "limit_req_log_level", ("info",)), limited[0][1].origin


def _counters(routes: Iterable[Route]) -> Iterator[tuple[Statement, Origin]]:
    bounded = [(route, one) for route in routes if (one := route.connections) and one.at == route.path]
    for route, one in bounded:
        key = "$server_name" if one.total else "$binary_remote_addr"
        yield Statement(("http",), "limit_conn_zone", (key, f"zone={counter(route, one)}:4m")), one.origin
    if bounded:
        yield Statement(("http",), "limit_conn_status", ("429",)), bounded[0][1].origin
        yield Statement(("http",), "limit_conn_log_level", ("info",)), bounded[0][1].origin


def counter(route: Route, connections: Connections) -> str:
    """The name of the zone in which what *route* has open is counted."""
    return f"{called(route.service)}@@{called(route.host or '')}{quote(connections.at, safe='/%')}"


def by_host(proxy: FrontDoor) -> dict[str | None, list[Route | Redirect]]:
    """What each server has; the default server, None, is always there."""
    found: dict[str | None, list[Route | Redirect]] = {None: []}
    for route in proxy.routes:
        found.setdefault(route.host, []).append(route)
    for redirect in proxy.redirects:
        found.setdefault(redirect.host, []).append(redirect)
    return found


def _server(proxy: FrontDoor, host: str | None, routes: list[Route | Redirect]) -> Iterator[Statement]:
    inside = server(host)
    yield Statement(("http",), "server", ())
    yield Statement(inside, "server_name", (named_as(host or "_"),))
    health, problem = f"location = {proxy.health}", "location @problem"
    yield Statement(inside, "location", ("=", proxy.health))
    yield Statement((*inside, health), "access_log", ("off",))
    yield Statement((*inside, health), "default_type", ("text/plain",))
    yield Statement((*inside, health), "return", ("200", "ok\n"))
    yield Statement(inside, "location", ("@problem",))
    yield Statement((*inside, problem), "default_type", ("application/problem+json",))
    yield Statement((*inside, problem), "return", _PROBLEM)
    if not any(route.path.rstrip("/") == "" for route in routes):
        yield Statement(inside, "location", ("/",))
        yield Statement((*inside, "location /"), "return", ("404" if routes else "421",))


def server(host: str | None) -> Where:
    """Where the directives of the server of *host* stand; None is the default server."""
    return ("http", f"server {named_as(host or '_')}")


def locations(path: str) -> tuple[tuple[str, ...], ...]:
    """The arguments of the locations of a route at *path*; nginx compares with decoded paths."""
    path = unquote(path).rstrip("/")
    return (("=", path), (f"{path}/",)) if path else (("/",),)


def counted_by(rate: Rate) -> str:
    """The key of its zone: the address of the client, or what is the same for all of a server."""
    return "$server_name" if rate.total else "$binary_remote_addr"


def zone(route: Route) -> str:
    """The name of the zone of a route with a rate."""
    host, path = route.pool
    return f"{called(route.service)}@{called(host or '')}{quote(path, safe='/%')}"


def _location(
    route: Route, location: tuple[str, ...], number: int, proxy: FrontDoor
) -> Iterator[tuple[Statement, Origin]]:
    outside = server(route.host)
    inside = (*outside, " ".join(("location", *location)))
    rate = route.rate
    yield Statement(outside, "location", location), route.origin
    if route.files:
        yield from nginx_files.in_location(route, inside)
    else:
        yield from ((one, route.origin) for one in nginx_upstreams.in_location(route, inside, proxy.place))
        yield from nginx_grpc.times(route, inside)
    hidden = unquote(route.path if route.strip or route.files else route.mount).strip("/")
    if hidden:
        whole = location == ("=", f"/{hidden}")
        segments = hidden.split("/")
        rest = ("^", "/") if whole else ("".join(("(?s)^", *("/[^/]+" for _ in segments), "(/.*)$")), "$1")
        yield Statement(inside, "rewrite", (*rest, "break")), route.origin
    yield Statement(inside, "client_max_body_size", (_size(route.body.size),)), route.body.origin
    if route.body.size > _IN_MEMORY and not route.grpc:
        yield Statement(inside, "proxy_request_buffering", ("off",)), route.body.origin
    if rate:
        burst = (f"burst={rate.burst}", "nodelay") if rate.burst else ()
        yield Statement(inside, "limit_req", (f"zone={zone(route)}", *burst)), rate.origin
        if rate.status != 429:
            yield Statement(inside, "limit_req_status", (str(rate.status),)), rate.origin
    if (open_ := route.connections) is not None:
        yield Statement(inside, "limit_conn", (counter(route, open_), str(open_.count))), open_.origin
        if open_.status != 429:
            yield Statement(inside, "limit_conn_status", (str(open_.status),)), open_.origin
    yield from nginx_headers.in_location(route, inside)
    yield from nginx_doors.in_location(route, inside, number, proxy.place.secrets)
    yield from nginx_pages.in_location(route, inside, proxy)


def _size(size: int) -> str:
    if size % 2**20 == 0:
        return f"{size // 2**20}m"
    return f"{size // 2**10}k" if size % 2**10 == 0 else str(size)
