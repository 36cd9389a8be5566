"""A route of a Caddyfile as a plan implies it: doors first, then what is done on the way, then the service."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.plan.ingress import Origins, Route
from speccompile.provenance import merged
from speccompile.realise.front_door import FrontDoor
from speccompile.verify.caddy_caching import kept
from speccompile.verify.caddy_pages import turned
from speccompile.verify.caddy_patterns import SEGMENT, exactly, unexpanded
from speccompile.verify.caddy_wanted import Wanted, block, line

_SAID_OF_CLIENTS = ("Forwarded", "Proxy", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server")
_SAID_HERE = ("X-Content-Type-Options", "X-Powered-By", "X-Request-Id")
_OF_CORS = ("Allow-Origin", "Allow-Credentials", "Allow-Methods", "Allow-Headers", "Max-Age")


def passed_on(number: int, route: Route, front: FrontDoor) -> tuple[Wanted, ...]:
    """All that stands in the block of *route*, the *number*-th of its site, of *front*."""
    return (
        *turned(route.errors, front),
        *_doors(number, route),
        *_headers(route),
        *_way(number, route),
        _proxy(route, front),
    )


def _doors(n: int, route: Route) -> Iterator[Wanted]:
    if (networks := route.networks) and networks.allow:
        yield line(networks.origin, f"@allowed{n} not client_ip", *networks.allow)
        yield line(networks.origin, f"error @allowed{n} 403")
    if networks and networks.deny:
        yield line(networks.origin, f"@denied{n} client_ip", *networks.deny)
        yield line(networks.origin, f"error @denied{n} 403")
    if route.maintenance:
        why, (folder, _, file) = route.maintenance.origin, route.maintenance.file.rpartition("/")
        yield block(why, f"@closed{n} file", line(why, f"root {folder}"), line(why, f"try_files /{file}"))
        yield line(why, f"header @closed{n} Retry-After {route.maintenance.retry_after}")
        yield line(why, f"error @closed{n} 503")
    if route.origins:
        yield from _crossing(n, route.origins)
    if route.methods:
        yield line(route.methods.origin, f"@method{n} not method", *route.methods.allow)
        yield line(route.methods.origin, f"error @method{n} 405")
    if route.login:
        why = route.login.origin
        yield block(why, "basic_auth", line(why, f"import /tmp/{route.login.secret}.users"))
        yield line(why, "request_header -Authorization")


def _crossing(n: int, origins: Origins) -> Iterator[Wanted]:
    why, all_ = origins.origin, origins.allow == ("*",)
    preflight = (
        line(why, "method OPTIONS"),
        line(why, f"header_regexp asked{n} Access-Control-Request-Method ^[A-Z]{{1,20}}$"),
    )
    if origins.allow:
        from_ = "^." if all_ else exactly(origins.allow)
        mine = line(why, f"header_regexp origin{n} Origin", from_)
        wanted = line(why, f"header_regexp wanted{n} Access-Control-Request-Headers", "^[A-Za-z0-9_, -]{1,1000}$")
        yield line(why, f"@origin{n} header_regexp origin{n} Origin", from_)
        if not all_:
            yield line(why, "header +Vary Origin")
            yield line(why, f"header @origin{n} Access-Control-Allow-Credentials true")
        yield line(why, f"header @origin{n} Access-Control-Allow-Origin", "*" if all_ else f"{{re.origin{n}.0}}")
        yield block(why, f"@asking{n}", *preflight, mine)
        yield line(why, f"header @asking{n} Access-Control-Allow-Methods {{re.asked{n}.0}}")
        yield line(why, f"header @asking{n} Access-Control-Max-Age 600")
        yield block(why, f"@wanting{n}", *preflight, mine, wanted)
        yield line(why, f"header @wanting{n} Access-Control-Allow-Headers {{re.wanted{n}.0}}")
    yield block(why, f"@preflight{n}", *preflight)
    yield line(why, f"respond @preflight{n} 204")


def _headers(route: Route) -> Iterator[Wanted]:
    if route.caching:
        yield from kept(route.caching)
    for one in route.headers.each if route.headers else ():
        yield line(one.origin, f"header {one.name}", unexpanded(one.value))


def _way(n: int, route: Route) -> Iterator[Wanted]:
    why = route.origin
    yield block(route.body.origin, "request_body", line(route.body.origin, f"max_size {route.body.size}"))
    yield block(
        why,
        f"@upgrade{n}",
        line(why, "header Upgrade *"),
        line(why, "not header_regexp Upgrade (?i)^websocket$"),
    )
    yield line(why, f"request_header @upgrade{n} -Upgrade")
    depth = len([one for one in route.path.split("/") if one])
    if route.strip and depth:
        yield line(why, f"@dots{n} vars_regexp {{http.request.uri.path}} (?:^|/)[.][.]?(?:/|$)")
        yield line(why, f"error @dots{n} 400")
        yield line(why, f"uri path_regexp ^(?:{SEGMENT}){{{depth}}}(?:/|%2[Ff])?(.*)$ /$1")
    if route.compression:
        yield line(route.compression.origin, "encode zstd gzip")


def _proxy(route: Route, front: FrontDoor) -> Wanted:
    why, told = route.origin, route.reached
    inside = [*_upstreams(route)]
    if route.stream:
        inside.append(line(route.stream.origin, "flush_interval -1"))
    inside.append(line(why, "lb_retries 1"))
    inside += [line(why, f"header_up {name} {{client_ip}}") for name in ("X-Forwarded-For", "X-Real-Ip")]
    inside += [line(why, f"header_up -{name}") for name in _SAID_OF_CLIENTS]
    inside += [line(why, f"header_down -{name}") for name in _SAID_HERE]
    if front.tls and front.tls.hsts:
        inside.append(line(front.tls.hsts.origin, "header_down -Strict-Transport-Security"))
    if route.origins:
        inside += [line(route.origins.origin, f"header_down -Access-Control-{name}") for name in _OF_CORS]
    inside += [line(one.origin, f"header_down -{one.name}") for one in (route.headers.each if route.headers else ())]
    times = route.timeouts
    inside.append(
        block(
            why,
            "transport http",
            line(why, "compression off"),
            line(times.origin, f"dial_timeout {times.connect}s"),
            line(why, "keepalive 1s"),
            line(why, "keepalive_idle_conns_per_host 32"),
            *(line(times.origin, f"{name}_timeout {times.exchange}s") for name in ("read", "response_header")),
            *((line(route.grpc.origin, "versions h2c"),) if route.grpc else ()),
            line(times.origin, f"write_timeout {times.exchange}s"),
        )
    )
    return block(merged((why, told)), "reverse_proxy", *inside)


def _upstreams(route: Route) -> Iterator[Wanted]:
    why, canary = route.reached, route.canary
    if canary is None:
        said = (f"name {route.service}", f"port {route.port}", "refresh 2s", "dial_timeout 2s", "versions ipv4")
        yield block(why, "dynamic a", *(line(why, one) for one in said))
        return
    yield line(merged((why, canary.origin)), f"to {route.service}:{route.port} {canary.service}:{canary.port}")
    common = max(one for one in range(1, 51) if canary.weight % one == (100 - canary.weight) % one == 0)
    shares = f"{(100 - canary.weight) // common} {canary.weight // common}"
    yield line(canary.origin, f"lb_policy weighted_round_robin {shares}")
