"""A schedule's zone, its deadline and its retries: each is on every platform that has a word for it, and said of those that have none."""

from __future__ import annotations

from typing import Any

import pytest

from projects import assertion, compiled, manifest
from speccompile.backends import crontab as emitted
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing
from speccompile.verify.crontab import verify
from speccompile.verify.readers.crontab import read

EVERY = ("compose", "kubernetes", "quadlet")
SOURCES = {"main.py": "print('a')\n", "requirements.txt": ""}
CRONJOB, TIMER = "kubernetes/base/cronjob-export.yaml", "quadlet/shop-export.timer"
UNIT = "quadlet/shop-export.container"


def _job(*sentences: str, schedule: Any = None, targets: tuple[str, ...] = EVERY) -> Compilation:
    stated = [assertion(number, one) for number, one in enumerate(sentences, start=1)]
    entry = {"path": ".", **({"schedule": schedule} if schedule else {})}
    deploy = {"version": 1, "app": "shop", "targets": list(targets), "services": {"export": entry}}
    return compiled(SOURCES, manifest("data-pipeline", *stated), deploy)


def _standings(made: Compilation, name: str = "A-001") -> dict[str, Standing]:
    return {
        one.platform: account.standing
        for one in made.platforms
        for account in one.accounts
        if account.assertion.assertion == name
    }


@pytest.mark.parametrize(
    "made",
    [
        _job(schedule={"cron": "30 2 * * *", "zone": "Europe/Berlin"}),
        _job("The export runs every night at 02:30 Berlin time"),
        _job("The export runs every night at 02:30 Berlin time", schedule="30 2 * * *"),
    ],
    ids=["key", "assertion", "both"],
)
def test_a_zone_is_written(made: Compilation) -> None:
    """Whoever names it."""
    assert "timeZone: Europe/Berlin" in made.files[CRONJOB]
    assert "OnCalendar=*-*-* 02:30:00 Europe/Berlin" in made.files[TIMER]
    assert "\nCRON_TZ=Europe/Berlin\n30 2 * * * " in made.files["crontab"]
    assert [one.zone for one in read(made.files["crontab"]).entries] == ["Europe/Berlin"]
    assert [one.code for one in made.notes if one.code == "SC474"] == ["SC474"]
    assert made.defects == ()


def test_a_zone_stands() -> None:
    """Enforced where a platform has it, approximated where not every cron reads it."""
    made = _job("The export runs every night at 02:30 Berlin time")
    assert _standings(made) == {
        "compose": Standing.APPROXIMATED,
        "kubernetes": Standing.ENFORCED,
        "quadlet": Standing.ENFORCED,
    }


def test_no_zone_is_the_platforms_own() -> None:
    """As it was."""
    made = _job(schedule="30 2 * * *")
    assert "timeZone: Etc/UTC" in made.files[CRONJOB]
    assert "OnCalendar=*-*-* 02:30:00\n" in made.files[TIMER]
    assert "CRON_TZ" not in made.files["crontab"]
    assert not {"SC474", "SC475"} & {one.code for one in made.notes}


def test_a_run_that_failed_is_tried_again() -> None:
    """By a cluster and by systemd; compose says that cron does not."""
    made = _job("Failed runs are retried up to 3 times", "The export runs daily at 02:30")
    assert "backoffLimit: 3" in made.files[CRONJOB]
    assert "Restart=on-failure" in made.files[UNIT]
    assert "StartLimitBurst=4" in made.files[UNIT]
    assert 'restart: "no"' in made.files["docker-compose.yml"]
    assert _standings(made)["kubernetes"] is Standing.ENFORCED
    assert _standings(made)["compose"] is Standing.LOST


def test_what_is_lost_is_said_once() -> None:
    """By the assertion's account, which has the fix; of a key nobody else speaks."""
    said = _job("Failed runs are retried up to 3 times", "The export runs daily at 02:30", targets=("compose",))
    assert "SC475" not in {one.code for one in said.notes}
    assert said.standings[0].remedy == "let the program try again itself"
    keyed = _job(schedule={"cron": "30 2 * * *", "retries": 3})
    (note,) = [one for one in keyed.notes if one.code == "SC475"]
    assert (note.span.path, note.severity.value) == ("specs/deploy.yaml", "warning")


def test_keys_of_a_schedule_win() -> None:
    """Over what assertions say, whose standing tells."""
    keys = {"cron": "30 2 * * *", "deadline": "2h", "retries": 1}
    made = _job("Failed runs are retried up to 3 times", "A run takes at most 3 hours", schedule=keys)
    assert "backoffLimit: 1" in made.files[CRONJOB]
    assert "activeDeadlineSeconds: 7200" in made.files[CRONJOB]
    assert _standings(made)["kubernetes"] is Standing.STRICTER
    assert _standings(made, "A-002")["kubernetes"] is Standing.STRICTER


def test_zones_come_last_in_a_crontab() -> None:
    """Since each holds for all lines below it."""
    entries: dict[str, dict[str, Any]] = {
        "b": {"path": "b", "schedule": {"cron": "0 1 * * *", "zone": "Asia/Tokyo"}},
        "c": {"path": "c", "schedule": "0 2 * * *"},
    }
    sources = {f"{name}/{path}": text for name in "bc" for path, text in SOURCES.items()}
    sources |= {f"specs/{name}/assertions.json": manifest("data-pipeline") for name in "bc"}
    for name, entry in entries.items():
        entry["assertions"] = f"specs/{name}/assertions.json"
    made = compiled(sources, manifest("data-pipeline"), {"version": 1, "app": "shop", "services": entries})
    (artifact,) = emitted.emit(made.plan)
    found = read(artifact.text).entries
    assert [(one.command.split()[-1], one.zone) for one in found] == [("c", ""), ("b", "Asia/Tokyo")]
    moved = artifact.text.replace("CRON_TZ=Asia/Tokyo\n", "")
    assert {one.code for one in verify(made.plan, {"crontab": moved})} == {"SC966"}
    assert verify(made.plan, {"crontab": artifact.text}) == ()
