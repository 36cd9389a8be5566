"""Backups: a job that copies a store, and brings a copy back.

Where a confirmed assertion demands that data are backed up, each store of the service that keeps records gets one: a container of the store's own
image, which nothing starts but the crontab, or somebody by hand. It dumps the store into a volume of its own, as often as is said (daily, where
nothing is), and then deletes copies that are older than is said (thirty days, where nothing is). deploy.yaml can say the same of a store.
«docker compose run --rm db-backup restore latest» brings the last one back. A volume on the same host outlives the store, and not the host:
copy it elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from speccompile.catalog import CATALOG
from speccompile.catalog.dump import DUMP, DUMPS
from speccompile.codes.meaning import MISFIT
from speccompile.diagnostics import Diagnostic
from speccompile.lower.defaults import hardening, logs
from speccompile.lower.draft import Draft, StoreNeed
from speccompile.lower.subject import Subject
from speccompile.plan.plan import Backup
from speccompile.plan.workload import (
    Call,
    Dependency,
    Limits,
    Literal,
    Readiness,
    Restart,
    RestartPolicy,
    Schedule,
    Stop,
    Trigger,
    Volume,
    Workload,
)
from speccompile.provenance import Cause, because
from speccompile.requirements.asked import Asked
from speccompile.requirements.kinds import Backup as Demanded
from speccompile.requirements.reading import Scope
from speccompile.source import Span
from speccompile.spec.beside import StoreBackup
from speccompile.spec.project import StoreSpec

CODE = "SC410"
TITLE = "backups"

_HOUR, _DAY = 3600, 86400
_DAILY, _KEPT = "0 3 * * *", 30 * _DAY
# Cron fields, the most seldom first, and the seconds between two runs; a month is one of thirty days, as in what is read.
_EVERY = (
    (365 * _DAY, "0 3 1 1 *"), (90 * _DAY, "0 3 1 1,4,7,10 *"), (30 * _DAY, "0 3 1 * *"), (7 * _DAY, "0 3 * * 0"), (_DAY, _DAILY),
    (12 * _HOUR, "0 3,15 * * *"), (8 * _HOUR, "0 */8 * * *"), (6 * _HOUR, "0 */6 * * *"), (4 * _HOUR, "0 */4 * * *"), (3 * _HOUR, "0 */3 * * *"),
    (2 * _HOUR, "0 */2 * * *"), (_HOUR, "0 * * * *"), (1800, "*/30 * * * *"), (900, "*/15 * * * *"), (300, "*/5 * * * *"),
)  # fmt: skip


def wanted(running: Sequence[tuple[Subject, Draft]], stores: Sequence[StoreSpec]) -> dict[str, list[Asked[Demanded]]]:
    """What is demanded of each store that runs here, by its name: by deploy.yaml, and by what is said of its services."""
    found = {one.name: [_said(one.backup, one.backed_up)] for one in stores if one.backup and one.kind in DUMPS}
    for subject, draft in running:
        asked = subject.asks(Demanded)
        for need in copied(draft.stores) if asked else ():
            found.setdefault(need.name, []).extend(asked)
    return found


def _said(backup: StoreBackup, at: Span) -> Asked[Demanded]:
    """What deploy.yaml says at *at*, as a demand."""
    return Asked(Demanded(backup.every, backup.keep), Scope("store"), Cause(at))


def uncopied(stores: Sequence[StoreSpec]) -> Iterator[Diagnostic]:
    """The stores that deploy.yaml wants to be copied, and that nothing here can copy."""
    for one in stores:
        if one.backup and one.kind not in DUMPS:
            yield MISFIT.at(
                one.backed_up,
                f"nothing here copies a {one.kind}: `backup` of {one.name} would do nothing",
                fix=f"take `backup` out, and let its own tools copy {one.name}",
                found="`backup`",
                expected=f"a store that is one of {', '.join(sorted(DUMPS))}",
                expected_by="the jobs that copy stores",
            )


def copied(needs: Sequence[StoreNeed]) -> tuple[StoreNeed, ...]:
    """Those of *needs* that keep records; all of them where none does."""
    here = [need for need in needs if not need.outside and need.kind in DUMPS]
    lasting = tuple(need for need in here if CATALOG[need.kind].lasting and CATALOG[need.kind].protocol != "redis")
    return lasting or tuple(here)


def backup(need: StoreNeed, store: Workload, asked: Mapping[str, Sequence[Asked[Demanded]]]) -> Backup | None:
    """The job that copies *store*; None where nobody asks for one."""
    mine = asked.get(need.name, ())
    if not mine:
        return None
    origin, backing = because(CODE, *(one.cause for one in mine)), CATALOG[need.kind]
    keep = max((one.requirement.keep for one in mine if one.requirement.keep), default=_KEPT)
    place = store.volumes[0].target
    told = {"BACKUPS": place, "BACKUP_OF": need.name, "KEEP_MINUTES": str(max(1, math.ceil(keep / 60)))}
    script = DUMPS[need.kind].script(backing.login.variable if backing.login else "")
    environment = (
        *store.environment,
        *(Literal(name=name, value=value, origin=origin) for name, value in told.items()),
    )
    workload = replace(
        store,
        name=f"{need.name}-backup",
        environment=tuple(sorted(environment, key=lambda one: one.name)),
        # At the store's own place, whose owner in the image is the user.
        volumes=(Volume(name=f"{need.name}-backups", target=place, origin=origin),),
        depends_on=(Dependency(name=need.name, readiness=Readiness.HEALTHY, origin=origin),),
        port=None,
        calls=(Call(to=need.name, port=backing.port, origin=origin),),
        probes=None,
        limits=Limits(memory=256 * 2**20, cpus=0.5, pids=64, origin=origin),
        stop=Stop(signal="SIGTERM", grace=30, origin=origin),
        restart=Restart(policy=RestartPolicy.NEVER, origin=origin),
        init=True,
        entrypoint=("sh", "-c", script, "backup"),
        command=(DUMP,),
        hardening=hardening(origin),
        logs=logs(origin),
        trigger=Trigger.SCHEDULE,
        origin=origin,
    )
    return Backup(workload=workload, schedule=Schedule(cron=_cron(mine), origin=origin), origin=origin)


def _cron(asked: Sequence[Asked[Demanded]]) -> str:
    """When the copies are made: what is said, where that is a time of day; else as often as the most frequent wants, or more often."""
    often = min(asked, key=lambda one: one.requirement.every or _DAY).requirement
    if often.cron:
        return often.cron
    every = often.every or _DAY
    return next((fields for seconds, fields in _EVERY if seconds <= every), _EVERY[-1][1])
