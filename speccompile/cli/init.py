"""``speccompile init``: specs to start from, for a project that has none."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from speccompile.catalog import CATALOG
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.reporters import report
from speccompile.cli.workspace import Workspace
from speccompile.codes.drift import IRREGULAR, NOT_OWNED, UNWRITABLE
from speccompile.diagnostics import errors
from speccompile.errors import Refused
from speccompile.frontends.starter import manifest
from speccompile.project.disk import DiskTree
from speccompile.source import Span
from speccompile.stacks.archetype import guess
from speccompile.stacks.detect import Detection, detect

_ARCHETYPES = ("web-service", "cli-tool", "data-pipeline", "library")
_FOLDER, _DEPLOY = "specs", "specs/deploy.yaml"
_PLACES = ("specs/assertions.json", "assertions.json")


@click.command("init")
@click.option(
    "--archetype", type=click.Choice(_ARCHETYPES), help="What the project is. Default: guessed from its sources."
)
@click.option("--stack", help="Which stack it is written for. Default: detected.")
@click.option("--yes", is_flag=True, help="Ask nothing: take what was detected.")
@click.pass_obj
def command(directory: str, archetype: str | None, stack: str | None, yes: bool) -> None:
    """Write specs to start from: the detected archetype, and assertions for people to settle."""

    def action(workspace: Workspace) -> Exit:
        _refuse_existing(workspace.root, (*_PLACES, *((_DEPLOY,) if stack else ())))
        tree = DiskTree(workspace.root, ("generated",))
        detection = detect(tree, stack)
        if errors(detection.diagnostics):
            raise Refused(detection.diagnostics)
        report(detection.diagnostics, workspace, "text")
        facts = detection.facts
        guessed, reason = guess(tree, facts)
        chosen = archetype or (_asked(guessed, reason) if sys.stdin.isatty() and not yes else guessed)
        boundaries = tuple(
            sorted(kind for kind, backing in CATALOG.items() if facts.dependencies & set(backing.clients))
        )
        files = {_PLACES[0]: manifest(chosen, boundaries, facts.health_path)}
        if stack:
            files[_DEPLOY] = f"version: 1\nservices:\n  app:\n    path: .\n    stack: {stack}\n"
        _write(workspace.root, files)
        click.echo(_told(tuple(files), detection, chosen, reason if chosen == guessed else "as you said"))
        return Exit.FINE

    guarded(action, Workspace.at(directory), "text")


def _refuse_existing(root: Path, places: Sequence[str]) -> None:
    for place in places:
        if (root / place).exists() or (root / place).is_symlink():
            finding = NOT_OWNED.at(
                Span(place),
                "this project has specs already; init writes only what is not there",
                fix="edit it, or move it away; then run `speccompile generate`",
            )
            raise Refused([finding])
    folder = root / _FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        finding = IRREGULAR.at(
            Span(_FOLDER),
            "this is no directory of the project, and nothing is written through a link",
            fix="move it away",
        )
        raise Refused([finding])


def _asked(guessed: str, reason: str) -> str:
    click.echo(f"This looks like a {guessed}: {reason}.", err=True)
    answer: str = click.prompt("Archetype", type=click.Choice(_ARCHETYPES), default=guessed, err=True)
    return answer


def _write(root: Path, files: Mapping[str, str]) -> None:
    try:
        (root / _FOLDER).mkdir(exist_ok=True)
        for path, text in files.items():
            with (root / path).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        finding = UNWRITABLE.at(
            Span(_FOLDER),
            f"the specs could not be written: {error.strerror}",
            fix="give yourself permission to write there",
        )
        raise Refused([finding]) from error


def _told(written: tuple[str, ...], detection: Detection, archetype: str, reason: str) -> str:
    facts = detection.facts
    others = ", ".join(candidate.stack.name for candidate in detection.others)
    lines = [
        *(f"created {path}" for path in written),
        f"  archetype: {archetype} ({reason})",
        f"  stack: {facts.stack} ({facts.reason})"
        + (f"; also plausible: {others} (choose with --stack)" if others else ""),
        "Next:",
        "  1. settle the proposed assertions: confirmed, denied or deferred",
        "  2. speccompile generate (or, before that, speccompile generate --allow-unverified)",
    ]
    return "\n".join(lines)
