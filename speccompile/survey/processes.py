"""Further processes of the same sources: a worker beside a server, as compose files and Procfiles have them, and programs that are made
of them besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from speccompile.lower.naming import slug
from speccompile.project.tree import Tree
from speccompile.spec.archetypes import DATA_PIPELINE, WEB_SERVICE
from speccompile.survey import compiled, procfile, queues, taskqueues
from speccompile.survey.composefile import ComposeFile, ComposeService
from speccompile.survey.found import Found, Step

_WORKER = "worker"
# The stacks whose images have a shell.
_WITH_SHELL = frozenset(("bun", "node", "php", "python", "ruby"))


def started(tree: Tree, service: Found, compose: ComposeFile) -> Iterator[Found]:
    """*service*, and one more for each other command that is started from its sources."""
    alike = compose.built_from(service.directory) or compose.built_from(compiled.directory(service, None))
    once = [entry for entry in alike if entry.name in compose.awaited]
    lasting = [entry for entry in alike if entry not in once]
    first = next((entry for entry in lasting if entry.published), lasting[0] if lasting else None)
    shell = service.detection.facts.stack in _WITH_SHELL
    file = procfile.read(tree, service.directory, shell=shell) if len(lasting) < 2 else procfile.Procfile()
    steps = [
        Step(entry.command, f"others wait for the end of {entry.name} in {compose.path}")
        for entry in once
        if entry.command
    ]
    steps += [Step(command, f"{procfile.NAME} has it") for command in file.release] if not steps else []
    unused = [f"the line {name} of {procfile.NAME} needs a shell" for name in file.unused]
    unused += [_alike(entry, first, compose) for entry in lasting if first and _is_nothing(entry, first)]
    beside = [*_of_compose(service, lasting, first, compose), *_of_procfile(service, file)]
    beside += _of_queues(tree, service, [one.command or () for one in beside])
    if not any(taskqueues.PROGRAMS.intersection(one.command or ()) for one in beside) and not file.names(_WORKER):
        unused += filter(None, [taskqueues.unworked(tree, service)])
    alone = beside.pop(0) if beside and not service.detection.facts.runnable else None
    yield replace(alone or service, compose=first, release=tuple(steps), unused=tuple(unused))
    ran = {first.command} if first else set()
    for one in beside:
        if one.command not in ran:
            ran.add(one.command)
            yield one
    yield from _programs(service, compose, ran)


def _is_nothing(entry: ComposeService, first: ComposeService) -> bool:
    """Whether nothing is made of *entry*, which is built from the same sources as *first*: another server, or the same once more."""
    return entry is not first and (entry.published or not entry.command)


def _alike(entry: ComposeService, first: ComposeService, compose: ComposeFile) -> str:
    """What is said of *entry*; a command is not shown, as it can have a password in it."""
    does = "runs another command" if entry.command and entry.command != first.command else "is run"
    ports = f" and listens on port {entry.ports[0]}" if entry.published else ""
    return f"the service {entry.name} in {compose.path}, which {does} from the sources of {first.name}{ports}"


def _of_compose(
    service: Found, entries: list[ComposeService], first: ComposeService | None, compose: ComposeFile
) -> Iterator[Found]:
    for entry in entries:
        if entry.command and not entry.published and entry is not first:
            why = f"{compose.path} runs it and publishes no port"
            yield replace(_worker(service, entry.name, entry.command, why), compose=entry)


def _of_procfile(service: Found, file: procfile.Procfile) -> Iterator[Found]:
    for process, command in file.workers:
        yield _worker(service, slug(process), command, f"{procfile.NAME} runs it beside the server")


def _of_queues(tree: Tree, service: Found, named: list[tuple[str, ...]]) -> Iterator[Found]:
    for worker in queues.workers(tree, service, named):
        yield _worker(service, worker.name, worker.command, worker.why)


def _worker(service: Found, name: str, command: tuple[str, ...], why: str) -> Found:
    return replace(
        service,
        name=name,
        compose=None,
        command=queues.written(command, service),
        archetype=DATA_PIPELINE,
        role=_WORKER,
        reason=why,
    )


def _of_program(service: Found, name: str, compose: ComposeFile) -> ComposeService | None:
    """The entry of a program in the compose file: the one of its name, else the one that builds its directory."""
    there = compiled.directory(service, name)
    built = compose.built_from(there) if there != service.directory else ()
    return next((entry for entry in (*compose.services, *built) if entry.name == name or entry in built), None)


def _programs(service: Found, compose: ComposeFile, ran: set[tuple[str, ...] | None]) -> Iterator[Found]:
    for program in service.detection.facts.programs:
        archetype, reason = program.suggests
        if archetype in (WEB_SERVICE, DATA_PIPELINE) and (program.name,) not in ran:
            yield replace(
                service,
                name=slug(program.name),
                compose=_of_program(service, program.name, compose),
                command=(program.name,),
                archetype=archetype,
                role=_WORKER if program.lasting else None,
                reason=reason,
                listens=program.listens,
            )
