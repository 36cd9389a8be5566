"""Quantities in sentences: durations, sizes, rates, shares, and on which side they bound."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.record import record
from speccompile.regex import regex
from speccompile.requirements.kinds import Bound

MINUTE, HOUR, DAY = 60, 3600, 86400
_SECONDS: dict[str, float] = {
    "ms": 0.001, "msec": 0.001, "millisecond": 0.001, "s": 1, "sec": 1, "second": 1, "m": MINUTE, "min": MINUTE, "minute": MINUTE,
    "h": HOUR, "hr": HOUR, "hour": HOUR, "d": DAY, "day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY,
}  # fmt: skip
_BYTES = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
# «1.024 MB» is a thousand to some and one to others: it is no number here.
_NUMBER = r"((?![1-9]\d{0,2}\.\d{3}\D)\d{1,12}(?:\.\d{1,3})?)"
_TIME = r"(milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|months?|years?)"
# A letter alone is a unit where it touches its number: «5m» is a time, «5 m» a length.
_DURATION = regex(
    rf"(?<![\d.:/\w,']){_NUMBER}(?: (?:idle|whole|full|silent|quiet|consecutive)(?= ))?(?:(?:\s*-?\s?)(?![md]\b)|(?=[md]\b)){_TIME}(?:\b"
    rf"|(?=\d{{1,2}}[ms]\b))(?!/)"
)
_MORE = regex(rf"(?:\s|,)*(?:and\s+)?{_NUMBER}\s*{_TIME}\b")
_HALF = regex(r"\A and a (half|quarter)\b(?! (?:second|minute|hour|day|week|year))")
_SIZE = regex(
    rf"(?<![\d.\w,']){_NUMBER}(?:\s*-?\s?(?:([kmgt])i?b|(kilo|mega|giga|tera|kibi|mebi|gibi|tebi)bytes?|(meg|gig)s?"
    rf"|(bytes?))|([kmgt])i?)\b"
)
_SHARE = regex(r"(?<![\d.\w,'])(\d{1,3}(?:\.\d{1,6})?)\s*(?:%|per\s?cent|percent)")
_OUT_OF = regex(
    r"\b(\d{1,4})(?: cases| times)? (?:out )?of (\d{1,4})\b|\b(\d{1,3}) in (10|20|100|1000)\b(?= (?:requests|calls|queries|responses"
    r"|cases|times))|\bhalf of (?:the|all)\b"
)
_PERCENTILE = regex(
    r"\bp(\d{2}(?:\.\d{1,2})?|999)\b|\b(\d{2}(?:\.\d{1,2})?)(?:th|st|nd|rd)[ -]percentile\b|\b(median)\b"
)
_LARGEST = 2**50


@record()
class Duration:
    """A time in seconds, at characters *begin* to *end*."""

    seconds: float
    begin: int
    end: int


@record()
class Size:
    """A size in bytes (units are binary, as in the memory of machines), at characters *begin* to *end*."""

    bytes: int
    begin: int
    end: int


@record()
class Share:
    """A share in per cent, at characters *begin* to *end*."""

    percent: float
    begin: int
    end: int


def durations(text: str) -> Iterator[Duration]:
    """The durations in *text*; «1 minute 30 seconds» is one."""
    at = 0
    while match := _DURATION.search(text, at):
        total = _seconds(match)
        last: re.Match[str] = match
        while (rest := _MORE.match(text, last.end())) and _unit(rest[2]) < _unit(last[2]):
            total, last = total + _seconds(rest), rest
        at = last.end()
        if half := _HALF.search(text[at : at + 20]):
            total += _unit(last[2]) * (0.5 if half[1] == "half" else 0.25)
            at += half.end()
        yield Duration(whole(total), match.start(), at)


def _seconds(match: re.Match[str]) -> float:
    """A number and its unit; twelve months are a year."""
    number = float(match[1])
    if match[2].startswith("month") and number >= 12:
        years, number = divmod(number, 12)
        return years * _SECONDS["year"] + number * _SECONDS["month"]
    return number * _unit(match[2])


def _unit(name: str) -> float:
    return _SECONDS[name] if name in _SECONDS else _SECONDS[name.removesuffix("s")]


def whole(value: float) -> float:
    """*value*, as an integer where it is one; else to a millionth."""
    return int(value) if value == int(value) else round(value, 6)


def sizes(text: str) -> Iterator[Size]:
    """The sizes in *text*, at most 1 PiB each."""
    for match in _SIZE.finditer(text):
        letter = match[2] or match[6] or (match[3] or match[4] or " ")[0]
        factor = 1 if match[5] else _BYTES.get(letter, 1)
        yield Size(min(int(float(match[1]) * factor), _LARGEST), match.start(), match.end())


def shares(text: str) -> Iterator[Share]:
    """The shares in *text*: in per cent, and «9 out of 10», «half of all»."""
    for match in _SHARE.finditer(text):
        yield Share(whole(float(match[1])), match.start(), match.end())
    for match in _OUT_OF.finditer(text):
        some, all_ = match[1] or match[3], match[2] or match[4]
        if some is None:
            yield Share(50, match.start(), match.end())
        elif 0 < int(some) <= int(all_):
            yield Share(whole(100 * int(some) / int(all_)), match.start(), match.end())


def percentile(text: str) -> Share | None:
    """The percentile that *text* names: «p95», «the 99th percentile», «the median»."""
    match = _PERCENTILE.search(text)
    if not match:
        return None
    number = 99.9 if match[1] == "999" else float(match[1] or match[2] or 50)
    return Share(whole(number), match.start(), match.end())


_UPPER_BEFORE = regex(
    r"(?:at most|at the most|tops? out at|good for|at maximum|up to(?: a size of| a total of)?"
    r"|as (?:large|big|long|much|many|high) as|max(?:imum)?(?: of)?(?: is)?|(?:limit|maximum|cap)(?:ed)? (?:is|of"
    r"|at)|a limit of|limited to|capped (?:at|to)|"
    r"max(?:imum)? (?:\w+ ){1,4}(?:is|are|of|:|=)|(?:limit|cap|ceiling)(?: (?:for|on|of) [\w ]{1,30}?)? (?:is|of|at)"
    r"|restricted to|bounded (?:by|to)|within|under|below|beneath|<=?|(?:less|fewer|shorter|smaller|lower) than"
    r"|not (?:to )?exceed(?:ing)?|never exceeds?|"
    r"(?:no|not|never|nor|nothing|nobody|cannot)(?: [\w/-]+){0,14}? (?:more|longer|larger|bigger|greater|higher|later|over|beyond|above"
    r"|exceeds?|exceed)(?: than)?)\s*(?:the |a |an |about |some )?\Z"
)
# «Limit payloads on /import to 100 MB».
_COMMANDED = regex(
    r"\A(?:please )?(?:limit|cap|restrict|keep|bound|hold|throttle) [^.;]{1,80}? (?:to|at|below|under)(?: about)? \Z"
)
_OVER_BEFORE = regex(
    r"(?:(?:more|longer|larger|bigger|greater|higher|heavier) than|over|above|beyond|exceed(?:s|ing)?|in excess of"
    r"|past|>)\s*\Z"
)
_LOWER_BEFORE = regex(
    r"(?:min(?:imum)? (?:\w+ ){1,4}(?:is|are|of|:)|at least|at minimum|a minimum of|min(?:imum)?(?: of)?"
    r"|no(?:t)? (?:fewer|less|smaller|lower) than|never (?:fewer|less) than|"
    r"(?:never|not|no|at no time|at no point)(?: \w+){0,3} (?:fewer|less|below|under)(?: than)?|>=)\s*(?:the |a |an )?\Z"
)
_UPPER_AFTER = regex(
    r"\A(?: \w+){0,3}? (?:or (?:less|fewer|lower|smaller)|at (?:the )?(?:very )?most|max(?:imum)?|tops|and no more)\b"
)
_LOWER_AFTER = regex(
    r"\A(?: \w+){0,3}? (?:or (?:more|higher|newer|later|above|better)|at (?:the )?(?:very )?least|minimum|and (?:up|above|newer|later))\b"
)


# «More than 512 MiB must never be taken up».
_NEVER = regex(r"\A[^.;,]{0,30}\b(?:must|may|can|shall|should|is|are) (?:never|not)\b|\A[^.;,]{0,30}\bcannot\b")
# «Fewer than 2 instances are not acceptable».
_LESS_BEFORE = regex(r"\b(?:less|fewer|lower|smaller|under|below) (?:than )?\Z")
_NOT_ENOUGH = regex(
    r"\b(?:(?:never|not|cannot)(?: be)? (?:acceptable|allowed|permitted|tolerated|enough|accepted|run|sufficient)|too (?:little|few"
    r"|small)|insufficient|unacceptable|forbidden|prohibited)\b"
)


def bound(text: str, begin: int, end: int, *, refused: bool = False) -> Bound | None:
    """On which side the quantity at *begin* to *end* bounds; None where nothing says so.

    *refused*: the sentence says that what is over it is refused or ended, so «larger than 25 MB» bounds from above.
    """
    before, after = text[max(0, begin - 110) : begin], text[end : end + 40]
    if _LOWER_BEFORE.search(before) or _LOWER_AFTER.search(after):
        return "least"
    if _LESS_BEFORE.search(before) and _NOT_ENOUGH.search(text[end : end + 60]):
        return "least"
    if _UPPER_BEFORE.search(before) or _UPPER_AFTER.search(after) or _COMMANDED.match(text[:begin][:110]):
        return "most"
    if _OVER_BEFORE.search(before):
        return "most" if refused or _NEVER.search(after) else "least"
    return "exactly" if re.search(r"\b(?:exactly|precisely|always)\s*\Z", before) else None
