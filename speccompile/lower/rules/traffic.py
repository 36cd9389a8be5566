"""Traffic: what the proxy enforces before a request gets to the service.

A deadline that assertions set for requests becomes the read and send timeouts (the longest, so that no promise is cut short by a
stricter one about something else); a rate the rate (ten a second where none is named); a bound of bodies the body limit (the
largest). Else 60 s (an hour where the sources use a library that keeps connections open: a silent WebSocket is no hanging request), no rate, 1 MiB
(none of calls of gRPC, whose parts, each bounded by who takes them, are one body). All of these hold for every request, but below a path of which
something is demanded alone: that is counted and bounded apart, and has all else as the others have it. There the time after which a silent
connection is closed is held, too, as it is the same time-out; where a deadline of requests is set, too, that is the time-out. So many connections
at once are counted where somebody bounds them. Which origins may call from browsers, and what these may keep, is told them by the proxy where
somebody demands it, whatever the service says itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from speccompile.codes.lowering import STREAMS_CUT
from speccompile.diagnostics import Diagnostic
from speccompile.lower.answers import caching, kept_alive, origins
from speccompile.lower.draft import Draft, Part, Traffic
from speccompile.lower.streams import kept_open
from speccompile.lower.subject import Subject
from speccompile.plan.ingress import LARGEST_BODY, BodyLimit, Connections, Rate, Timeouts
from speccompile.provenance import Cause, because
from speccompile.regex import regex
from speccompile.requirements import kinds
from speccompile.requirements.asked import Asked
from speccompile.requirements.reading import SERVICE
from speccompile.stacks.protocols import spoken

CODE = "SC351"
TITLE = "traffic"

R = TypeVar("R", bound=kinds.Requirement)
_PATH = regex(r"/[A-Za-z0-9._~/-]{0,198}[A-Za-z0-9_~-]/?")  # and no pattern: what stands for a part of many paths
_LONGEST = 3600
_LONGEST_SILENCE = 86400
_USUAL_WAIT = 60
_USUAL_BODY = 2**20
_MOST = 1_000_000
_USUAL = kinds.Rate(10, "s")
_PER_MINUTE = {"s": 60.0, "m": 1.0, "h": 1 / 60, "d": 1 / 1440}


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set what the proxy enforces for a server."""
    if not subject.server:
        return draft
    whole = Traffic(
        timeouts=_timeouts(subject, _of_all(subject, kinds.Deadline), _silent(_of_all(subject, kinds.Idle))),
        rate=_rate([one for one in subject.asks(kinds.Rate) if one.scope.path is None]),
        body=_body(subject, _of_all(subject, kinds.Body)),
        connections=_connections([one for one in subject.asks(kinds.Connections) if one.scope.path is None], "/"),
        kept_alive=kept_alive(_of_all(subject, kinds.Idle)),
        origins=origins(_of_all(subject, kinds.Origins), "/"),
        caching=caching(_of_all(subject, kinds.CacheControl), "/"),
        origin=draft.exposure.origin,
    )
    traffic = replace(whole, parts=tuple(_parts(subject, whole)))
    return replace(draft, notes=(*draft.notes, *_cut(subject)), traffic=traffic)


def _of_all(subject: Subject, kind: type[R]) -> list[Asked[R]]:
    """What is demanded of every request."""
    return [one for one in subject.asks(kind) if one.scope == SERVICE]


def _parts(subject: Subject, whole: Traffic) -> Iterator[Part]:
    """The paths of which something is demanded alone; else they have what *whole* has."""
    every: tuple[Asked[Any], ...] = (
        *subject.asks(kinds.Deadline),
        *subject.asks(kinds.Rate),
        *subject.asks(kinds.Body),
        *subject.asks(kinds.Connections),
        *subject.asks(kinds.Idle),
        *subject.asks(kinds.Origins),
        *subject.asks(kinds.CacheControl),
    )
    named = {_below(one) for one in every if one.scope.path and _PATH.fullmatch(one.scope.path)}
    for path in sorted(named):
        deadlines, idle = _of_path(subject, kinds.Deadline, path), _of_path(subject, kinds.Idle, path)
        silent = _silent(idle)
        rates, bodies = _of_path(subject, kinds.Rate, path), _of_path(subject, kinds.Body, path)
        origin = because(CODE, *(one.cause for one in every if _below(one) == path))
        inner = replace(
            whole,
            timeouts=_timeouts(subject, deadlines, silent) if deadlines or silent else whole.timeouts,
            rate=_rate(rates) if rates else whole.rate,
            body=_body(subject, bodies) if bodies else whole.body,
            connections=_connections(_of_path(subject, kinds.Connections, path), path) or whole.connections,
            kept_alive=kept_alive(idle) or whole.kept_alive,
            origins=origins(_of_path(subject, kinds.Origins, path), path) or whole.origins,
            caching=caching(_of_path(subject, kinds.CacheControl, path), path) or whole.caching,
            origin=origin,
        )
        yield Part(path=path, traffic=inner, origin=origin)


def _of_path(subject: Subject, kind: type[R], path: str) -> list[Asked[R]]:
    """What is demanded of requests below *path* alone."""
    return [one for one in subject.asks(kind) if _below(one) == path]


def _below(one: Asked[Any]) -> str:
    """The path of which *one* speaks, "" where it speaks of none."""
    return (one.scope.path or "").rstrip("/")


def _silent(asked: Sequence[Asked[kinds.Idle]]) -> list[Asked[kinds.Idle]]:
    """Those about streams, over which a request is going on; a connection without one is another matter."""
    return [one for one in asked if one.requirement.stream != "connection"]


def _bounds(
    asked: Sequence[Asked[kinds.Deadline] | Asked[kinds.Idle]], longest: int = _LONGEST
) -> list[tuple[int, Cause]]:
    return [
        (max(1, math.ceil(one.requirement.seconds)), one.cause)
        for one in asked
        if one.requirement.seconds and one.requirement.seconds <= longest
    ]


def _timeouts(
    subject: Subject, asked: Sequence[Asked[kinds.Deadline]], silent: Sequence[Asked[kinds.Idle]]
) -> Timeouts:
    found = _bounds(asked) or _bounds(silent, _LONGEST_SILENCE)
    if not found and kept_open(subject.facts):
        return Timeouts(connect=5, exchange=_LONGEST, origin=because(CODE, *subject.facts.causes))
    origin = because(CODE, *([cause for _, cause in found] or [subject.because_of_archetype]))
    return Timeouts(connect=5, exchange=max((bound for bound, _ in found), default=_USUAL_WAIT), origin=origin)


def _cut(subject: Subject) -> Iterator[Diagnostic]:
    """The deadline that ends connections which are silent for as long."""
    library, found = kept_open(subject.facts), _bounds(_of_all(subject, kinds.Deadline))
    if library and found:
        seconds, cause = max(found, key=lambda one: one[0])
        yield STREAMS_CUT.at(
            cause.span,
            f"{subject.name} keeps connections open ({library}), and one over which nothing goes for {seconds} s is closed, as "
            f"{cause.assertion or 'this'} wants for requests",
            fix="let the program send something more often (a ping), or say in the sentence which paths are meant",
        )


def _rate(found: Sequence[Asked[kinds.Rate]]) -> Rate | None:
    if not found:
        return None
    # One rate a service, or a part of it: of each client where any is said to be that, else in total.
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


def _connections(found: Sequence[Asked[kinds.Connections]], path: str) -> Connections | None:
    """One bound, as of rates: of each client where any is said to be that, else of all together."""
    clients = [one for one in found if one.scope.of == "client"]
    least = min((one.requirement.count for one in clients or found), default=0)
    if not least:
        return None
    origin = because(CODE, *(one.cause for one in found))
    return Connections(count=min(least, _MOST), total=not clients, at=path, origin=origin)


def _per_minute(rate: kinds.Rate) -> float:
    return (rate.count or 0) * _PER_MINUTE[rate.per or "s"]


def _body(subject: Subject, found: Sequence[Asked[kinds.Body]]) -> BodyLimit:
    if not found and (calls := spoken(subject.facts)):
        cause = Cause(calls.span) if calls.span else subject.because_of_archetype
        return BodyLimit(size=LARGEST_BODY, origin=because(CODE, cause))
    if not found:
        return BodyLimit(size=_USUAL_BODY, origin=because(CODE, subject.because_of_archetype))
    largest = max(min(one.requirement.bytes, LARGEST_BODY) for one in found)
    return BodyLimit(size=largest, origin=because(CODE, *(one.cause for one in found)))
