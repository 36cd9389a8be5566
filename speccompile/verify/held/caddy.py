"""A Caddyfile as the readers of demands look at it: what it holds, said by the directives of nginx that say the same, each with its own line.

Only what a reader asks for is told; what a Caddyfile does not say, or Caddy cannot do, is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from speccompile.verify.caddy_caching import FOUND, SORTS
from speccompile.verify.caddy_site import Answer, Site, options, sites
from speccompile.verify.readers.caddyfile import Directive as Said
from speccompile.verify.readers.caddyfile import named
from speccompile.verify.readers.nginx import Directive

_ALL = "^."
_VERSIONS = {"tls1.2": "TLSv1.2", "tls1.3": "TLSv1.3"}
_TO_TLS = ("https://{host}{uri}", "308")


def told(blocks: tuple[Said, ...]) -> tuple[Directive, ...]:
    """What an ``http`` block would have of what *blocks* hold."""
    every = tuple(sites(blocks))
    hosts = dict.fromkeys(site.host for site in every)
    answers = [(site, answer) for site in _passing(every) for answer in _routes(site)]
    return (
        *(_server(blocks, [site for site in every if site.host == host]) for host in hosts),
        *(_upstream(answer) for _, answer in answers),
        *(one for _, answer in answers for one in _networks(answer)),
        *_origins([answer for _, answer in answers]),
        *_caching([answer for _, answer in answers]),
        *_transport(every),
        *(
            _say(one.line, "log_format", "json", "$request_time")
            for site in every
            for one in named(site.directive.block, "log")
        ),
    )


def _say(line: int, *words: str, block: Sequence[Directive] | None = None) -> Directive:
    return Directive(words[0], words[1:], None if block is None else tuple(block), line, 1)


def _passing(every: Sequence[Site]) -> Iterator[Site]:
    """Of each host the site that passes requests on: that over TLS where there is one."""
    encrypted = {site.host for site in every if site.encrypted}
    yield from (site for site in every if site.encrypted or site.host not in encrypted)


def _routes(site: Site) -> Iterator[Answer]:
    yield from (Answer(one.line, one) for one in named(site.route, "route"))


def _server(blocks: tuple[Said, ...], mine: list[Site]) -> Directive:
    """One for a host, whatever it is asked over."""
    listens = [_say(site.line, "listen", site.port, *(("ssl",) if site.encrypted else ())) for site in mine]
    sent = [
        _say(one.line, "if", "($to_https)", block=[_say(one.line, "return", "308", "https://$host$request_uri")])
        for site in mine
        for one in named(site.route, "redir")
        if one.args[-2:] == _TO_TLS
    ]
    where = {one.name: one for site in mine for one in site.route if one.name.startswith("@r")}
    locations = [
        _say(answer.line, "location", _path(where[answer.directive.args[0]]), block=tuple(_location(blocks, answer)))
        for site in _passing(mine)
        for answer in _routes(site)
        if answer.directive.args[0] in where
    ]
    return _say(mine[0].line, "server", block=(*listens, *sent, *locations))


def _path(matcher: Said) -> str:
    """The path at and below which *matcher* takes requests."""
    pattern = matcher.args[-1].removeprefix("^").removesuffix("(?:/|$)")
    return re.sub(r"\\x([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), pattern)


def _location(blocks: tuple[Said, ...], answer: Answer) -> Iterator[Directive]:
    yield from _passed(answer)
    for one in (inner for each in named(answer.inside, "request_body") for inner in each.block or ()):
        yield _say(one.line, "client_max_body_size", *one.args)
    if _networks(answer):
        first = next(one for one in answer.inside if "client_ip" in one.args)
        yield _say(first.line, "if", f"($outside_{_number(answer)})", block=())
    if (name := _set(answer)) is not None:
        yield _say(answer.line, "set", "$origins", name)
    if any(_rules(answer)):
        yield _say(answer.line, "set", "$caching", str(answer.line))
    timeouts = [one for each in named(options(blocks), "servers") for one in named(each.block, "timeouts")]
    for one in (inner for each in timeouts for inner in named(each.block, "idle")):
        yield _say(one.line, "keepalive_timeout", *one.args)


def _passed(answer: Answer) -> Iterator[Directive]:
    proxy = answer.proxy
    if proxy is None:
        return
    yield _say(proxy.line, "proxy_pass", f"http://{_pool(answer)}")
    for one in (inner for each in named(proxy.block, "transport") for inner in each.block or ()):
        names = {"read_timeout": "proxy_read_timeout", "write_timeout": "proxy_send_timeout"}
        if one.name in names:
            yield _say(one.line, names[one.name], *one.args)


def _pool(answer: Answer) -> str:
    return "+".join(answer.asks)


def _upstream(answer: Answer) -> Directive:
    servers = [_say(answer.line, "server", one) for one in answer.asks]
    return _say(answer.line, "upstream", _pool(answer), block=servers)


def _number(answer: Answer) -> str:
    return f"{answer.line}"


def _networks(answer: Answer) -> tuple[Directive, ...]:
    """Who gets in, and that nobody else does, where a line turns the others away."""
    turned = {one.args[0] for one in named(answer.inside, "error") if one.args[1:] == ("403",)}
    only = [one for one in answer.inside if one.name in turned and one.args[:2] == ("not", "client_ip")]
    but = [one for one in answer.inside if one.name in turned and one.args[:1] == ("client_ip",)]
    if not only and not but:
        return ()
    default = _say((*only, *but)[0].line, "default", "no" if only else "yes")
    listed = [_say(one.line, network, "yes") for one in only for network in one.args[2:]]
    return (_say(default.line, "geo", f"$allowed_{_number(answer)}", block=(default, *listed)),)


def _set(answer: Answer) -> str | None:
    """The origins of which pages may call, as a name that is the same for the same ones; None where nothing is said of any."""
    if not any(one.args[-1:] == ("204",) for one in named(answer.inside, "respond")):
        return None
    matchers = [one for one in answer.inside if one.args[:1] == ("header_regexp",) and one.args[2:3] == ("Origin",)]
    return "".join(one.args[-1] for one in matchers) or "nobody"


def _origins(answers: Sequence[Answer]) -> Iterator[Directive]:
    """The maps by which a reader finds origins."""
    there = {name: answer for answer in answers if (name := _set(answer)) is not None}
    if not there:
        return
    line = min(answer.line for answer in there.values())
    header = "Access-Control-Allow-Origin"
    if all(_hidden(answer, header) for answer in there.values()):
        yield _say(line, "proxy_hide_header", header)
    yield _say(line, "add_header", header, "$allowed_origin", "always")
    every = [_say(answer.line, name, "*") for name, answer in there.items() if name == _ALL]
    yield _say(line, "map", "$origins", "$origin_of_all", block=every)
    exact = [
        _say(answer.line, f"{name}:{one}", one)
        for name, answer in there.items()
        if name not in (_ALL, "nobody")
        for one in _exact(name)
    ]
    yield _say(line, "map", "$origins:$http_origin", "$allowed_origin", block=exact)


def _exact(pattern: str) -> list[str]:
    """The texts that *pattern* is just one of."""
    inside = pattern.removeprefix("^").removesuffix("$").removeprefix("(?:").removesuffix(")")
    return [re.sub(r"\\x([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), one) for one in inside.split("|")]


def _caching(answers: Sequence[Answer]) -> Iterator[Directive]:
    """The maps by which a reader finds what browsers are told to keep."""
    there = {str(answer.line): rules for answer in answers if (rules := tuple(_rules(answer)))}
    if not there:
        return
    line = min(one.line for rules in there.values() for one in rules)
    yield _say(line, "proxy_hide_header", "Cache-Control")
    yield _say(line, "add_header", "Cache-Control", "$cache_control", "always")
    yield _say(line, "map", "$upstream_http_content_type", "$sort", block=())
    told = [_say(one.line, f"{name}:{one.name}", *one.args) for name, rules in there.items() for one in rules]
    yield _say(line, "map", "$caching:$sort:$outcome", "$cache_control", block=told)


def _rules(answer: Answer) -> Iterator[Directive]:
    """What is said of each sort of content, of answers that there are and, where nothing else is asked, of all."""
    for one in named(answer.inside, "header"):
        values = [inner.args for inner in named(one.block, ">Cache-Control")]
        which = [inner for each in named(one.block, "match") for inner in each.block or ()]
        types = tuple(inner.args[1] for inner in which if inner.args[:1] == ("Content-Type",))
        sort = next((name for name, _, known in SORTS if known == types), None)
        if len(values) != 1 or sort is None:
            continue
        bounded = [inner.args for inner in named(tuple(which), "status")]
        if bounded in ([], [FOUND]):
            for outcome in ("found",) if bounded else ("found", "failed"):
                yield _say(one.line, f"{sort}:{outcome}", *values[0])


def _hidden(answer: Answer, name: str) -> bool:
    proxy = answer.proxy
    return any(one.args == (f"-{name}",) for one in named(proxy.block if proxy else (), "header_down"))


def _transport(every: Sequence[Site]) -> Iterator[Directive]:
    """The versions that all sites speak, and what browsers are told of HTTPS, where all over TLS tell them."""
    encrypted = [site for site in every if site.encrypted]
    spoken = [
        one
        for site in encrypted
        for each in named(site.directive.block, "tls")
        for one in named(each.block, "protocols")
    ]
    versions = {one.args for one in spoken}
    if len(versions) == 1 and len(spoken) == len(encrypted):
        yield _say(spoken[0].line, "ssl_protocols", *(_VERSIONS.get(one, one) for one in versions.pop()))
    said = [
        one
        for site in encrypted
        for one in named(site.route, "header")
        if one.args[:1] == ("Strict-Transport-Security",)
    ]
    if said and len(said) == len(encrypted) and len({one.args for one in said}) == 1:
        yield _say(said[0].line, "add_header", "Strict-Transport-Security", "$hsts", "always")
        yield _say(said[0].line, "map", "$hsts", block=[_say(said[0].line, "https", said[0].args[-1])])
