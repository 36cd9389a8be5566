"""What the proxy tells browsers beside an answer: which origins may read it, how long it may be kept; and for how long it keeps a connection."""

from __future__ import annotations

import math
from collections.abc import Sequence

from speccompile.plan.ingress import Caching, Kept, KeptAlive, Origins
from speccompile.provenance import because, merged
from speccompile.regex import regex
from speccompile.requirements import kinds
from speccompile.requirements.asked import Asked

CODE = "SC351"
"""The rule of traffic, which asks."""

# What browsers send as Origin (https://www.rfc-editor.org/rfc/rfc6454#section-6.2): no path, no pattern.
_EXACT = regex(r"https?://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[1-9][0-9]{0,4})?")
_ALL = "*"
_SORTS = ("images", "static", "html", "responses")
_LONGEST_KEPT = 10 * 365 * 86400
_LONGEST_IDLE = 86400


def origins(asked: Sequence[Asked[kinds.Origins]], path: str) -> Origins | None:
    """All origins that *asked* names; None where nobody asks, or for patterns, which browsers' origins are not compared with."""
    named = {one.lower().rstrip("/") for each in asked for one in each.requirement.allow}
    if not asked or any(one != _ALL and not _EXACT.fullmatch(one) for one in named):
        return None
    allow = (_ALL,) if _ALL in named else tuple(sorted(named))
    return Origins(allow=allow, at=path, origin=because(CODE, *(one.cause for one in asked)))


def caching(asked: Sequence[Asked[kinds.CacheControl]], path: str) -> Caching | None:
    """A rule for each sort of content that *asked* names, the shortest time where several are about one."""
    rules = []
    for what in _SORTS:
        mine = [one for one in asked if one.requirement.what == what]
        if mine:
            seconds = min(math.floor(one.requirement.seconds) for one in mine)
            origin = because(CODE, *(one.cause for one in mine))
            rules.append(Kept(what=what, seconds=max(0, min(seconds, _LONGEST_KEPT)), origin=origin))
    return Caching(rules=tuple(rules), at=path, origin=merged(one.origin for one in rules)) if rules else None


def kept_alive(asked: Sequence[Asked[kinds.Idle]]) -> KeptAlive | None:
    """For how long a connection is kept on which no request is going on: the shortest time that *asked* names."""
    mine = [
        one for one in asked if one.requirement.stream == "connection" and 1 <= one.requirement.seconds <= _LONGEST_IDLE
    ]
    if not mine:
        return None
    seconds = min(math.floor(one.requirement.seconds) for one in mine)
    return KeptAlive(seconds=seconds, origin=because(CODE, *(one.cause for one in mine)))
