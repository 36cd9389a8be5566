"""Timers elapse when cron would start the job: systemd's own calculation beside a reference of crontab(5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quadlet_generator import need_debian
from speccompile.realise.quadlet.calendar import events, shortest_gap
from speccompile.spec.cron import cron

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_BEGIN = datetime(2027, 2, 26, 22, 31, tzinfo=UTC)
_COUNT = 4


def _field(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    span = st.tuples(number, number).map(lambda ends: f"{min(ends)}-{max(ends)}")
    stepped = st.tuples(span | st.just("*"), st.integers(1, 20)).map(lambda pair: f"{pair[0]}/{pair[1]}")
    item = number.map(str) | span | stepped
    return st.just("*") | st.lists(item, min_size=1, max_size=3).map(",".join)


_FIELDS = st.tuples(*(_field(*ends) for ends in _RANGES)).map(" ".join)


def _values(field: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        first, _, last = span.partition("-")
        ends = (low, high) if first == "*" else (int(first), int(last or (high if step else first)))
        found |= set(range(ends[0], ends[1] + 1, int(step or 1)))
    return found


def _fits(time: datetime, fields: list[str]) -> bool:
    """crontab(5): either day is enough where both are restricted, and a field that begins with a star is none."""
    minute, hour, day, month, weekday = (_values(one, *ends) for one, ends in zip(fields, _RANGES, strict=True))
    on_date, on_weekday = time.day in day, time.isoweekday() % 7 in {one % 7 for one in weekday}
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    days = on_date or on_weekday if either else on_date and on_weekday
    return time.month in month and days and time.hour in hour and time.minute in minute


def _expected(text: str) -> list[str]:
    """The next times, within two years; whole days are passed over at once."""
    fields, time = text.split(), _BEGIN
    found: list[str] = []
    while len(found) < _COUNT and time < _BEGIN + timedelta(days=730):
        time += timedelta(minutes=1)
        if time.hour == time.minute == 0 and not _fits(time, ["*", "*", *fields[2:]]):
            time += timedelta(days=1, minutes=-1)
        elif _fits(time, fields):
            found.append(f"{time:%Y-%m-%d %H:%M:%S} UTC")
    return found


def _elapses(text: str) -> list[str]:
    after = f"{_BEGIN:%Y-%m-%d %H:%M:%S} UTC"
    times = {time for event in events(text) for time in need_debian().elapses(event, after, _COUNT)}
    return sorted(times)[:_COUNT]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(_FIELDS)
@example("0 3 * * *")
@example("*/7 */5 * * *")
@example("0 0 13 * 5")
@example("0 0 */2 * 1")
@example("0 0 1-7 * */2")
@example("30 2 29 2 *")
@example("0 12 * * 7")
@example("0 12 * * 0,6")
@example("59 23 31 * *")
@example("5 4 * * 5-7")
def test_timers_elapse_when_cron_would(text: str) -> None:
    """Steps, lists, ranges, the 7 that is Sunday, and two kinds of days that make one schedule."""
    try:
        normal = cron(text)
    except ValueError:
        return  # a day that never comes
    want = _expected(normal)
    assert _elapses(normal)[: len(want)] == want


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0 3 * * *", 86400), ("*/30 * * * *", 1800), ("0 0,23 * * *", 3600), ("0,59 * * * *", 60), ("* * * * *", 60)],
)
def test_the_shortest_time_between_two_runs(text: str, seconds: int) -> None:
    """Across midnight, too."""
    assert shortest_gap(text) == seconds


def test_days_of_two_kinds_are_two_events() -> None:
    """Only where both are restricted."""
    assert events("0 3 1 * 1") == ("*-*-01 03:00:00", "Mon *-*-* 03:00:00")
    assert events("0 3 */2 * 1") == ("Mon *-*-01,03,05,07,09,11,13,15,17,19,21,23,25,27,29,31 03:00:00",)
    assert events("0 3 * * 0-6") == ("*-*-* 03:00:00",)
