"""The readers, one module a family, one line here: each gives what it makes of a sentence, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import replace

from speccompile.record import record
from speccompile.regex import regex
from speccompile.requirements.kinds import Body, Deadline, Requirement
from speccompile.requirements.readers import (
    bodies,
    caching,
    capacity,
    connections,
    deadlines,
    egress,
    externals,
    files,
    hardening,
    health,
    instances,
    keeping,
    lifecycle,
    logs,
    networks,
    platforms,
    rates,
    runs,
    schedule,
    secrets,
    stores,
    transport,
)
from speccompile.requirements.reading import Reading
from speccompile.requirements.restricted import is_elsewhere, whole
from speccompile.requirements.sentence import Readings, Sentence
from speccompile.requirements.unmeant import WITHOUT, is_not_required, is_unmeant


@record()
class Reader:
    """A family's reader, and the words of which a sentence must have one to be looked at."""

    cues: frozenset[str]
    read: Callable[[Sentence], Readings]


READERS = tuple(
    Reader(family.CUES, family.read)
    for family in (
        deadlines,
        rates,
        bodies,
        connections,
        capacity,
        instances,
        runs,
        schedule,
        stores,
        keeping,
        files,
        transport,
        networks,
        egress,
        secrets,
        externals,
        health,
        logs,
        lifecycle,
        hardening,
        platforms,
        caching,
    )
)


_OF_OTHERS = tuple(one for one in READERS if one.read is externals.read)
"""What speaks of somebody else's system demands at most that it is there."""
_EXCEPTION = regex(
    r"\b(?:except(?:s|ed|ing)?|apart from|other than|save for|aside from|with the exception of"
    r"|(?:every|all|any|each)(?: [a-z]+)? but)\b"
)
_CLAUSE = regex(
    r",? and (?=(?:the|its|it|no|nothing|all|every|each) )|, and (?=an? )|; (?=[a-z])"
    r"|,? and (?=(?:is|are) (?:stopped|killed|refused|rejected|kept|started|restarted|mounted|served|limited)\b)"
)
_BOUNDS = frozenset(("deadline", "rate", "body", "memory", "cpu", "retention", "logskept", "idle", "objective"))
"""Kinds that would bind what a sentence excepts, too: of whom it speaks there no reader tells."""


def read(sentence: Sentence) -> tuple[Reading, ...]:
    """All that *sentence* demands, in the order of the readers, each demand once."""
    every = _found(sentence)
    if not every or is_unmeant(sentence):
        return ()
    found = list(whole(sentence, every))
    found += whole(sentence, _of_clauses(sentence, {one.kind for one in found}))
    if is_not_required(sentence):
        found = [one for one in found if one.kind in WITHOUT]
    if exception := sentence.mentions(_EXCEPTION):
        found = [one for one in found if one.kind not in _BOUNDS] + list(_with_its_exception(sentence, exception))
    return tuple({(one.requirement, one.scope): one for one in found}.values())


def is_of_a_part(sentence: Sentence) -> bool:
    """Whether *sentence* bounds something for some callers, hours or requests alone, which no kind can say."""
    return not is_elsewhere(sentence) and bool(_found(sentence)) and not read(sentence)


def _found(sentence: Sentence) -> list[Reading]:
    """What the readers make of *sentence*, whatever restricts it."""
    readers = _OF_OTHERS if sentence.of_another else READERS
    return [reading for reader in readers if reader.cues & sentence.words for reading in reader.read(sentence)]


def _of_clauses(sentence: Sentence, kinds: Set[str]) -> Iterator[Reading]:
    """What the clauses of *sentence* demand by themselves, of other kinds than the *kinds* that it demands as a whole: «It runs as no superuser, and
    the file system is read-only». Where the whole demands nothing, neither do they."""
    begin = 0
    for end, following in _bounds_of_clauses(sentence.written) if kinds else ():
        for one in _found(sentence.part(begin, end)):
            if one.kind not in kinds:
                yield replace(one, begin=one.begin + begin, end=one.end + begin)
        begin = following


def _bounds_of_clauses(text: str) -> Iterator[tuple[int, int]]:
    """Where each clause of *text* ends, and the next one begins; nothing where there is one."""
    cuts = list(_CLAUSE.finditer(text))
    if cuts:
        yield from (match.span() for match in cuts)
        yield len(text), len(text)


def _with_its_exception(sentence: Sentence, exception: re.Match[str]) -> Iterator[Reading]:
    """«At most 10 MB, except under /media, where 1 GB is fine»: the bound of all, and that of the one path which has its own."""
    at, _ = sentence.places(exception)
    rule, excepted = sentence.part(0, at), sentence.part(at, len(sentence.written))
    for reading in read(rule):
        match reading.requirement:
            case Body() if len(excepted.paths) == len(excepted.sizes) == 1:
                other: Requirement = Body(excepted.sizes[0].bytes)
            case Deadline() if len(excepted.paths) == len(excepted.durations) == 1:
                other = Deadline(excepted.durations[0].seconds)
            case _:
                continue
        yield reading
        yield Reading(other, excepted.of_path, at, len(sentence.written))
