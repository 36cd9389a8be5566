"""What a sentence that no reader understands may demand: by its numbers and one of its words. A guess, which somebody has to agree with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.record import record
from speccompile.regex import regex
from speccompile.requirements.sentence import Sentence

_OF_SIZES = (
    ("memory", regex(r"\b(?:memory|ram|heap|footprint)\b")),
    ("body", regex(r"\b(?:uploads?|bod(?:y|ies)|payloads?|requests?|files?|attachments?|posts?)\b")),
)
_OF_DURATIONS = (
    ("logskept", regex(r"\blogs?\b")),
    ("backup", regex(r"\b(?:back(?:ed)? ?ups?|snapshots?|dumps?)\b")),
    ("drain", regex(r"\b(?:drain(?:ed|s)?|shut ?down|stop(?:s|ped)?|sigterm)\b")),
    ("restart", regex(r"\b(?:restart(?:s|ed)?|recover(?:s|y|ed)?|crash(?:es|ed)?)\b")),
    ("rundeadline", regex(r"\b(?:runs?|jobs?|batch|exports?|imports?)\b")),
    ("deadline", regex(r"\b(?:requests?|responses?|answer(?:s|ed)?|repl(?:y|ies)|calls?|pages?)\b")),
)
_AVAILABLE = regex(r"\b(?:available|availability|uptime|up|reachable)\b")


@record()
class Guess:
    """A binding, and what speaks for it."""

    says: Mapping[str, Any]
    because: str


def guess(sentence: Sentence) -> Guess | None:
    """The first that fits *sentence*."""
    return next(_guesses(sentence), None)


def _guesses(sentence: Sentence) -> Iterator[Guess]:
    for size in sentence.sizes[:1]:
        for kind, phrase in _OF_SIZES:
            if match := sentence.mentions(phrase):
                yield Guess({kind: _in_bytes(size.bytes)}, f"it has a size, and the word {match[0]}")
    for time in sentence.durations[:1]:
        for kind, phrase in _OF_DURATIONS:
            if match := sentence.mentions(phrase):
                yield Guess({kind: _in_time(time.seconds)}, f"it has a duration, and the word {match[0]}")
    for share in sentence.shares[:1]:
        if match := sentence.mentions(_AVAILABLE):
            yield Guess({"availability": share.percent}, f"it has a share in per cent, and the word {match[0]}")


def _in_bytes(count: int) -> str | int:
    units = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))
    return next((f"{count // size}{unit}" for size, unit in units if count % size == 0), count)


def _in_time(seconds: float) -> str:
    whole = round(seconds * 1000)
    units = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"), (1, "ms"))
    return next(f"{whole // size}{unit}" for size, unit in units if whole % size == 0)
