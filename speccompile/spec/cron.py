"""Schedules: five cron fields, checked and normalised to numbers."""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple

from pydantic import AfterValidator

from speccompile.codes.meaning import CRON
from speccompile.diagnostics import quoted
from speccompile.spec.model import refused
from speccompile.spec.names import text_schema

_FIX = 'write five fields (minute hour day month weekday), such as "0 3 * * *", or @daily'
_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_DAYS = {name: number for number, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_LONGEST_MONTHS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ITEM = r"(\*|[a-z]{3}|[0-9]{1,2})(?:-([a-z]{3}|[0-9]{1,2}))?(?:/([0-9]{1,2}))?"


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    words: dict[str, int]


_FIELDS = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of month", 1, 31, {}),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 7, _DAYS),
)


def cron(text: str) -> str:
    """*text* as five fields of numbers with one space between; a schedule that never comes is refused."""
    if text.startswith("@"):
        if text.lower() not in _NICKNAMES:
            raise refused(CRON, f"there is no such nickname; there are {', '.join(_NICKNAMES)}", _FIX)
        return _NICKNAMES[text.lower()]
    words = text.lower().split(maxsplit=5)
    if len(words) != len(_FIELDS):
        raise refused(CRON, f"a schedule has 5 fields, this one has {len(words) if len(words) < 6 else 'more'}", _FIX)
    fields = [_field(word, field) for word, field in zip(words, _FIELDS, strict=True)]
    days, months, weekdays = (values for _, values in fields[2:])
    if words[4] == "*" and not any(day <= _LONGEST_MONTHS[month] for day in days for month in months):
        raise refused(CRON, "a schedule for a day that does not exist; it would never run", _FIX)
    if max(weekdays) > 6 and words[4] != "*":
        numbers = sorted({day % 7 for day in weekdays})
        fields[4] = (",".join(map(str, numbers)), set(numbers))
    return " ".join(normal for normal, _ in fields)


def _field(word: str, field: _Field) -> tuple[str, set[int]]:
    """The normalised field, and the values that it stands for."""
    if len(word) > 200:
        raise refused(CRON, f"the field {field.name} is too long", _FIX)
    items = [_item(item, field) for item in word.split(",")]
    return ",".join(normal for normal, _ in items), {value for _, values in items for value in values}


def _item(item: str, field: _Field) -> tuple[str, range]:
    found = re.fullmatch(_ITEM, item)
    if not found or (found[1] == "*" and found[2]):
        raise refused(CRON, f"{quoted(item, 20)} is nothing that the field {field.name} can hold", _FIX)
    if found[1] == "*":
        low, high, normal = field.low, 6 if field.high == 7 else field.high, "*"
    else:
        low = _number(found[1], field)
        high = _number(found[2], field) if found[2] else (field.high if found[3] else low)
        normal = f"{low}-{high}" if found[2] or found[3] else str(low)
    if high < low:
        raise refused(CRON, f"the range {item} of the field {field.name} runs backwards", _FIX)
    step = int(found[3] or 1)
    if step < 1:
        raise refused(CRON, f"a step of 0 in the field {field.name}", _FIX)
    return (f"{normal}/{step}" if found[3] else normal), range(low, high + 1, step)


def _number(word: str, field: _Field) -> int:
    number = field.words.get(word, int(word) if word.isdigit() else -1)
    if not field.low <= number <= field.high:
        raise refused(CRON, f"{word} is out of range for the field {field.name} ({field.low}-{field.high})", _FIX)
    return number


Cron = Annotated[str, AfterValidator(cron), text_schema(examples=["0 3 * * *", "@daily"])]
