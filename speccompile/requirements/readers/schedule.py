"""When jobs run: frequencies, times of day, days of week and month, zones → cron."""

from __future__ import annotations

import re

from speccompile.requirements.kinds import Schedule, Scope
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.zones import zone

CUES = cues(
    "every each daily nightly hourly weekly monthly yearly annually quarterly weekday weekdays day night hour",
    "minute week month midnight noon morning evening twice times once monday tuesday wednesday thursday friday",
    "saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays weekend weekends working",
    "cron schedule scheduled am pm at",
)
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_OF_DAYS = "|".join(_DAYS)
_RUNS = Phrase(
    r"\b(?:runs?|running|ran|scheduled?|starts?|started|executes?|executed|exports?|exported|imports?|imported"
    r"|syncs?|synced|synchroni[sz]e[sd]?|triggers?|triggered|kicks? off|launch(?:es|ed)|"
    r"(?:is|are) (?:made|produced|generated|created|built|collected|loaded|processed|sent|refreshed|updated|rebuilt"
    r"|aggregated|fetched|pulled|written|copied|taken|done|performed)|fires?|job|loads?|fetch(?:es)?|pulls?|"
    r"processes|generates?|produces?|collects?|refresh(?:es)?|updates?|aggregates?|happens?|takes? place|occurs?"
    r"|begins?|sends?|crawls?|scrapes?|rebuilds?)\b"
)
_NOT_RUNS = Phrase(
    r"\b(?:more than|at most|no more than|not more than|overlap\w*|concurrently|kept|retained|older than"
    r"|within|takes?|longer than|retry|retried|timetable|lasts?|never|limit\w*|attempts?|"
    r"(?:backup|backed up)|(?:with|of|alongside|from|during|than) (?:the |a )?(?:daily|nightly|weekly|monthly|hourly)|checkpoint\w*|rotat\w+|heartbeat|progress|logs? (?:a|its)|expires?|per (?:user|customer"
    r"|client)|total|wages?)\b"
)
_EVERY_N = Phrase(
    r"\b(?:every|each) (\d{1,3})[ -]?(minutes?|mins?|m|hours?|hrs?|h|days?|seconds?)\b"
    r"|\bat (\d{1,2})[- ]minute intervals\b|\bonce (?:every|per) (\d{1,2}) (minutes?|hours?)\b"
)
_TIMES_A = Phrase(
    r"\b(\d{1,3}) times (?:a|per|each|every|1|daily)(?: ?(?:1 )?(minute|hour|day|week|month))?\b|\b(?:every"
    r"|each) (?:half|other)[- ](hour|day)\b|\bevery (quarter of an hour|15 minutes of an hour)\b"
)
_HOURLY = Phrase(
    r"\b(?:hourly|(?:every|each|once an|once per|once every|per) (?:1 )?(?:full )?hour|1 times 1 hour|on the hour"
    r"|every hour)\b"
)
_MINUTELY = Phrase(r"\b(?:(?:every|each|once a|once per) (?:single |1 )?minute|minutely|1 times 1 minute)\b")
_DAILY = Phrase(
    r"\b(?:daily|nightly|(?:every|each|once a|once per|per) (?:1 )?(?:day|night|morning|evening)|1 times 1 day"
    r"|(?:each|every) (?:morning|evening|night)|at night|overnight|in the night)\b"
)
_WEEKLY = Phrase(r"\b(?:weekly|(?:every|each|once a|once per|per) (?:1 )?week|1 times 1 week)\b")
_MONTHLY = Phrase(
    r"\b(?:monthly|(?:every|each|once a|once per|per) (?:1 )?month|1 times 1 month|of (?:each|every|the|a) month)\b"
)
_YEARLY = Phrase(r"\b(?:yearly|annually|(?:every|each|once a|once per) (?:1 )?year|1 times 1 year)\b")
_QUARTERLY = Phrase(r"\b(?:quarterly|(?:every|each|once a) quarter)\b(?! of)")
_WEEKDAYS = Phrase(
    r"\b(?:(?:every |each |on |all )?(?:weekdays?|working days?|business days?|workdays?)|monday (?:to|through|till"
    r"|until|-) friday)\b"
)
_WEEKENDS = Phrase(r"\b(?:on |every |each )?(?:weekends?|saturdays? and sundays?)\b")
_DAY_RANGE = Phrase(rf"\b({_OF_DAYS})s? (?:to|through|till|until|-) ({_OF_DAYS})s?\b")
_DAY = Phrase(rf"\b({_OF_DAYS})s?\b")
_DAY_OF_MONTH = Phrase(
    r"\b(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: day)? of (?:each|every|the|a) month\b|\b(first|last|second"
    r"|third) (?:day )?of (?:each|every|the|a) month\b|\bthe (\d{1,2})(?:st|nd|rd|th)\b"
)
_TIME = Phrase(
    r"\b(?:at|by|around|from|before)? ?(?:(midnight)|(noon|midday)"
    r"|(?<![\d:])(\d{1,2})[:.h](\d{2})(?::00)?(?: ?h)?(?: ?([ap])\.?m\.?)?|(?<![\d:])(\d{1,2}) ?([ap])\.?m\b\.?"
    r"|(?<=at )(\d{1,2})(?: o'?clock)?(?= |,|\.|\Z)(?! ?(?:minutes?|hours?|times|seconds?|%|[gm]i?b)))"
)
_CRON = re.compile(r"(?<![\w*/])((?:[\d*][\d*,/-]*)(?: +[\d*][\d*,/-]*){4})(?![\w*/])")


def read(sentence: Sentence) -> Readings:
    """The schedule that *sentence* demands of this system's runs."""
    if not (sentence.pipeline and sentence.of_system and _scheduled(sentence)):
        return
    cron = _written(sentence) or _cron(sentence.text)
    if cron:
        yield sentence.reading(Schedule(cron, zone(sentence.written) or ""), scope=Scope("run"))


def _scheduled(sentence: Sentence) -> bool:
    if sentence.subject.place or sentence.mentions(_NOT_RUNS):
        return False
    noun = sentence.subject.noun
    return bool(_RUNS.search(sentence.text)) and (
        noun not in ("log", "file", "metric", "record", "entry", "data")
        or "schedul" in sentence.text
        or sentence.subject.noun == "data"
    )


def _written(sentence: Sentence) -> str | None:
    match = _CRON.search(sentence.text)
    return re.sub(r" +", " ", match[1]) if match else None


def _cron(text: str) -> str | None:
    """The schedule that *text* names; None where cron cannot express it (every 7 minutes)."""
    every = _EVERY_N.search(text)
    if every:
        number, unit = int(every[1] or every[3] or every[4]), (every[2] or every[5] or "m")[0]
        return _repeated(number, unit, text)
    times = _TIMES_A.search(text)
    if times:
        return _several(times, text)
    if _MINUTELY.search(text):
        return "* * * * *"
    if _HOURLY.search(text):
        return f"0 * * * {_on(text)}"
    at = _times(text)
    days = _on(text)
    month_day = _month_day(text)
    if at is None or not (
        days != "*"
        or month_day
        or _DAILY.search(text)
        or _WEEKLY.search(text)
        or _MONTHLY.search(text)
        or _YEARLY.search(text)
        or _QUARTERLY.search(text)
        or _TIME.search(text)
    ):
        return None
    if _YEARLY.search(text):
        return f"{at} 1 1 *"
    if _QUARTERLY.search(text):
        return f"{at} 1 1,4,7,10 *"
    if month_day or (_MONTHLY.search(text) and days == "*"):
        return f"{at} {month_day or '1'} * *" if month_day != "L" else None
    return f"{at} * * {'0' if days == '*' and _WEEKLY.search(text) else days}"


def _repeated(number: int, unit: str, text: str) -> str | None:
    days = _on(text)
    if unit == "m" and number and (60 % number == 0):
        return f"*/{number} * * * {days}" if number < 60 else f"0 * * * {days}"
    if unit == "m" and number and number % 60 == 0:
        return _repeated(number // 60, "h", text)
    if unit == "h" and number and 24 % number == 0:
        return f"0 */{number} * * {days}" if number < 24 else "0 3 * * *"
    return f"{_times(text) or '0 3'} * * {days}" if unit == "d" and number == 1 else None


def _several(match: re.Match[str], text: str) -> str | None:
    if match[3] or match[4]:
        return "*/30 * * * *" if match[3] == "hour" else "*/15 * * * *" if match[4] else None
    number, unit = int(match[1]), match[2] or "day"
    if not number or (unit != "day" and number > 1):
        return {
            ("hour", 2): "*/30 * * * *",
            ("hour", 4): "*/15 * * * *",
            ("hour", 3): "*/20 * * * *",
            ("hour", 6): "*/10 * * * *",
        }.get((unit, number))
    at = _times(text)
    if unit != "day":
        return _cron(
            text.replace(
                match[0], {"hour": "hourly", "minute": "every minute", "week": "weekly", "month": "monthly"}[unit]
            )
        )
    if _TIME.search(text) and at and "," in at:
        return f"{at} * * {_on(text)}"
    if 24 % number:
        return None
    step = 24 // number
    hours = ",".join(str(hour) for hour in sorted((3 + step * n) % 24 for n in range(number)))
    return f"0 {hours} * * {_on(text)}"


def _on(text: str) -> str:
    """The day-of-week field."""
    if span := _DAY_RANGE.search(text):
        first, last = _DAYS.index(span[1]), _DAYS.index(span[2])
        return f"{first}-{last}" if first < last else f"{first}-6,0" if last == 0 else f"{first}-6,0-{last}"
    if _WEEKDAYS.search(text):
        return "1-5"
    days = sorted({_DAYS.index(match[1]) for match in _DAY.finditer(text)})
    if days == [0, 6] or (not days and _WEEKENDS.search(text)):
        return "0,6"
    return ",".join(map(str, days)) if days else "*"


def _month_day(text: str) -> str | None:
    match = _DAY_OF_MONTH.search(text)
    if not match:
        return None
    if match[2]:
        return {"first": "1", "second": "2", "third": "3", "last": "L"}[match[2]]
    day = int(match[1] or match[3])
    return str(day) if 1 <= day <= 31 else None


def _times(text: str) -> str | None:
    """Minute and hour: what *text* says, else three o'clock; several hours with the same minute; None when there is no such time."""
    said = [found for match in _TIME.finditer(text) if (found := _time(match)) is not None]
    if not said:
        return "0 3" if not _TIME.search(text) else None
    minutes = {minute for _, minute in said}
    if len(minutes) > 1 or any(hour > 23 or minute > 59 for hour, minute in said):
        return None
    return f"{said[0][1]} {','.join(map(str, sorted({hour for hour, _ in said})))}"


def _time(match: re.Match[str]) -> tuple[int, int] | None:
    midnight, noon, hour, minute, half, full, half_of_full, bare = match.groups()
    if midnight or noon:
        return (0, 0) if midnight else (12, 0)
    number = int(hour or full or bare or 0)
    meridiem = half or half_of_full
    if meridiem:
        number = number % 12 + (12 if meridiem == "p" else 0)
    return number, int(minute or 0)
