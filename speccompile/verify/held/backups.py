"""What copies the data: a job of the crontab that dumps a store into a volume, how often it runs, and when it deletes copies."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from speccompile.plan.assertions import Demand
from speccompile.plan.plan import Store
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.held.outcome import Outcome, Reader, enforced, lost, stricter
from speccompile.verify.held.view import Lines, View

_DAY = 86400
# What makes a copy, by the kind of store: the program and the word that says where to.
_MAKES = {
    "postgres": ("pg_dump", '-f "$f.part"'),
    "mysql": ("mysqldump", '> "$f.part"'),
    "mariadb": ("mariadb-dump", '> "$f.part"'),
    "mongodb": ("mongodump", '--archive="$f.part"'),
    "redis": ("redis-cli", '--rdb "$f.part"'),
    "valkey": ("valkey-cli", '--rdb "$f.part"'),
}
_CACHES = ("redis", "valkey")
_DELETES = '-mmin "+$KEEP_MINUTES" -delete'
_YEAR = 366
_MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# «Every month» is one of thirty days here, and months have more.
_LENIENT = 31 / 30


def backup(view: View, demand: Demand) -> Outcome:
    """Each store of the service that keeps records is copied as often as demanded, and the copies are kept as long."""
    waits = entries(view.box(demand.service).get("depends_on"))
    here = [one for one in view.plan.stores if one.workload.name in waits]
    if not here:
        return lost(
            f"nothing that stores anything runs beside {demand.service}: whoever runs it elsewhere copies it there"
        )
    known = [one for one in here if one.kind in _MAKES]
    lasting = [one for one in known if one.kind not in _CACHES] or known
    if not lasting:
        return lost(
            f"no job is known that would copy {', '.join(sorted({one.kind for one in here}))} while it runs: copy it by means of its own"
        )
    unknown = sorted({one.kind for one in here if one.kind not in _MAKES and one.workload.volumes})
    if unknown:
        return lost(f"no job is known that would copy {', '.join(unknown)} while it runs; all else is copied")
    return min((_copied(view, demand, one) for one in lasting), key=lambda one: _WORST.index(one.standing.value))


_WORST = ("lost", "stricter", "enforced")


def _copied(view: View, demand: Demand, store: Store) -> Outcome:
    name = store.workload.name
    job, box = f"{name}-backup", view.box(f"{name}-backup")
    entry, script = view.job(job), " ".join(str(word) for word in items(box.get("entrypoint"))).replace("$$", "$")
    program, place = _MAKES[store.kind]
    if entry is None or f"{program} " not in script or place not in script:
        return lost(f"no job copies {name}")
    told = entries(box.get("environment"))
    mounted = [entries(one).get("target") for one in items(box.get("volumes"))]
    if told.get("BACKUPS") not in mounted or told.get("BACKUP_OF") != name:
        return lost(f"what {job} copies is on no volume, or not {name}'s")
    lines: Lines = (
        *view.due(job),
        *view.key(job, "entrypoint"),
        *view.key(job, "environment", "KEEP_MINUTES"),
        *view.key(job, "volumes", mounted.index(told.get("BACKUPS"))),
    )
    said = f"{view.clock} copies {name} to a volume at `{entry.fields}`"
    return _often_enough(demand, entry.fields, _kept(script, told.get("KEEP_MINUTES")), (said, lines), store)


def _kept(script: str, minutes: object) -> float | None:
    """For how many seconds copies are kept; None where nothing deletes them."""
    return int(str(minutes)) * 60 if _DELETES in script and str(minutes).isdecimal() else None


def _often_enough(demand: Demand, at: str, kept: float | None, shown: tuple[str, Lines], store: Store) -> Outcome:
    every, keep, fields = demand.get("every"), demand.get("keep"), demand.get("cron")
    origin = [store.backup.origin] if store.backup else []
    said, lines = f"{shown[0]}, and copies are kept for {(kept or 0) / _DAY:g} days", shown[1]
    gap = _longest_gap(at)
    if gap is None or (every is not None and gap > every * _LENIENT) or (fields and at != fields):
        return lost(f"{said}; that is not as often as demanded", lines, *origin)
    if kept is None or (keep is not None and kept < keep):
        return lost(f"{said}; that is not as long as demanded", lines, *origin)
    if (every is not None and not fields and gap < every / _LENIENT) or (keep is not None and kept > keep):
        return stricter(said, lines)
    return enforced(said, lines)


def _longest_gap(fields: str) -> float | None:
    """The longest time between two runs of a leap year and into the next, in seconds; None where that cannot be told."""
    runs = list(_runs(fields.split()))
    if not runs:
        return None
    runs.append(runs[0] + _YEAR * _DAY)
    return max(later - earlier for earlier, later in pairwise(runs))


def _runs(fields: list[str]) -> Iterator[int]:
    try:
        minutes, hours, dates, months, days = (
            _values(field, *bounds)
            for field, bounds in zip(fields, ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7)), strict=True)
        )
    except ValueError:
        return
    at = sorted(hour * 3600 + minute * 60 for hour in hours for minute in minutes)
    either = fields[2] != "*" and fields[4] != "*"  # cron takes what fits one of them where both are said
    day = 0
    for month, length in enumerate(_MONTH_LENGTHS, start=1):
        for date in range(1, length + 1):
            of_week = {day % 7, 7 if day % 7 == 0 else day % 7} & days
            fits = (date in dates or bool(of_week)) if either else (date in dates and bool(of_week))
            if month in months and fits:
                yield from (day * _DAY + second for second in at)
            day += 1


def _values(field: str, least: int, most: int) -> set[int]:
    """The numbers of a field; raises ``ValueError`` for what it does not know."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        begin, end = (least, most) if span == "*" else (int(first), int(last or first))
        if not least <= begin <= end <= most or int(step or 1) < 1:
            raise ValueError(field)
        found.update(range(begin, end + 1, int(step or 1)))
    return found


READERS: dict[str, Reader] = {"backup": backup}
