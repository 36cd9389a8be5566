"""What a manifest demands: the requirements of its confirmed assertions and of its constraints, each with where it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Generic, TypeVar

from speccompile.provenance import Cause
from speccompile.record import record
from speccompile.requirements.kinds import Egress, Private, Requirement
from speccompile.requirements.phrases import words
from speccompile.requirements.readers import read
from speccompile.requirements.reading import Reading, Scope
from speccompile.requirements.sentence import Sentence
from speccompile.spec.archetypes import CLI_TOOL, DATA_PIPELINE
from speccompile.spec.manifest import Assertion, Manifest

R_co = TypeVar("R_co", bound=Requirement, covariant=True)

_PRIVATE = words(
    "not public",
    "not publicly (?:accessible|exposed|reachable|available|routable|facing)",
    "not (?:to be )?(?:exposed|published)(?! to)",
    "not (?:exposed|reachable|accessible) (?:to|from|on|by) (?:the )?(?:internet|public|outside|world)",
    "must not be public",
    "not public facing",
    "internal only",
    "private only",
    "not internet facing",
    "no public access",
    "no ingress",
    "private service",
    "internal service",
)
_OFFLINE = words(
    "no network",
    "no network access",
    "offline",
    "offline only",
    "not networked",
    "no internet",
    "no outbound",
    "no egress",
    "air gapped",
)


@record()
class Asked(Generic[R_co]):
    """A requirement, of what it speaks, and where it is written."""

    requirement: R_co
    scope: Scope
    cause: Cause


@record()
class Read:
    """An assertion and what the readers made of its text."""

    assertion: Assertion
    readings: tuple[Reading, ...]


def read_assertions(manifest: Manifest, archetype: str) -> tuple[Read, ...]:
    """Every active assertion of *manifest*, a program of *archetype*, with its readings."""
    return tuple(Read(one, read_assertion(one, archetype)) for one in manifest.assertions if one.is_active())


def read_assertion(assertion: Assertion, archetype: str) -> tuple[Reading, ...]:
    """What the readers make of *assertion*, of a program of *archetype*: from the sentence; where that says nothing, from the sentence
    with its formal constraint («<= 256 MB») behind it."""
    found = read(sentence(assertion.natural, archetype, assertion.entity))
    if found or not assertion.constraint:
        return found
    return read(sentence(f"{assertion.natural} {assertion.constraint}", archetype, assertion.entity))


def sentence(text: str, archetype: str, entity: str | None = None) -> Sentence:
    """*text* as a sentence about a program of *archetype*."""
    return Sentence(text, pipeline=archetype == DATA_PIPELINE, tool=archetype == CLI_TOOL, entity=entity or "")


def asked(manifest: Manifest, archetype: str) -> tuple[Asked[Requirement], ...]:
    """All that *manifest* demands, in the order in which it is written."""
    return (*_asserted(manifest, archetype), *constrained(manifest))


def _asserted(manifest: Manifest, archetype: str) -> Iterator[Asked[Requirement]]:
    for one in read_assertions(manifest, archetype):
        cause = Cause(one.assertion.at("natural"), one.assertion.id)
        for reading in one.readings:
            yield Asked(reading.requirement, reading.scope, cause)


def constrained(manifest: Manifest) -> Iterator[Asked[Requirement]]:
    """What *manifest* says that the system is not: constraints are names («not-public»), not sentences."""
    for number, constraint in enumerate(manifest.constraints):
        said = Sentence(re.sub(r"[-_]+", " ", constraint))
        cause = Cause(manifest.at("constraints", number))
        if said.says(_PRIVATE):
            yield Asked(Private(), Scope(), cause)
        elif said.says(_OFFLINE):
            yield Asked(Egress(), Scope(), cause)
