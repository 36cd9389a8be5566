"""The gate before an image is made or published, or promised by ``generate --strict``: what speaks against it is shown, and stops.

Who says ``--allow-unverified``, to this command or on this machine to the ``generate`` of these specs, goes through all the same; the labels
claim nothing that was not shown. Assertions that are contradicted never compile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import click

from speccompile import consent
from speccompile.cli.answering import refused
from speccompile.cli.checklist import IMAGES, as_data, checklist
from speccompile.cli.guard import Exit
from speccompile.cli.workspace import Compiled, Workspace
from speccompile.codes.evidence import NOT_PROVED, NOT_TESTED
from speccompile.codes.lowering import UNSETTLED
from speccompile.diagnostics import Diagnostic, as_error, errors
from speccompile.errors import Refused
from speccompile.plan.assertions import Evidence, Standing
from speccompile.plan.plan import Plan
from speccompile.record import record
from speccompile.verify.shortcomings import shortcomings

_FLAG = "--allow-unverified"
_BY_GENERATE = f"generate {_FLAG}"
_GOES_ON = "Going on; no label says `true` for what was not shown."
_STOPS = f"Fix these, or go on without them: {_FLAG}; labels then say `false` for what was not shown."
_STRICT = f"Fix these: with --strict, {_FLAG} goes on without what is not shown, and never without what is lost or not understood."
_HERE = f"What is missing may be: `{_BY_GENERATE}` said so here, for these specs."
_OR = f", or go on without: {_FLAG}"
_VERIFY = f"run `speccompile verify`, then `speccompile generate`{_OR}"


@record()
class Gate:
    """Who gets through although something is missing: with ``--allow-unverified`` (*allowed*), or with a consent that ``generate`` was given. A
    *strict* one asks for no consent, and lets nobody through of whose assertions something is lost or not understood."""

    strict: bool
    allowed: bool

    @property
    def build(self) -> str:
        """The command that builds as it is let through here."""
        return " ".join(
            ("speccompile build", *(("--strict",) if self.strict else ()), *((_FLAG,) if self.allowed else ()))
        )

    @property
    def ending(self) -> str:
        """What somebody who was stopped can do."""
        return _STRICT if self.strict else _STOPS

    def opened_by(self, compiled: Compiled) -> str | None:
        """What allows something to be missing: the words that somebody gave, None where nobody did."""
        if self.allowed:
            return _FLAG
        given = not self.strict and consent.given(compiled.workspace.root, compiled.lock.inputs)
        return _BY_GENERATE if given else None


@record()
class Admission:
    """What is *missing* of images that are made all the same, and the words that allowed it; None where nothing is."""

    missing: tuple[Diagnostic, ...]
    allowed_by: str | None

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {"checklist": as_data(self.missing, IMAGES), "allowed_by": self.allowed_by}


def admitted(compiled: Compiled, services: Collection[str], gate: Gate, style: str) -> Admission:
    """What speaks against images of *services*, and goes through *gate*; the checklist is shown. Raises ``Refused`` where it does not."""
    found, short = unshown(compiled, services), unheld(compiled, services)
    missing = (*found, *(short if gate.strict else map(_avoidable, short)))
    allowed_by = gate.opened_by(compiled) if missing else None
    if missing and (allowed_by is None or (short and gate.strict)):
        raise Refused(missing)
    if style != "json":
        head, ending = (_HERE if allowed_by == _BY_GENERATE else ""), (_GOES_ON if missing else "")
        click.echo(checklist(missing, IMAGES, ending, head) + "\n", err=True)
    return Admission(missing, allowed_by)


def turned_away(problem: Refused, workspace: Workspace, style: str, gate: Gate, **more: Any) -> Exit:
    """As ``refused``, with the checklist where it is that which stands in the way."""
    found = errors(problem.diagnostics)
    listed = as_data(found, IMAGES)
    if all(one["ok"] is not False for one in listed):
        return refused(problem, workspace, style, **more)
    if style == "json":
        return refused(problem, workspace, style, checklist=listed, **more)
    code = refused(problem, workspace, style, **more)
    click.echo(checklist(found, IMAGES, gate.ending), err=True)
    return code


def unshown(compiled: Compiled, services: Collection[str]) -> tuple[Diagnostic, ...]:
    """What is not shown of *services* (all where none is named): assertions that are not settled, tests and proofs that have not passed or do
    not hold any more."""
    plan = compiled.compilation.plan
    return (*_unsettled(compiled, services), *(one for lacks in _of(plan, services) for one in _lacking(lacks)))


def unheld(compiled: Compiled, services: Collection[str]) -> tuple[Diagnostic, ...]:
    """What of their assertions is lost or not understood."""
    platforms = [
        replace(on, accounts=tuple(one for one in on.accounts if _concerns(one.assertion.services, services)))
        for on in compiled.compilation.platforms
    ]
    return tuple(map(as_error, shortcomings(platforms)))


def _avoidable(lost: Diagnostic) -> Diagnostic:
    return replace(lost, fix=f"{lost.fix}{_OR}")


def _of(plan: Plan, services: Collection[str]) -> Iterator[Evidence]:
    return (one for one in plan.evidence if not services or one.service in services)


def _lacking(lacks: Evidence) -> Iterator[Diagnostic]:
    where = lacks.origin.causes[0].span
    if lacks.tests:
        message = f"the tests of {lacks.service} have not passed: {'; '.join(lacks.tests)}"
        yield NOT_TESTED.at(where, message, fix=_VERIFY)
    if lacks.proofs:
        message = f"the proofs of {lacks.service} have not passed: {'; '.join(lacks.proofs)}"
        yield NOT_PROVED.at(where, message, fix=_VERIFY)


def _unsettled(compiled: Compiled, services: Collection[str]) -> Iterator[Diagnostic]:
    for account in compiled.compilation.standings:
        one = account.assertion
        if account.standing is Standing.UNSETTLED and _concerns(one.services, services):
            yield UNSETTLED.at(
                one.origin.causes[0].span,
                f"{one.assertion} is {one.status}: {one.text}",
                fix=f"settle it: set its status to confirmed, denied, refined or deferred{_OR}",
            )


def _concerns(mine: Collection[str], services: Collection[str]) -> bool:
    return not services or not set(services).isdisjoint(mine)
