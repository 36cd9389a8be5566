"""The instructions that a plan implies, in the form in which a Dockerfile is read back."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TypeAlias, assert_never

from speccompile.plan.image import SECRETS, Arg, Copy, Env, FromSecret, Glob, Run, Step, Word, Workdir
from speccompile.plan.plan import Service
from speccompile.verify.readers import dockerfile
from speccompile.verify.readers.dockerfile import Instruction

Form: TypeAlias = tuple[object, ...]


def expected(service: Service) -> Iterator[Form]:
    """One form an instruction, in order."""
    *_, final = service.image.stages
    for stage in service.image.stages:
        yield ("FROM", stage.base.pinned, "AS", stage.name)
        for step in stage.steps:
            yield _step(step)
        if stage is final:
            yield from _runtime(service)


def _step(step: Step) -> Form:
    match step:
        case Workdir():
            return ("WORKDIR", step.path)
        case Env():
            return ("ENV", step.pairs)
        case Arg():
            return ("ARG", ((step.name, step.value),))
        case Copy():
            flags = (("from", step.stage), ("chown", step.owner))
            return ("COPY", tuple((name, value) for name, value in flags if value), (*step.sources, step.target))
        case Run():
            mounts = tuple(",".join(f"{k}={v}" for k, v in (("type", m.kind), *m.options)) for m in step.mounts)
            commands = tuple(tuple(_word(word) for word in words) for words in step.commands)
            return ("RUN", mounts, commands)
        case _:
            assert_never(step)


def _word(word: Word) -> str:
    """A word as the shell reads it, before it expands anything."""
    match word:
        case Glob():
            return word.pattern
        case FromSecret():
            return f"{word.name}=$(cat {SECRETS}/{word.name})"
        case _:
            return word


def _runtime(service: Service) -> Iterator[Form]:
    if service.labels:
        yield ("LABEL", tuple((label.key, label.value) for label in service.labels))
    yield ("USER", service.image.user)
    if service.port:
        yield ("EXPOSE", str(service.port.number))
    if service.workload:
        yield ("STOPSIGNAL", service.workload.stop.signal)
    yield _health(service)
    if service.image.entrypoint:
        yield ("ENTRYPOINT", service.image.entrypoint)
    if service.image.command:
        yield ("CMD", service.image.command)


def _health(service: Service) -> Form:
    if service.health is None:
        return ("HEALTHCHECK", (), "NONE")
    probe = service.health.probe
    flags = (
        ("interval", f"{probe.interval}s"),
        ("timeout", f"{probe.timeout}s"),
        ("start-period", f"{probe.start_period}s"),
        ("retries", str(probe.retries)),
    )
    return ("HEALTHCHECK", flags, (*service.health.argv, "live"))


def found(instruction: Instruction) -> Form:
    """The form of an instruction that was read."""
    match instruction.keyword:
        case "FROM":
            return ("FROM", *instruction.rest.split())
        case "ENV" | "LABEL" | "ARG":
            return (instruction.keyword, dockerfile.pairs(instruction))
        case "COPY":
            return ("COPY", instruction.flags, dockerfile.paths(instruction))
        case "RUN":
            return ("RUN", instruction.values("mount"), _commands(instruction))
        case "HEALTHCHECK":
            if instruction.rest == "NONE":
                return ("HEALTHCHECK", (), "NONE")
            argv = Instruction(
                "CMD", (), instruction.rest.removeprefix("CMD").strip(), instruction.line, instruction.last_line
            ).json
            return ("HEALTHCHECK", instruction.flags, argv)
        case "ENTRYPOINT" | "CMD":
            return (instruction.keyword, instruction.json)
        case _:
            return (instruction.keyword, *((instruction.flags,) if instruction.flags else ()), instruction.rest)


def _commands(instruction: Instruction) -> tuple[tuple[str, ...], ...]:
    commands: list[tuple[str, ...]] = []
    try:
        split = shlex.split(instruction.rest)
    except ValueError as problem:
        raise dockerfile.Unreadable(instruction.line, f"the shell cannot read this command: {problem}") from problem
    words: list[str] = []
    for word in split:
        if word == "&&":
            commands.append(tuple(words))
            words = []
        else:
            words.append(word)
    return (*commands, tuple(words))
