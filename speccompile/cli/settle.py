"""``speccompile settle``: what is open about the assertions, what is proposed for it, and how it was decided."""

from __future__ import annotations

import sys
from typing import Any

import click

from speccompile.cli.answering import format_option
from speccompile.cli.compile_options import output_option
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.reporters import report
from speccompile.cli.saying import say, say_json
from speccompile.cli.settle_dialogue import Quit, asked_about, shown
from speccompile.cli.workspace import Asked, Workspace
from speccompile.diagnostic_data import as_data
from speccompile.project.disk import DiskTree
from speccompile.record import record
from speccompile.settling.decisions import Decision, revision
from speccompile.settling.proposals import Proposal, proposals
from speccompile.targets import generates, platforms_of
from speccompile.verify.standings import foreseen
from speccompile.writer import create, revise


@click.command("settle")
@output_option("Output directory, as for `generate`: how assertions stand depends on what is generated.")
@click.option("--yes", is_flag=True, help="Ask nothing: take what is certain, and leave the rest.")
@format_option
@click.pass_obj
def command(directory: str, /, output: str | None, yes: bool, style: str) -> None:
    """Decide about assertions that are unsettled, not understood, lost or contradicted.

    On a terminal each is asked about, and each answer is written at once: a status into the manifest, a binding into deploy.yaml. Without
    one the proposals are listed. Ends with 1 while something is open.

    Example: speccompile settle --yes
    """
    asking = sys.stdin.isatty() and not yes and style == "text"

    def action(workspace: Workspace) -> Exit:
        return _settle(workspace.settled(), Asked(output=output), _Way(asking, yes, style))

    guarded(action, Workspace.at(directory), style)


@record()
class _Way:
    """How it is decided: by *asking*, by taking what is certain (*taking*), or not at all."""

    asking: bool
    taking: bool
    style: str


@record()
class _Done:
    """A proposal, and the file that a decision about it was written to; None where it was left."""

    proposal: Proposal
    path: str | None


def _settle(workspace: Workspace, asked: Asked, way: _Way) -> Exit:
    compilation = workspace.looked_at(asked).compilation
    coming = foreseen(compilation.plan, platforms_of(compilation.targets)[0].held(compilation.plan, compilation.files))
    found = proposals(compilation.spec, compilation.plan, compilation.standings, coming)
    done = _by_asking(workspace, found) if way.asking else _by_taking(workspace, found, taking=way.taking)
    if way.style == "json":
        say_json(_data(done) | {"diagnostics": [as_data(note) for note in compilation.notes]})
    else:
        report(compilation.notes, workspace, "text")
        say(_told(workspace, done, way))
    return Exit.FOUND if any(one.path is None for one in done) else Exit.FINE


def _by_taking(workspace: Workspace, found: tuple[Proposal, ...], *, taking: bool) -> tuple[_Done, ...]:
    return tuple(_Done(one, _write(workspace, _decision(one)) if taking and one.certain else None) for one in found)


def _by_asking(workspace: Workspace, found: tuple[Proposal, ...]) -> tuple[_Done, ...]:
    done: list[_Done] = []
    for number, one in enumerate(found, start=1):
        click.echo(f"[{number} of {len(found)}] {shown(one, workspace)}", err=True)
        try:
            path = asked_about(one, workspace, lambda decision: _write(workspace, decision))
        except Quit:
            return (*done, *(_Done(left, None) for left in found[number - 1 :]))
        done.append(_Done(one, path))
    return tuple(done)


def _decision(one: Proposal) -> Decision:
    return Decision(
        assertion=one.account.assertion.assertion, manifest=one.path, status=one.status, binding=one.binding
    )


def _write(workspace: Workspace, decision: Decision) -> str:
    """The path of the file that has it now."""
    made = revision(decision, DiskTree(workspace.root).read)
    if made.before is None:
        create(workspace.root, {made.path: made.after}, generates)
    else:
        revise(workspace.root, made.path, (made.before, made.after), generates)
    return made.path


def _data(done: tuple[_Done, ...]) -> dict[str, Any]:
    return {
        "status": "open" if any(one.path is None for one in done) else "ok",
        "proposals": [
            {
                "id": one.proposal.account.assertion.assertion,
                "text": one.proposal.account.assertion.text,
                "path": one.proposal.path,
                "line": one.proposal.account.assertion.origin.causes[0].span.line,
                "standing": one.proposal.account.standing.value,
                "why": one.proposal.account.why,
                "set_status": one.proposal.status,
                "bind": dict(one.proposal.binding) if one.proposal.binding is not None else None,
                "reason": one.proposal.reason,
                "certain": one.proposal.certain,
                "written_to": one.path,
            }
            for one in done
        ],
    }


def _told(workspace: Workspace, done: tuple[_Done, ...], way: _Way) -> str:
    left = [one for one in done if one.path is None]
    written = sorted({workspace.seen(one.path) for one in done if one.path})
    lines = [] if way.asking else [shown(one.proposal, workspace) for one in left]
    lines += [f"{one.proposal.account.assertion.assertion}: {one.proposal.reason}" for one in done if one.path]
    if written:
        lines.append(f"{len(done) - len(left)} decided, written to {', '.join(written)}")
    if not left:
        return "\n".join([*lines, "Nothing is open."])
    certain = sum(one.proposal.certain for one in left)
    lines.append(
        f"{len(left)} open"
        + (f"; {certain} of them certain: `speccompile settle --yes` takes these" if certain else "")
    )
    return "\n".join(lines)
