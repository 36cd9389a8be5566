"""The crontab, read back: one line for each job with a schedule, whose command neither overlaps nor leaves anything behind."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from speccompile.codes import compose as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan, Service
from speccompile.realise.compose import realised
from speccompile.realise.compose_plan import ComposePlan
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.readers.crontab import Crontab, Entry, Unreadable, read

PATH = "crontab"

_ENTER = 'cd "${DEPLOY_DIR:?}" && '
Job: TypeAlias = tuple[tuple[str, ...], str, str, str]
"""The comments of a job, its zone, its five fields, its command."""
_ZONES = (
    "Below a CRON_TZ they are those of the zone that it names for cronie, which Fedora, Arch and their like have. The cron of Debian and",
    'Ubuntu ignores it (crontab(5), "LIMITATIONS"): there let it be the host\'s zone, by `timedatectl set-timezone`.',
)
_VARIABLES = (("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),)


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the crontab among *files* (path relative to the output directory → text)."""
    return tuple(_verify(plan, files.get(PATH)))


def scheduled(plan: Plan) -> tuple[Service, ...]:
    """The jobs of *plan* that have a schedule."""
    return tuple(service for service in plan.services if service.workload and service.schedule)


def _verify(plan: Plan, text: str | None) -> Iterator[Diagnostic]:
    path = place.on_disk(plan, PATH)
    told = realised(plan)
    unsorted = (*(_expected(told, one) for one in scheduled(plan)), *_backups(plan))
    wanted = sorted(unsorted, key=lambda job: bool(job[1]))
    if (text is not None) != bool(wanted):
        there = "missing" if text is None else "there, but no job has a schedule"
        yield codes.CRON_NOT_THE_PLAN.at(Span(path), f"the crontab is {there}", fix=place.FIX)
    if text is None:
        return
    try:
        document = read(text)
    except Unreadable as problem:
        yield codes.CRON_UNREADABLE.at(Span(path, problem.line, 1), str(problem), fix=place.FIX)
        return
    yield from _same(plan, document, path, wanted)
    for entry in document.entries:
        for message in _defects(entry):
            yield codes.CRON_COMMAND.at(Span(path, entry.line, 1), message, fix=place.FIX)


def _same(plan: Plan, document: Crontab, path: str, want: list[Job]) -> Iterator[Diagnostic]:
    if (
        document.loose != (*place.header(PATH), *_use(plan), *(_ZONES if any(job[1] for job in want) else ()))
        or document.variables != _VARIABLES
    ):
        yield codes.CRON_NOT_THE_PLAN.at(
            Span(path, 1, 1), "the comments or variables at the head are not the generated ones", fix=place.FIX
        )
    have = [(entry.comments, entry.zone, entry.fields, entry.command) for entry in document.entries]
    if want != have:
        line = next((e.line for e, one, other in zip(document.entries, have, want, strict=False) if one != other), 0)
        yield codes.CRON_NOT_THE_PLAN.at(
            Span(path, line, 1 if line else 0), f"the jobs are {have}, the plan says {want}"[:400], fix=place.FIX
        )


def _backups(plan: Plan) -> Iterator[Job]:
    for store in plan.stores:
        if store.backup:
            name, of = store.backup.workload.name, store.workload.name
            run = f"docker compose run --rm --no-TTY {name}"
            comment = f"{name}: copies {of} to the volume {of}-backups; the last copy is brought back by: {run} restore latest"
            yield (comment,), "", store.backup.schedule.cron, f"{_ENTER}flock --nonblock .{name}.lock {run}"


def _expected(compose: ComposePlan, service: Service) -> Job:
    container = compose.container(service.name)
    exclusive = bool(container and container.replicas.exclusive)
    locked = bool(container and "flock" in container.entrypoint[:1])
    command = f"flock --nonblock .{service.name}.lock docker compose run --rm --no-TTY "
    command += f"--name {compose.app}-{service.name} {service.name}" if exclusive and not locked else service.name
    comment = f"{service.name}: skipped while its last run is still going on"
    if locked:
        comment += "; one that is started by hand meanwhile ends with status 75"
    elif exclusive:
        comment += "; the engine refuses a second container of its name"
    zone, cron = (service.schedule.zone, service.schedule.cron) if service.schedule else ("", "")
    return (comment,), zone, cron, _ENTER + command


def _use(plan: Plan) -> tuple[str, ...]:
    output = posixpath.normpath(plan.layout.output or ".")
    directory = '"$PWD"' if output == "." else '"$PWD"' + shlex.quote(f"/{output}")
    file = shlex.quote(posixpath.normpath(posixpath.join(output, PATH)))
    return (
        "",
        "Install from the project's directory; this replaces the whole crontab of the user who does it, so let it be a user of its own:",
        f"{{ printf 'DEPLOY_DIR=%s\\n' {directory}; cat {file}; }} | crontab -",
        "Times are those of the host's time zone. Output is mailed to that user.",
    )


def _defects(entry: Entry) -> Iterator[str]:
    """SC967: what is wrong with a command, whatever the plan says."""
    if entry.stdin is not None:
        yield "a bare percent sign, which cron takes for a line break"
    try:
        words = shlex.split(entry.command)
    except ValueError as problem:
        yield f"the shell cannot read the command: {problem}"
        return
    if words[:3] != ["cd", "${DEPLOY_DIR:?}", "&&"]:
        yield "does not enter DEPLOY_DIR, or goes on when there is none"
    if words[3:5] != ["flock", "--nonblock"]:
        yield "takes no lock, so that a run can join another"
    if "run" not in words or "--rm" not in words[words.index("run") :]:
        yield "leaves its container behind"
