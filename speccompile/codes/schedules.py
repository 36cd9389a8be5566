"""SC474–SC475: what crontabs do otherwise than a schedule says."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

ZONE = Code(
    "SC474",
    "compose: not every cron knows zones",
    """Compose has no clock: a crontab starts its jobs. Above a job whose schedule has a zone stands CRON_TZ, which cronie reads. The cron of Debian
    and Ubuntu does not (crontab(5), "LIMITATIONS"): it starts the job at that time of the host's own zone.""",
    Severity.WARNING,
)
RETRIES = Code(
    "SC475",
    "compose: what cron starts is not tried again",
    """A crontab starts runs by `docker compose run`, whose containers no engine restarts (`--rm` and a restart policy exclude each other). A run that
    failed is followed by the next one that is due.""",
    Severity.WARNING,
)

CODES: tuple[Code, ...] = (ZONE, RETRIES)
