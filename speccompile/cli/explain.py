"""``speccompile explain``: why a line is there, what an assertion, a service or a key came to, what a code means."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

import click

from speccompile.cli import explain_line, explain_subject
from speccompile.cli.answering import format_option
from speccompile.cli.compile_options import compile_options
from speccompile.cli.explanation import Explanation, as_data, as_text
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes.families import CODES
from speccompile.frontends.wording import nearest
from speccompile.lower.catalogue import RULE_DOCS
from speccompile.regex import regex
from speccompile.verify.invariants import target_of

_CODE = regex(r"SC\d+\Z", re.IGNORECASE)
_KINDS: tuple[Callable[[Compiled, str], Explanation | None], ...] = (
    explain_subject.assertion,
    explain_subject.service,
    explain_subject.key,
)


@click.command("explain")
@click.argument("subject", metavar="FILE[:LINE] | [MANIFEST#]ASSERTION | SERVICE | KEY | CODE")
@click.option("--lines", is_flag=True, help="Show each line, not only where they are.")
@compile_options
@format_option
@click.pass_obj
def command(directory: str, subject: str, lines: bool, asked: Asked, style: str) -> None:
    """Explain a line of an artifact (Dockerfile:23), an assertion (A-017; specs/api/assertions.json#A-017 where several
    manifests have that id), a service (api), a key of deploy.yaml
    (services.api.port) or a code (SC204).

    Example: speccompile explain generated/Dockerfile:23
    """

    def action(workspace: Workspace) -> Exit:
        if _CODE.match(subject):
            return _code(subject.upper(), style)
        compiled, answer = _told(workspace.settled(), asked, subject)
        if isinstance(answer, str):
            return _not_found(answer, style)
        if style == "json":
            say_json({"status": "ok", **as_data(compiled, answer), "diagnostics": []})
        else:
            say(as_text(compiled, answer, lines=lines))
        return Exit.FINE

    guarded(action, Workspace.at(directory), style)


def _told(workspace: Workspace, asked: Asked, subject: str) -> tuple[Compiled, Explanation | str]:
    """What there is to say about *subject*, or why there is nothing. About a line of a file no other file has to be made."""
    if name := explain_line.file_of(subject):
        sketch = workspace.sketched(asked, name)
        line = explain_line.explained(sketch, subject)
        if line is not None:
            return sketch, line
    compiled = workspace.drafted(asked)
    return compiled, _answer(compiled, subject)


def _answer(compiled: Compiled, subject: str) -> Explanation | str:
    """What there is to say about *subject*, or why there is nothing."""
    if several := explain_subject.ambiguous(compiled, subject):
        return f"{subject} is an assertion of several manifests; say which:" + "".join(f"\n  {one}" for one in several)
    for explained in _KINDS:
        answer = explained(compiled, subject)
        if answer is not None:
            return answer
    line = explain_line.explained(compiled, subject)
    if line is not None:
        return line
    artifacts = [posixpath.basename(one.path) for one in compiled.compilation.artifacts]
    path, colon, number = subject.rpartition(":") if re.search(r":\d+\Z", subject) else (subject, "", "")
    close = (
        nearest(posixpath.basename(path), artifacts)
        if colon
        else nearest(subject, {*explain_subject.names(compiled), *artifacts})
    )
    hint = f"did you mean {close}{colon}{number}?" if close else _there(compiled)
    return f"{subject} is nothing of this project; {hint}"


def _there(compiled: Compiled) -> str:
    plan = compiled.compilation.plan
    files = "".join(
        f"\n  {compiled.workspace.seen(posixpath.join(compiled.lock.output, one.path))}"
        for one in compiled.compilation.artifacts
    )
    ids = ", ".join(one.assertion for one in plan.assertions) or "none"
    return f"it has the assertions {ids}, and the files{files}"


def _code(id_: str, style: str) -> Exit:
    code, rule = CODES.get(id_), RULE_DOCS.get(id_)
    texts = []
    if code:
        about = target_of(code.id)
        kind = f"{code.severity.value}; an invariant of {about}" if about else code.severity.value
        texts.append(f"{code.id}: {code.title} ({kind})\n\n{' '.join(code.explanation.split())}")
    if rule:
        texts.append(f"{id_}: {rule[0]} (rule)\n\n{rule[1]}")
    if not texts:
        close = nearest(id_, {*CODES, *RULE_DOCS})
        hint = f"did you mean {close}?" if close else "docs/diagnostics.md and docs/rules.md list them"
        return _not_found(f"{id_} is no code of speccompile; {hint}", style)
    if style == "json":
        body = {"status": "ok", "kind": "code", "subject": id_, "sentences": texts, "because": [], "lines": []}
        say_json({**body, "diagnostics": []})
    else:
        say("\n".join(texts))
    return Exit.FINE


def _not_found(message: str, style: str) -> Exit:
    if style == "json":
        say_json({"status": "not-found", "message": message, "diagnostics": []})
    else:
        click.echo(message, err=True)
    return Exit.FOUND
