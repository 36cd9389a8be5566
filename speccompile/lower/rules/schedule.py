"""Schedule: when a pipeline runs.

deploy.yaml's ``schedule``; else a confirmed assertion that says how often runs are: hourly, daily, nightly, weekly, monthly,
on a day of the week, every N minutes or hours; at three o'clock, unless it names the time («runs at 02:30 every day»).
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.lower.draft import Draft
from speccompile.lower.phrases import Phrase
from speccompile.lower.subject import Subject
from speccompile.plan.plan import Schedule
from speccompile.provenance import because

CODE = "SC342"
TITLE = "schedule"

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_OF_DAYS = "|".join(_DAYS)
# A frequency is one of runs: it stands after a word for running, or before a run («the nightly export», not «the nightly backup»).
_RUN = r"(?:runs?|running|scheduled|(?:is|are) (?:run|started|triggered|executed|exported|imported)|starts?|executes?|exports?|imports?|syncs?)"
_OFTEN = (
    r"(?:hourly|daily|nightly|weekly|monthly"
    r"|(?:every|each|once an?|once per|once every|twice a|twice per) (?:minute|hour|day|night|morning|week|month|weekday)"
    rf"|(?:every|each|on) (?:{_OF_DAYS})s?|on (?:weekdays|working days)|every \d{{1,2}} ?(?:m|min|minutes?|h|hours?)"
    r"|at (?:midnight|noon|\d{1,2}(?::\d{2}| ?[ap]m)))"
)
_SCHEDULED = Phrase(
    rf"\b{_RUN}\b(?:,? [\w-]+){{0,4}}?,? {_OFTEN}\b(?! (?:backups?|summar|report|totals?|figures?|limit))"
    rf"|\b{_OFTEN} (?:runs?|exports?|imports?|jobs?|syncs?|batch|schedule)\b"
)
_NOT_MORE = Phrase(r"\b(?:more than|at most|not|never|no|concurrently with|alongside)\b")
_EVERY = Phrase(r"\bevery (\d{1,2}) ?(m|h)")
_TIME = Phrase(r"\bat (?:(midnight)|(noon)|(\d{1,2})(?::(\d{2}))? ?([ap]m)?)\b")
_WEEKLY = Phrase(r"\b(?:weekly|(?:every|each|once an?|once per) week)\b")
_MONTHLY = Phrase(r"\b(?:monthly|(?:every|each|once an?|once per) month)\b")
_MINUTELY = Phrase(r"\b(?:every|each) minute\b")
_TWICE = Phrase(r"\btwice (?:a|per) day\b")
_HOURLY = Phrase(r"\b(?:hourly|(?:every|each|once an?|once per|once every) hour)\b")
_WEEKDAYS = Phrase(r"\b(?:weekdays?|working days)\b")
_DAY = Phrase(rf"\b({_OF_DAYS})s?\b")


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set the schedule of a pipeline."""
    if subject.role != "job":
        return draft
    if subject.deploy and subject.deploy.schedule:
        schedule = Schedule(cron=subject.deploy.schedule, origin=because(CODE, subject.deployed("schedule")))
        return replace(draft, schedule=schedule)
    for statement in subject.wishes:
        scheduled = _SCHEDULED.search(statement.text)
        cron = _cron(statement.text) if scheduled and not _NOT_MORE.search(statement.text[: scheduled.end()]) else None
        if cron:
            return replace(draft, schedule=Schedule(cron=cron, origin=because(CODE, statement.cause)))
    return draft


def _cron(text: str) -> str | None:
    """The schedule that *text* names; None where cron cannot express it (every 7 minutes) or several times are named."""
    every = _EVERY.search(text)
    if every:
        return _repeated(int(every[1]), every[2])
    if _MINUTELY.search(text):
        return "* * * * *"
    if _HOURLY.search(text):
        return "0 * * * *"
    time = _time(text)
    if time is None:
        return None
    if _TWICE.search(text):
        return "0 3,15 * * *"
    return f"{time} {'1 * *' if _MONTHLY.search(text) else '* * ' + _on(text)}"


def _repeated(number: int, unit: str) -> str | None:
    if unit == "m" and number and 60 % number == 0:
        return f"*/{number} * * * *" if number < 60 else "0 * * * *"
    if unit == "h" and number and 24 % number == 0:
        return f"0 */{number} * * *" if number < 24 else "0 3 * * *"
    return None


def _on(text: str) -> str:
    """The day-of-week field."""
    if _WEEKDAYS.search(text):
        return "1-5"
    days = sorted({_DAYS.index(match[1]) for match in _DAY.finditer(text)})
    if days:
        return ",".join(map(str, days))
    return "0" if _WEEKLY.search(text) else "*"


def _time(text: str) -> str | None:
    """Minute and hour: what *text* says, else three o'clock; None when there is no such time, or more than one."""
    said = list(_TIME.finditer(text))
    if not said:
        return "0 3"
    if len(said) > 1:
        return None
    midnight, noon, hour, minute, half = said[0].groups()
    if midnight or noon:
        return "0 0" if midnight else "0 12"
    number = int(hour) % 12 + (12 if half == "pm" else 0) if half else int(hour)
    return f"{int(minute or 0)} {number}" if number < 24 and int(minute or 0) < 60 else None
