"""The front door where the platform brings none: one nginx, or Caddy, in front of all that is public.

Services are told by which host (and port) and over which scheme they were asked, and the client's address. What a request says of these itself is
believed where it comes from deploy.yaml's ``trusted_proxies``, and of nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from speccompile.plan.image import SECRETS, Base
from speccompile.plan.ingress import Announced, Buffered, ErrorPages, Ingress, Page, Redirect, Route, Trusted
from speccompile.plan.node import WHY, Node
from speccompile.plan.pin import pin
from speccompile.plan.tls import Acme, Tls
from speccompile.plan.workload import (
    Dependency,
    Hardening,
    Limits,
    Literal,
    Logs,
    Parameter,
    Port,
    Probes,
    Readiness,
    Replicas,
    Restart,
    RestartPolicy,
    Scratch,
    Stop,
    Volume,
    Workload,
)
from speccompile.provenance import Origin, merged
from speccompile.realise.proxies import CERTIFICATES, Kind, Program, entrypoint, program
from speccompile.record import record

CODE = "SC385"
TITLE = "proxy"

NAME = "proxy"
PORT, TLS_PORT, ADDRESS, PIN = "HTTP_PORT", "HTTPS_PORT", "BIND_ADDRESS", "PROXY_DIGEST"

_LISTEN, _LISTEN_TLS, _LISTEN_HEALTH = 8080, 8443, 8081
_NOBODY_WAITS = 1


@record(kw_only=True)
class Place:
    """What nginx has where it runs: a directory of its own for what it writes, who knows names, where its logs go, and whether it looks up the
    names of upstreams while it runs (``resolves``: since 1.27.3). Where services are of ``strangers`` to each other, none of them can have nginx
    ask another one, and files in ``closed`` close their routes. Files of users are in ``secrets``. ``low`` is
    whether it may listen at ports below 1024. Where somebody else gets certificates, ``challenges`` is the directory in which he puts what an
    authority asks for; else nginx gets them itself and they are ``kept``. By default, what it has in its image, beside Docker's DNS.
    """

    scratch: str = "/tmp"  # noqa: S108  # in the container
    resolver: str = "127.0.0.11"
    access_log: str = "/dev/stdout"
    error_log: str = "/dev/stderr"
    resolves: bool = True
    strangers: bool = False
    closed: str = "/tmp"  # noqa: S108  # in the container
    secrets: str = SECRETS
    low: bool = False
    challenges: str | None = None
    kept: str = CERTIFICATES

    def looks_up(self, service: str) -> bool:
        """Whether *service* is looked up by a variable in each of its locations: it has a name, and upstreams are not looked up."""
        return not self.resolves and not is_address(service)


@record(kw_only=True)
class FrontDoor(Node):
    """nginx or Caddy (``kind``): its workload and image, the port it listens on, its configuration (``config``, relative to the output
    directory) and where it reads that (``target``), what it does, and in
    which ``place``.

    ``pin`` is the parameter of the image's digest, ``port``, ``tls_port`` and ``address`` those of where it is reached from outside. Where who
    stands in front announces clients, its health is asked for at ``listen_health``: the probe announces nobody. ``chosen`` is why it is this program, where
    somebody chose one.
    """

    kind: Kind = "nginx"
    workload: Workload
    base: Base
    listen: int
    config: str
    target: str
    routes: tuple[Route, ...]
    redirects: tuple[Redirect, ...]
    trusted: tuple[Trusted, ...]
    tls: Tls | None
    announced: Announced | None
    buffered: Buffered | None = None
    ipv6: bool
    health: str
    errors: ErrorPages | None = None
    pages: tuple[Page, ...] = ()
    listen_tls: int = _LISTEN_TLS
    listen_health: int = _LISTEN_HEALTH
    place: Place = Place()
    pin: str = PIN
    port: str = PORT
    tls_port: str = TLS_PORT
    address: str = ADDRESS
    chosen: Origin | None = field(default=None, compare=False, repr=False, metadata={WHY: True})

    @property
    def paged(self) -> tuple[ErrorPages, ...]:
        """What pages errors have, each set once: that of all requests first, then those of routes, in the order in which routes are written."""
        ordered = sorted(self.routes, key=lambda route: (route.host or "", -len(route.path), route.path, route.service))
        sets = [self.errors, *(route.errors for route in ordered)]
        return tuple(dict.fromkeys(one for one in sets if one))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names by which it is asked, sorted."""
        every: tuple[Route | Redirect, ...] = (*self.routes, *self.redirects)
        return tuple(sorted({one.host for one in every if one.host}))

    @property
    def believes(self) -> bool:
        """Whether what trusted requests say of the client in headers is believed. Who announces clients passes their headers on as they are."""
        return bool(self.trusted) and self.announced is None


def is_address(host: str) -> bool:
    """Whether *host* is an address, so that nobody has to look it up: IPv4, or IPv6 in brackets, as URLs have it."""
    try:
        if host.startswith("[") and host.endswith("]"):
            return f"[{IPv6Address(host[1:-1])}]" == host and "%" not in host
        IPv4Address(host)
    except AddressValueError:
        return False
    return True


def secret_file(name: str) -> str:
    """Where the secret file *name* lies: where secrets are, or at the path that it is on a host where they are files of the operator's."""
    return name if name.startswith("/") else f"{SECRETS}/{name}"


def called(host: str) -> str:
    """*host* as a part of names of ours, in which no colon may be. Of an address by IPv6 it has an underscore, as no name of a host has,
    and so it has of a pattern."""
    if host.startswith("*."):
        return f"_{host[1:]}"
    return f"ipv6_{host[1:-1].replace(':', '-')}" if host.startswith("[") else host


def front_door(ingress: Ingress | None) -> FrontDoor | None:
    """The front door of *ingress*; None where nothing is reached from outside, or everything is reached without one."""
    chosen = program(ingress) if ingress else None
    if ingress is None or chosen is None:
        return None
    origin = merged((ingress.origin, ingress.proxy.origin)) if ingress.proxy else ingress.origin
    return FrontDoor(
        kind=chosen.kind,
        workload=_workload(chosen, ingress, origin),
        base=Base(reference=chosen.image, origin=origin),
        listen=_LISTEN,
        config=chosen.config,
        target=chosen.target,
        routes=ingress.routes if chosen.reads else tuple(one.asked for one in ingress.routes),
        redirects=ingress.redirects,
        trusted=ingress.trusted,
        tls=ingress.tls,
        announced=ingress.announced,
        buffered=ingress.buffered,
        ipv6=ingress.ipv6,
        health=ingress.health,
        errors=ingress.errors,
        pages=ingress.pages,
        chosen=ingress.proxy.origin if ingress.proxy else None,
        origin=origin,
    )


def parameters(front: FrontDoor | None) -> Iterator[Parameter]:
    """What it wants of the operator."""
    if front is None:
        return
    who = (front.workload.name,)
    yield pin(front.pin, front.base.reference, who, front.origin)
    for name, purpose, default in (
        (front.address, "address of this host on which the proxy listens; 0.0.0.0 for all", "127.0.0.1"),
        (front.port, "port of this host on which the proxy listens", str(front.listen)),
    ):
        yield Parameter(
            name=name, purpose=purpose, default=default, example=default, requested_by=who, origin=front.origin
        )
    if front.tls:
        port = str(front.listen_tls)
        yield Parameter(
            name=front.tls_port,
            purpose="port of this host on which the proxy listens for HTTPS; plain HTTP is sent to 443",
            default=port,
            example=port,
            requested_by=who,
            origin=front.tls.origin,
        )


def _workload(chosen: Program, ingress: Ingress, origin: Origin) -> Workload:
    upstream = {route.service: route.reached for route in ingress.routes}
    for canary in (route.canary for route in ingress.routes if route.canary):
        upstream.setdefault(canary.service, canary.origin)
    longest = max((route.timeouts.exchange for route in ingress.routes), default=_NOBODY_WAITS)
    patient = merged((origin, *(one.timeouts.origin for one in ingress.routes if one.timeouts.exchange == longest)))
    return Workload(
        name=NAME,
        user=chosen.user,
        environment=tuple(Literal(name=name, value=value, origin=origin) for name, value in chosen.environment),
        secrets=ingress.secrets,
        volumes=(*_kept(ingress), *(_read(ingress) if chosen.reads else ())),
        scratch=(Scratch(target="/tmp", size=64 * 2**20, mode=0o1777, origin=origin),),  # noqa: S108  # in the container
        port=Port(number=_LISTEN, origin=origin),
        inside=None,
        calls=(),
        egress=None,
        depends_on=tuple(
            Dependency(name=name, readiness=Readiness.HEALTHY, origin=why) for name, why in sorted(upstream.items())
        ),
        probes=_probes(chosen, ingress),
        limits=Limits(memory=chosen.memory, cpus=0.5, pids=64, origin=origin),
        stop=Stop(signal=chosen.signal, grace=min(longest + 5, 120), origin=patient),
        restart=Restart(policy=RestartPolicy.ALWAYS, origin=origin),
        replicas=Replicas(count=1, exclusive=False, origin=origin),
        hardening=Hardening(
            read_only=True, no_capabilities=True, no_new_privileges=True, bounding=chosen.bounding, origin=origin
        ),
        logs=Logs(files=3, size=10 * 10**6, origin=origin),
        init=False,
        entrypoint=entrypoint(chosen, ingress),
        origin=origin,
    )


def _kept(ingress: Ingress) -> tuple[Volume, ...]:
    """What outlives it: certificates that an authority gave, as it gives no name any number of them
    (https://letsencrypt.org/docs/rate-limits/: five of one name in a week); and which routes are closed, as a new container is no reason to
    open them."""
    certified = ingress.tls.certified if ingress.tls else None
    closed = [route.maintenance.origin for route in ingress.routes if route.maintenance]
    by_acme = isinstance(certified, Acme)
    if certified is None or not by_acme:
        return (Volume(name=f"{NAME}-closed", target=CERTIFICATES, origin=merged(closed)),) if closed else ()
    return (Volume(name=f"{NAME}-certificates", target=CERTIFICATES, origin=merged((certified.origin, *closed))),)


def _read(ingress: Ingress) -> Iterator[Volume]:
    """The volumes of services whose files are given out, each once."""
    found: dict[str, list[Route]] = {}
    for route in ingress.routes:
        if route.files:
            found.setdefault(route.files.volume, []).append(route)
    for name, routes in sorted(found.items()):
        yield Volume(
            name=name,
            target=_place(routes[0]),
            lent=routes[0].service,
            origin=merged(one.files.origin for one in routes if one.files),
        )


def _place(route: Route) -> str:
    """Where the volume is in whose directory the files of *route* are."""
    return route.files.directory.removesuffix(route.files.below) if route.files else ""


def _probes(chosen: Program, ingress: Ingress) -> Probes:
    port = _LISTEN_HEALTH if ingress.announced and chosen.kind == "nginx" else _LISTEN
    return Probes(
        ready=("wget", "-q", "-O", "/dev/null", f"http://127.0.0.1:{port}{ingress.health}"),
        interval=15,
        timeout=3,
        start_period=5,
        retries=3,
        origin=merged((ingress.origin, ingress.announced.origin)) if ingress.announced else ingress.origin,
    )


def of_environment(front: FrontDoor, environment: str) -> FrontDoor:
    """*front* with the configuration that is of an *environment* alone: its name stands before the ending, where there is one."""
    stem, dot, ending = front.config.partition(".")
    return replace(front, config=f"{stem}.{environment}{dot}{ending}")
