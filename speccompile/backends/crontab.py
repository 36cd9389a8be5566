"""Plan → crontab: one line for each job that has a schedule, in a user's format (crontab(5) of cron 3.0 and cronie).

A run that is still going on is not joined by another: ``flock`` holds a lock for as long as the client runs. For an exclusive job that is a
courtesy: its process takes a lock of its own (see the compose file), or, in an image without flock, its container gets its fixed name, so that
the engine refuses a second one. Not both: a container that a plain ``up`` left behind has that name, too, and would keep every later run from starting.
"""

from __future__ import annotations

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.crontab import (
    ShellText,
    crontab_command,
    crontab_schedule,
    crontab_zone,
    shell_comment,
    shell_word,
)
from speccompile.backends.jinja import render
from speccompile.plan.node import Node
from speccompile.plan.plan import Backup, Plan
from speccompile.plan.workload import Schedule
from speccompile.provenance import merged
from speccompile.realise.compose import realised
from speccompile.realise.compose_plan import Container
from speccompile.realise.exclusive import takes_lock
from speccompile.record import record

TARGET = "crontab"
PATH = "crontab"

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ALSO = {
    True: "; one that is started by hand meanwhile ends with status 75",
    False: "; the engine refuses a second container of its name",
}
_ZONES = (
    "Below a CRON_TZ they are those of the zone that it names for cronie, which Fedora, Arch and their like have. The cron of Debian and",
    'Ubuntu ignores it (crontab(5), "LIMITATIONS"): there let it be the host\'s zone, by `timedatectl set-timezone`.',
)
_ENTER = ShellText('cd "${DEPLOY_DIR:?}" && ')


_COMPOSE = ("docker", "compose", "run", "--rm", "--no-TTY")


@record(kw_only=True)
class _Zone(Node):
    name: ShellText


@record(kw_only=True)
class _Job(Node):
    title: ShellText
    zone: _Zone | None
    schedule: ShellText
    command: ShellText


@record(kw_only=True)
class _Document(Node):
    header: tuple[ShellText, ...]
    use: tuple[ShellText, ...]
    path: ShellText
    jobs: tuple[_Job, ...]


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The crontab of *plan*; nothing when no job has a schedule."""
    containers = {one.name: one for one in realised(plan).containers}
    jobs = (
        *(
            _job(plan.app, containers[service.name], service.schedule)
            for service in plan.services
            if service.workload and service.schedule
        ),
        *(_backup(store.workload.name, store.backup) for store in plan.stores if store.backup),
    )
    if not jobs:
        return ()
    zoned = [job for job in jobs if job.zone]
    document = _Document(
        header=tuple(shell_comment(line) for line in header.lines(PATH)),
        use=tuple(shell_comment(line) for line in _use(plan.layout.output, zoned=bool(zoned))),
        path=ShellText(_PATH),
        # A zone holds for all lines below it.
        jobs=(*(job for job in jobs if not job.zone), *zoned),
        # There is such a file because of what has a time to run.
        origin=merged((plan.origin, *(job.origin for job in jobs), *(job.zone.origin for job in zoned if job.zone))),
    )
    text, origins = render("crontab/crontab.j2", ShellText, document)
    return (Artifact(PATH, text, origins, TARGET),)


def _use(output: str, *, zoned: bool) -> tuple[str, ...]:
    inside = "" if output in ("", ".") else f"/{output}"
    directory = f'"$PWD"{shell_word(inside)}' if inside else '"$PWD"'
    path = shell_word(f"{output}/{PATH}" if inside else PATH)
    return (
        "Install from the project's directory; this replaces the whole crontab of the user who does it, so let it be a user of its own:",
        f"{{ printf 'DEPLOY_DIR=%s\\n' {directory}; cat {path}; }} | crontab -",
        "Times are those of the host's time zone. Output is mailed to that user.",
        *(_ZONES if zoned else ()),
    )


def _job(app: str, container: Container, schedule: Schedule) -> _Job:
    exclusive, locked = container.replicas.exclusive, takes_lock(container.entrypoint)
    also = _ALSO[locked] if exclusive else ""
    named = ("--name", f"{app}-{container.name}") if exclusive and not locked else ()
    words = (*_run(container.name), *named, container.name)
    return _Job(
        title=shell_comment(f"{container.name}: skipped while its last run is still going on{also}"),
        zone=_Zone(name=crontab_zone(schedule.zone), origin=schedule.zoned) if schedule.zone else None,
        schedule=crontab_schedule(schedule.cron),
        command=ShellText(_ENTER + crontab_command(words)),
        origin=schedule.origin,
    )


def _backup(store: str, backup: Backup) -> _Job:
    name = backup.workload.name
    again = " ".join((*_COMPOSE, name))
    return _Job(
        title=shell_comment(
            f"{name}: copies {store} to the volume {store}-backups; the last copy is brought back by: {again} restore latest"
        ),
        zone=None,
        schedule=crontab_schedule(backup.schedule.cron),
        command=ShellText(_ENTER + crontab_command((*_run(name), name))),
        origin=backup.origin,
    )


def _run(name: str) -> tuple[str, ...]:
    """What starts a run, unless the last one is still going on."""
    return ("flock", "--nonblock", f".{name}.lock", *_COMPOSE)
