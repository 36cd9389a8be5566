"""Traffic: what the proxy enforces before a request gets to the service.

A deadline that assertions set for requests becomes the read and send timeouts (the longest, so that no promise is cut short by a
stricter one about something else); a rate the rate (ten a second where none is named); a bound of bodies the body limit (the
largest). Else 60 s (an hour where the sources use a library that keeps connections open: a silent WebSocket is no hanging request), no rate,
1 MiB. All of these hold for every request: what is demanded for one path alone is not among them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from speccompile.codes.lowering import STREAMS_CUT
from speccompile.diagnostics import Diagnostic
from speccompile.lower.draft import Draft, Traffic
from speccompile.lower.streams import kept_open
from speccompile.lower.subject import Subject
from speccompile.plan.proxy import BodyLimit, Rate, Timeouts
from speccompile.provenance import Cause, because
from speccompile.requirements import kinds
from speccompile.requirements.asked import Asked
from speccompile.requirements.reading import SERVICE

CODE = "SC351"
TITLE = "traffic"

_LONGEST = 3600
_USUAL_WAIT = 60
_LARGEST_BODY = 2**40
_MOST = 1_000_000
_USUAL = kinds.Rate(10, "s")
_PER_MINUTE = {"s": 60.0, "m": 1.0, "h": 1 / 60, "d": 1 / 1440}


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set what the proxy enforces for a server."""
    if not subject.server:
        return draft
    return replace(
        draft,
        notes=(*draft.notes, *_cut(subject)),
        traffic=Traffic(
            timeouts=_timeouts(subject), rate=_rate(subject), body=_body(subject), origin=draft.exposure.origin
        ),
    )


def _deadlines(subject: Subject) -> list[tuple[int, Cause]]:
    return [
        (max(1, math.ceil(one.requirement.seconds)), one.cause)
        for one in subject.asks(kinds.Deadline)
        if one.scope == SERVICE and one.requirement.seconds and one.requirement.seconds <= _LONGEST
    ]


def _timeouts(subject: Subject) -> Timeouts:
    found = _deadlines(subject)
    if not found and kept_open(subject.facts):
        return Timeouts(connect=5, exchange=_LONGEST, origin=because(CODE, *subject.facts.causes))
    origin = because(CODE, *([cause for _, cause in found] or [subject.because_of_archetype]))
    return Timeouts(connect=5, exchange=max((bound for bound, _ in found), default=_USUAL_WAIT), origin=origin)


def _cut(subject: Subject) -> Iterator[Diagnostic]:
    """The deadline that ends connections which are silent for as long."""
    library, found = kept_open(subject.facts), _deadlines(subject)
    if library and found:
        seconds, cause = max(found, key=lambda one: one[0])
        yield STREAMS_CUT.at(
            cause.span,
            f"{subject.name} keeps connections open ({library}), and one over which nothing goes for {seconds} s is closed, as "
            f"{cause.assertion or 'this'} wants for requests",
            fix="let the program send something more often (a ping), or say in the sentence which paths are meant",
        )


def _rate(subject: Subject) -> Rate | None:
    found = [one for one in subject.asks(kinds.Rate) if one.scope.path is None]
    if not found:
        return None
    # One rate a service: of each client where any is said to be that, else in total.
    counted = [one.requirement for one in found if one.requirement.count]
    clients = [one for one in counted if one.key != "service"]
    strictest = min(clients or counted, key=_per_minute, default=_USUAL)
    requests, per = min(strictest.count or 0, _MOST), strictest.per or "s"
    return Rate(
        requests=requests if per in "sm" else max(1, round(requests * _PER_MINUTE[per])),
        per="s" if per == "s" else "m",
        burst=strictest.burst or max(5, min(2 * requests if per == "s" else requests, 1000)),
        total=bool(counted) and not clients,
        origin=because(CODE, *(one.cause for one in found)),
    )


def _per_minute(rate: kinds.Rate) -> float:
    return (rate.count or 0) * _PER_MINUTE[rate.per or "s"]


def _body(subject: Subject) -> BodyLimit:
    found: list[Asked[kinds.Body]] = [one for one in subject.asks(kinds.Body) if one.scope == SERVICE]
    if not found:
        return BodyLimit(size=2**20, origin=because(CODE, subject.because_of_archetype))
    largest = max(min(one.requirement.bytes, _LARGEST_BODY) for one in found)
    return BodyLimit(size=largest, origin=because(CODE, *(one.cause for one in found)))
