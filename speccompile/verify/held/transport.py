"""TLS at the front door: its versions, what becomes of plain HTTP, and what browsers are told about it."""

from __future__ import annotations

import re

from speccompile.plan.assertions import Demand
from speccompile.provenance import Origin
from speccompile.verify.held.outcome import Outcome, Reader, enforced, lost, stricter
from speccompile.verify.held.view import View
from speccompile.verify.readers.nginx import Directive

_OLDER = {"1.2": {"TLSv1.2", "TLSv1.3"}, "1.3": {"TLSv1.3"}}


def transport(view: View, demand: Demand) -> Outcome:
    """Every server that hands requests over speaks TLS, in no version older than demanded; plain HTTP is redirected, and HSTS told, where that is."""
    servers = [one for one in view.nginx if one.name == "server"]
    listening = [one for server in servers for one in server.block or () if one.name == "listen" and "ssl" in one.args]
    if not view.locations(demand.service):
        return lost(f"no request comes to {demand.service} through the front door, which alone could hold this")
    if not listening:
        return lost("the front door speaks plain HTTP: TLS ends at whatever stands before it")
    spoken = _only(view, "ssl_protocols")
    versions, wanted = set(spoken.args if spoken else ()), str(demand.get("version") or "1.2")
    tls = view.plan.ingress.tls if view.plan.ingress else None
    lines = view.door(*listening, spoken)
    if not versions or not versions <= _OLDER[wanted]:
        blamed = (tls.versions.origin,) if tls else ()
        return lost(f"the front door speaks {', '.join(sorted(versions)) or 'any version'}", lines, *blamed)
    plain = _lost(view, demand, servers, (tls.origin,) if tls else ())
    if plain:
        return plain
    sent = [one for server in servers for one in server.block or () if _sends(one)]
    said = f"the front door speaks {' and '.join(sorted(versions))}"
    more = view.door(*listening, spoken, *(sent if demand.get("redirect") else ()), *_told(view, demand))
    return stricter(said, more) if demand.get("version") and versions < _OLDER[wanted] else enforced(said, more)


def _lost(view: View, demand: Demand, servers: list[Directive], blamed: tuple[Origin, ...]) -> Outcome | None:
    """What is demanded beside the versions, and is not there."""
    if demand.get("redirect") and not all(any(_sends(one) for one in server.block or ()) for server in servers):
        return lost("plain HTTP is answered by plain HTTP", (), *blamed)
    if demand.get("hsts") and not _told(view, demand):
        return lost("browsers are not told to remember HTTPS", (), *blamed)
    age = max(map(_age, _told(view, demand)), default=0)
    if age < (demand.get("hsts_age") or 0):
        tls = view.plan.ingress.tls if view.plan.ingress else None
        return lost(
            f"browsers are told to remember HTTPS for {age} s, and not for {demand.get('hsts_age'):.0f}",
            view.door(*_told(view, demand)),
            *((tls.hsts.origin,) if tls and tls.hsts else blamed),
        )
    return None


def _age(directive: Directive) -> int:
    """For how many seconds a line of the header's map has browsers remember; 0 of any other line."""
    said = re.fullmatch(r"max-age=([0-9]+)", "".join(directive.args))
    return int(said[1]) if said and directive.name == "https" else 0


def _sends(directive: Directive) -> bool:
    inner = [one.args for one in directive.block or () if one.name == "return"]
    return (
        directive.name == "if"
        and directive.args == ("($to_https)",)
        and inner == [("308", "https://$host$request_uri")]
    )


def _told(view: View, demand: Demand) -> tuple[Directive, ...]:
    """The header, and the line of its map that has a time above nought; nothing where one is not there, or nobody demands it."""
    header = [
        one for one in view.nginx if one.name == "add_header" and one.args[:2] == ("Strict-Transport-Security", "$hsts")
    ]
    values = [
        one for each in view.nginx if each.name == "map" and each.args[-1:] == ("$hsts",) for one in each.block or ()
    ]
    ages = [one for one in values if one.name == "https" and re.fullmatch(r"max-age=[1-9][0-9]*", "".join(one.args))]
    return (*header, *ages) if demand.get("hsts") and header and ages else ()


def _only(view: View, name: str) -> Directive | None:
    found = [one for one in view.nginx if one.name == name]
    return found[0] if len(found) == 1 else None


READERS: dict[str, Reader] = {"transport": transport}
