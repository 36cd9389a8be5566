"""Time zones are those that there are, on any machine."""

from __future__ import annotations

import pytest

from projects import PYTHON_JOB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.requirements.zones import _CITIES, _USUAL, is_unknown, zone
from speccompile.spec.zone_names import closest, is_zone


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("every night at 3:00 Europe/Berlin", "Europe/Berlin"),
        ("every night at 3:00 America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("every night at 3:00 UTC+2", "Etc/GMT-2"),
        ("every night at 3:00 UTC-12", "Etc/GMT+12"),
    ],
)
def test_a_zone_is_one_that_there_is(written: str, name: str) -> None:
    assert zone(written) == name
    assert not is_unknown(written)


@pytest.mark.parametrize("written", ["at 3:00 Europe/Berln", "at 3:00 UTC+15", "at 3:00 Asia/Gotham", "at 3:00 IST"])
def test_a_zone_that_is_none_is_not_guessed(written: str) -> None:
    """No schedule is read then: in the host's zone it would be another time."""
    assert zone(f"every night {written}") is None
    assert is_unknown(f"every night {written}")


def test_all_names_that_stand_for_a_zone_do() -> None:
    assert all(map(is_zone, (*_CITIES.values(), *_USUAL.values(), "UTC")))
    assert not any(map(is_zone, ("", "utc", "Europe", "Europe/Berln", "/usr/share/zoneinfo/UTC", "Europe/Berlin\n")))
    assert (closest("europe/berln"), closest("EUROPE/BERLIN"), closest("?")) == ("Europe/Berlin", "Europe/Berlin", None)


@pytest.mark.parametrize(
    ("given", "fix"),
    [("Europe/Berln", "write Europe/Berlin"), ("Nowhere/At_All", "such as Europe/Berlin"), ("CEST", None)],
)
def test_deploy_yaml_is_told_of_the_zone_that_is_meant(given: str, fix: str | None) -> None:
    """A container without that zone would run its job in UTC, and say nothing."""
    deploy = {"version": 1, "services": {"job": {"path": ".", "schedule": {"cron": "0 3 * * *", "zone": given}}}}
    specs = manifest("data-pipeline", assertion(1, "Exports the orders"))
    with pytest.raises(Refused) as refusal:
        compiled(PYTHON_JOB, specs, deploy)
    (found,) = refusal.value.diagnostics
    assert "not a time zone as IANA calls it" in found.message
    assert fix is None or fix in found.fix
    assert is_zone(found.fix.removeprefix("write ")) or "such as" in found.fix
