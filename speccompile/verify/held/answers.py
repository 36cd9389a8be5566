"""What the front door tells browsers beside an answer: whose pages may read it, and how long it may be kept."""

from __future__ import annotations

from speccompile.plan.assertions import Demand
from speccompile.verify.held.front_door import places, route_to
from speccompile.verify.held.outcome import Outcome, Reader, enforced, lost
from speccompile.verify.held.view import Location, View
from speccompile.verify.readers.nginx import Directive

# The sorts of content that are told apart, and what each of a demand's words is about.
_SORTS = {"static": ("static",), "images": ("images",), "html": ("html",), "responses": ("other",)}


def _map(view: View, variable: str) -> Directive | None:
    return next((one for one in view.nginx if one.name == "map" and one.args[-1:] == (variable,)), None)


def _header(view: View, name: str, variable: str) -> Directive | None:
    """The only header of that *name*, where it is *variable* and stands beside every answer; and the service's own is not passed on."""
    said = [one for one in view.nginx if one.name == "add_header" and one.args[:1] == (name,)]
    hidden = any(one.name == "proxy_hide_header" and one.args == (name,) for one in view.nginx)
    return said[0] if hidden and [one.args for one in said] == [(name, variable, "always")] else None


def _set(found: tuple[Location, ...], variable: str) -> tuple[str, tuple[Directive, ...]]:
    """The set that all of *found* name, and where; "" where they do not name the same."""
    said = [one for each in found for one in each.directives if one.name == "set" and one.args[:1] == (variable,)]
    names = {one.args[1] for one in said}
    return (names.pop() if len(names) == 1 and len(said) == len(found) else ""), tuple(said)


def origins(view: View, demand: Demand) -> Outcome:
    """The origins that the front door lets in are those demanded, and it answers browsers' questions before a call itself."""
    found = places(view, demand)
    if isinstance(found, Outcome):
        return found
    wanted = frozenset(one.lower().rstrip("/") for one in demand.get("allow") or ())
    if any("*" in one and one != "*" for one in wanted):
        return lost("the front door compares whole origins and knows no pattern: name each of them")
    name, said = _set(found, "$origins")
    header = _header(view, "Access-Control-Allow-Origin", "$allowed_origin")
    allowed, everyone = _map(view, "$allowed_origin"), _map(view, "$origin_of_all")
    if not name or header is None or allowed is None or everyone is None:
        return lost(f"the front door says nothing of origins for {demand.service}: its program has to")
    mine = [one for one in allowed.block or () if one.name.startswith(f"{name}:")]
    to_all = [one for one in everyone.block or () if one.name == name]
    have = {one.args[0] for one in (*mine, *to_all) if one.args and one.name in (name, f"{name}:{one.args[0]}")}
    lines = view.door(header, allowed, *mine, *to_all, *said)
    shown = "of every origin" if "*" in have else f"of {', '.join(sorted(have))}" if have else "of no other origin"
    if have == wanted:
        return enforced(f"the front door lets pages {shown} call {demand.service}", lines)
    route = route_to(view, demand.service, demand.path)
    return lost(
        f"the front door lets pages {shown} call {demand.service}",
        lines,
        *([route.origins.origin] if route and route.origins else ()),
    )


def cachecontrol(view: View, demand: Demand) -> Outcome:
    """What browsers are told to keep is what is demanded, of each answer of that sort."""
    found = places(view, demand)
    if isinstance(found, Outcome):
        return found
    what, seconds = str(demand.get("what")), demand.get("seconds")
    name, said = _set(found, "$caching")
    header, kept, sorts = (
        _header(view, "Cache-Control", "$cache_control"),
        _map(view, "$cache_control"),
        _SORTS.get(what),
    )
    if sorts is None:
        return lost(f"the front door cannot tell {what} from other answers; the program has to say what may be kept")
    if not name or header is None or kept is None or _map(view, "$sort") is None:
        return lost("the front door adds no Cache-Control of its own; the program has to")
    wanted = "no-store" if seconds == 0 else f"max-age={seconds:g}"
    outcomes = ("found", "failed") if seconds == 0 else ("found",)
    keys = {f"{name}:{sort}:{outcome}" for sort in sorts for outcome in outcomes}
    mine = [one for one in kept.block or () if one.name in keys]
    lines = view.door(header, kept, *mine, *said)
    values = {" ".join(one.args) for one in mine}
    if values == {wanted} and len(mine) == len(keys):
        return enforced(f"the front door tells browsers `{wanted}` of {what}", lines)
    route = route_to(view, demand.service, demand.path)
    rules = route.caching.rules if route and route.caching else ()
    blamed = [one.origin for one in rules if one.what == what]
    return lost(
        f"the front door tells browsers `{' or '.join(sorted(values)) or 'nothing'}` of {what}, not `{wanted}`",
        lines,
        *blamed,
    )


READERS: dict[str, Reader] = {"origins": origins, "cachecontrol": cachecontrol}
