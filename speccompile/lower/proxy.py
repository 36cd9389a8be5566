"""The reverse proxy: one nginx in front of all web services that are public.

Services are told by which host (and port) and over which scheme they were asked, and the client's address. What a request says of these itself is
believed where it comes from deploy.yaml's ``trusted_proxies``, and of nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from speccompile.codes.lowering import ROUTE_CLASH, ROUTE_REFUSED
from speccompile.diagnostics import Diagnostic, Related
from speccompile.lower.draft import Draft
from speccompile.lower.networks import EDGE
from speccompile.lower.subject import Subject
from speccompile.plan.container import (
    Attach,
    Check,
    ConfigFile,
    Container,
    Dependency,
    Limits,
    Publish,
    Readiness,
    Replicas,
    Restart,
    RestartPolicy,
    Stop,
    Tmpfs,
)
from speccompile.plan.image import Base
from speccompile.plan.proxy import Proxy, Route, Trusted
from speccompile.provenance import Cause, Origin, because, merged
from speccompile.spec.project import TrustedProxy

CODE = "SC385"
TITLE = "proxy"

NAME, LISTEN, CONFIG = "proxy", 8080, "nginx.conf"
HEALTH_PATH = "/-/proxy-health"
PORT_SLOT, ADDRESS_SLOT, PIN_SLOT = "HTTP_PORT", "BIND_ADDRESS", "PROXY_DIGEST"

# Unprivileged by its user and its configuration; the tag fixes the minor version, which decides what directives there are.
_IMAGE = "nginx:1.28-alpine"
_USER = "101:101"


def routes(services: Sequence[tuple[Subject, Draft]]) -> tuple[Route, ...]:
    """The routes of all public services, by host and then the longest path first."""
    found = [route for subject, draft in services for route in _route(subject, draft)]
    return tuple(sorted(found, key=lambda route: (route.host or "", -len(route.path), route.path, route.service)))


def _route(subject: Subject, draft: Draft) -> Iterator[Route]:
    """The service's route, and a part of it for each path that has limits of its own: it is chosen since its path is longer."""
    exposure, traffic = draft.exposure, draft.traffic
    if not (exposure.public and draft.port and traffic):
        return
    whole = Route(
        host=exposure.host,
        path=exposure.path,
        strip=exposure.strip,
        service=subject.name,
        port=draft.port.number,
        timeouts=traffic.timeouts,
        rate=traffic.rate,
        body=traffic.body,
        connections=replace(traffic.connections, at=exposure.path) if traffic.connections else None,
        kept_alive=traffic.kept_alive,
        origins=replace(traffic.origins, at=exposure.path) if traffic.origins else None,
        caching=replace(traffic.caching, at=exposure.path) if traffic.caching else None,
        told=merged((exposure.origin, draft.port.origin, *subject.entry)),
        origin=exposure.origin,
    )
    yield whole
    for part in traffic.parts:
        inner = part.traffic
        if part.path.startswith(f"{exposure.path.rstrip('/')}/") and not exposure.strip and part.path != HEALTH_PATH:
            yield replace(
                whole,
                path=part.path,
                timeouts=inner.timeouts,
                rate=inner.rate,
                body=inner.body,
                connections=inner.connections if inner.connections != traffic.connections else whole.connections,
                kept_alive=inner.kept_alive,
                origins=inner.origins if inner.origins != traffic.origins else whole.origins,
                caching=inner.caching if inner.caching != traffic.caching else whole.caching,
                part=True,
                counted_at=exposure.path if inner.rate == traffic.rate else None,
                origin=merged((exposure.origin, part.origin)),
            )


def problems(found: Sequence[Route]) -> Iterator[Diagnostic]:
    """Routes that nginx cannot serve, and routes that two services want; paths are compared as nginx does, decoded."""
    taken: dict[tuple[str | None, str], Route] = {}
    for route in found:
        where = f"{route.host}{route.path}" if route.host else f"{route.path} of every host"
        path = _decoded(route.path)
        if path is None or path == HEALTH_PATH:
            why = "the proxy answers there itself" if path else "decoded, it is not printable text"
            yield ROUTE_REFUSED.at(
                route.origin.causes[0].span,
                f"{route.service} cannot be reached at {where}: {why}",
                fix=f"choose another path: `route: {{path: /{route.service}}}`",
            )
            continue
        before = taken.setdefault((route.host, path), route)
        if before is not route:
            yield ROUTE_CLASH.at(
                route.origin.causes[0].span,
                f"{before.service} and {route.service} are both reached at {where}",
                fix=f"give one of them a path of its own in deploy.yaml: `route: {{path: /{route.service}}}`",
                related=(Related(f"{before.service} is reached there", before.origin.causes[0].span),),
            )


def _decoded(path: str) -> str | None:
    """The path as nginx compares it, without a slash at its end; None when that is not printable text."""
    try:
        decoded = unquote(path, errors="strict")
    except UnicodeDecodeError:
        return None
    return (decoded.rstrip("/") or "/") if decoded.isprintable() else None


def proxy(found: tuple[Route, ...], trusted: Sequence[TrustedProxy]) -> Proxy | None:
    """The proxy for *found*, or None when no service is public; it believes those who are *trusted*."""
    if not found:
        return None
    origin = merged(route.origin for route in found)
    return Proxy(
        container=_container(found, origin),
        base=Base(reference=_IMAGE, origin=origin),
        listen=LISTEN,
        config=CONFIG,
        health=HEALTH_PATH,
        routes=found,
        trusted=tuple(Trusted(network=one.network, origin=because(CODE, Cause(one.at))) for one in trusted),
        pin_slot=PIN_SLOT,
        origin=origin,
    )


def _container(found: tuple[Route, ...], origin: Origin) -> Container:
    upstream = {route.service: route.reached for route in found}
    longest = max(route.timeouts.exchange for route in found)
    patient = merged((origin, *(route.timeouts.origin for route in found if route.timeouts.exchange == longest)))
    return Container(
        name=NAME,
        user=_USER,
        environment=(),
        secrets=(),
        volumes=(),
        tmpfs=(Tmpfs(target="/tmp", options=("size=64m", "mode=1777"), origin=origin),),  # noqa: S108  # in the container
        configs=(ConfigFile(name="nginx", source=CONFIG, target="/etc/nginx/nginx.conf", origin=origin),),
        networks=(Attach(network=EDGE, origin=origin),),
        depends_on=tuple(
            Dependency(name=name, readiness=Readiness.HEALTHY, origin=why) for name, why in sorted(upstream.items())
        ),
        publish=(Publish(target=LISTEN, port_slot=PORT_SLOT, address_slot=ADDRESS_SLOT, origin=origin),),
        check=Check(
            argv=("wget", "-q", "-O", "/dev/null", f"http://127.0.0.1:{LISTEN}{HEALTH_PATH}"),
            interval=15,
            timeout=3,
            start_period=5,
            retries=3,
            origin=origin,
        ),
        limits=Limits(memory=128 * 2**20, cpus=0.5, pids=64, origin=origin),
        stop=Stop(signal="SIGQUIT", grace=min(longest + 5, 120), origin=patient),
        restart=Restart(policy=RestartPolicy.UNLESS_STOPPED, origin=origin),
        replicas=Replicas(count=1, exclusive=False, origin=origin),
        init=False,
        origin=origin,
    )
