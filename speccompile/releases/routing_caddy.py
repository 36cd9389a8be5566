"""A Caddyfile while services change one after the other: each is reached at the port that it listens on just then."""

from __future__ import annotations

import re
from collections.abc import Mapping

from speccompile.regex import regex

_LOOKED_UP = regex(r"(?m)^(\t+)dynamic a \{\n\1\tname ([a-z][a-z0-9-]*)\n\1\tport ([0-9]{1,5})\n((?:\1\t.*\n)*)\1\}$")
_SHARED = regex(
    r"(?m)^(\t+)to ([a-z][a-z0-9-]*):([0-9]{1,5}) ([a-z][a-z0-9-]*):([0-9]{1,5})\n"
    r"\1lb_policy weighted_round_robin ([0-9]+) ([0-9]+)$"
)
_AGAIN = "2s"  # for which an address that did not answer is not tried


def pinned(text: str, name: str, addresses: tuple[str, ...]) -> str:
    """The configuration *text*, in which the service *name* is reached at *addresses* alone.

    A single one has the name behind it, for the case that it does not answer, since the machine was started again meanwhile. Several share what comes, and
    Caddy has no policy that does that and keeps one in reserve.
    """
    if not addresses:
        return text

    def looked_up(found: re.Match[str]) -> str:
        inset, named, port, _ = found.groups()
        if named != name:
            return found[0]
        listed = [f"{address}:{port}" for address in addresses]
        if len(listed) > 1:
            return f"{inset}to {' '.join(listed)}"
        reserve = (f"to {listed[0]} {named}:{port}", "lb_policy first", f"fail_duration {_AGAIN}")
        return "\n".join(f"{inset}{line}" for line in reserve)

    def shared(found: re.Match[str]) -> str:
        inset, one, port, other, other_port, share, other_share = found.groups()
        first = [f"{address}:{port}" for address in addresses] if one == name else [f"{one}:{port}"]
        second = [f"{address}:{other_port}" for address in addresses] if other == name else [f"{other}:{other_port}"]
        # Each of several addresses has its part of the share; whole numbers, so that it is the other one's that is multiplied.
        weights = [int(share) * len(second)] * len(first) + [int(other_share) * len(first)] * len(second)
        return (
            f"{inset}to {' '.join((*first, *second))}\n"
            f"{inset}lb_policy weighted_round_robin {' '.join(map(str, weights))}"
        )

    return _SHARED.sub(shared, _LOOKED_UP.sub(looked_up, text))


def ports(text: str) -> dict[str, str]:
    """The port at which each service is reached."""
    found = {one[2]: one[3] for one in _LOOKED_UP.finditer(text)}
    for one in _SHARED.finditer(text):
        found |= {one[2]: one[3], one[4]: one[5]}
    return found


def meanwhile(after: str, before: Mapping[str, str], done: frozenset[str]) -> str:
    """The configuration *after*, in which what is not *done* is reached at the port of *before*."""

    def now(name: str, port: str) -> str:
        return port if name in done else before.get(name, port)

    def looked_up(found: re.Match[str]) -> str:
        inset, name, port, rest = found.groups()
        return f"{inset}dynamic a {{\n{inset}\tname {name}\n{inset}\tport {now(name, port)}\n{rest}{inset}}}"

    def shared(found: re.Match[str]) -> str:
        inset, one, port, other, other_port, share, other_share = found.groups()
        return (
            f"{inset}to {one}:{now(one, port)} {other}:{now(other, other_port)}\n"
            f"{inset}lb_policy weighted_round_robin {share} {other_share}"
        )

    return _SHARED.sub(shared, _LOOKED_UP.sub(looked_up, after))
