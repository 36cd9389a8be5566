"""What holds for every generated Caddyfile, said about what Caddy does. An invariant yields line, code, message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias
from urllib.parse import unquote

from speccompile.codes import caddy as codes
from speccompile.codes.code import Code
from speccompile.plan.image import SECRETS
from speccompile.plan.ingress import Redirect, Route
from speccompile.plan.tls import Acme, Tls
from speccompile.realise.front_door import FrontDoor
from speccompile.regex import regex
from speccompile.verify.caddy_doors import guarded
from speccompile.verify.caddy_pages import shown
from speccompile.verify.caddy_site import Answer, Site, options, sites
from speccompile.verify.readers.caddyfile import Directive, everything, named

Finding: TypeAlias = tuple[int, Code, str]
Blocks: TypeAlias = tuple[Directive, ...]
Invariant: TypeAlias = Callable[[FrontDoor, Blocks], Iterator[Finding]]

_BELOW_TMP = regex(r"(?:unix/)?/tmp/[\w.-]*\w(?:/[\w.-]+)*")  # in the container
_KEPT = regex(r"/var/tmp/[\w.-]*\w")  # noqa: S108  # in the container
_STREAMS = ("stdout", "stderr")
_CLIENT = "{client_ip}"
_OF_CLIENTS = ("Forwarded", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server")


def unprivileged(front: FrontDoor, blocks: Blocks) -> Iterator[Finding]:
    """SC801: nothing needs root, a writable file system besides /tmp, or somebody else."""
    general = options(blocks)
    said = {one.name: one for one in general}
    by_acme = front.tls is not None and isinstance(front.tls.certified, Acme)
    automatic = "disable_redirects" if by_acme else "off"
    for name, wanted in (("auto_https", (automatic,)), ("persist_config", ("off",))):
        if name not in said or said[name].args != wanted:
            yield 0, codes.PRIVILEGED, f"{name} is not {' '.join(wanted)}"
    for name, below in (("admin", _BELOW_TMP), ("storage", _KEPT if by_acme else _BELOW_TMP)):
        if name not in said or not below.fullmatch(said[name].args[-1] if said[name].args else ""):
            where = "in the volume of certificates" if below is _KEPT else "at a place below /tmp"
            yield said[name].line if name in said else 0, codes.PRIVILEGED, f"{name} is not {where}"
    for one in everything(blocks):
        if one.name == "output" and (len(one.args) != 1 or one.args[0] not in _STREAMS):
            yield one.line, codes.PRIVILEGED, f"it logs to {' '.join(one.args)}, which is not a standard stream"
    for site in sites(blocks):
        port = front.listen_tls if site.encrypted else front.listen
        if site.port != str(port) or port < 1024:
            yield site.line, codes.PRIVILEGED, f"it listens on {site.port}, the plan says {port}, from 1024 on"


def bounded(front: FrontDoor, blocks: Blocks) -> Iterator[Finding]:
    """SC802: every wait and every body has the bound that the plan gives it."""
    servers = [inner for one in named(options(blocks), "servers") for inner in one.block or ()]
    waits = {one.name: one.args for each in named(tuple(servers), "timeouts") for one in each.block or ()}
    for name in ("idle", "read_header"):
        if not regex(r"[1-9]\d*s").fullmatch("".join(waits.get(name, ()))):
            yield 0, codes.UNBOUNDED, f"{name} has no bound"
    for route, _, answer in _served(front, blocks):
        proxy = answer.proxy
        transport = [one for each in named(proxy.block if proxy else (), "transport") for one in each.block or ()]
        times = {one.name: "".join(one.args) for one in transport}
        wanted = {"dial": route.timeouts.connect} | dict.fromkeys(
            ("read", "response_header", "write"), route.timeouts.exchange
        )
        for name, seconds in wanted.items():
            if times.get(f"{name}_timeout") != f"{seconds}s":
                yield answer.line, codes.UNBOUNDED, f"{name}_timeout of {route.service} is not {seconds} s"
        sizes = [one.args for each in named(answer.inside, "request_body") for one in each.block or ()]
        if sizes != [(str(route.body.size),)]:
            message = f"request bodies for {route.service} are not bounded by {route.body.size} bytes"
            yield answer.line, codes.UNBOUNDED, message


def routed(front: FrontDoor, blocks: Blocks) -> Iterator[Finding]:
    """SC803: asked for a path, each site passes it to the service whose route is the longest: as it is, or without the route's path where the
    route says so."""
    every: tuple[Route | Redirect, ...] = (*front.routes, *front.redirects)
    for site in _serving(front, blocks):
        by_path = {unquote(one.path).rstrip("/"): one for one in every if one.host == site.host}
        for path in _probes(by_path, front.health):
            (wanted, whole), answer = _answer(by_path, path), site.asked_for(path)
            asks = ",".join(answer.asks) if answer else ""
            if answer is None or asks != wanted or (wanted and answer.passed_on(path) != whole):
                line = answer.line if answer else site.line
                message = f"{site.host or 'any host'}{path} does not go to {wanted or 'nobody'}"
                yield line, codes.ROUTES, message
    known = {(site.host, site.encrypted) for site in sites(blocks)}
    for host in {None, *(one.host for one in every)}:
        for encrypted in (False, True) if front.tls else (False,):
            if (host, encrypted) not in known:
                yield 0, codes.ROUTES, f"no site for {host or 'other hosts'}{' over TLS' if encrypted else ''}"


def _serving(front: FrontDoor, blocks: Blocks) -> Iterator[Site]:
    """The sites that pass requests on: without TLS none does where everything is sent to TLS."""
    sent = front.tls and front.tls.redirect and not front.believes
    yield from (one for one in sites(blocks) if one.encrypted or not sent)


def _probes(paths: Iterable[str], health: str) -> list[str]:
    """Paths at, below, beside and above each of *paths*; Caddy itself answers *health*."""
    near = {f"{path}{more}" for path in paths for more in ("", "/", "/x", "x", "/x/y")}
    above = {path.rpartition("/")[0] for path in paths}
    return sorted(path for path in {"/", "/other", *near, *above} - {health} if path.startswith("/"))


def _answer(by_path: dict[str, Route | Redirect], path: str) -> tuple[str, str]:
    """Who gets a request for *path* ("": nobody), and what he is asked for. Segment by segment upwards, so that the first route found is the one
    with the longest path."""
    above = path
    while above not in by_path and above:
        above = above.rpartition("/")[0]
    route = by_path.get(above)
    if not isinstance(route, Route):
        return "", path
    canary = [f"{route.canary.service}:{route.canary.port}"] if route.canary else []
    passed = (path.removeprefix(above) or "/") if route.strip and above else path
    return ",".join([f"{route.service}:{route.port}", *canary]), passed


def looked_up(front: FrontDoor, blocks: Blocks) -> Iterator[Finding]:
    """SC804: where a service's addresses come from."""
    for route, _, answer in _served(front, blocks):
        looked = [
            one for each in named(answer.proxy.block if answer.proxy else (), "dynamic") for one in each.block or ()
        ]
        if not route.canary and not any(one.name == "refresh" for one in looked):
            yield answer.line, codes.STATIC_UPSTREAM, f"{route.service} is looked up once, and at one address"


def headers(front: FrontDoor, blocks: Blocks) -> Iterator[Finding]:
    """SC805: nothing is believed that clients say of themselves, but of who is trusted; no upgrade but WebSocket."""
    believed = {
        word
        for one in everything(blocks)
        if one.name in ("trusted_proxies", "allow")
        for word in one.args
        if word != "static"
    }
    for network in sorted(believed ^ {one.network for one in front.trusted}):
        yield 0, codes.HEADERS, f"{network} is {'not ' if network not in believed else ''}believed, against the plan"
    for route, _, answer in _served(front, blocks):
        inside = answer.proxy.block or () if answer.proxy else ()
        sent = {one.args for one in named(inside, "header_up")}
        if not {("X-Forwarded-For", _CLIENT), ("X-Real-Ip", _CLIENT), *((f"-{name}",) for name in _OF_CLIENTS)} <= sent:
            yield answer.line, codes.HEADERS, f"{route.service} would believe what a client says of itself"
        if len(sent) != len(_OF_CLIENTS) + 3:
            yield answer.line, codes.HEADERS, f"{route.service} is told more than the plan knows"
        if not any(one.args[-1:] == ("-Upgrade",) for one in named(answer.inside, "request_header")):
            yield answer.line, codes.HEADERS, f"{route.service} is asked for upgrades to other protocols than WebSocket"


def called(front: FrontDoor, blocks: Blocks) -> Iterator[Finding]:
    """SC816: calls of gRPC come in and are passed on by HTTP/2, and nothing else is."""
    for route, _, answer in _served(front, blocks):
        inside = answer.proxy.block or () if answer.proxy else ()
        spoken = [one.args for each in named(inside, "transport") for one in named(each.block, "versions")]
        if spoken != ([("h2c",)] if route.grpc else []):
            yield answer.line, codes.CALLS, f"{route.service} is {'not ' if route.grpc else ''}asked by HTTP/2 alone"
    servers = [inner for one in named(options(blocks), "servers") for inner in named(one.block, "protocols")]
    if any("h2c" in one.args for one in servers) != any(route.grpc for route in front.routes):
        yield servers[0].line if servers else 0, codes.CALLS, "HTTP/2 without TLS is spoken, or not, against the plan"


def let_in(front: FrontDoor, blocks: Blocks) -> Iterator[Finding]:
    """SC806: who gets in."""
    for route, number, answer in _served(front, blocks):
        yield from guarded(route, number, answer)


def encrypted(front: FrontDoor, blocks: Blocks) -> Iterator[Finding]:
    """SC807: TLS where the plan has it, with its certificate, in its versions; HSTS over TLS alone."""
    tls = front.tls
    for site in sites(blocks):
        said = list(named(site.directive.block, "tls"))
        if tls is None and (said or site.encrypted):
            yield site.line, codes.TLS, "the plan has no certificate"
        if tls is None or not site.encrypted:
            yield from _plain(front, site)
            continue
        spoken = {one.args for each in said for one in named(each.block, "protocols")}
        wanted = {("tls1.2", "tls1.3")} if tls.versions.oldest == "1.2" else {("tls1.3",)}
        if (
            [one.args for one in said] != [_files(tls, site)]
            or spoken != wanted
            or _authorities(said) != _asked(tls, site)
        ):
            yield site.line, codes.TLS, "it speaks TLS in other versions, or with another certificate, than the plan's"


def _files(tls: Tls, site: Site) -> tuple[str, ...]:
    """Certificate and key of *site*, where they are the operator's."""
    certified = tls.own(site.host) or tls.certified
    if isinstance(certified, Acme):
        return ()
    return (f"{SECRETS}/{certified.certificate}", f"{SECRETS}/{certified.key}")


def _asked(tls: Tls, site: Site) -> list[tuple[str, ...]]:
    """The authority that certifies *site*, by its directory: nobody certifies the site of all other names."""
    return (
        [(tls.certified.directory,)] if isinstance(tls.certified, Acme) and site.host and not tls.own(site.host) else []
    )


def _authorities(said: list[Directive]) -> list[tuple[str, ...]]:
    issuers = [one for each in said for one in named(each.block, "issuer")]
    return [one.args for each in issuers for one in named(each.block, "dir")]


def _plain(front: FrontDoor, site: Site) -> Iterator[Finding]:
    """That over plain HTTP nobody but who is trusted gets anything but the way to HTTPS, where there is one; and no word of HSTS."""
    for one in site.route:
        if "Strict-Transport-Security" in one.args and not (front.believes and one.args[0] == "@told"):
            yield one.line, codes.TLS, "HSTS is told over plain HTTP"
    if front.tls and front.tls.redirect:
        sent = next((one for one in site.route if one.name in ("redir", "route", "error")), None)
        where = sent.args[-2:] if sent and sent.name == "redir" else ()
        if where != ("https://{host}{uri}", "308"):
            yield site.line, codes.TLS, "plain HTTP is not sent to HTTPS before all else"


def answers_for_itself(front: FrontDoor, blocks: Blocks) -> Iterator[Finding]:
    """SC808: the health path, by each site, before all else."""
    for site in sites(blocks):
        answer = site.asked_for(front.health)
        skipped = any(one.args == ("@health",) for one in named(site.route, "log_skip"))
        if answer is None or answer.directive.args[1:] != ("ok", "200") or not skipped:
            yield site.line, codes.HEALTH, f"{site.host or 'the site of other hosts'} does not answer {front.health}"


def paged(front: FrontDoor, blocks: Blocks) -> Iterator[Finding]:
    """SC814: pages for errors."""
    served = tuple(_served(front, blocks))
    for site in _serving(front, blocks):
        inside = site.line, max((one.line for one in everything((site.directive,))), default=site.line)
        mine = ((route, answer) for route, _, answer in served if inside[0] <= answer.line <= inside[1])
        yield from shown(front, site, mine)


def _served(front: FrontDoor, blocks: Blocks) -> Iterator[tuple[Route, int, Answer]]:
    """Each route with each answer that requests at and below its path get, and its number there."""
    for site in _serving(front, blocks):
        for route in (one for one in front.routes if one.host == site.host):
            path = unquote(route.path).rstrip("/")
            answer = site.asked_for(f"{path}/")
            if answer and answer.directive.name == "route":
                yield route, _number(answer), answer


def _number(answer: Answer) -> int:
    digits = "".join(answer.directive.args).removeprefix("@r")
    return int(digits) if digits.isdecimal() else 0


ALL: tuple[Invariant, ...] = (
    unprivileged,
    bounded,
    routed,
    looked_up,
    headers,
    called,
    let_in,
    encrypted,
    paged,
    answers_for_itself,
)
