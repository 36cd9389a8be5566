"""What ``settle`` asks about one assertion, until there is an answer that can be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from speccompile.cli.reporters import report
from speccompile.cli.workspace import Workspace
from speccompile.errors import Refused
from speccompile.frontends import yamltext
from speccompile.plan.assertions import Standing
from speccompile.settling.bindings import flow
from speccompile.settling.decisions import Decision
from speccompile.settling.proposals import Proposal
from speccompile.spec.located import Located, SourceText

_STATUSES = {"c": "confirmed", "d": "denied", "f": "deferred"}
_UNSETTLED = "[c]onfirm, [d]eny, de[f]er"
_SETTLED = "[b]ind, [w]aive, [i]gnore, [d]eny, de[f]er"
_OTHERWISE = "[s]kip, [q]uit"


class Quit(Exception):  # control flow: who has had enough is not asked any more
    """No more questions."""


def shown(proposal: Proposal, workspace: Workspace) -> str:
    """What is open, and what is proposed."""
    account = proposal.account
    covered, span = account.assertion, account.assertion.origin.causes[0].span
    what = f"status {proposal.status}" if proposal.status else flow(_known(proposal.binding or {}))
    return (
        f"{covered.assertion} is {account.standing.value}: {account.why}\n"
        f"  “{covered.text}” ({workspace.seen(span.path)}:{span.line})\n"
        f"  proposed: {what}: {proposal.reason}"
    )


def _known(binding: Mapping[str, Any]) -> dict[str, Any]:
    return {key: "…" if value is None else value for key, value in binding.items()}


def asked_about(proposal: Proposal, workspace: Workspace, write: Callable[[Decision], str]) -> str | None:
    """The file to which the answer was written, None where there is none; raises ``Quit``."""
    unsettled = proposal.account.standing is Standing.UNSETTLED
    menu = f"{_UNSETTLED if unsettled else _SETTLED}, {_OTHERWISE}"
    letters = tuple("cdfsq" if unsettled else "bwidfsq")
    while True:
        answer = click.prompt(menu, type=click.Choice(letters), show_choices=False, default=_usual(proposal), err=True)
        if answer == "q":
            raise Quit
        if answer == "s":
            return None
        try:
            return write(_decision(proposal, answer))
        except Refused as refused:
            report(refused.diagnostics, workspace, "text")


def _usual(proposal: Proposal) -> str:
    if proposal.status:
        return next(letter for letter, status in _STATUSES.items() if status == proposal.status)
    keys = proposal.binding or {}
    return "w" if "waive" in keys else "i" if "ignore" in keys else "b"


def _decision(proposal: Proposal, answer: str) -> Decision:
    covered = proposal.account.assertion
    if answer in _STATUSES:
        return Decision(assertion=covered.assertion, manifest=proposal.path, status=_STATUSES[answer])
    binding = {"b": _demanded, "w": _waived, "i": _ignored}[answer](proposal)
    return Decision(assertion=covered.assertion, manifest=proposal.path, binding=binding)


def _demanded(proposal: Proposal) -> dict[str, Any]:
    guessed = {
        key: value for key, value in (proposal.binding or {}).items() if key not in ("waive", "ignore", "because")
    }
    usual = flow(guessed)[1:-1] if guessed else None
    while True:
        said = click.prompt("It demands (such as body: 8MiB)", default=usual, err=True)
        value, _ = yamltext.read(SourceText("answer", f"{{{said}}}"))
        if isinstance(value, Located) and value and None not in value.values():
            return dict(value)
        click.echo("write keys with values, such as `body: 8MiB, deadline: 30s`", err=True)


def _waived(_proposal: Proposal) -> dict[str, Any]:
    why = click.prompt("Why need nothing hold it", err=True)
    until = click.prompt(
        "Until which day (such as 2027-06-30; empty: for good)", default="", show_default=False, err=True
    )
    return {"waive": why, **({"until": until} if until else {})}


def _ignored(proposal: Proposal) -> dict[str, Any]:
    kinds = tuple(dict.fromkeys(demand.kind for demand in proposal.account.assertion.demands)) or ("SC393",)
    return {"ignore": kinds, "because": click.prompt(f"Why is {', '.join(kinds)} not meant", err=True)}
