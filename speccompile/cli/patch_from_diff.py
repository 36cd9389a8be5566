"""``speccompile patch from-diff``: what somebody edited in generated files, as patches that give just these bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import field
from difflib import SequenceMatcher

import click

from speccompile.artifacts import Artifact
from speccompile.cli.answering import format_option
from speccompile.cli.artifact_named import named
from speccompile.cli.compile_options import compile_options
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.patch_new import text_of, unknown
from speccompile.cli.reporters import report
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes.patching import NO_EDITS, NOT_SAID, RELAID
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.frontends.patchfile import read
from speccompile.patching.applying import applied, meant
from speccompile.patching.differing import NotReadError, is_relaid, operations
from speccompile.patching.document import is_tree
from speccompile.patching.writing import appended, path_of
from speccompile.paths import join, leaves
from speccompile.record import record
from speccompile.source import Span
from speccompile.targets import generates
from speccompile.writer import replace

UNSAID = "edited by hand; nobody has said why yet"
_SHOWN = 10


@record()
class _Made:
    """A patch of *artifact*: the file that it goes into, the new text of that, how many operations it has; and the text of the edited file where that says
    the same in another layout than is generated, and what is said of it."""

    artifact: str
    path: str
    text: str
    count: int
    rewritten: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Diagnostic, ...] = ()


@click.command("from-diff")
@click.argument("file", required=False)
@click.option("--reason", help="Why the file was edited. Default: you are asked, where somebody is there to be asked.")
@compile_options
@format_option
@click.pass_obj
def command(directory: str, file: str | None, reason: str | None, asked: Asked, style: str) -> None:
    """Make a patch of what was edited in FILE, or in each generated file; `generate` gives just these bytes from then on.

    Example: speccompile patch from-diff generated/Dockerfile --reason "invoices need these fonts"
    """
    if reason is not None and not reason.strip():
        raise click.BadParameter("a reason says something", param_hint="--reason")

    def action(workspace: Workspace) -> Exit:
        compiled = workspace.settled().compiled(asked)
        edited = tuple(_edited(compiled, file))
        why = reason or _asked(edited, style)
        made = _made(compiled, edited, why)
        texts = {one.path: one.text for one in made}
        replace(workspace.root, texts | {path: text for one in made for path, text in one.rewritten.items()}, generates)
        return _told(workspace, asked, made, why, style)

    guarded(action, Workspace.at(directory), style)


def _edited(compiled: Compiled, file: str | None) -> Iterator[tuple[Artifact, str]]:
    """The artifacts that somebody edited, with what they say by now; raises ``Refused`` where there is none."""
    artifacts, disk = compiled.compilation.artifacts, compiled.on_disk()
    if file is not None:
        artifact = named(compiled, file, artifacts)
        if artifact is None:
            raise Refused([unknown(compiled, file)])
        artifacts = (artifact,)
    found = [(one, disk[one.path]) for one in artifacts if one.path in disk and disk[one.path] != one.text]
    if not found:
        place = join(compiled.lock.output, artifacts[0].path) if file is not None else compiled.lock.output or "."
        message = "there is nothing to make a patch of: what is there is what is generated, or nothing is there"
        raise Refused([NO_EDITS.at(Span(place), message, fix="edit the file first, then run this again")])
    yield from found


def _asked(edited: tuple[tuple[Artifact, str], ...], style: str) -> str:
    if style == "json" or not sys.stdin.isatty():
        return UNSAID
    answer: str = click.prompt(f"Why is {', '.join(one.path for one, _ in edited)} edited", err=True)
    return answer.strip() or UNSAID


def _made(compiled: Compiled, edited: tuple[tuple[Artifact, str], ...], reason: str) -> tuple[_Made, ...]:
    """A patch for each; raises ``Refused`` for all lines that none can give, and then nothing is written."""
    results = [_patch(compiled, artifact, text, reason) for artifact, text in edited]
    against = [finding for one in results if not isinstance(one, _Made) for finding in one]
    if against:
        raise Refused(against)
    return tuple(one for one in results if isinstance(one, _Made))


def _patch(compiled: Compiled, artifact: Artifact, text: str, reason: str) -> _Made | list[Diagnostic]:
    place = join(compiled.lock.output, artifact.path)
    path, before = _file(compiled, artifact.path)
    try:
        found = operations(artifact, text)
    except NotReadError as problem:
        return [_not_said(place, problem.line, f"the file cannot be read there: {problem}", "write YAML")]
    whole = appended(before, path, reason, found) if found else None
    model = read(whole, path)[0] if whole is not None else None
    if whole is not None and model is not None and model.patches:
        last = model.model_copy(update={"patches": model.patches[-1:]})
        done = applied(artifact, path, last)[-1]
        if done.after.text == text and not done.findings:
            return _Made(artifact.path, path, whole, len(found))
        if not done.findings and not leaves(place) and is_relaid(artifact, done.after.text, text):
            notes = tuple(relaid(place, done.after.text, text))
            return _Made(artifact.path, path, whole, len(found), {place: done.after.text}, notes)
        return list(differing(place, done.after.text, text))
    if found and before is not None and read(before, path)[0] is not None:
        fix = "write the patches in it as a list of lines that begin with a dash, and as the last key"
        return [NOT_SAID.at(Span(path), "no patch can be put at the end of this file", fix=fix)]
    return list(differing(place, artifact.text, text))


def _file(compiled: Compiled, artifact: str) -> tuple[str, str | None]:
    """The patch file of *artifact*, under whichever name it is there, and its text."""
    paths = [one.path for one in compiled.compilation.artifacts]
    there = [one for one in compiled.compilation.overrides.inputs if meant(one.partition("/")[2], paths) == (artifact,)]
    if not there:
        return path_of(artifact), None
    return there[0], text_of(compiled, there[0])


def differing(place: str, given: str, text: str) -> Iterator[Diagnostic]:
    """A finding for each of the lines of *text* that are not in *given*, which is what a patch can make of the file."""
    have, want = _lines(given), _lines(text)
    lines = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, have, want, autojunk=False).get_opcodes():
        if tag != "equal":
            lines += [(n + 1, want[n], "".join(have[i1:i2])) for n in range(j1, j2)] or [
                (j1 + 1, "", "".join(have[i1:i2]))
            ]
    if not lines:
        yield _not_said(
            place, 1, "no patch was found that gives this text", "undo the edit, and make it in smaller steps"
        )
    for number, line, instead in lines[:_SHOWN]:
        yield _not_said(place, number, *_because(place, line, instead))


def relaid(place: str, given: str, text: str) -> Iterator[Diagnostic]:
    """A note for each line of *text* that *given* has in another layout."""
    have, want = _lines(given), _lines(text)
    for tag, i1, i2, j1, _ in SequenceMatcher(None, have, want, autojunk=False).get_opcodes():
        if tag != "equal":
            shown = quoted(" ".join(line.strip() for line in have[i1:i2]))
            message = (
                f"written as {shown}: YAML has one layout here, and says the same"
                if have[i1:i2]
                else "a line that says nothing is left out"
            )
            yield RELAID.at(Span(place, j1 + 1, 1), message, fix="nothing")


def _lines(text: str) -> list[str]:
    """The lines of *text* with their ends, as every position in a message counts them: what else Python takes for an end is a character of a line."""
    whole = [f"{line}\n" for line in text.split("\n")]
    whole[-1] = whole[-1].removesuffix("\n")
    return [line for line in whole if line]


def _because(place: str, line: str, instead: str) -> tuple[str, str]:
    shown = quoted(line.rstrip("\n"))
    if not line:
        return f"a patch would leave {quoted(instead.rstrip())} there, and here it is gone", "leave that line as it was"
    if is_tree(place) and instead.strip():
        return f"no patch gives the line {shown}; one would write {quoted(instead.rstrip())}", "write it in that way"
    if is_tree(place):
        return f"no patch gives the line {shown}: YAML is written from its values, without comments", "take it out"
    if not line.endswith("\n"):
        return f"no patch gives the line {shown} without a line feed at its end", "end the file with a line feed"
    return f"no patch gives the line {shown}", "leave the head of the file as it was, and write no control characters"


def _not_said(place: str, line: int, message: str, fix: str) -> Diagnostic:
    return NOT_SAID.at(
        Span(place, line, 1), message, fix=f"{fix}; or make the whole file yours: `speccompile eject {place}`"
    )


def _told(workspace: Workspace, asked: Asked, made: tuple[_Made, ...], reason: str, style: str) -> Exit:
    """What was written, and what speaks against it: then ``generate`` would refuse."""
    overrides = workspace.looked_at(asked).compilation.overrides
    mine = {one.path for one in made}
    against = tuple(one for one in overrides.findings if one.span.path in mine)
    notes = tuple(note for one in made for note in one.notes)
    if style == "json":
        files = [{"file": one.path, "artifact": one.artifact, "operations": one.count} for one in made]
        said = [as_data(one) for one in (*notes, *against)]
        say_json({"status": "ok", "reason": reason, "files": files, "diagnostics": said})
    else:
        for one in made:
            count = f"{one.count} {'operation' if one.count == 1 else 'operations'}"
            say(f"{workspace.seen(one.path)}: {count} for {one.artifact}; `speccompile generate` keeps it so")
        if reason == UNSAID:
            click.echo("write the reason into it, or give it: --reason", err=True)
        report((*notes, *against), workspace, "text")
    return Exit.FOUND if any(one in overrides.objections for one in against) else Exit.FINE
