"""What the front door holds: how long, how often, how much, from whom."""

from __future__ import annotations

import math

from speccompile.plan.assertions import Demand
from speccompile.plan.ingress import Route
from speccompile.verify.held.outcome import Outcome, Reader, approximated, enforced, lost, stricter
from speccompile.verify.held.view import Location, View, in_bytes, in_seconds
from speccompile.verify.readers.nginx import Directive

# What the front door says in one directive.
_TOGETHER = {"deadline": ("deadline", "idle"), "idle": ("deadline", "idle")}


def places(view: View, demand: Demand) -> tuple[Location, ...] | Outcome:
    """The locations of which *demand* speaks; the loss where it speaks of less than the front door tells apart."""
    found = view.locations(demand.service)
    if not found:
        return lost(f"no request comes to {demand.service} through the front door, which alone could hold this")
    if demand.path is None and demand.of != "path":
        apart = parts(view, demand)
        return tuple(one for one in found if one.path.rstrip("/") not in apart)
    if demand.path is None or not demand.path.startswith("/"):
        return lost("it holds for some requests only, and the sentence names no path to tell these by")
    found = tuple(one for one in found if one.path.rstrip("/") == demand.path.rstrip("/"))
    if not found:
        return lost(f"the front door has one rule for all paths of {demand.service}, and none for {demand.path}")
    return found


def parts(view: View, demand: Demand) -> frozenset[str]:
    """The paths of which something of the kind of *demand* is demanded apart, and which the front door tells apart."""
    return frozenset(
        other.path.rstrip("/")
        for one in view.plan.assertions
        if one.status == "confirmed"
        for other in one.demands
        if other.kind in _TOGETHER.get(demand.kind, (demand.kind,)) and other.service == demand.service and other.path
        if route_to(view, demand.service, other.path)
    )


def each(found: tuple[Location, ...], name: str) -> tuple[Directive, ...]:
    """The directive called *name* of each location; nothing where one of them lacks it."""
    there = [one.first(name) for one in found]
    return tuple(one for one in there if one) if all(there) else ()


def waits(found: tuple[Location, ...]) -> tuple[Directive, ...]:
    """The time-outs towards the service of all locations, one for each direction; those of calls have names of their own."""
    of = {"grpc" if one.first("grpc_pass") else "proxy" for one in found}
    both = ("read", "send")
    if len(of) < 2:
        return tuple(one for way in both for one in each(found, f"{next(iter(of), 'proxy')}_{way}_timeout"))
    calls = tuple(one for one in found if one.first("grpc_pass"))
    return (*waits(calls), *waits(tuple(one for one in found if one not in calls)))


def routes_to(view: View, service: str, path: str | None = None) -> tuple[Route, ...]:
    """The routes of *service*, or the parts of them that *path* is."""
    routes = view.plan.ingress.routes if view.plan.ingress else ()
    mine = (one for one in routes if one.service == service and one.part == (path is not None))
    return tuple(one for one in mine if path is None or one.path.rstrip("/") == path.rstrip("/"))


def route_to(view: View, service: str, path: str | None = None) -> Route | None:
    """The first of them."""
    return next(iter(routes_to(view, service, path)), None)


def deadline(view: View, demand: Demand) -> Outcome:
    """The time-outs of the front door are the seconds demanded."""
    found = places(view, demand)
    if isinstance(found, Outcome):
        return found
    directives = waits(found)
    lines, wanted = view.door(*directives), demand.get("seconds")
    times = {time for one in directives if (time := in_seconds(one.args[0])) is not None}
    if not times or len(directives) != 2 * len(found):
        return lost("the front door has no time-out for it")
    seconds = max(times)  # where routes have their own, the longest
    said = f"the front door gives up on {demand.service} when nothing comes for {seconds:g} s"
    if wanted is None:
        return approximated(f"{said}; no time is said", lines)
    if times == {wanted}:
        return enforced(said, lines)
    if seconds <= wanted:
        return stricter(f"{said}, which is sooner" if seconds < wanted else f"{said}, and at some routes sooner", lines)
    if seconds - wanted < 1:
        return approximated(f"{said}; its time-outs are whole seconds here", lines)
    mine = routes_to(view, demand.service, demand.path)
    blamed = (one.timeouts.origin for one in mine if one.timeouts.exchange > wanted)
    return lost(f"{said}, not for {wanted:g} s", lines, *blamed)


def body(view: View, demand: Demand) -> Outcome:
    """The largest body that the front door takes is the one demanded."""
    found = places(view, demand)
    if isinstance(found, Outcome):
        return found
    directives, wanted = each(found, "client_max_body_size"), demand.get("bytes")
    sizes = {in_bytes(one.args[0]) or math.inf for one in directives}
    if not sizes:
        return lost("the front door has no bound of bodies for it")
    size, lines = max(sizes), view.door(*directives)  # where routes have their own, the largest
    said = f"the front door takes bodies of up to {size} bytes"
    if sizes == {wanted}:
        return enforced(said, lines)
    if size <= wanted:
        return stricter(said if size < wanted else f"{said}, and at some routes of less", lines)
    mine = routes_to(view, demand.service, demand.path)
    return lost(f"{said}, not {wanted}", lines, *(one.body.origin for one in mine if one.body.size > wanted))


def connections(view: View, demand: Demand) -> Outcome:
    """A ``limit_conn`` with that number, in a zone that is counted as demanded: of each address, or of all together."""
    found = places(view, demand)
    if isinstance(found, Outcome):
        return found
    uses, wanted = each(found, "limit_conn"), demand.get("count")
    names = {one.args[0] for one in uses}
    zones = [one for one in view.nginx if one.name == "limit_conn_zone" and _zone_of(one) in names]
    if not uses or len(names) != 1 or len(zones) != 1:
        return lost("the front door does not count what is open")
    counts, whose = {one.args[-1] for one in uses}, "of each address" if demand.of == "client" else "in all"
    key = "$binary_remote_addr" if demand.of == "client" else "$server_name"
    lines = view.door(*zones, *uses)
    said = f"the front door takes {', '.join(sorted(counts))} requests at once {'in all' if zones[0].args[0] == '$server_name' else 'of each address'}"
    if zones[0].args[0] == key and counts == {str(wanted)} and demand.path is None and (apart := parts(view, demand)):
        return approximated(f"{said}; what comes to {', '.join(sorted(apart))} is counted apart", lines)
    if zones[0].args[0] == key and counts == {str(wanted)}:
        return enforced(said, lines)
    route = route_to(view, demand.service, demand.path)
    blamed = [route.connections.origin] if route and route.connections else []
    return lost(f"{said}, not {wanted} {whose}", lines, *blamed)


def _zone_of(zone: Directive) -> str:
    return zone.args[1].removeprefix("zone=").rpartition(":")[0] if len(zone.args) == 2 else ""


def idle(view: View, demand: Demand) -> Outcome:
    """The time-outs between two reads are what ends a stream over which nothing goes; a connection between two requests has one of its own."""
    found = places(view, demand)
    if isinstance(found, Outcome):
        return found
    if demand.get("stream") == "connection":
        return _kept_alive(view, demand, found)
    directives, wanted = waits(found), demand.get("seconds")
    times = {in_seconds(one.args[0]) for one in directives}
    if times == {wanted}:
        return enforced(f"the front door closes what is silent for {wanted:g} s", view.door(*directives))
    shown = ", ".join(f"{one:g} s" for one in sorted(one for one in times if one is not None))
    said = f"the front door closes what is silent for {shown}, not {wanted:g} s"
    if bounded := _deadlines(view, demand):
        return lost(
            f"{said}, as {bounded} bounds requests there: say which paths the streams are at", view.door(*directives)
        )
    route = route_to(view, demand.service, demand.path)
    return lost(said, view.door(*directives), *([route.timeouts.origin] if route else ()))


def _deadlines(view: View, demand: Demand) -> str:
    """The assertions that bound requests where *demand* is about streams: these and those have one time-out."""
    return ", ".join(
        one.assertion
        for one in view.plan.assertions
        if one.status == "confirmed"
        and any(
            (other.kind, other.service, other.path) == ("deadline", demand.service, demand.path)
            for other in one.demands
        )
    )


def _kept_alive(view: View, demand: Demand, found: tuple[Location, ...]) -> Outcome:
    directives, wanted = each(found, "keepalive_timeout"), demand.get("seconds")
    times = {in_seconds(one.args[0]) for one in directives}
    if times == {wanted}:
        return enforced(
            f"the front door closes a connection without a request after {wanted:g} s", view.door(*directives)
        )
    route = route_to(view, demand.service, demand.path)
    shown = ", ".join(f"{one:g} s" for one in sorted(one for one in times if one is not None)) or "a time of its own"
    blamed = [route.kept_alive.origin] if route and route.kept_alive else []
    return lost(
        f"the front door closes a connection without a request after {shown}, not {wanted:g} s",
        view.door(*directives),
        *blamed,
    )


def metrics(view: View, demand: Demand) -> Outcome:
    """Numbers are for the monitoring system: the front door hands no request for them on."""
    if not view.locations(demand.service):
        return enforced(
            f"nothing outside reaches {demand.service}, its metrics neither", view.key(demand.service, "networks")
        )
    path = demand.path or demand.get("path") or "/metrics"
    closed = [
        inner
        for server in view.nginx
        if server.name == "server"
        for inner in server.block or ()
        if inner.name == "location"
        and inner.args[-1:] == (path,)
        and any(one.name == "return" for one in inner.block or ())
    ]
    if closed:
        return enforced(f"the front door answers {path} itself", view.door(*closed))
    return lost(f"the front door hands {path} on to {demand.service} for everybody")


def objective(view: View, demand: Demand) -> Outcome:
    """An objective is measured, and never a limit: the front door logs how long each request took."""
    timed = [one for one in view.nginx if one.name == "log_format" and any("$request_time" in arg for arg in one.args)]
    if view.locations(demand.service) and timed:
        return approximated("measured, not held: the front door's log has the time of each request", view.door(*timed))
    return lost("nothing measures it: no request comes through the front door")


READERS: dict[str, Reader] = {
    "deadline": deadline,
    "body": body,
    "connections": connections,
    "idle": idle,
    "metrics": metrics,
    "objective": objective,
}
