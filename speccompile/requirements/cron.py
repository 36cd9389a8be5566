"""Schedules in words as five cron fields; nothing where five fields cannot say it (every 7 minutes, the first Monday of a month)."""

from __future__ import annotations

import re

from speccompile.regex import regex

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_OF_DAYS = "|".join(_DAYS)
_DAY_NAME = rf"(?:{_OF_DAYS}|sun|mon|tues?|wed|thu(?:rs?)?|fri|sat)"
_WRITTEN = regex(r"(?<![\w*/])((?:[\d*][\d*,/-]*)(?: +[\d*][\d*,/-]*){4})(?![\w*/])")
_EVERY_N = regex(
    r"\b(?:every|each) (\d{1,3})[ -]?(minutes?|mins?|m|hours?|hrs?|h|days?|seconds?|weeks?|months?)\b"
    r"|\bat (\d{1,2})[- ]minute intervals\b|\bonce (?:every|per) (\d{1,2}) (minutes?|hours?)\b"
)
_TIMES_A = regex(
    r"\b(\d{1,3}) times (?:(?:an?|per|each|every|1) ?(?:1 )?(minute|hour|day|week|month)|daily|(?:per|each|every|a) (?=night|morning|evening"
    r"|weekday))\b|\b(?:every"
    r"|each) (?:half|other|second|0\.5)[- ](?:an )?(hour|day|week|month)\b|\bevery (quarter hour)\b"
)
_FREQUENCIES = {
    ("hour", 2): "*/30 * * * *", ("hour", 3): "*/20 * * * *", ("hour", 4): "*/15 * * * *", ("hour", 6): "*/10 * * * *",
}  # fmt: skip
_ONCE_A = {"hour": "hourly", "minute": "every minute", "week": "weekly", "month": "monthly"}
_HOURLY = regex(
    r"\b(?:hourly|(?:every|each|once an|once per|once every|per) (?:1 )?(?:full )?hour|1 times 1 hour|on the hour)\b"
)
_MINUTELY = regex(r"\b(?:(?:every|each|once a|once per) (?:single |1 )?minute|minutely|1 times 1 minute)\b")
_DAILY = regex(
    r"\b(?:daily|nightly|(?:every|each|once a|once per|per) (?:single )?(?:1 )?(?:day|night|morning|evening"
    r"|afternoon)|1 times 1 day|(?:every|each) (?:midnight|noon)"
    r"|at night|overnight|in the night)\b"
)
_WEEKLY = regex(r"\b(?:weekly|(?:every|each|once a|once per|per) (?:1 )?week|1 times 1 week)\b")
_MONTHLY = regex(
    r"\b(?:monthly|(?:every|each|once a|once per|per) (?:1 )?month|1 times 1 month|of (?:each|every|the|a) (?:1 )?month)\b"
)
_YEARLY = regex(r"\b(?:yearly|annually|(?:every|each|once a|once per|1 times an?) (?:1 )?year|1 times 1 year)\b")
_QUARTERLY = regex(r"\b(?:quarterly|(?:every|each|once a|per|1 times (?:an?|per|each|every|1)) quarter)\b(?! of)")
_WEEKDAYS = regex(
    r"\b(?:weekdays?|working days?|business days?|workdays?|mon(?:day)?s? ?(?:to|through|till|until|-) ?fri(?:day)?s?)\b"
)
_WEEKENDS = regex(r"\b(?:weekends?|saturdays? and sundays?)\b")
_DAY_RANGE = regex(rf"\b({_DAY_NAME})s? ?(?:to|through|till|until|-) ?({_DAY_NAME})s?\b")
DAY_NAMED = regex(rf"\b({_DAY_NAME})s?\b")
_DAY_OF_MONTH = regex(
    r"\b(\d{1,2})(?:st|nd|rd|th)?(?: day)? of (?:each|every|the|a) (?:1 )?month\b|\b(\d{1,2})(?:st|nd|rd|th)\b(?! (?:hour|minute))"
)
_WORD_OF_MONTH = regex(r"\b(first|last|second|third)(?: day)? (?:of (?:each|every|the|a) (?:1 )?month|and)\b")
_ORDINALS = {"first": 1, "second": 2, "third": 3}
MINUTE = regex(
    r"\bat minute (\d{1,2})\b|\b(\d{1,2})(?: minutes?)? (?:past|after)(?: (?:the|every|each) (?:1 )?(?:full )?hour\b|(?=[.,;]|\Z))"
)
# What no five fields say, or what would have to be guessed.
_BEYOND = regex(
    rf"\b(?:first|second|third|fourth|last|1st|2nd|3rd|4th) (?:{_DAY_NAME}|weekday|working day|business day|workday)\b"
    r"|\bexcept\b|\bnot on\b|\bunless\b|\bbut not\b|\bbusiness hours\b|\boffice hours\b|\bbi-?weekly\b|\bevery (?:2|3|14) weeks\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december|summer|winter)\b"
    r"|\bbetween \d{1,2}(?::\d\d)?(?: ?[ap]m)? and \d|\bfrom \d{1,2}(?::\d\d)?(?: ?[ap]m)? (?:to|until|till)\b"
    r"|\bholidays?\b"
)
_CLOCK = r"(\d{1,2})(?::(\d\d))?(?: ?([ap])m)?"
_WINDOW = regex(
    rf"\b(?:between|from) {_CLOCK}(?:,)? (?:and|to|until|till) {_CLOCK}(?! ?(?:minutes?|hours?|seconds?))\b"
)
_MONTHS = "january february march april may june july august september october november december".split()
_OF_MONTHS = regex(
    rf"\b(first|\d{{1,2}}(?:st|nd|rd|th)?)(?: day)? of ((?:{'|'.join(_MONTHS)})(?:(?:,|,? and|,? or) (?:{'|'.join(_MONTHS)}))*)\b"
)
_PAST = regex(r"\b(half past|(?:a )?quarter past|(?:a )?quarter to|0.25 (?:past|to)) (\d{1,2}|midnight|noon)\b(?!:)")
_MINUTES_PAST = regex(r"(?<=at )(5|10|20|25)(?: minutes)? (past|to) (\d{1,2})\b(?!:)")
_O_CLOCK = regex(r"\b(\d{1,2}) o'?clock\b")
_HALF_OF_DAY = regex(r"\b(\d{1,2}(?::\d{2})?)(?! ?[ap]m)(?: ?(?:in the|at)) (morning|afternoon|evening|night)\b")
_EVENING = regex(r"\b(?:(?:every|each) (?:1 )?(?:evening|afternoon)|in the (?:evening|afternoon))\b")
_NIGHT = regex(r"\b(?:(?:every|each) (?:1 )?night|nightly)\b")
_BARE = regex(r"\bat (\d{1,2})(:\d{2})?\b(?! ?(?:[ap]\.?m|o'|:|minutes?|hours?|times|seconds?|%|[gm]i?b))")
TIME = regex(
    r"\b(?:at|by|around|from|before)? ?(?:(midnight)|(noon|midday)"
    r"|(?<![\d:])(\d{1,2})[:.h](\d{2})(?::00)?(?: ?h)?(?: ?([ap])\.?m\b\.?)?|(?<![\d:])(\d{1,2}) ?([ap])\.?m\b\.?"
    r"|(?<=at )(\d{1,2})(?: hours)?(?= |,|\.|\Z)(?! ?(?:minutes?|times|seconds?|%|[gm]i?b)))"
)


def written(text: str) -> str | None:
    """The cron fields that stand in *text* as such."""
    match = _WRITTEN.search(text)
    return re.sub(r" +", " ", match[1]) if match else None


def cron(text: str) -> str | None:
    """The schedule that *text*, a sentence in normal form, names."""
    window = _WINDOW.search(text)
    if window and (every := _EVERY_N.search(text)) and every[2] and every[2][0] in "mh" and every[2][:2] != "mo":
        return _within(window, int(every[1]), every[2][0], text)
    if (of_months := _OF_MONTHS.search(text)) and (at := _times(_in_digits(text))):
        return _in_months(of_months, at)
    if _BEYOND.search(text):
        return None
    text = _in_digits(text)
    if every := _EVERY_N.search(text):
        return _repeated(int(every[1] or every[3] or every[4]), (every[2] or every[5] or "m")[:2], text)
    if times := _TIMES_A.search(text):
        return _several(times, text)
    if _MINUTELY.search(text):
        return "* * * * *"
    if _HOURLY.search(text):
        return f"{_minute(text)} * * * {_on(text)}"
    at = _times(text)
    return _on_days(at, text) if at and not _is_crossed(text) else None


def _in_digits(text: str) -> str:
    """*text* with its times of day in figures: «half past 11» in a sentence about nights is 11:30 pm."""
    text = _PAST.sub(_past, text)
    text = _MINUTES_PAST.sub(_minutes_past, text)
    text = _O_CLOCK.sub(lambda match: f"{match[1]}:00", text)
    text = _HALF_OF_DAY.sub(lambda match: f"{match[1]} {_half(match[1], match[2])}", text)
    if _EVENING.search(text) or _NIGHT.search(text):
        part = "evening" if _EVENING.search(text) else "night"
        text = _BARE.sub(lambda match: f"at {match[1]}{match[2] or ':00'} {_half(match[1], part)}", text)
    return text


def _past(match: re.Match[str]) -> str:
    if match[2].isdigit():
        return _around(match[1], int(match[2]))
    return _around(match[1], 0 if match[2] == "midnight" else 12)


def _around(part: str, hour: int) -> str:
    if part == "half past":
        return f"{hour}:30"
    return f"{hour}:15" if part.endswith("past") else f"{(hour - 1) % 24}:45"


def _minutes_past(match: re.Match[str]) -> str:
    minutes, hour = int(match[1]), int(match[3])
    return f"{hour}:{minutes:02}" if match[2] == "past" else f"{(hour - 1) % 24}:{60 - minutes}"


def _half(time: str, part: str) -> str:
    """Before or after noon: «2 at night» is before, «11 at night» after; what is in twenty-four hours stays so."""
    hour = int(time.split(":", maxsplit=1)[0])
    if hour > 12 or hour == 0:
        return ""
    if part == "night":
        return "pm" if 6 <= hour < 12 else "am"
    return "am" if part == "morning" else "pm"


def _on_days(at: str, text: str) -> str | None:
    """Time and day; every day where the sentence names a time and no day."""
    days, dates = _on(text), _dates(text)
    if _YEARLY.search(text):
        return f"{at} 1 1 *"
    if _QUARTERLY.search(text):
        return f"{at} 1 1,4,7,10 *"
    if dates or (_MONTHLY.search(text) and days == "*"):
        return f"{at} {dates or '1'} * *" if "L" not in dates and days == "*" else None
    if days == "*" and _WEEKLY.search(text):
        return f"{at} * * 0"
    return f"{at} * * {days}" if days != "*" or _DAILY.search(text) or TIME.search(text) else None


def _repeated(number: int, unit: str, text: str) -> str | None:
    """Every so many minutes or hours, from the time on that is said."""
    days = _on(text)
    if unit[0] == "m" and unit != "mo" and number:
        if 60 % number == 0 and not TIME.search(text):
            return f"*/{number} * * * {days}" if number < 60 else f"0 * * * {days}"
        return _repeated(number // 60, "h", text) if number % 60 == 0 else None
    if unit[0] == "h" and number and 24 % number == 0:
        return _hours(number, days, text)
    if unit[0] == "d" and number == 1 and (at := _times(text)):
        return f"{at} * * {days}"
    return None


def _in_months(match: re.Match[str], at: str) -> str:
    """«On the first of January and July»."""
    day = 1 if match[1] == "first" else int(match[1].rstrip("stndrh"))
    months = sorted(number for number, name in enumerate(_MONTHS, 1) if re.search(rf"\b{name}\b", match[2]))
    return f"{at} {day} {','.join(map(str, months))} *"


def _within(window: re.Match[str], step: int, unit: str, text: str) -> str | None:
    """Every so many minutes, or hours, of a part of the day: from a full hour on, to the last time that is in it."""
    first, begin, half, last, end, later = window.groups()
    hours = _on_the_clock(first, half), _on_the_clock(last, later)
    ends = int(end or 0)
    if int(begin or 0) or hours[0] >= hours[1] or hours[1] > 24 or not step:
        return None
    if unit == "h":
        return (
            f"0 {hours[0]}-{hours[1]}{f'/{step}' if step > 1 else ''} * * {_on(text)}"
            if not ends and hours[1] < 24
            else None
        )
    if 60 % step or step == 60 or ends not in (0, 60 - step):
        return None
    return f"*/{step} {hours[0]}-{hours[1] if ends else hours[1] - 1} * * {_on(text)}"


def _on_the_clock(hour: str, half: str | None) -> int:
    return int(hour) % 12 + (12 if half == "p" else 0) if half else int(hour)


def _hours(step: int, days: str, text: str) -> str | None:
    if not TIME.search(text):
        return f"{_minute(text)} */{step} * * {days}" if step < 24 else "0 3 * * *"
    at = _times(text)
    if at is None or "," in at:
        return None
    minute, first = at.split()
    return f"{minute} {','.join(str(hour) for hour in range(int(first) % step, 24, step))} * * {days}"


def _several(match: re.Match[str], text: str) -> str | None:
    """So many times a day or an hour; every half hour."""
    if match[3] or match[4]:
        return "*/30 * * * *" if match[3] == "hour" else "*/15 * * * *" if match[4] else None
    number, unit = int(match[1]), match[2] or "day"
    if unit != "day" or not number:
        once = number == 1 and cron(text.replace(match[0], _ONCE_A[unit]))
        return once or _FREQUENCIES.get((unit, number))
    at = _times(text)
    if TIME.search(text):
        return f"{at} * * {_on(text)}" if at and at.count(",") == number - 1 else None
    if 24 % number:
        return None
    hours = ",".join(str(hour) for hour in sorted((3 + 24 // number * n) % 24 for n in range(number)))
    return f"0 {hours} * * {_on(text)}"


def _minute(text: str) -> str:
    match = MINUTE.search(text)
    return str(int(match[1] or match[2]) % 60) if match else "0"


def _on(text: str) -> str:
    """The day-of-week field."""
    if _WEEKDAYS.search(text):
        return "1-5"
    if span := _DAY_RANGE.search(text):
        first, last = _number(span[1]), _number(span[2])
        return f"{first}-{last}" if first < last else f"{first}-6,0" if last == 0 else f"{first}-6,0-{last}"
    days = sorted({_number(match[1]) for match in DAY_NAMED.finditer(text)})
    if days == [0, 6] or (not days and _WEEKENDS.search(text)):
        return "0,6"
    return ",".join(map(str, days)) if days else "*"


def _number(day: str) -> int:
    return next(number for number, name in enumerate(_DAYS) if name.startswith(day[:3]))


def _dates(text: str) -> str:
    """The day-of-month field: numbers, ``L`` for the last day, "" where none is named."""
    words = [match[1] for match in _WORD_OF_MONTH.finditer(text) if _MONTHLY.search(text)]
    if "last" in words:
        return "L"
    found = {_ORDINALS[word] for word in words} | {int(match[1] or match[2]) for match in _DAY_OF_MONTH.finditer(text)}
    return ",".join(str(day) for day in sorted(found) if 1 <= day <= 31)


def _is_crossed(text: str) -> bool:
    """Whether days have times of their own: «Mondays at 9 and Thursdays at 14:00» are two schedules."""
    days = [match.start() for match in DAY_NAMED.finditer(text)]
    times = [match.end() for match in TIME.finditer(text)]
    return len(days) > 1 and len(times) > 1 and any(min(days) < time < max(days) for time in times)


def _times(text: str) -> str | None:
    """Minute and hour: what *text* says, else three o'clock; several hours with the same minute; None when there is no such time."""
    said = [_time(match) for match in TIME.finditer(text)]
    if not said:
        return "0 3"
    minutes = {minute for _, minute in said}
    if len(minutes) > 1 or any(hour > 23 or minute > 59 for hour, minute in said):
        return None
    return f"{said[0][1]} {','.join(map(str, sorted({hour for hour, _ in said})))}"


def _time(match: re.Match[str]) -> tuple[int, int]:
    midnight, noon, hour, minute, half, full, half_of_full, bare = match.groups()
    if midnight or noon:
        return (0, 0) if midnight else (12, 0)
    number = int(hour or full or bare)
    if meridiem := half or half_of_full:
        number = number % 12 + (12 if meridiem == "p" else 0)
    return number, int(minute or 0)
