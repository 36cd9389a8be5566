"""What browsers are told beside an answer: whose pages may read it (CORS), and how long it may be kept.

nginx takes headers of one level only, so each is set at the http level, from a map: a location says by the name of a set which lines of the map are
its own. Where no set is named, the service's own header is passed on. A header whose value is empty is not sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from speccompile.backends.escape.nginx import NginxText, nginx_plain, nginx_text
from speccompile.plan import ingress
from speccompile.plan.ingress import HASHED, Kept, Route
from speccompile.plan.node import Node
from speccompile.provenance import merged
from speccompile.realise.front_door import called
from speccompile.record import record

NOTHING = NginxText('""')
_ASKED_AGAIN = NginxText("no-cache")
# What a sort of content is told where there is no rule for it alone.
_LIKE = {
    "images": ("images", "static", "responses"),
    "static": ("static", "responses"),
    "html": ("html", "responses"),
    "other": ("responses",),
}


@record(kw_only=True)
class Crossing(Node):
    """The set of origins of a location."""

    set: NginxText


@record(kw_only=True)
class Keeping(Node):
    """The set of cache rules of a location."""

    set: NginxText


@record(kw_only=True)
class _Named(Node):
    """Origins of a set: ``exact`` are each compared; ``all`` is whether any is let in."""

    set: NginxText
    exact: tuple[NginxText, ...]
    all: bool


@record(kw_only=True)
class Origins(Node):
    """All sets of origins."""

    each: tuple[_Named, ...]
    named: tuple[_Named, ...]
    open: tuple[_Named, ...]


@record(kw_only=True)
class _Line(Node):
    """A line of the map: a set, a sort of content, what became of the request, the header's value."""

    set: NginxText
    sort: NginxText
    outcome: NginxText
    value: NginxText


@record(kw_only=True)
class Caching(Node):
    """All lines of the map of cache rules."""

    each: tuple[_Line, ...]


def crossing(route: Route, said: ingress.Origins) -> Crossing:
    """By which set of origins *route* is called."""
    return Crossing(set=_set(route, said.at), origin=said.origin)


def keeping(route: Route, said: ingress.Caching) -> Keeping:
    """By which set of rules what *route* answers is kept."""
    return Keeping(set=_set(route, said.at), origin=said.origin)


def _set(route: Route, at: str) -> NginxText:
    return nginx_plain(f"{called(route.service)}@{called(route.host or '')}{quote(at, safe='/%')}")


def origins(routes: Sequence[Route]) -> Origins | None:
    """The sets of *routes*; None where nobody asks for any."""
    each = tuple(_named(route, said) for route in routes if (said := route.origins) and said.at == route.path)
    if not each:
        return None
    return Origins(
        each=each,
        named=tuple(one for one in each if one.exact),
        open=tuple(one for one in each if one.all),
        origin=merged(one.origin for one in each),
    )


def _named(route: Route, said: ingress.Origins) -> _Named:
    everyone = said.allow == ("*",)
    exact = () if everyone else tuple(map(nginx_plain, said.allow))
    return _Named(set=_set(route, said.at), exact=exact, all=everyone, origin=said.origin)


def caching(routes: Sequence[Route]) -> Caching | None:
    """The lines for *routes*; None where nobody asks for any."""
    each = tuple(
        line for route in routes if (said := route.caching) and said.at == route.path for line in _lines(route, said)
    )
    return Caching(each=each, origin=merged(one.origin for one in each)) if each else None


def _lines(route: Route, said: ingress.Caching) -> Iterator[_Line]:
    """What may be kept is told of answers that there are; what may not, of all. A 304 says nothing of its content: what was told before holds."""
    rules = {one.what: one for one in said.rules}
    name = _set(route, said.at)
    if hashed := rules.get(HASHED):
        yield from _of_hashed(name, hashed)
    for sort, kinds in _LIKE.items():
        rule = next((rules[kind] for kind in kinds if kind in rules), None)
        if rule is None and hashed:
            yield _Line(
                set=name, sort=NginxText(sort), outcome=NginxText("found"), value=_ASKED_AGAIN, origin=hashed.origin
            )
        if rule is None:
            continue
        for outcome in ("found", "failed") if rule.seconds == 0 else ("found",):
            yield _Line(
                set=name, sort=NginxText(sort), outcome=NginxText(outcome), value=_value(rule), origin=rule.origin
            )
        yield _Line(set=name, sort=NginxText(sort), outcome=NginxText("same"), value=NOTHING, origin=rule.origin)
    if "responses" not in rules:
        yield _Line(set=name, sort=NginxText("other"), outcome=NginxText("same"), value=NOTHING, origin=said.origin)


def _of_hashed(name: NginxText, rule: Kept) -> Iterator[_Line]:
    """What has a hash in its name never changes (RFC 8246)."""
    kept = NginxText(f'"max-age={rule.seconds}, immutable"')
    yield _Line(set=name, sort=NginxText(HASHED), outcome=NginxText("found"), value=kept, origin=rule.origin)


def _value(rule: Kept) -> NginxText:
    """No «public»: what was asked for with a login is kept by its browser alone (RFC 9111, 3.5)."""
    return NginxText("no-store") if rule.seconds == 0 else nginx_plain(f"max-age={rule.seconds}")


@record(kw_only=True)
class Adding(Node):
    """The set of headers of a location."""

    set: NginxText


@record(kw_only=True)
class _Value(Node):
    """What a set says in a header."""

    set: NginxText
    value: NginxText


@record(kw_only=True)
class _Header(Node):
    """A header: its name, the names of the variables in which the service's own and the one that is told are, and what each set says in it."""

    name: NginxText
    theirs: NginxText
    ours: NginxText
    each: tuple[_Value, ...]


@record(kw_only=True)
class Added(Node):
    """All headers that any route adds."""

    each: tuple[_Header, ...]


def adding(route: Route, said: ingress.Headers) -> Adding:
    """Which set of headers the answers of *route* get."""
    return Adding(set=_set(route, said.at), origin=said.origin)


def added(routes: Sequence[Route]) -> Added | None:
    """The headers that *routes* add; None where none does."""
    found: dict[str, list[_Value]] = {}
    names: dict[str, str] = {}
    for route in routes:
        said = route.headers
        for header in said.each if said and said.at == route.path else ():
            names.setdefault(header.name.lower(), header.name)
            one = _Value(set=_set(route, said.at if said else ""), value=nginx_text(header.value), origin=header.origin)
            found.setdefault(header.name.lower(), []).append(one)
    each = tuple(
        _Header(
            name=nginx_plain(names[name]),
            theirs=nginx_plain(f"upstream_http_{name.replace('-', '_')}"),
            ours=nginx_plain(f"told_{name.replace('-', '_')}"),
            each=tuple(values),
            origin=merged(one.origin for one in values),
        )
        for name, values in sorted(found.items())
    )
    return Added(each=each, origin=merged(one.origin for one in each)) if each else None
