"""The gate before an image is made or published, or promised by ``generate --strict``: what speaks against it is shown, and stops with ``--strict``.

Without that an image is made all the same, whose labels claim nothing that was not shown. Assertions that are contradicted never compile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import click

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

_GOES_ON = "Going on; no label says `true` for what was not shown. With --strict, this stops."
_STOPS = "Fix these, or go on without them: without --strict, labels say `false` for what was not shown."
_VERIFY = "run `speccompile verify`, then `speccompile generate`"


@record()
class Gate:
    """How what is missing is taken: a ``strict`` one stops, unless that is ``allowed``; the other shows it and goes on."""

    strict: bool
    allowed: bool

    @property
    def stops(self) -> bool:
        """Whether nobody gets through to whom something is missing."""
        return self.strict and not self.allowed


def admitted(compiled: Compiled, services: Collection[str], gate: Gate, style: str) -> tuple[Diagnostic, ...]:
    """What speaks against images of *services*, and goes through *gate*; the checklist is shown. Raises ``Refused`` where it does not."""
    found = (*unshown(compiled, services), *unheld(compiled, services))
    if found and gate.stops:
        raise Refused(found)
    if style != "json":
        click.echo(checklist(found, IMAGES, _GOES_ON if found else "") + "\n", err=True)
    return found


def turned_away(problem: Refused, workspace: Workspace, style: str, **more: Any) -> Exit:
    """As ``refused``, with the checklist where it is that which stands in the way."""
    found = errors(problem.diagnostics)
    listed = as_data(found, IMAGES)
    if all(one["ok"] is not False for one in listed):
        return refused(problem, workspace, style, **more)
    if style == "json":
        return refused(problem, workspace, style, checklist=listed, **more)
    code = refused(problem, workspace, style, **more)
    click.echo(checklist(found, IMAGES, _STOPS), err=True)
    return code


def unshown(compiled: Compiled, services: Collection[str]) -> tuple[Diagnostic, ...]:
    """What is not shown of *services* (all where none is named): assertions that are not settled, tests and proofs that have not passed or do
    not hold any more."""
    plan = compiled.compilation.plan
    return (*_unsettled(compiled, services), *(one for lacks in _of(plan, services) for one in _lacking(lacks)))


def unheld(compiled: Compiled, services: Collection[str]) -> tuple[Diagnostic, ...]:
    """What of their assertions is lost or not understood."""
    accounts = [one for one in compiled.compilation.standings if _concerns(one.assertion.services, services)]
    return tuple(map(as_error, shortcomings(accounts)))


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
                fix="settle it: set its status to confirmed, denied, refined or deferred",
            )


def _concerns(mine: Collection[str], services: Collection[str]) -> bool:
    return not services or not set(services).isdisjoint(mine)
