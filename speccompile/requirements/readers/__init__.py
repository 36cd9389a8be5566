"""The readers, one module a family, one line here: each gives what it makes of a sentence, or nothing."""

from __future__ import annotations

from collections.abc import Callable

from speccompile.record import record
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
from speccompile.requirements.sentence import Readings, Sentence


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


def read(sentence: Sentence) -> tuple[Reading, ...]:
    """All that *sentence* demands, in the order of the readers, each demand once."""
    found = (reading for reader in READERS if reader.cues & sentence.words for reading in reader.read(sentence))
    return tuple({(one.requirement, one.scope): one for one in found}.values())
