""".env.example, read back: every slot of the plan with its purpose and who asked for it, and nothing else."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from speccompile.codes import compose as codes
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Parameter
from speccompile.realise.compose import realised
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.readers.dotenv import EnvFile, Unreadable, Variable, read

PATH = ".env.example"

USE = (
    "",
    "Copy this file to .env beside docker-compose.yml and fill it in there. Keep .env out of version control.",
    "Values in single quotes stand for themselves; compose and a shell read them alike.",
)
READABLE = "The file must be readable by the container's user; a directory that is closed to others keeps it from the rest of the host."


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the example environment file among *files* (path relative to the output directory → text)."""
    return tuple(_verify(plan, files.get(PATH)))


def _verify(plan: Plan, text: str | None) -> Iterator[Diagnostic]:
    path = place.on_disk(plan, PATH)
    if (text is not None) != bool(realised(plan).containers):
        there = "missing" if text is None else "there, but nothing runs in a container"
        yield codes.ENV_NOT_THE_PLAN.at(Span(path), f"{PATH} is {there}", fix=place.FIX)
    if text is None:
        return
    try:
        document = read(text)
    except Unreadable as problem:
        yield codes.ENV_UNREADABLE.at(Span(path, problem.line, 1), str(problem), fix=place.FIX)
        return
    asked = realised(plan).parameters
    examples = {one.name: one.example for one in asked}
    passwords = {use.name for store in plan.stores for use in store.workload.secrets}
    made = {
        one.parameter: _creation(examples[one.parameter], made_up=one.name in passwords)
        for one in plan.secrets
        if one.parameter in examples
    }
    yield from same(document, path, (*place.header(PATH), *USE), asked, made)
    yield from _no_secret(plan, document, path)


def same(
    document: EnvFile,
    path: str,
    head: tuple[str, ...],
    asked: Sequence[Parameter],
    made: Mapping[str, tuple[str, ...]],
) -> Iterator[Diagnostic]:
    """Findings about an example of what is *asked*, in its order, below the comments of its *head*; *made* says how the value of a parameter comes
    to be."""
    if document.loose != head:
        yield codes.ENV_NOT_THE_PLAN.at(
            Span(path, 1, 1), "the comments at the head are not the generated ones", fix=place.FIX
        )
    slots = {slot.name: slot for slot in asked}
    names = [variable.name for variable in document.variables]
    if names != list(slots):
        yield codes.ENV_NOT_THE_PLAN.at(Span(path), f"has {names}, the plan says {list(slots)}"[:300], fix=place.FIX)
    for variable in document.variables:
        slot = slots.get(variable.name)
        if slot is None:
            continue
        at = Span(path, variable.line, 1)
        value = slot.example if slot.default is None else slot.default
        if variable.value != value:
            yield codes.ENV_NOT_THE_PLAN.at(
                at, f"{slot.name} is {quoted(variable.value)}, the plan says {quoted(value)}", fix=place.FIX
            )
        comments = (*_told(slot), *(_value(slot) if slot.secret else made.get(slot.name, ())))
        if tuple(variable.comments) != comments:
            yield codes.ENV_NOT_THE_PLAN.at(
                at,
                f"{slot.name} is explained by {quoted(variable.comments)}, the plan says {quoted(comments)}",
                fix=place.FIX,
            )


def _told(slot: Parameter) -> tuple[str, ...]:
    need = "Optional" if slot.default is not None else "Required"
    return (f"{need}: {slot.purpose}".strip(), "Asked for by " + ", ".join(slot.requested_by))


def _creation(example: str, *, made_up: bool) -> tuple[str, ...]:
    """The command that makes a secret's file: one that the container can read, in a directory that nobody else can enter."""
    path = example.removeprefix("./")
    directory = path.rsplit("/", 1)[0] if "/" in path else ""
    before = f"{shlex.join(['install', '-d', '-m', '0700', directory])} && " if directory else ""
    command = f"{before}{'openssl rand -hex 32 | ' if made_up else ''}{shlex.join(['install', '-m', '0444', '/dev/stdin', path])}"
    return (
        READABLE,
        f"Beside docker-compose.yml: {command}" + ("" if made_up else " (then type the value, Enter and Ctrl-D)"),
    )


def _value(slot: Parameter) -> tuple[str, ...]:
    """How a secret value gets into .env: a password of a URL has no character that a URL reads otherwise (RFC 3986, 2.3)."""
    if not slot.in_url:
        return ("In single quotes, where it has other characters than letters, digits and - . _ ~",)
    return (
        "It becomes part of a URL as it is: letters, digits and - . _ ~ only.",
        f'Beside docker-compose.yml, once .env is there: echo "{slot.name}=$(openssl rand -hex 24)" >> .env (the last line of a name counts)',
    )


def _no_secret(plan: Plan, document: EnvFile, path: str) -> Iterator[Diagnostic]:
    """SC962: where a secret is wanted, a path stands, and how to make that file readable; or nothing."""
    files = {secret.parameter for secret in plan.secrets}
    values = {slot.name for slot in plan.parameters if slot.secret}
    for variable in document.variables:
        if variable.name in values and variable.value:
            message = f"{variable.name} is a secret, and has a value"
            yield codes.ENV_SECRET.at(Span(path, variable.line, 1), message, fix=place.FIX)
        if variable.name in files and not _explained(variable):
            message = f"{variable.name} is no path of a file, or is not told how to be made"
            yield codes.ENV_SECRET.at(Span(path, variable.line, 1), message, fix=place.FIX)


def _explained(variable: Variable) -> bool:
    relative = variable.value.startswith("./") and len(variable.value) > 2
    return relative and any("-m 0444" in comment and variable.value[2:] in comment for comment in variable.comments)
