"""``speccompile explain``: why a line is there, what an assertion caused, what a code means."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import click

from speccompile.artifacts import Artifact
from speccompile.cli.compile_options import compile_options
from speccompile.cli.coverage import paragraph
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes import CODES
from speccompile.frontends.secretlike import shows_secret
from speccompile.lower.catalogue import RULE_DOCS
from speccompile.provenance import Cause, Origin
from speccompile.verify.invariants import target_of

_CODE = re.compile(r"SC\d{3}\Z")
_ASSERTION = re.compile(r"A-(?:[A-Z0-9]+-)*\d+\Z")


@click.command("explain")
@click.argument("subject", metavar="FILE[:LINE] | ASSERTION | CODE")
@compile_options
@click.pass_obj
def command(directory: str, subject: str, asked: Asked) -> None:
    """Explain a line of an artifact (Dockerfile:23), an assertion (A-017) or a code (SC204)."""

    def action(workspace: Workspace) -> Exit:
        if _CODE.match(subject):
            return _code(subject)
        if _ASSERTION.match(subject):
            return _assertion(workspace.settled().looked_at(asked), subject)
        return _file(workspace.settled().compiled(asked), subject)

    guarded(action, Workspace.at(directory), "text")


def _code(id_: str) -> Exit:
    code, rule = CODES.get(id_), RULE_DOCS.get(id_)
    if code:
        about = target_of(code.id)
        kind = f"{code.severity.value}; an invariant of {about}" if about else code.severity.value
        click.echo(f"{code.id}: {code.title} ({kind})\n\n{_paragraph(code.explanation)}")
    if rule:
        click.echo(f"{id_}: {rule[0]} (rule)\n\n{rule[1]}")
    if not code and not rule:
        click.echo(f"{id_} is no code of speccompile; the catalogue is in docs/rules.md", err=True)
        return Exit.FOUND
    return Exit.FINE


def _paragraph(text: str) -> str:
    return " ".join(text.split())


def _assertion(compiled: Compiled, id_: str) -> Exit:
    account = next((one for one in compiled.compilation.standings if one.assertion.assertion == id_), None)
    if account is None:
        ids = ", ".join(c.assertion for c in compiled.compilation.plan.assertions) or "none"
        click.echo(f"the specs have no assertion {id_}; they have: {ids}", err=True)
        return Exit.FOUND
    click.echo(paragraph(account))
    click.echo(f"    stated at {account.assertion.origin.causes[0].span}")
    for artifact in compiled.compilation.artifacts:
        lines = artifact.text.split("\n")
        for number in sorted(artifact.origins):
            origins = [o for o in artifact.origins[number] if id_ in o.assertions]
            if origins:
                click.echo(f"{_shown(compiled, artifact)}:{number}: {lines[number - 1].strip()}    ({_rules(origins)})")
    return Exit.FINE


def _rules(origins: list[Origin]) -> str:
    return ", ".join(
        dict.fromkeys(
            f"{rule} {RULE_DOCS[rule][0]}" if rule in RULE_DOCS else rule for o in origins for rule in o.rules
        )
    )


def _shown(compiled: Compiled, artifact: Artifact) -> str:
    return posixpath.join(compiled.lock.output, artifact.path)


def _file(compiled: Compiled, subject: str) -> Exit:
    path, _, line = subject.rpartition(":") if re.search(r":\d+\Z", subject) else (subject, "", "")
    artifact = _artifact(compiled, path)
    if artifact is None:
        there = "\n".join(f"  {_shown(compiled, a)}" for a in compiled.compilation.artifacts)
        click.echo(f"{path} is no artifact of these specs; they give:\n{there}", err=True)
        return Exit.FOUND
    _warn_of_drift(compiled, artifact)
    lines = artifact.text.rstrip("\n").split("\n")
    wanted = [int(line)] if line else range(1, len(lines) + 1)
    for number in wanted:
        if not 1 <= number <= len(lines):
            click.echo(f"{path} has {len(lines)} lines", err=True)
            return Exit.FOUND
        if line or lines[number - 1].strip():
            _explain_line(compiled, artifact, number, lines[number - 1])
    return Exit.FINE


def _artifact(compiled: Compiled, path: str) -> Artifact | None:
    """The artifact that *path* names: from the project, from here, below the output directory, or by its bare name."""
    normal = posixpath.normpath(path)
    here = Path(path).resolve()
    base = compiled.workspace.root / compiled.lock.output
    for artifact in compiled.compilation.artifacts:
        if normal in (_shown(compiled, artifact), artifact.path) or (base / artifact.path).resolve() == here:
            return artifact
    named = [a for a in compiled.compilation.artifacts if posixpath.basename(a.path) == normal]
    return named[0] if len(named) == 1 else None


def _warn_of_drift(compiled: Compiled, artifact: Artifact) -> None:
    disk = compiled.on_disk().get(artifact.path)
    if disk != artifact.text:
        state = "is not there yet" if disk is None else "is not what the specs give now"
        click.echo(f"note: {_shown(compiled, artifact)} {state}; this explains what would be generated", err=True)


def _explain_line(compiled: Compiled, artifact: Artifact, number: int, text: str) -> None:
    click.echo(f"{_shown(compiled, artifact)}:{number}: {text}")
    origins = artifact.origins.get(number, ())
    if not origins:
        click.echo("  a blank line")
    for origin in origins:
        for rule in origin.rules:
            click.echo(f"  <- {rule} {RULE_DOCS[rule][0] if rule in RULE_DOCS else ''}".rstrip())
        for line in dict.fromkeys(_caused(compiled, cause) for cause in origin.causes):
            click.echo(f"       {line}")


def _caused(compiled: Compiled, cause: Cause) -> str:
    source = compiled.workspace.source_line(cause.span.path, cause.span.line)
    return f"{cause}: {source.strip()[:120]}" if source and not shows_secret(source) else str(cause)
