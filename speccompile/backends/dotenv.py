"""Plan → .env.example: what the operator has to or may supply, in the syntax that compose and a POSIX shell read alike."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.crontab import shell_word
from speccompile.backends.escape.dotenv import DotenvText, dotenv_comment, dotenv_name, dotenv_value
from speccompile.backends.jinja import render
from speccompile.plan.container import Slot
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
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
    if not plan.stores and not plan.proxy and not any(service.container for service in plan.services):
        return ()
    generated = {use.name for store in plan.stores for use in store.container.secrets}
    creation = {secret.slot: secret.name in generated for secret in plan.secrets}
    document = _Document(
        header=tuple(dotenv_comment(line) for line in header.lines(PATH)),
        use=tuple(dotenv_comment(line) for line in _USE),
        slots=tuple(_slot(slot, creation.get(slot.name)) for slot in sorted(plan.slots, key=lambda slot: slot.name)),
        origin=plan.origin,
    )
    text, origins = render("dotenv/env.j2", DotenvText, document)
    return (Artifact(PATH, text, origins, TARGET),)


def _slot(slot: Slot, generated: bool | None) -> _Slot:
    """*generated* is None for what is no secret's file, True for a password that nobody has to know."""
    need = "Required" if slot.default is None else "Optional"
    creation = _value(slot) if slot.secret else _creation(slot, generated)
    return _Slot(
        purpose=dotenv_comment(f"{need}: {slot.purpose}"),
        asked=dotenv_comment(f"Asked for by {', '.join(slot.requested_by)}"),
        creation=tuple(dotenv_comment(line) for line in creation),
        name=dotenv_name(slot.name),
        value=dotenv_value(slot.example if slot.default is None else slot.default),
        origin=slot.origin,
    )


def _value(slot: Slot) -> Iterator[str]:
    """How a secret gets into .env: a password that nobody has to know is made up; echo is the shell's own, so no argument ever holds it."""
    if slot.in_url:
        yield "It becomes part of a URL as it is: letters, digits and - . _ ~ only."
        yield f'Beside docker-compose.yml, once .env is there: echo "{slot.name}=$(openssl rand -hex 24)" >> .env (the last line of a name counts)'
    else:
        yield "In single quotes, where it has other characters than letters, digits and - . _ ~"


def _creation(slot: Slot, generated: bool | None) -> Iterator[str]:
    """How to make a secret's file: compose mounts it as it is, so the container's user must be able to read it."""
    if generated is None:
        return
    path = slot.example.removeprefix("./")
    directory, _, _ = path.rpartition("/")
    yield "The file must be readable by the container's user; a directory that is closed to others keeps it from the rest of the host."
    make = f"install -d -m 0700 {shell_word(directory)} && " if directory else ""
    source = "openssl rand -hex 32 | " if generated else ""
    end = "" if generated else " (then type the value, Enter and Ctrl-D)"
    yield f"Beside docker-compose.yml: {make}{source}install -m 0444 /dev/stdin {shell_word(path)}{end}"
