"""How often: the front door counts requests of each address, or of all together, by the second or the minute."""

from __future__ import annotations

import re

from speccompile.plan.assertions import Demand
from speccompile.record import record
from speccompile.verify.held.front_door import each, parts, places, route_to, routes_to
from speccompile.verify.held.outcome import Outcome, Reader, approximated, enforced, lost, stricter
from speccompile.verify.held.view import Lines, View
from speccompile.verify.readers.nginx import Directive

_PER_DAY = {"s": 86400, "m": 1440, "h": 24, "d": 1}
_WORDS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}


@record()
class _Counted:
    """What the front door counts: requests per unit, the burst above that, whether of all together, and the lines that say so."""

    count: int
    per: str
    burst: int
    total: bool
    lines: Lines

    def __str__(self) -> str:
        whose = "in all" if self.total else "and address"
        return f"the front door takes {self.count} requests per {_WORDS[self.per]} {whose}, {self.burst} at once above that"


def rate(view: View, demand: Demand) -> Outcome:
    """So many requests, counted by that key, with that burst."""
    found = places(view, demand)
    if isinstance(found, Outcome):
        return found
    uses = each(found, "limit_req")
    if len({use.args[0] for use in uses}) > 1:
        return _apart(view, demand, uses)
    counted = _counted(view, uses)
    if counted is None:
        return lost("the front door counts no requests for it")
    route = route_to(view, demand.service, demand.path)
    blamed = [route.rate.origin] if route and route.rate else []
    compared = _compared(demand, counted)
    if compared and demand.path is None and (apart := parts(view, demand)):
        return approximated(f"{counted}; what comes to {', '.join(sorted(apart))} is counted apart", counted.lines)
    return compared or lost(f"{counted}, not {_asked(demand)}", counted.lines, *blamed)


def _apart(view: View, demand: Demand, uses: tuple[Directive, ...]) -> Outcome:
    """Routes of one service that are counted apart: none of them may let more in than is demanded of all."""
    zones = {use.args[0]: tuple(one for one in uses if one.args[0] == use.args[0]) for use in uses}
    every = [_counted(view, mine) for mine in zones.values()]
    lines = tuple(sorted({line for one in every if one for line in one.lines}))
    if all(one and _compared(demand, one) for one in every):
        return approximated("the front door counts the routes apart, none of which lets more in than that", lines)
    blamed = [one.rate.origin for one in routes_to(view, demand.service, demand.path) if one.rate]
    return lost(f"one of its routes lets more in than {_asked(demand)}", lines, *blamed)


def _counted(view: View, uses: tuple[Directive, ...]) -> _Counted | None:
    """What *uses* of zones come to; None where they do not all come to the same."""
    names = {use.args[0] for use in uses}
    zones = [
        one
        for one in view.nginx
        if one.name == "limit_req_zone" and len(one.args) == 3 and one.args[1].rpartition(":")[0] in names
    ]
    if len(names) != 1 or len(zones) != 1:
        return None
    match = re.fullmatch(r"rate=([0-9]+)r/([sm])", zones[0].args[2])
    bursts = {next((int(arg[6:]) for arg in use.args if re.fullmatch(r"burst=[0-9]+", arg)), 0) for use in uses}
    key = zones[0].args[0]
    if match is None or len(bursts) != 1 or key not in ("$server_name", "$binary_remote_addr"):
        return None
    return _Counted(int(match[1]), match[2], bursts.pop(), key == "$server_name", view.door(*zones, *uses))


def _compared(demand: Demand, counted: _Counted) -> Outcome | None:
    """How what is counted stands to what is demanded; None where it is something else."""
    wanted, per, key = demand.get("count"), demand.get("per"), demand.get("key") or "client"
    if wanted is None or per is None:
        return approximated(f"{counted}; the sentence has no number", counted.lines)
    if counted.total != (key == "service"):
        return None
    asked, held = wanted * _PER_DAY[per], counted.count * _PER_DAY[counted.per]
    if demand.get("burst") not in (None, counted.burst) or (held > asked and per in "sm"):
        return None
    if key in ("user", "key"):
        whose = "users" if key == "user" else "keys"
        return approximated(f"{counted}: it knows addresses, and no {whose}", counted.lines)
    if per not in "sm":
        return approximated(f"{counted}: {_asked(demand)} are spread over its minutes", counted.lines)
    return enforced(str(counted), counted.lines) if held == asked else stricter(str(counted), counted.lines)


def _asked(demand: Demand) -> str:
    burst = f" with a burst of {demand.get('burst')}" if demand.get("burst") is not None else ""
    whose = " in all" if demand.get("key") == "service" else ""
    return f"{demand.get('count')} per {_WORDS.get(demand.get('per') or '', 'unit')}{burst}{whose}"


READERS: dict[str, Reader] = {"rate": rate}
