"""Plan → .env.example: what the operator has to or may supply, in the syntax that compose and a POSIX shell read alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.crontab import shell_word
from speccompile.backends.escape.dotenv import DotenvText, dotenv_comment, dotenv_name, dotenv_value
from speccompile.backends.jinja import render
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Parameter
from speccompile.provenance import Origin
from speccompile.realise.compose import realised
from speccompile.record import record

TARGET = "dotenv"
PATH = ".env.example"

_USE = (
    "Copy this file to .env beside docker-compose.yml and fill it in there. Keep .env out of version control.",
    "Values in single quotes stand for themselves; compose and a shell read them alike.",
)


@record(kw_only=True)
class _Slot(Node):
    purpose: DotenvText
    asked: DotenvText
    creation: tuple[DotenvText, ...]
    name: DotenvText
    value: DotenvText


@record(kw_only=True)
class _Document(Node):
    header: tuple[DotenvText, ...]
    use: tuple[DotenvText, ...]
    slots: tuple[_Slot, ...]


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The example environment file of *plan*, where it has containers: there is one even if nothing needs to be supplied."""
    realisation = realised(plan)
    if not realisation.containers:
        return ()
    generated = {use.name for store in plan.stores for use in store.workload.secrets}
    examples = {one.name: one.example for one in realisation.parameters}
    creation = {
        secret.parameter: tuple(_creation(examples[secret.parameter], generated=secret.name in generated))
        for secret in plan.secrets
    }
    return (example(PATH, _USE, realisation.parameters, creation, plan.origin),)


def example(
    path: str, use: Sequence[str], asked: Iterable[Parameter], creation: Mapping[str, Sequence[str]], origin: Origin
) -> Artifact:
    """The example environment file at *path* of what is *asked*; *use* says what it is for, *creation* how the value of a parameter comes to be."""
    document = _Document(
        header=tuple(dotenv_comment(line) for line in header.lines(path)),
        use=tuple(dotenv_comment(line) for line in use),
        slots=tuple(_slot(one, creation.get(one.name, ())) for one in asked),
        origin=origin,
    )
    text, origins = render("dotenv/env.j2", DotenvText, document)
    return Artifact(path, text, origins, TARGET)


def _slot(slot: Parameter, made: Sequence[str]) -> _Slot:
    """*made* says how a file with its value, or the like, comes to be."""
    need = "Required" if slot.default is None else "Optional"
    creation = _value(slot) if slot.secret else made
    return _Slot(
        purpose=dotenv_comment(f"{need}: {slot.purpose}"),
        asked=dotenv_comment(f"Asked for by {', '.join(slot.requested_by)}"),
        creation=tuple(dotenv_comment(line) for line in creation),
        name=dotenv_name(slot.name),
        value=dotenv_value(slot.example if slot.default is None else slot.default),
        origin=slot.origin,
    )


def _value(slot: Parameter) -> Iterator[str]:
    """How a secret gets into .env: a password that nobody has to know is made up; echo is the shell's own, so no argument ever holds it."""
    if slot.in_url:
        yield "It becomes part of a URL as it is: letters, digits and - . _ ~ only."
        yield f'Beside docker-compose.yml, once .env is there: echo "{slot.name}=$(openssl rand -hex 24)" >> .env (the last line of a name counts)'
    else:
        yield "In single quotes, where it has other characters than letters, digits and - . _ ~"


def _creation(place: str, *, generated: bool) -> Iterator[str]:
    """How to make a secret's file at *place*, with a password that nobody has to know where it is *generated*: compose mounts it as it is, so
    the container's user must be able to read it."""
    path = place.removeprefix("./")
    directory, _, _ = path.rpartition("/")
    yield "The file must be readable by the container's user; a directory that is closed to others keeps it from the rest of the host."
    make = f"install -d -m 0700 {shell_word(directory)} && " if directory else ""
    source = "openssl rand -hex 32 | " if generated else ""
    end = "" if generated else " (then type the value, Enter and Ctrl-D)"
    yield f"Beside docker-compose.yml: {make}{source}install -m 0444 /dev/stdin {shell_word(path)}{end}"
