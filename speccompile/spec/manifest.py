"""specs/assertions.json: what a program is, and what must be true of it."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from speccompile.spec.archetypes import Archetype
from speccompile.spec.model import SpecModel
from speccompile.spec.names import AssertionId, Filled, LineRange, SemVer, Timestamp
from speccompile.spec.paths import FilePath

Structure = Literal["data-constraint", "invariant", "precondition", "postcondition", "relationship", "uniqueness"]
Behavior = Literal["liveness", "safety", "ordering", "fairness", "reachability", "mutual-exclusion"]
Category = Literal["structure", "behavior"]
Status = Literal["confirmed", "denied", "refined", "deferred", "pending", "proposed", "inferred"]

TYPES: tuple[str, ...] = get_args(Structure) + get_args(Behavior)
CATEGORIES: tuple[str, ...] = get_args(Category)
STATUSES: tuple[str, ...] = get_args(Status)
ACTIVE = frozenset({"confirmed"})
SETTLED = frozenset({"confirmed", "denied", "refined", "deferred"})


class FormalSpec(SpecModel):
    """Where an assertion is stated formally: a file of the project, and lines of it."""

    file: FilePath
    lines: LineRange | None = None


class Assertion(SpecModel):
    """Something that must be true. Only a ``confirmed`` one has consequences."""

    id: AssertionId
    natural: Filled
    type: Literal[Structure, Behavior]
    category: Category
    status: Status
    source: Filled
    entity: str | None = None
    property: str | None = None
    constraint: str | None = None
    formal_spec: Annotated[FormalSpec | None, Field(alias="formalSpec")] = None
    dependencies: tuple[AssertionId, ...] = ()
    refined_from: Annotated[AssertionId | None, Field(alias="refinedFrom")] = None
    tags: tuple[Filled, ...] = ()

    def is_active(self) -> bool:
        """Whether it counts."""
        return self.status in ACTIVE

    def is_settled(self) -> bool:
        """Whether somebody has decided about it, either way."""
        return self.status in SETTLED


class Metadata(SpecModel):
    """When the manifest was written. Nothing is ever concluded from these times."""

    created: Timestamp | None = None
    last_modified: Annotated[Timestamp | None, Field(alias="lastModified")] = None
    last_verified: Annotated[Timestamp | None, Field(alias="lastVerified")] = None


class Manifest(SpecModel):
    """A whole manifest. ``archetype`` is normalised; None means that deploy.yaml has to say it."""

    schema_url: Annotated[str | None, Field(alias="$schema")] = None
    version: SemVer
    archetype: Archetype | None = None
    description: str | None = None
    domains: tuple[Filled, ...] = ()
    actors: tuple[Filled, ...] = ()
    capabilities: Annotated[dict[str, tuple[Filled, ...]], Field(default_factory=dict)]
    boundaries: tuple[Filled, ...] = ()
    constraints: tuple[Filled, ...] = ()
    assertions: tuple[Assertion, ...]
    metadata: Metadata | None = None
