"""What the readers make of sentences: a list with the right readings, near misses among them, and variations of what is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccompile.requirements.kinds import Body, Deadline, Memory, Rate, Replicas, Schedule
from speccompile.requirements.readers import READERS, read
from speccompile.requirements.reading import Reading, value_of
from speccompile.requirements.sentence import Sentence

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "sentences.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
BLIND = [
    (*line.split("	"), "")[:4]
    for path in sorted(Path(__file__).parent.glob("blind*.tsv"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
_NAMES = "service API server application container process worker".split()
_DOMAIN = "taxi friend meeting delivery refund pull vacation blood".split()


def _shown(reading: Reading) -> str:
    said = {
        name: value
        for name, value in value_of(reading.requirement).items()
        if value not in (None, [], "") and value is not False
    }
    fields = json.dumps(said, separators=(", ", "=")).replace("{", "(").replace("}", ")").replace('"', "")
    scope = reading.scope.of + (f":{reading.scope.path}" if reading.scope.path else "")
    return f"{reading.kind}{fields if said else ''}@{scope}"


def _read(text: str, *, pipeline: bool = False) -> tuple[Reading, ...]:
    return read(Sentence(text, pipeline=pipeline))


@pytest.mark.parametrize(("archetype", "expected", "text"), ROWS, ids=[row[2] for row in ROWS])
def test_a_sentence_is_read_as_it_is_meant(archetype: str, expected: str, text: str) -> None:
    """Kind, bound, unit and scope; and nothing of what only sounds like a deployment."""
    found = _read(text, pipeline=archetype == "pipe")
    assert ("; ".join(map(_shown, found)) or "-") == expected


@pytest.mark.parametrize(("archetype", "expected", "text", "unread"), BLIND, ids=[row[2] for row in BLIND])
def test_a_sentence_written_before_its_reader_is_read(archetype: str, expected: str, text: str, unread: str) -> None:
    """These were written without a look at the readers. What is not read yet is marked; it may be passed over, never misread."""
    found = _read(text, pipeline=archetype == "pipe")
    assert ("; ".join(map(_shown, found)) or "-") == ("-" if unread else expected)


def test_every_reader_has_a_sentence() -> None:
    """A reader that the list never reaches could be wrong unnoticed."""
    for reader in READERS:
        assert any(next(reader.read(Sentence(text, pipeline=a == "pipe")), None) for a, _, text in ROWS), reader.read


@given(st.sampled_from(_NAMES), st.integers(1, 4000), st.sampled_from(["MB", "MiB", "megabytes", "GB", "gigabytes"]))
def test_memory_follows_number_and_unit(noun: str, number: int, unit: str) -> None:
    """Units are binary."""
    factor = 2**30 if unit.lower().startswith("g") else 2**20
    for text in (
        f"The {noun} uses at most {number} {unit} of memory",
        f"Memory of the {noun} never exceeds {number} {unit}",
    ):
        (found,) = _read(text)
        assert found.requirement == Memory(number * factor, "most"), text


@given(st.integers(1, 59), st.sampled_from([("second", 1), ("minute", 60)]))
def test_deadlines_follow_number_and_unit(number: int, unit: tuple[str, int]) -> None:
    """In both orders of words."""
    name, factor = unit
    plural = name if number == 1 else f"{name}s"
    for text in (f"Requests time out after {number} {plural}", f"Within {number} {plural}, every request is answered"):
        (found,) = _read(text)
        assert found.requirement == Deadline(number * factor), text


@given(st.integers(1, 100000), st.sampled_from(["second", "minute", "hour", "day"]), st.integers(1, 500))
def test_rates_follow_number_unit_and_burst(number: int, unit: str, burst: int) -> None:
    """And the burst is the one that is said."""
    (found,) = _read(f"Each client may send at most {number} requests per {unit}, with bursts of {burst}")
    assert found.requirement == Rate(number, unit[0], burst)  # type: ignore[arg-type]
    assert found.scope.of == "client"


@given(st.sampled_from(_DOMAIN), st.integers(1, 60))
def test_requests_of_the_domain_are_none_of_the_system(word: str, number: int) -> None:
    """«A taxi request» is no HTTP request."""
    assert _read(f"A {word} request takes at most {number} seconds") == ()
    assert _read(f"A {word} request is answered within {number} minutes") == ()


@given(st.integers(2, 50), st.integers(1, 50))
def test_ranges_of_replicas(least: int, more: int) -> None:
    """Both ends."""
    (found,) = _read(f"Between {least} and {least + more} instances of the service are running")
    assert found.requirement == Replicas(least, least + more)


@given(st.integers(1, 900))
def test_bodies(number: int) -> None:
    """However it is said."""
    for text in (
        f"Request bodies are limited to {number} MB",
        f"Uploads larger than {number} MB are rejected",
        f"The maximum upload size is {number} MB",
    ):
        (found,) = _read(text)
        assert found.requirement == Body(number * 2**20), text


@given(st.integers(0, 23), st.integers(0, 59))
def test_times_of_day(hour: int, minute: int) -> None:
    """Twenty-four hours and twelve."""
    (found,) = _read(f"The export runs every day at {hour:02}:{minute:02}", pipeline=True)
    assert found.requirement == Schedule(f"{minute} {hour} * * *")
    half = "am" if hour < 12 else "pm"
    (found,) = _read(f"The export runs daily at {hour % 12 or 12}:{minute:02} {half} UTC", pipeline=True)
    assert found.requirement == Schedule(f"{minute} {hour} * * *", "UTC")


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """Nothing raises, and the words of a reading are in the text."""
    for pipeline in (False, True):
        for reading in _read(text, pipeline=pipeline):
            assert 0 <= reading.begin <= reading.end <= len(text)


def test_long_sentences_are_read_in_linear_time() -> None:
    """Each pattern looks a bounded way ahead: ten times the text may not take a hundred times the steps."""
    for piece in (
        "not ",
        "requests per minute ",
        "a ",
        "1 ",
        "never uses ",
        "every ",
        "/a",
        "at most ",
        "1,000 ",
        "one and ",
    ):
        assert isinstance(_read(piece * 5_000), tuple)
        assert isinstance(_read(piece * 5_000, pipeline=True), tuple)
