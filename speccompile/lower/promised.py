"""Promises that the sources deny: a health path that they do not route, a port on which they do not listen.

A contradiction is only what is sure; where it cannot be told whether a path is routed, a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.binding import ROUTE_UNSEEN
from speccompile.detect.answer import Answer
from speccompile.detect.seen import Seen
from speccompile.diagnostics import Diagnostic, Related
from speccompile.lower.subject import Subject
from speccompile.plan.plan import Denied, Service
from speccompile.provenance import Cause, because
from speccompile.requirements import kinds
from speccompile.requirements.asked import Asked
from speccompile.requirements.kinds import Health
from speccompile.requirements.reading import SERVICE
from speccompile.stacks.facts import Chosen

CODE = "SC576"
TITLE = "promises and sources"


def promised(subject: Subject, service: Service, seen: Seen) -> tuple[tuple[Denied, ...], tuple[Diagnostic, ...]]:
    """What the sources of *subject*, as *seen*, deny of what is promised, and notes."""
    if not subject.server or (subject.deploy and subject.deploy.command):
        return (), ()
    denied, notes = list(_ports(subject, service, seen.fixed)), []
    for one in subject.asks(Health):
        path = one.requirement.path
        answer = seen.answers.get(path) if path else None
        if path and answer and answer.routed is None:
            notes.append(_unseen(one, path, answer))
        elif path and answer and answer.at and not answer.routed:
            known = subject.facts.health
            instead = known.value if known and known.span == answer.at else None
            origin = because(CODE, Cause(answer.at))
            denied.append(Denied(kind="health", value=path, why=answer.why, instead=instead, origin=origin))
    return tuple(denied), tuple(notes)


def _ports(subject: Subject, service: Service, port: Chosen | None) -> Iterator[Denied]:
    wanted = {one.requirement.number for one in subject.asks(kinds.Port) if one.scope == SERVICE}
    if all(number == subject.facts.port for number in wanted):
        return
    told = " ".join((*service.image.entrypoint, *service.image.command))
    if port is None or port.span is None:
        return
    for number in sorted(wanted - {int(port.value)}):
        if str(number) not in told:
            why = f"the sources listen on {port.value}, whatever PORT says"
            origin = because(CODE, Cause(port.span))
            yield Denied(kind="port", value=str(number), why=why, instead=port.value, origin=origin)


def _unseen(one: Asked[Health], path: str, answer: Answer) -> Diagnostic:
    return ROUTE_UNSEEN.at(
        one.cause.span,
        f"{one.cause.assertion} promises {path}, and whether the sources route it cannot be told: {answer.why}",
        fix=f"see that GET {path} is answered with 200; the health check of what is generated asks for it",
        related=(Related("this stands in the way", answer.at),) if answer.at else (),
    )
