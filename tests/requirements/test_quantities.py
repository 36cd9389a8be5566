"""Numbers, times, sizes, shares and rates in sentences, in figures and in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccompile.requirements import quantities
from speccompile.requirements.cron import cron
from speccompile.requirements.numerals import normal
from speccompile.requirements.readers.rates import counted
from speccompile.requirements.zones import is_unknown, zone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("within a minute", [60]),
        ("after twenty-five seconds", [25]),
        ("1 hour and 5 minutes", [3900]),
        ("1h30m", [5400]),
        ("within 1.5 s", [1.5]),
        ("within 1,5 s", [1.5]),
        ("2,500 ms", [2.5]),
        ("2.500 ms", []),
        ("an hour and a half", [5400]),
        ("two and a half minutes", [150]),
        ("half a minute", [30]),
        ("half a year", [182.5 * 86400]),
        ("three quarters of an hour", [2700]),
        ("a fortnight", [14 * 86400]),
        ("12 months", [365 * 86400]),
        ("1234567890123 s", []),
        ("5 m long", []),
        ("ratio 3/s", []),
    ],
)
def test_durations(text: str, expected: list[float]) -> None:
    """In digits or words, of several units; what is a thousand to some and one to others is no number."""
    assert [one.seconds for one in quantities.durations(normal(text).text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("512m", [512 * 2**20]),
        ("5 m long", []),
        ("1,024 kB", [2**20]),
        ("1,5 GB", [3 * 2**29]),
        ("1.024 MB", []),
        ("10 megabytes", [10 * 2**20]),
        ("half a gigabyte", [2**29]),
        ("9" * 12 + " gb", [2**50]),
    ],
)
def test_sizes(text: str, expected: list[int]) -> None:
    """With units that are ones."""
    assert [one.bytes for one in quantities.sizes(normal(text).text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5 requests per second", None),
        ("limited to 100 as discussed", None),
        ("1,000 requests per hour", (1000, "h")),
        ("1.000 requests per hour", (1000, "h")),
        ("10k requests per hour", (10000, "h")),
        ("five requests a second", (5, "s")),
        ("two dozen calls a minute", (24, "m")),
        ("twice a day", (2, "d")),
        ("100 requests per 10 seconds", (10, "s")),
        ("5 requests per 10 seconds", (30, "m")),
        ("0 requests per second", None),
    ],
)
def test_rates(text: str, expected: tuple[int, str] | None) -> None:
    """Whole numbers in a unit of time."""
    found = counted(normal(text).text)
    assert (found and (found.count, found.unit)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("99,9 % of", [99.9]), ("95 percent", [95]), ("9 out of 10 requests", [90]), ("half of the calls", [50])],
)
def test_shares(text: str, expected: list[float]) -> None:
    """In per cent, or as a part of a number."""
    assert [one.percent for one in quantities.shares(normal(text).text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every night at half past eleven", "30 23 * * *"),
        ("every day at a quarter to seven in the evening", "45 18 * * *"),
        ("every 6 hours starting at 02:00", "0 2,8,14,20 * * *"),
        ("on the 1st and the 15th of each month at 3 am", "0 3 1,15 * *"),
        ("hourly at minute 10", "10 * * * *"),
        ("mon-fri at 08:30", "30 8 * * 1-5"),
        ("every 7 minutes", None),
        ("on the first monday of each month", None),
        ("every hour between 8:00 and 18:00", None),
        ("mondays at 9:00 and thursdays at 14:00", None),
        ("every weekday except friday at 9:00", None),
        ("every day at 6:00 and 18:30", None),
    ],
)
def test_schedules(text: str, expected: str | None) -> None:
    """What five fields cannot say is nothing, and no other schedule."""
    assert cron(normal(text).text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at 08:00 Europe/Vienna", "Europe/Vienna"),
        ("at 08:00 UTC", "UTC"),
        ("at 08:00 UTC+2", "Etc/GMT-2"),
        ("at 8 am New York time", "America/New_York"),
        ("at 08:00", None),
        ("at 08:00 IST", None),
    ],
)
def test_zones(text: str, expected: str | None) -> None:
    """A zone that is not known is told apart from none."""
    assert zone(text) == expected
    assert is_unknown(text) == text.endswith("IST")


@given(st.integers(0, 999_999))
def test_marks_between_thousands(number: int) -> None:
    """As they are written in different countries, where what is counted follows."""
    for mark in ",.'":
        written = f"{number:,}".replace(",", mark)
        assert normal(f"{written} requests").text == f"{number} requests"


@given(st.text(max_size=200))
def test_every_character_keeps_its_place(text: str) -> None:
    """The way back from the normal form."""
    form = normal(text)
    assert len(form.places) == len(form.text) + 1
    assert list(form.places) == sorted(form.places)
