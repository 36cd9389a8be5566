"""What became of an assertion is read back from the units, as it is from a compose file."""

from __future__ import annotations

import pytest

from projects import BUN_WEB, PYTHON_JOB, assertion, compiled, manifest
from speccompile.plan.assertions import Standing
from speccompile.verify.held import quadlet as held
from speccompile.verify.standings import standings

_WEB = (
    ("Orders are stored in postgres", Standing.ENFORCED),
    ("Sessions live in redis", Standing.ENFORCED),
    ("Rate limiting allows 50 requests per second", Standing.ENFORCED),
    ("The service uses at most 256 MB of memory", Standing.ENFORCED),
    ("Two replicas of the service are running", Standing.ENFORCED),
    ("The process does not run as root", Standing.BY_DEFAULT),
    ("The root filesystem is read-only", Standing.BY_DEFAULT),
    ("The service is restarted after a crash", Standing.BY_DEFAULT),
    ("Daily backups of the database are kept for 14 days", Standing.ENFORCED),
)
_JOB = (
    ("Only one run at a time exports records", Standing.ENFORCED),
    ("The export runs nightly at 3:00", Standing.ENFORCED),
    ("A run takes at most 30 minutes", Standing.ENFORCED),
    ("The export resumes from its last checkpoint after a restart", Standing.ENFORCED),
)


@pytest.mark.parametrize(
    ("sources", "archetype", "said"), [(BUN_WEB, "web-service", _WEB), (PYTHON_JOB, "data-pipeline", _JOB)]
)
def test_demands_are_read_back(sources: dict[str, str], archetype: str, said: tuple[tuple[str, Standing], ...]) -> None:
    """Each with the lines of the units that hold it."""
    specs = manifest(archetype, *(assertion(number, text) for number, (text, _) in enumerate(said, start=1)))
    done = compiled(sources, specs, {"version": 1, "targets": ["quadlet"]})
    (told,) = done.platforms
    assert told.platform == "quadlet"
    assert [(one.assertion.text, one.standing) for one in told.accounts] == list(said), [
        one.why for one in told.accounts
    ]
    for one in told.accounts:
        assert one.lines, one.why
        for path, lines in one.lines.items():
            assert path.startswith("quadlet/") or not path.endswith((".yml", "crontab", "nginx.conf")), path
            assert all(done.files[path].split("\n")[line - 1] for line in lines)


@pytest.mark.parametrize(
    ("unit", "line"),
    [
        ("bank-db-backup.timer", "OnCalendar="),
        ("bank-app_1.container", "PodmanArgs=--memory="),
        ("bank-app_2.container", "Image="),
        ("bank-db.container", "Volume="),
        ("nginx.conf", "limit_req "),
    ],
)
def test_what_is_not_there_holds_nothing(unit: str, line: str) -> None:
    """Without a line that an assertion needs, it is lost."""
    specs = manifest("web-service", *(assertion(number, text) for number, (text, _) in enumerate(_WEB, start=1)))
    done = compiled(BUN_WEB, specs, {"version": 1, "targets": ["quadlet"]})
    text = "".join(f"{one}\n" for one in done.files[f"quadlet/{unit}"].splitlines() if line not in one)
    files = {**done.files, f"quadlet/{unit}": text}
    assert Standing.LOST in {one.standing for one in standings(done.plan, held.held(done.plan, files))}
