"""What the system writes about itself: logs, and records that nobody can alter."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.requirements.kinds import Audit, LogsKept
from speccompile.requirements.quantities import DAY, Duration
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues("output log logs logging logged audit audited trail audit-log stdout")

_LOGS = regex(r"\b(?:logs?|log (?:lines?|entries|messages|output|files?|records?)|logging|access log|logged)\b")
_LINES = regex(
    r"\bjson (?:objects?|documents?|records?|events?)\b[^.]{0,40}\b(?:per|a|each|every|1) line\b[^.]{0,60}\b(?:stdout|standard output|stderr|logs?)\b"
)
_FORMAT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("json", regex(r"\bjson\b|\bstructured\b")),
    ("logfmt", regex(r"\blogfmt\b")),
    ("text", regex(r"\bplain text\b")),
)
_KEPT = regex(
    r"\b(?:kept|keep|keeps?|preserved?|held|retain\w*|retention|stored|available|rotat\w+|deletes?|deleted"
    r"|disappears?|consulted|thrown (?:away|out)|throws? (?:away|out)|cleared|wiped|erased|purged?|removed?|archived|discarded"
    r"|dropped|older|look back)\b"
)
_WRITTEN = regex(
    r"-> (?:stdout|standard output)|\b(?:writ(?:es|ten|e)|go(?:es)?|sent|emit(?:s|ted)?|are|is|be|as|to (?:stdout|standard output)|in|structured"
    r"|print(?:s|ed)?|output|logs? (?:only )?(?:json|structured|logfmt))\b"
)
_NOT_LOGS = regex(
    r"\b(?:log(?:s|ged)? in\b(?! (?:json|plain|logfmt|structured))|logged out|login|log(?:s)? out|captain|wood|never (?:logged|contain"
    r"|written to logs?)|not (?:be )?(?:logged|contain)|no (?:\w+ )?(?:is|are) logged|audit|must not contain"
    r"|never contain|every (?:login|change|request) is logged|visitors?|flight logs?|log ?books?|timber\w*|sawn|saw ?mills?|firewood|forest\w*|lumber"
    r"|oak|tree trunks?)\b"
)
_DAILY = regex(r"\brotat\w+ (?:every day|daily|every 1 day)|\bdaily rotat\w+")
_STDOUT = regex(r"\b(?:stdout|standard output|stderr)\b")
_EVERY = regex(r"\bevery\s+\Z")
_WRITERS = frozenset(
    "log logging service application app process it program line entry api server worker system container".split()
)
_AUDIT = regex(
    r"\baudit logging\b|\baudit (?:log|trail|record|entry|entries|event)s?\b|\baudited\b|\baudit-log\b|\baudit logs?\b"
)
_ALTERED = regex(
    r"\b(?:(?:volume|store|storage|disk) of (?:their|its) own|separate (?:volume|store|storage|disk)|append[- ]only|immutable|tamper\w*|(?:never|not"
    r"|cannot)(?: ever)? (?:be )?(?:altered|changed|deleted|modified|removed|edited"
    r"|overwritten)|nobody can|write[- ]once|(?:switched|turned) on|enabled|recorded|records?|notes?|written|logged|leaves?|creates?|kept in"
    r"|stored in|entered|keeps?|maintains?"
    r"|in the audit)\b"
)
_UNALTERED = regex(
    r"\b(?:append[- ]only|immutable|tamper\w*|write[- ]once|(?:never|not|cannot)(?: ever)? (?:be )?(?:altered|changed|modified|edited|overwritten))"
)
_SEALED = regex(
    r"\bno(?:body|t even \w+| one) (?:can|may|is able to) (?:ever )?(?:alter|change|rewrite|delete|edit|modify|remove|tamper with)\b"
)
_BOOKS = regex(r"\b(?:books|accountants?|auditors?|tax)\b")


def read(sentence: Sentence) -> Readings:
    """The logs and the audit records that *sentence* demands."""
    yield from _logs(sentence)
    audit = sentence.mentions(_AUDIT) if sentence.mentions(_SEALED) else sentence.says(_AUDIT)
    if audit and not sentence.mentions(_BOOKS) and sentence.mentions(_UNALTERED if sentence.durations else _ALTERED):
        yield sentence.reading(Audit(), audit)


def _logs(sentence: Sentence) -> Readings:
    match = sentence.mentions(_LOGS) or sentence.mentions(_LINES)
    if (
        not match
        or sentence.mentions(_NOT_LOGS)
        or not (sentence.of_system or sentence.subject.noun == "logging" or sentence.mentions(_LINES))
    ):
        return
    form = (
        next((name for name, phrase in _FORMAT if sentence.says(phrase)), None) if sentence.mentions(_WRITTEN) else None
    )
    time = _kept(sentence)
    seconds = time.seconds if time else float(DAY) if sentence.mentions(_DAILY) and not form else None
    if form or seconds or (sentence.says(_STDOUT) and sentence.subject.noun in _WRITERS):
        yield sentence.reading(LogsKept(form, seconds), match, time)


def _kept(sentence: Sentence) -> Duration | None:
    """How long they are kept: a time that is not how often they are rotated."""
    if not sentence.mentions(_KEPT):
        return None
    return next(
        (time for time in sentence.durations if not _EVERY.search(sentence.text[max(0, time.begin - 12) : time.begin])),
        None,
    )
