"""specs/assertions.json: what a program is, and what must be true of it."""

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

    file: FilePath = Field(description="The file, from the project's root.", examples=["specs/dafny/structure.dfy"])
    lines: LineRange | None = Field(None, description="The lines of it.", examples=["15-16"])


class Assertion(SpecModel):
    """Something that must be true. Only a ``confirmed`` one has consequences."""

    id: AssertionId = Field(description="What it is called: A-, perhaps a family, and a number.", examples=["A-001"])
    natural: Filled = Field(
        description="The sentence that must be true.", examples=["Account balance never goes negative"]
    )
    type: Literal[Structure, Behavior] = Field(description="What kind of statement it is.", examples=["invariant"])
    category: Category = Field(
        description="Whether it is about what there is, or about what happens.", examples=["structure"]
    )
    status: Status = Field(
        description="Whether somebody has decided about it; only a confirmed one has consequences.",
        examples=["confirmed"],
    )
    source: Filled = Field(description="Who said so.", examples=["user-interview-001"])
    entity: str | None = Field(None, description="What it is about.", examples=["Account"])
    property: str | None = Field(None, description="Which property of that.", examples=["balance"])
    constraint: str | None = Field(None, description="The same as an expression.", examples=["balance >= 0"])
    formal_spec: FormalSpec | None = Field(
        None,
        alias="formalSpec",
        description="Where it is stated formally.",
        examples=[{"file": "specs/dafny/structure.dfy", "lines": "15-16"}],
    )
    dependencies: tuple[AssertionId, ...] = Field(
        (), description="The assertions that it builds on.", examples=[["A-001"]]
    )
    refined_from: AssertionId | None = Field(
        None, alias="refinedFrom", description="The assertion that it says more precisely.", examples=["A-001"]
    )
    tags: tuple[Filled, ...] = Field((), description="Words to find it by.", examples=[["money"]])

    def is_active(self) -> bool:
        """Whether it counts."""
        return self.status in ACTIVE

    def is_settled(self) -> bool:
        """Whether somebody has decided about it, either way."""
        return self.status in SETTLED


class Metadata(SpecModel):
    """When the manifest was written. Nothing is ever concluded from these times."""

    created: Timestamp | None = Field(
        None, description="When the manifest was begun.", examples=["2024-01-15T10:00:00Z"]
    )
    last_modified: Timestamp | None = Field(
        None, alias="lastModified", description="When it was changed last.", examples=["2024-01-15T10:00:00Z"]
    )
    last_verified: Timestamp | None = Field(
        None,
        alias="lastVerified",
        description="When it was verified last; no evidence by itself.",
        examples=["2024-01-15T10:00:00Z"],
    )


class Manifest(SpecModel):
    """A whole manifest. ``archetype`` is normalised; None means that deploy.yaml has to say it."""

    schema_url: str | None = Field(
        None,
        alias="$schema",
        description="The JSON Schema, for editors.",
        examples=["https://example.com/assertions.schema.json"],
    )
    version: SemVer = Field(description="The manifest's own version (Semantic Versioning).", examples=["1.0.0"])
    archetype: Archetype | None = Field(None, description="What the program is.", examples=["web-service"])
    description: str | None = Field(None, description="What it is for.", examples=["Accounts and transfers"])
    domains: tuple[Filled, ...] = Field(
        (), description="The fields of knowledge that it is about.", examples=[["finance"]]
    )
    actors: tuple[Filled, ...] = Field((), description="Who uses it.", examples=[["customer"]])
    capabilities: Annotated[dict[str, tuple[Filled, ...]], Field(default_factory=dict)] = Field(
        description="What each actor can do.", examples=[{"customer": ["deposit"]}]
    )
    boundaries: tuple[Filled, ...] = Field(
        (), description="What it touches outside of itself.", examples=[["postgres"]]
    )
    constraints: tuple[Filled, ...] = Field(
        (), description="What it is not, or must not be.", examples=[["not-multi-currency"]]
    )
    assertions: tuple[Assertion, ...] = Field(description="What must be true.", examples=[[]])
    metadata: Metadata | None = Field(
        None, description="When it was written.", examples=[{"created": "2024-01-15T10:00:00Z"}]
    )
