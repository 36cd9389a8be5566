"""Five cron fields as calendar events of systemd (systemd.time(7)), exactly.

cron takes a day that fits the day of the month *or* the day of the week where both are restricted, and one that fits both where either begins with
a star (crontab(5) of Debian's cron and of cronie); an event of systemd wants every part to fit. So the first kind becomes two events.
"""

from __future__ import annotations

from collections.abc import Iterator

_WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_DAY = 24 * 60


def events(cron: str, zone: str = "") -> tuple[str, ...]:
    """The calendar events at whose times the normalised fields *cron* fit in *zone* (the machine's, where that is ""); a time that two of them
    name is one time to a timer."""
    return tuple(f"{event} {zone}".rstrip() for event in _events(cron))


def _events(cron: str) -> tuple[str, ...]:
    minute, hour, day, month, weekday = cron.split()
    time = f"{_listed(hour, 1)}:{_listed(minute, 0)}:00"
    date, months, days = _listed(day, 2), _listed(month, 3), _weekdays(weekday)
    if day.startswith("*") or weekday.startswith("*"):
        return (f"{days}*-{months}-{date} {time}",)
    return (f"*-{months}-{date} {time}", f"{days}*-{months}-* {time}")


def shortest_gap(cron: str) -> int:
    """The seconds between those two times of a day, or of one and the next, at which *cron* fits that are closest."""
    minute, hour, *_ = cron.split()
    times = sorted(60 * one + other for one in _values(hour, 1) for other in _values(minute, 0))
    return 60 * min(after - before for before, after in zip(times, (*times[1:], times[0] + _DAY), strict=True))


def _weekdays(field: str) -> str:
    """The days of the week in front of a date; nothing where all are meant. 7 is Sunday, too."""
    days = {value % 7 for value in _values(field, 4)}
    return "" if len(days) == len(_WEEKDAYS) else ",".join(_WEEKDAYS[day] for day in sorted(days)) + " "


def _listed(field: str, which: int) -> str:
    return "*" if field == "*" else ",".join(f"{value:02}" for value in _values(field, which))


def _values(field: str, which: int) -> tuple[int, ...]:
    """The values that *field*, the one numbered *which*, stands for, in order."""
    return tuple(sorted({value for item in field.split(",") for value in _item(item, *_RANGES[which])}))


def _item(item: str, low: int, high: int) -> Iterator[int]:
    span, _, step = item.partition("/")
    first, _, last = span.partition("-")
    if first == "*":
        yield from range(low, high + 1, int(step or 1))
    else:
        yield from range(int(first), int(last or first) + 1, int(step or 1))
