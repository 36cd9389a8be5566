"""``speccompile patch new``: a commented start, with what is really in the file."""

from __future__ import annotations

import click

from speccompile.cli.answering import format_option
from speccompile.cli.artifact_named import named
from speccompile.cli.compile_options import compile_options
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes.drift import IRREGULAR
from speccompile.codes.patching import NO_ARTIFACT
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.frontends.wording import nearest
from speccompile.patching.applying import meant
from speccompile.patching.writing import path_of, start
from speccompile.paths import join
from speccompile.source import Span
from speccompile.targets import generates
from speccompile.writer import create


@click.command("new")
@click.argument("file")
@compile_options
@format_option
@click.pass_obj
def command(directory: str, file: str, asked: Asked, style: str) -> None:
    """Write the start of a patch of FILE: comments that show what is in the file, and how it can be changed.

    Example: speccompile patch new Dockerfile
    """

    def action(workspace: Workspace) -> Exit:
        compiled = workspace.settled().looked_at(asked)
        artifact = named(compiled, file, compiled.compilation.artifacts)
        if artifact is None:
            raise Refused([unknown(compiled, file)])
        path = next(iter(_there(compiled, artifact.path)), path_of(artifact.path))
        create(workspace.root, {path: start(artifact, join(compiled.lock.output, artifact.path))}, generates)
        if style == "json":
            say_json({"status": "ok", "file": path, "artifact": artifact.path, "diagnostics": []})
        else:
            say(f"{workspace.seen(path)} is there: it changes nothing until you write a patch into it")
        return Exit.FINE

    guarded(action, Workspace.at(directory), style)


def _there(compiled: Compiled, artifact: str) -> tuple[str, ...]:
    """The patch files of *artifact* that are there, under whichever name."""
    return tuple(
        path
        for path in compiled.compilation.overrides.inputs
        if meant(path.partition("/")[2], [one.path for one in compiled.compilation.artifacts]) == (artifact,)
    )


def unknown(compiled: Compiled, file: str) -> Diagnostic:
    """That *file* is nothing that is generated."""
    paths = [one.path for one in compiled.compilation.artifacts]
    close = nearest(file.rpartition("/")[2], paths)
    fix = f"did you mean {close}?" if close else f"name one of {', '.join(paths)}"
    return NO_ARTIFACT.at(Span(compiled.lock.output), f"{quoted(file)} is no generated file", fix=fix)


def text_of(compiled: Compiled, path: str) -> str:
    """The text of a file in patches/, to be written again; raises ``Refused`` for what is reached through a link: nothing is written there."""
    try:
        return compiled.ground.content(path).decode()
    except OSError:
        message = "this is reached through a link, and nothing is written through one"
        raise Refused([IRREGULAR.at(Span(path), message, fix="put the file itself there")]) from None
