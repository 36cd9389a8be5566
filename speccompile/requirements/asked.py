"""What a manifest demands: the requirements of its confirmed assertions and of its constraints, each with where it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Generic, TypeVar

from speccompile.provenance import Cause
from speccompile.record import record
from speccompile.requirements.bound import decided, meant
from speccompile.requirements.kinds import Egress, Private, Requirement
from speccompile.requirements.phrases import words
from speccompile.requirements.readers import read
from speccompile.requirements.reading import Reading, Scope
from speccompile.requirements.sentence import Sentence
from speccompile.spec.archetypes import CLI_TOOL, DATA_PIPELINE
from speccompile.spec.manifest import Assertion, Manifest
from speccompile.spec.project import Bound
from speccompile.vocabulary import ArchetypeName

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
class Demanded:
    """What is asked, and the characters of the assertion's sentence from which it was read; none where deploy.yaml says it."""

    asked: Asked[Requirement]
    begin: int
    end: int


def read_assertion(assertion: Assertion, archetype: ArchetypeName) -> tuple[Reading, ...]:
    """What the readers make of *assertion*, of a program of *archetype*: from the sentence; where that says nothing, from the sentence
    with its formal constraint («<= 256 MB») behind it."""
    return _read(assertion.natural, assertion.constraint, assertion.entity, archetype)


@lru_cache(maxsize=16384)
def _read(natural: str, constraint: str | None, entity: str | None, archetype: ArchetypeName) -> tuple[Reading, ...]:
    """The same; what a service is told and what becomes of each assertion are both read here, so each is read once."""
    found = read(sentence(natural, archetype, entity))
    if found or not constraint:
        return found
    return read(sentence(f"{natural} {constraint}", archetype, entity))


def sentence(text: str, archetype: ArchetypeName, entity: str | None = None) -> Sentence:
    """*text* as a sentence about a program of *archetype*."""
    return Sentence(text, pipeline=archetype == DATA_PIPELINE, tool=archetype == CLI_TOOL, entity=entity or "")


def asked(
    manifest: Manifest, archetype: ArchetypeName, bindings: Mapping[str, Bound]
) -> tuple[Asked[Requirement], ...]:
    """All that *manifest* demands, in the order in which it is written; *bindings* are those of deploy.yaml, by assertion."""
    active = (one for one in manifest.assertions if one.is_active())
    asserted = (each for one in active for each in demanded(one, archetype, bindings.get(one.id)))
    return (*(each.asked for each in asserted), *constrained(manifest))


def demanded(assertion: Assertion, archetype: ArchetypeName, bound: Bound | None) -> Iterator[Demanded]:
    """What *assertion* demands of a program of *archetype*: what deploy.yaml says, else what is read and meant."""
    said = decided(assertion.id, bound)
    for one in said:
        yield Demanded(Asked(one.requirement, one.scope, one.cause), 0, 0)
    if said:
        return
    cause = Cause(assertion.at("natural"), assertion.id)
    end = len(assertion.natural)
    for reading in meant(read_assertion(assertion, archetype), bound.says if bound else None):
        # A formal constraint stands behind the sentence.
        where = min(reading.begin, end), min(reading.end, end)
        yield Demanded(Asked(reading.requirement, reading.scope, cause), *where)


def constrained(manifest: Manifest) -> Iterator[Asked[Requirement]]:
    """What *manifest* says that the system is not: constraints are names («not-public»), not sentences."""
    for number, constraint in enumerate(manifest.constraints):
        said = Sentence(re.sub(r"[-_]+", " ", constraint))
        cause = Cause(manifest.at("constraints", number))
        if said.says(_PRIVATE):
            yield Asked(Private(), Scope(), cause)
        elif said.says(_OFFLINE):
            yield Asked(Egress(), Scope(), cause)
