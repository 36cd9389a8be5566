"""A sentence in the form that readers look at: lower case, plain punctuation, numbers in digits; and the way back to its text."""

from __future__ import annotations

import re
from functools import cache

from speccompile.record import record
from speccompile.regex import regex

_ONES = dict(
    zip(
        (
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        ).split(),
        range(20),
        strict=True,
    )
)
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_SCALE = "|".join(_SCALES)
_UNITS_OF_TEN = "|".join(list(_ONES)[1:10])
_ALONE = "|".join(sorted(_ONES, key=len, reverse=True))
_CARDINAL = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{_UNITS_OF_TEN})\b)?|{_ALONE})"
_UNIT = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|gigabytes?|megabytes?|gi?b|mi?b|cores?|cpus?)"
# What «a second» is one more of.
_ANOTHER = r"(?:cop(?:y|ies)|instance|replica|process|run|job|server|container|pod|node|one|user|client|version|step|pass|attempt|try|import|export|time)"
_PARTS = {
    "three quarters": "0.75",
    "two thirds": "0.67",
    "half": "0.5",
    "third": "0.33",
    "quarter": "0.25",
    "fifth": "0.2",
    "tenth": "0.1",
}
_PART = rf"(?:(?:an? |one )?(?:{'|'.join(_PARTS)}))"
# What stands for a number, each with the digits that it is written with.
_COUNTED = r"(?= (?:[a-z-]+ ){0,2}(?:requests?|connections?|calls?|queries|websockets?|streams?|clients?)\b)"
_MEASURED = r"(?=\s?(?:%|percent|per cent|ms|s|sec|seconds?|minutes?|hours?|[kmgt]i?b|(?:kilo|mega|giga|mebi|gibi)bytes?|cpus?|cores?)\b|\s?%)"
_MANY = r"(?= (?:[a-z-]+ ){0,2}(?:requests|connections|calls|queries|websockets|streams|clients)\b)"
_IN_FIGURES = (
    rf"(?<![\d.,])\d{{1,3}}(?:[,']\d{{3}})+(?![\d,])|(?<![\d.,'])[1-9]\d{{0,2}}(?:[. ]\d{{3}})+{_COUNTED}|(?<![\d.,])\d{{1,4}}k{_MANY}"
    rf"|(?<![\d.,'])\d{{1,4}},\d{{1,2}}{_MEASURED}|\b\d{{1,3}} (?:and a half|dozen)\b|\b1 full (?={_UNIT}\b)"
)
_IN_WORDS = (
    rf"{_CARDINAL} point {_CARDINAL}(?:[ -]{_CARDINAL})?\b|{_CARDINAL} \(\d{{1,4}}\)|(?:an?|{_CARDINAL}) and a half\b"
    rf"|half a dozen\b|(?:(?:a|{_CARDINAL}) )?dozen\b|(?:three quarters|(?:a )?quarter) of an? (?:hour|minute)\b"
    rf"|{_PART} of an? (?=(?:second|minute|hour|day|week|month|year|gigabyte|megabyte|gig|gb|mb|gib|mib|core|v?cpu|processor)\b)"
    rf"|(?:(?:(?:an?|{_CARDINAL})[ -])?(?:{_SCALE})(?:[ -](?:and[ -])?{_CARDINAL}(?:[ -](?:{_SCALE}))?)*|{_CARDINAL})\b"
    r"|(?:a )?(?:couple|pair)(?: of)?\b|half an? (?=(?:second|minute|hour|day|week|month|year|gigabyte|megabyte|gb|mb|gib|mib|core|v?cpu)\b)"
    rf"|(?:a )?fortnight\b|(?:an?|one) (?!second {_ANOTHER}\b)(?={_UNIT}\b)|an? full (?={_UNIT}\b)"
    r"|(?:once|twice|thrice)(?= (?:a|an|per|each|every|daily|weekly|hourly)\b)"
)
# «Needs to», «isn't», «it's», and what comes between two commas and says nothing.
_IN_FULL = (
    r"(?:has|have|needs?|ought|(?:is|are) (?:required|obliged)) to(?= [a-z])"
    r"|(?:is|are|was|were|do|does|did|has|have|must|should|would|could|can|wo)n't\b|no[- ]one\b"
    r"|(?:it|that|there|what|who)'s\b|(?:we|they|you)'re\b|(?:it|we|they|that)'ll\b"
)
_COMPARED = r"(?<= )[<>]=? ?(?=\d)"
_BY_THE_WAY = r", (?:under any circumstances|in any event|at any time|in each case),(?= )"
_NUMBER = regex(rf"(?=\d)(?:{_IN_FIGURES})|\b(?=[a-z])(?:{_IN_WORDS}|{_IN_FULL})|{_COMPARED}|{_BY_THE_WAY}")
_MODALS = (
    "has to",
    "have to",
    "need to",
    "needs to",
    "ought to",
    "is required to",
    "are required to",
    "is obliged to",
    "are obliged to",
)
_FIXED = {
    "half a dozen": "6",
    "fortnight": "14 days",
    "quarter of an hour": "15 minutes",
    "three quarters of an hour": "45 minutes",
    "quarter of a minute": "15 seconds",
    "three quarters of a minute": "45 seconds",
}
_SIGNS = {"<": "less than ", "<=": "at most ", ">": "more than ", ">=": "at least "}
_CONTRACTED = {"s": "is", "re": "are", "ll": "will"}
_TIMES = {"once": "1 times", "twice": "2 times", "thrice": "3 times"}
_PLAIN = str.maketrans("‘’“”–—‑−\u00a0\u202f\u2009×≤≥", "''\"\"----   x<>")


@record()
class Normal:
    """A *text* that readers look at, and for each of its characters (and its end) the place in the sentence it comes from."""

    text: str
    places: tuple[int, ...]

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Where characters *begin* to *end* of the text stand in the sentence."""
        return self.places[begin], self.places[end - 1] + 1 if end > begin else self.places[begin]


def normal(sentence: str) -> Normal:
    """*sentence* for readers; every character keeps its place, a number all of its words."""
    lowered = sentence.lower() if sentence.isascii() else _lowered(sentence)
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for match in _NUMBER.finditer(lowered):
        digits = _digits(match[0])
        if digits is None:
            continue
        pieces.append(lowered[at : match.start()])
        places += range(at, match.start())
        pieces.append(digits)
        if digits:
            places += [min(match.start() + offset, match.end() - 1) for offset in range(len(digits) - 1)]
            places.append(match.end() - 1)
        at = match.end()
    pieces.append(lowered[at:])
    places += range(at, len(lowered) + 1)
    return Normal("".join(pieces), tuple(places))


def _lowered(sentence: str) -> str:
    """*sentence* in lower case and with plain punctuation, each character in its place."""
    return "".join(lower if len(lower := each.lower()) == 1 else each for each in sentence).translate(_PLAIN)


@cache
def _digits(words: str) -> str | None:
    """The number that *words* stand for, in digits, with what followed them; None when they are no number."""
    if words.startswith(","):
        return ""
    if words[0] in "<>":
        return _SIGNS[words.rstrip()]
    if " point " in words:
        whole, _, tenths = words.partition(" point ")
        return f"{_count(whole)}.{''.join(_count(each) or '' for each in tenths.replace('-', ' ').split())}"
    if words.endswith(")"):
        return words.partition("(")[2].rstrip(")")  # «thirty (30)»
    if words in _MODALS:
        return "must"
    if words.endswith("n't"):
        return {"can": "cannot", "wo": "will not"}.get(words[:-3], f"{words[:-3]} not")
    if words.endswith(("'s", "'re", "'ll")):
        pronoun, _, verb = words.partition("'")
        return f"{pronoun} {_CONTRACTED[verb]}"
    if words in ("no one", "no-one"):
        return "nobody"
    if words[0].isdigit():
        return _compound(words) or _figures(words)
    return _FIXED.get(words.removeprefix("a ")) or _compound(words) or _fraction(words) or _count(words)


def _compound(words: str) -> str | None:
    """«Two and a half», «two dozen»."""
    if words.endswith(" and a half"):
        return f"{_digits(words.removesuffix(' and a half')) or 1}.5"
    if words.endswith("dozen"):
        count = words.removesuffix("dozen").strip()
        return str(12 * int((_digits(count) if count else None) or 1))
    return None


def _fraction(words: str) -> str | None:
    """Halves and quarters of a unit, and one of it."""
    part, of, _ = words.partition(" of a")
    if of:
        return f"{_PARTS[re.sub(r'^(?:an?|one) ', '', part)]} "
    if words.startswith("half a"):
        return "0.5 "
    return "1 " if words.split() in (["a"], ["an"], ["one"]) and words.endswith(" ") else None


def _count(words: str) -> str | None:
    """«Twice», «a couple of», «two hundred and five»."""
    if "couple" in words or "pair" in words:
        return "2"
    if words in _TIMES:
        return _TIMES[words]
    parts = [part for part in words.replace("-", " ").split() if part not in ("and", "a", "an")]
    if not parts or (all(part in _SCALES for part in parts) and not words.startswith("a")):
        return None
    return _cardinal(parts)


def _figures(written: str) -> str:
    """Figures with marks between thousands («1,000», «1.500», «10'000», «10k»), or a comma before tenths («1,5»)."""
    if written.endswith("k"):
        return f"{written[:-1]}000"
    whole, comma, tenths = written.partition(",")
    if comma and len(tenths) < 3:
        return f"{whole}.{tenths}"
    return "".join(each for each in written if each.isdigit())


def _cardinal(parts: list[str]) -> str:
    """The number that the words *parts* are: «two», «hundred», «five» is 205."""
    total, group = 0, 0
    for part in parts:
        if part in _SCALES:
            scale = _SCALES[part]
            if scale == 100:
                group = max(group, 1) * 100
            else:
                total, group = total + max(group, 1) * scale, 0
        else:
            group += _ONES.get(part, _TENS.get(part, 0))
    return str(total + group)
