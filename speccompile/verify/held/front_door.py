"""What the front door holds: how long, how often, how much, from whom."""

from __future__ import annotations

import re

from speccompile.plan.assertions import Demand
from speccompile.plan.proxy import Route
from speccompile.verify.held.outcome import Outcome, Reader, approximated, enforced, lost, nothing, stricter
from speccompile.verify.held.view import Location, View, in_bytes, in_seconds
from speccompile.verify.readers.nginx import Directive

_PER_DAY = {"s": 86400, "m": 1440, "h": 24, "d": 1}


def _places(view: View, demand: Demand) -> tuple[Location, ...] | Outcome:
    """The locations of which *demand* speaks; the loss where it speaks of less than the front door tells apart."""
    found = view.locations(demand.service)
    if not found:
        return lost(f"no request comes to {demand.service} through the front door, which alone could hold this")
    if demand.of == "path":
        if demand.path is None:
            return lost("it holds for some requests only, and the sentence names no path to tell these by")
        found = tuple(one for one in found if one.path.rstrip("/") == demand.path.rstrip("/"))
        if not found:
            return lost(f"the front door has one rule for all paths of {demand.service}, and none for {demand.path}")
    return found


def _all(found: tuple[Location, ...], name: str) -> tuple[Directive, ...]:
    """The directive called *name* of each location; nothing where one of them lacks it."""
    each = [one.first(name) for one in found]
    return tuple(one for one in each if one) if all(each) else ()


def _route(view: View, service: str) -> Route | None:
    routes = view.plan.proxy.routes if view.plan.proxy else ()
    return next((one for one in routes if one.service == service), None)


def deadline(view: View, demand: Demand) -> Outcome:
    """The time-outs of the front door are the seconds demanded."""
    found = _places(view, demand)
    if isinstance(found, Outcome):
        return found
    directives = (*_all(found, "proxy_read_timeout"), *_all(found, "proxy_send_timeout"))
    lines, wanted = view.door(*directives), demand.get("seconds")
    times = {in_seconds(one.args[0]) for one in directives}
    if len(times) != 1 or len(directives) != 2 * len(found):
        return lost("the front door has no time-out for it")
    (seconds,) = times
    said = f"the front door gives up on {demand.service} when nothing comes for {seconds:g} s"
    if wanted is None:
        return approximated(f"{said}; no time is said", lines)
    if seconds == wanted:
        return enforced(said, lines)
    if seconds is not None and seconds < wanted:
        return stricter(f"{said}, which is sooner", lines)
    if seconds is not None and seconds - wanted < 1:
        return approximated(f"{said}; its time-outs are whole seconds here", lines)
    route = _route(view, demand.service)
    return lost(f"{said}, not for {wanted:g} s", lines, *([route.timeouts.origin] if route else ()))


def rate(view: View, demand: Demand) -> Outcome:
    """The front door counts by address, so many requests a second or a minute, with that burst."""
    found = _places(view, demand)
    if isinstance(found, Outcome):
        return found
    uses = _all(found, "limit_req")
    zones = [
        one
        for one in view.nginx
        if one.name == "limit_req_zone"
        and any(one.args[1:2] and one.args[1].split(":")[0] == use.args[0] for use in uses)
    ]
    if not uses or not zones:
        return lost("the front door counts no requests for it")
    match = re.fullmatch(r"rate=([0-9]+)r/([sm])", zones[0].args[2])
    count, per = (int(match[1]), match[2]) if match else (0, "m")
    bursts = [int(arg[6:]) for use in uses for arg in use.args if re.fullmatch(r"burst=[0-9]+", arg)]
    burst, lines = min(bursts, default=0), view.door(*zones, *uses)
    said = f"the front door takes {count} requests per {'second' if per == 's' else 'minute'} and address, {burst} at once above that"
    return _counted(view, demand, said, (count, per, burst), lines)


def _counted(
    view: View, demand: Demand, said: str, have: tuple[int, str, int], lines: tuple[tuple[str, int], ...]
) -> Outcome:
    (count, per, burst), wanted, wanted_per, key = have, demand.get("count"), demand.get("per"), demand.get("key")
    route = _route(view, demand.service)
    blamed = [route.rate.origin] if route and route.rate else []
    if key == "service":
        return lost(f"{said}: it does not count the requests of all together", lines)
    if wanted is None or wanted_per is None:
        return approximated(f"{said}; the sentence has no number", lines)
    asked, held = wanted * _PER_DAY[wanted_per], count * _PER_DAY[per]
    if held > asked and (per == wanted_per or held - asked >= _PER_DAY["m"]):
        return lost(f"{said}, which is more than {wanted} per {wanted_per}", lines, *blamed)
    if demand.get("burst") is not None and burst != demand.get("burst"):
        return lost(f"{said}, not {demand.get('burst')} at once", lines, *blamed)
    if key in ("user", "key"):
        return approximated(
            f"{said}: it knows addresses, and not who a {key if key == 'user' else 'key'} belongs to", lines
        )
    if per != wanted_per:
        return approximated(
            f"{said}: it counts no longer than a minute, so {wanted} per {wanted_per} are spread over it", lines
        )
    return enforced(said, lines) if held == asked else stricter(said, lines)


def body(view: View, demand: Demand) -> Outcome:
    """The largest body that the front door takes is the one demanded."""
    found = _places(view, demand)
    if isinstance(found, Outcome):
        return found
    directives, wanted = _all(found, "client_max_body_size"), demand.get("bytes")
    sizes = {in_bytes(one.args[0]) for one in directives}
    if len(sizes) != 1:
        return lost("the front door has no bound of bodies for it")
    (size,), lines = sizes, view.door(*directives)
    said = f"the front door takes bodies of up to {size} bytes"
    if size == wanted:
        return enforced(said, lines)
    if size is not None and 0 < size < wanted:
        return stricter(said, lines)
    route = _route(view, demand.service)
    return lost(f"{said}, not {wanted}", lines, *([route.body.origin] if route else ()))


def connections(view: View, demand: Demand) -> Outcome:
    """A ``limit_conn`` with that number."""
    found = _places(view, demand)
    if isinstance(found, Outcome):
        return found
    uses = _all(found, "limit_conn")
    if uses and all(one.args[-1] == str(demand.get("count")) for one in uses):
        return enforced(f"the front door takes {demand.get('count')} connections", view.door(*uses))
    return lost("the front door counts requests, and no connections")


def idle(view: View, demand: Demand) -> Outcome:
    """The time-outs between two reads are what ends a stream over which nothing goes."""
    found = _places(view, demand)
    if isinstance(found, Outcome):
        return found
    directives, wanted = (*_all(found, "proxy_read_timeout"), *_all(found, "proxy_send_timeout")), demand.get("seconds")
    times = {in_seconds(one.args[0]) for one in directives}
    if times == {wanted}:
        return enforced(f"the front door closes what is silent for {wanted:g} s", view.door(*directives))
    shown = ", ".join(f"{one:g} s" for one in sorted(one for one in times if one is not None))
    route = _route(view, demand.service)
    return lost(
        f"the front door closes what is silent for {shown}, not {wanted:g} s",
        view.door(*directives),
        *([route.timeouts.origin] if route else ()),
    )


def transport(view: View, _demand: Demand) -> Outcome:
    """TLS at the front door."""
    servers = [one for server in view.nginx if server.name == "server" for one in server.block or ()]
    listening = [one for one in servers if one.name == "listen" and "ssl" in one.args]
    if not listening:
        return lost("the front door speaks plain HTTP: TLS ends at whatever stands before it")
    return approximated("the front door has TLS; its versions were not read", view.door(*listening))


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
    "rate": rate,
    "body": body,
    "connections": connections,
    "idle": idle,
    "transport": transport,
    "metrics": metrics,
    "origins": nothing("the front door adds no CORS headers; the program has to"),
    "cachecontrol": nothing("the front door adds no Cache-Control of its own; the program has to"),
    "objective": objective,
}
