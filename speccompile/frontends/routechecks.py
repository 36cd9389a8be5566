"""What no single key of a route in deploy.yaml can be blamed for: two at one place, redirects that lead back, settings that have no use together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from speccompile.codes.meaning import SAME_ROUTE
from speccompile.codes.routes import BOTH_KEYS, LOOP, REDIRECTED, TWO_TIMEOUTS
from speccompile.diagnostics import Diagnostic, Related
from speccompile.frontends.wording import shown
from speccompile.record import record
from speccompile.spec.located import Located, LocatedList, key_span, value_span

_PLACE = ("host", "path", "redirect")


@record()
class _Route:
    """A route as it is written: the service that it is of, where it stands, its host ("" for any) and its path."""

    service: str
    steps: tuple[str | int, ...]
    raw: Located
    host: str
    path: str

    @property
    def target(self) -> str:
        """The host that its requests are sent to; "" where they are not."""
        redirect = self.raw.get("redirect")
        to = redirect.get("to") if isinstance(redirect, Located) else None
        try:
            return (urlsplit(to).hostname or "") if isinstance(to, str) else ""
        except ValueError:
            return ""


def objections(raw: Located, services: Located, expected_by: str) -> Iterator[Diagnostic]:
    """Everything that is wrong with the routes of *services* of *raw* together; what a single key has wrong is not looked at."""
    found = [route for name, service in services.items() for route in _routes(name, service)]
    yield from _twice_given(raw, services, expected_by)
    yield from _at_one_place(raw, found)
    for route in found:
        yield from _sent_elsewhere(raw, route)
        yield from _two_timeouts(raw, route)
        yield from _led_back(raw, route, found)


def _routes(name: str, service: object) -> Iterator[_Route]:
    if not isinstance(service, Located):
        return
    listed = service.get("routes")
    each: list[tuple[tuple[str | int, ...], object]] = [(("services", name, "route"), service.get("route"))]
    if isinstance(listed, LocatedList):
        each += [(("services", name, "routes", number), one) for number, one in enumerate(listed)]
    for steps, route in each:
        if isinstance(route, Located):
            host, path = route.get("host") or "", route.get("path", "/")
            if isinstance(host, str) and isinstance(path, str):
                yield _Route(name, steps, route, host.lower(), path.rstrip("/") or "/")


def _twice_given(raw: Located, services: Located, expected_by: str) -> Iterator[Diagnostic]:
    for name, service in services.items():
        if isinstance(service, Located) and "route" in service and "routes" in service:
            yield BOTH_KEYS.at(
                key_span(raw, ("services", name, "routes")),
                f"{shown(name)} has both `route` and `routes`",
                fix="move what `route` says into the list, and take `route` out",
                found="`route` and `routes`",
                expected="one of the two",
                expected_by=expected_by,
                related=(Related("`route` is here", key_span(raw, ("services", name, "route"))),),
            )


def _at_one_place(raw: Located, found: Sequence[_Route]) -> Iterator[Diagnostic]:
    taken: dict[tuple[str, str], _Route] = {}
    for route in found:
        place = (route.host, route.path)
        first = taken.setdefault(place, route)
        if first is route:
            continue
        whose = (
            f"{shown(route.service)} has the route {place[0]}{place[1]} twice"
            if first.service == route.service
            else f"{shown(route.service)} and {shown(first.service)} have the same route {place[0]}{place[1]}"
        )
        yield SAME_ROUTE.at(
            key_span(raw, route.steps),
            whose,
            fix="give one of them another host or path",
            found=f"{place[0]}{place[1]}",
            expected="a route of its own",
            expected_by=f"the route of {first.service[:40]}",
            related=(Related(f"the route of {first.service[:40]}", key_span(raw, first.steps)),),
        )


def _sent_elsewhere(raw: Located, route: _Route) -> Iterator[Diagnostic]:
    """Keys that a redirect has no use for."""
    if "redirect" not in route.raw:
        return
    for key in route.raw:
        if key not in _PLACE and not key.startswith("x-"):
            yield REDIRECTED.at(
                key_span(raw, (*route.steps, key)),
                f"a redirect has no use for `{key[:40]}`",
                fix=f"take `{key[:40]}` out, or take `redirect` out",
                found=f"`{key[:40]}`",
                expected="no such key",
                expected_by="`redirect`: nothing is passed on",
                related=(Related("the redirect", key_span(raw, (*route.steps, "redirect"))),),
            )


def _two_timeouts(raw: Located, route: _Route) -> Iterator[Diagnostic]:
    timeouts = route.raw.get("timeouts")
    stream = next((key for key in ("websockets", "events") if key in route.raw), None)
    if stream and isinstance(timeouts, Located) and "read" in timeouts:
        yield TWO_TIMEOUTS.at(
            key_span(raw, (*route.steps, "timeouts", "read")),
            f"`timeouts.read` and `{stream}` are the same time-out of one route",
            fix=f"give what `{stream}` is about a route with a path of its own, or take `timeouts.read` out",
            found=f"`timeouts.read` and `{stream}`",
            expected="one of the two",
            expected_by=f"`{stream}`",
            related=(Related(f"`{stream}` is here", key_span(raw, (*route.steps, stream))),),
        )


def _led_back(raw: Located, start: _Route, found: Sequence[_Route]) -> Iterator[Diagnostic]:
    """Follow a request that *start* sends elsewhere for as long as that is a redirect of this file."""
    at, seen = start, [start]
    while at.target and (following := _taking(at.target, start.path, found)) is not None:
        if following in seen:
            if following is start:
                steps = (*start.steps, "redirect", "to")
                yield LOOP.at(
                    value_span(raw, steps),
                    f"what comes to {start.host or 'any host'}{start.path} is sent to {start.target}, and comes back to this redirect",
                    fix="name another host in `to`, or give the host in it a route that is no redirect",
                    found=at.target,
                    expected="a host whose requests are not sent back",
                    expected_by=f"the route of {following.service[:40]}",
                    related=tuple(Related("and from here on", key_span(raw, one.steps)) for one in seen[1:]),
                )
            return
        seen.append(following)
        at = following


def _taking(host: str, path: str, found: Sequence[_Route]) -> _Route | None:
    """The route that takes a request: the longest of its host, else of the pattern above it, or of none where no route has these."""
    pattern = f"*.{host.partition('.')[2]}"
    mine = next((some for name in (host, pattern, "") if (some := [one for one in found if one.host == name])), [])
    below = [one for one in mine if path == one.path or path.startswith(f"{one.path.rstrip('/')}/")]
    return max(below, key=lambda one: len(one.path), default=None)
