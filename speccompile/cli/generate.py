"""``speccompile generate``: compile, verify, write."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from speccompile import consent
from speccompile.cli.again import Near, again
from speccompile.cli.broken import refuse_broken
from speccompile.cli.checklist import GENERATE, STRICT, checklist
from speccompile.cli.checklist import as_data as states
from speccompile.cli.compile_options import allow_unverified_option, output_option, strict_option
from speccompile.cli.gate import unheld, unshown
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.in_force import lasting, out_of_force
from speccompile.cli.reporters import report
from speccompile.cli.summary import as_json, as_text, follows
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes.drift import EDITED, ORPHAN, OTHER_OUTPUT
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic, Severity, errors, in_order, quoted
from speccompile.drift import drift, findings
from speccompile.errors import Refused
from speccompile.lock import Lock
from speccompile.paths import LOCK, join, leaves
from speccompile.record import record
from speccompile.remember import NOTHING_AGAIN
from speccompile.source import Span
from speccompile.targets import NAMES
from speccompile.verify.shortcomings import shortcomings
from speccompile.writer import State, Written, preview, write

if TYPE_CHECKING:
    from speccompile.cli.change_reasons import Reasons

_REASONS = "speccompile.cli.change_reasons"
"""What `--diff` alone asks for: it knows what every rule says of itself, so it imports them all."""


@click.command("generate")
@output_option("Output directory, from where the command is started. Default: what deploy.yaml says, else generated.")
@click.option(
    "--target",
    "targets",
    multiple=True,
    type=click.Choice(NAMES),
    help="Write the files of this target only; may be repeated. Default: what deploy.yaml says, else all.",
)
@allow_unverified_option
@strict_option
@click.option("--discard-edits", is_flag=True, help="Overwrite generated files that were edited by hand.")
@click.option(
    "--diff", "show_diff", is_flag=True, help="Show what would change, as a unified diff, and why; write nothing."
)
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when a file changed, as a pre-commit hook should.")
@click.option("--format", "style", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.pass_obj
def command(directory: str, /, style: str, **options: Any) -> None:
    """Compile the specs into deployment artifacts and write them.

    Example: speccompile generate --diff
    """
    request = _Request(style=style, **options)

    def action(workspace: Workspace) -> Exit:
        try:
            return _generate(workspace, request)
        except Refused as refused:
            return _not_ready(refused, workspace, request)

    guarded(action, Workspace.at(directory), style)


@record(kw_only=True)
class _Request:
    """The options."""

    output: str | None
    targets: tuple[str, ...]
    allow_unverified: bool
    strict: bool
    discard_edits: bool
    show_diff: bool
    dry_run: bool
    exit_code: bool
    style: str

    @property
    def looks_only(self) -> bool:
        """Whether nothing may be written."""
        return self.dry_run or self.show_diff


def _generate(workspace: Workspace, request: _Request) -> Exit:
    asked = Asked(output=request.output, targets=request.targets, allow_unverified=request.allow_unverified)
    compiled = (
        workspace.compiled_from_memory(asked) if request.looks_only else workspace.settled().compiled_and_kept(asked)
    )
    refuse_broken(compiled)
    if request.strict:
        _held_to_be_strict(compiled, request)
    before = compiled.on_disk()
    old, order = workspace.lock(), compiled.order(discard=request.discard_edits)
    why: Reasons | None = import_module(_REASONS).reasons(compiled, before, old) if request.show_diff else None
    if why and request.style == "text":
        diff = "".join(_diff(compiled, before, compiled.compilation.files))
        click.echo(_printable(f"{diff}{import_module(_REASONS).as_text(why)}"), nl=False)
    put = preview if request.looks_only else write
    try:
        written = put(workspace.root, order)
    except Refused as refused:
        return _edited(refused, compiled, before, request)
    if request.allow_unverified and not request.looks_only:
        consent.give(workspace.root, compiled.lock.inputs)
    near = Near(compiled)
    told = follows(compiled, near) if request.style == "text" else ""
    notes = _notes(compiled, written, old)
    if not request.looks_only and not findings(drift(workspace.root, workspace.lock(), compiled.expected)):
        compiled.remember(lasting(compiled), again(compiled, written, told, near, notes) if told else NOTHING_AGAIN)
    _show(compiled, written, told, notes, why, request)
    changed = any(change.touches for change in written.files)
    return Exit.FOUND if request.exit_code and changed else Exit.FINE


def _held_to_be_strict(compiled: Compiled, request: _Request) -> None:
    """Raise where something is lost or not understood, or, unless that is allowed, not verified."""
    short, missing = unheld(compiled, ()), unshown(compiled, ())
    if short or (missing and not request.allow_unverified):
        raise Refused((*compiled.compilation.notes, *(() if request.allow_unverified else missing), *short))
    if request.style == "text":
        click.echo(
            checklist(
                missing, STRICT, "This goes on without what is missing: --allow-unverified.\n" if missing else ""
            ),
            err=True,
        )


def _edited(refused: Refused, compiled: Compiled, before: dict[str, str], request: _Request) -> Exit:
    """Files that were edited by hand are shown with what would be lost; everything else is as for other refusals."""
    edited = {d.span.path for d in refused.diagnostics if d.code == EDITED.id}
    paths = [path for path in before if join(compiled.lock.output, path) in edited]
    if not paths or request.show_diff:
        raise refused
    if request.style == "json":
        diff = "".join(_diff(compiled, before, paths))
        found = [as_data(d) for d in refused.diagnostics]
        body = {"status": "edited", "files": [], "diff": diff, "diagnostics": found}
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return Exit.FOUND
    click.echo(_printable("".join(_diff(compiled, before, paths))), nl=False)
    raise refused


def _printable(text: str) -> str:
    """No control character of a file reaches a terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _not_ready(refused: Refused, workspace: Workspace, request: _Request) -> Exit:
    """The deployment checklist: what is there, what is missing, how to get it. Nothing was written."""
    wanted, found = STRICT if request.strict else GENERATE, errors(refused.diagnostics)
    if request.style == "json":
        body = {
            "status": "not-ready",
            "files": [],
            "checklist": states(found, wanted),
            "diagnostics": [as_data(d) for d in refused.diagnostics],
        }
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
    else:
        report(refused.diagnostics, workspace, "text")
        click.echo(checklist(found, wanted, "Fix these, then run `speccompile generate` again. Nothing was written."))
    return Exit.FOUND


def _notes(compiled: Compiled, written: Written, old: Lock | None) -> tuple[Diagnostic, ...]:
    short = shortcomings(compiled.compilation.platforms)
    return in_order((*compiled.compilation.notes, *short, *_left_behind(old, compiled), *_orphans(written)))


def _show(
    compiled: Compiled,
    written: Written,
    told: str,
    notes: Sequence[Diagnostic],
    why: Reasons | None,
    request: _Request,
) -> None:
    if request.style == "json":
        body = as_json(compiled, written, dry_run=request.looks_only)
        if why:
            body["changes"] = import_module(_REASONS).as_data(why)
        body["diagnostics"] = [as_data(note) for note in in_order((*notes, *out_of_force(compiled)))]
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return
    report(notes, compiled.workspace, "text")
    click.echo(as_text(compiled, written, told, dry_run=request.looks_only))


def _orphans(written: Written) -> Iterator[Diagnostic]:
    """That a file that nobody generates any more is not as it was made, or lies outside the project, and is kept."""
    for one in written.files:
        if one.state is State.ORPHAN:
            outside = leaves(one.path)
            found = ORPHAN.at(
                Span(one.path),
                f"{LOCK} listed this file, which lies outside the project: what is there, if anything, stays"
                if outside
                else "this file is no longer generated, and is not as speccompile made it: it stays",
                fix="delete it if nobody needs it"
                if outside
                else "delete it, or keep it as your own under another name",
            )
            yield replace(found, severity=Severity.NOTE)


def _left_behind(old: Lock | None, compiled: Compiled) -> Iterator[Diagnostic]:
    """That the old files are outside the project, where they stay: only ``-o`` on this command line leads there."""
    new = compiled.lock
    if compiled.asked.targets and old is not None and old.output != new.output:
        message = f"{quoted(new.output or '.')} has a copy of a part: {LOCK} goes on to be of {quoted(old.output or '.')}, and `check` looks there"
        note = OTHER_OUTPUT.at(Span(LOCK), message, fix="delete the copy before it is generated anew from other specs")
        yield replace(note, severity=Severity.NOTE)
    elif old is not None and old.output != new.output and leaves(old.output):
        message = f"the files that were generated into {quoted(old.output)} stay there; these are in {quoted(new.output or '.')}"
        note = OTHER_OUTPUT.at(Span(LOCK), message, fix="delete them there when they are not wanted any more")
        yield replace(note, severity=Severity.NOTE)


def _diff(compiled: Compiled, before: dict[str, str], paths: Collection[str]) -> list[str]:
    lines: list[str] = []
    for artifact in compiled.compilation.artifacts:
        if artifact.path not in paths:
            continue
        old, new = before.get(artifact.path, "").splitlines(keepends=True), artifact.text.splitlines(keepends=True)
        path = join(compiled.lock.output, artifact.path)
        source = f"a/{path}" if artifact.path in before else "/dev/null"
        lines += import_module("difflib").unified_diff(old, new, source, f"b/{path}")
    return lines
