"""patches/FILE.yaml: what people change about a generated file, and why; patches/ejected.yaml: which files are theirs."""

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from speccompile.codes.patching import OPERATION
from speccompile.spec.model import SpecModel, refused
from speccompile.spec.names import Filled, matcher
from speccompile.spec.quantities import FormatVersion

Word = Literal["add", "remove", "replace", "move", "copy", "test", "insert"]
WORDS: tuple[str, ...] = get_args(Word)


def _lines(value: Any) -> Any:
    """A text of several lines, or a list of lines, as lines."""
    if isinstance(value, str):
        return tuple(value.removesuffix("\n").split("\n"))
    if isinstance(value, tuple) and all(isinstance(line, str) and "\n" not in line for line in value) and value:
        return tuple(value)
    raise refused(OPERATION, "lines are expected", "write a text, or a list with a text for each line")


Lines = Annotated[
    tuple[str, ...],
    BeforeValidator(_lines),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
_INVARIANT = r"SC[89]\d{2}"
Invariant = Annotated[
    str,
    AfterValidator(
        matcher(_INVARIANT, OPERATION, "an invariant's code is expected", "write it as findings name it: SC942")
    ),
    WithJsonSchema({"type": "string", "pattern": f"^{_INVARIANT}$"}),
]


class Operation(SpecModel):
    """One change. In YAML it is an operation of RFC 6902; in other files it is about lines."""

    op: Word = Field(description="What is done.", examples=["replace"])
    path: Filled | None = Field(
        None,
        description="Where in a YAML file: a JSON pointer (RFC 6901), whose steps may select: `[name=api]`, `[=edge]`, `[*]`.",
        examples=["/services/api/mem_limit"],
    )
    source: Filled | None = Field(
        None, alias="from", description="From where `move` and `copy` take the value.", examples=["/services/api/cpus"]
    )
    value: Any = Field(None, description="The value of `add`, `replace` and `test`.", examples=["1g"])
    point: Filled | None = Field(
        None,
        alias="at",
        description="A named point of the file: `speccompile patch new FILE` lists them.",
        examples=["before-final-user"],
    )
    host: Filled | None = Field(None, description="The host of nginx's server.", examples=["bank.example.com"])
    route: Filled | None = Field(None, description="The path of nginx's location.", examples=["/api"])
    stage: Filled | None = Field(None, description="A stage of a Dockerfile, by its name.", examples=["build"])
    after: Lines | None = Field(
        None, description="The line, or lines, after which text is inserted; in YAML, a key.", examples=["EXPOSE 3000"]
    )
    before: Lines | None = Field(
        None, description="The line, or lines, before which text is inserted; in YAML, a key.", examples=["EXPOSE 3000"]
    )
    find: Lines | None = Field(None, description="The lines that are replaced or removed.", examples=["EXPOSE 3000"])
    text: Lines | None = Field(None, description="The lines that are written.", examples=["STOPSIGNAL SIGQUIT"])
    nth: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        None, description="Which of several equal places is meant, counted from 1.", examples=[2]
    )


class Patch(SpecModel):
    """Changes that belong together, and why they are made."""

    reason: Filled = Field(description="Why.", examples=["the gateway's own limit is 20 MiB"])
    allow: tuple[Invariant, ...] = Field(
        (), description="The invariants that the patch is meant to break.", examples=[["SC942"]]
    )
    operations: Annotated[tuple[Operation, ...], Field(min_length=1)] = Field(
        description="What is changed, in this order.",
        examples=[[{"op": "replace", "path": "/services/api/mem_limit", "value": "1g"}]],
    )


class PatchFile(SpecModel):
    """All that is changed about one generated file."""

    version: FormatVersion = Field(1, description="The version of this format.", examples=[1])
    patches: tuple[Patch, ...] = Field(
        (),
        description="The patches, in the order in which they are made.",
        examples=[[{"reason": "…", "operations": []}]],
    )


class EjectedFile(SpecModel):
    """A generated file that is somebody's own from now on."""

    file: Filled = Field(description="The file, from the output directory.", examples=["nginx.conf"])
    reason: Filled = Field(description="Why.", examples=["the platform team keeps it"])
    allow: tuple[Invariant, ...] = Field(
        (), description="What it is meant to break of what the files are together.", examples=[["SC996"]]
    )


class EjectedFiles(SpecModel):
    """The files that are generated no more, because somebody keeps them."""

    version: FormatVersion = Field(1, description="The version of this format.", examples=[1])
    ejected: tuple[EjectedFile, ...] = Field((), description="The files.", examples=[[]])
