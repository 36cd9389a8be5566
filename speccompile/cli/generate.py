"""``speccompile generate``: compile, verify, write."""

from __future__ import annotations

import difflib
import json

import click

from speccompile.cli.broken import refuse_broken
from speccompile.cli.checklist import checklist
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.reporters import as_data, report
from speccompile.cli.summary import as_json, as_text
from speccompile.cli.workspace import Compiled, Workspace
from speccompile.errors import Refused
from speccompile.paths import join
from speccompile.targets import NAMES
from speccompile.writer import Written, preview, write


@click.command("generate")
@click.option(
    "-o",
    "output",
    metavar="DIR",
    help="Output directory, from where the command is started. Default: what deploy.yaml says, else generated.",
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    type=click.Choice(NAMES),
    help="Only this target, and those that are there already; may be repeated.",
)
@click.option(
    "--allow-unverified",
    is_flag=True,
    help="Generate although assertions are not settled; nothing is labelled verified.",
)
@click.option("--diff", "show_diff", is_flag=True, help="Show what changes, as a unified diff.")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when a file changed, as a pre-commit hook should.")
@click.option("--format", "style", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.pass_obj
def command(  # one parameter an option
    directory: str,
    output: str | None,
    targets: tuple[str, ...],
    allow_unverified: bool,
    show_diff: bool,
    dry_run: bool,
    exit_code: bool,
    style: str,
) -> None:
    """Compile the specs into deployment artifacts and write them.

    Example: speccompile generate --diff
    """

    def action(workspace: Workspace) -> Exit:
        try:
            compiled = workspace.compiled(workspace.options(output, targets, allow_unverified=allow_unverified))
            refuse_broken(compiled)
            before = compiled.on_disk() if show_diff else {}
            put = preview if dry_run else write
            written = put(workspace.root, compiled.lock.output, compiled.pairs, compiled.lock_text)
        except Refused as refused:
            return _not_ready(refused, workspace, style)
        _show(compiled, written, before, style, dry_run=dry_run, show_diff=show_diff)
        changed = any(change.touches for change in written.files)
        return Exit.FOUND if exit_code and changed else Exit.FINE

    guarded(action, Workspace.at(directory), style)


def _not_ready(refused: Refused, workspace: Workspace, style: str) -> Exit:
    """The deployment checklist: what is there, what is missing, how to get it. Nothing was written."""
    if style == "json":
        body = {"status": "not-ready", "files": [], "diagnostics": [as_data(d) for d in refused.diagnostics]}
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
    else:
        report(refused.diagnostics, workspace, "text")
        click.echo(checklist(refused.diagnostics))
    return Exit.FOUND


def _show(
    compiled: Compiled, written: Written, before: dict[str, str], style: str, *, dry_run: bool, show_diff: bool
) -> None:
    if style == "json":
        click.echo(json.dumps(as_json(compiled, written, dry_run=dry_run), indent=2, ensure_ascii=False))
        return
    report(compiled.compilation.notes, compiled.workspace, "text")
    if show_diff:
        click.echo("".join(_diff(compiled, before)), nl=False)
    click.echo(as_text(compiled, written, dry_run=dry_run))


def _diff(compiled: Compiled, before: dict[str, str]) -> list[str]:
    lines: list[str] = []
    for artifact in compiled.compilation.artifacts:
        old, new = before.get(artifact.path, "").splitlines(keepends=True), artifact.text.splitlines(keepends=True)
        path = join(compiled.lock.output, artifact.path)
        source = f"a/{path}" if artifact.path in before else "/dev/null"
        lines += difflib.unified_diff(old, new, source, f"b/{path}")
    return lines
