"""What specs/deploy.yaml says of what runs beside the services that are built: backing services, images, somebody else's APIs."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema

from speccompile.codes.meaning import DURATION, RANGE
from speccompile.spec.bindings.quantities import lasting
from speccompile.spec.given import Gpus, Labels
from speccompile.spec.model import SpecModel, keys_like, refused
from speccompile.spec.names import (
    VARIABLE_NAME,
    Filled,
    ImageReference,
    ImageTag,
    ServiceName,
    StoreWord,
    UserAndGroup,
    VariableName,
)
from speccompile.spec.neighbours import Mounts
from speccompile.spec.paths import ContainerPath, ExternalUrl
from speccompile.spec.quantities import AnyPort, Cpus, Memory


class Resources(SpecModel):
    """Upper bounds: CPUs, and memory in bytes."""

    cpus: Cpus | None = Field(None, description="At most so many CPUs.", examples=[2])
    memory: Memory | None = Field(
        None, description="At most so much memory; units are powers of 1024.", examples=["256M"]
    )


class ProgramResources(Resources):
    """Those of what runs a program of its own: graphics processors, too."""

    gpus: Gpus | None = Field(
        None,
        description="So many of NVIDIA's graphics processors, or `all`. The machine needs NVIDIA's driver and its container toolkit.",
        examples=[1],
    )


_OFTEN = {"hourly": "1h", "daily": "1d", "weekly": "7d", "monthly": "30d"}
_MOST_COPIES = 10_000


def often(value: Any) -> float:
    """Seconds between two of what is done ``hourly``, ``daily``, ``weekly``, ``monthly``, or every ``6h``."""
    if isinstance(value, str) and value.isalpha() and value not in _OFTEN:
        words = ", ".join(_OFTEN)
        raise refused(
            DURATION, f"not a duration, and none of {words}", f"write one of {words}, or a duration such as 6h"
        )
    return lasting(_OFTEN.get(value, value) if isinstance(value, str) else value)


def kept(value: Any, info: ValidationInfo) -> float:
    """Seconds for which a copy is kept: a duration, or as long as so many copies take to be made."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= _MOST_COPIES:
            raise refused(
                RANGE,
                "a number of copies is expected",
                f"write a number from 1 to {_MOST_COPIES}, or a duration such as 14d",
            )
        return value * float(info.data.get("every", often("daily")))
    return lasting(value)


class StoreBackup(SpecModel):
    """Copies of what a store holds, made by a job beside it."""

    every: Annotated[
        float,
        BeforeValidator(often),
        WithJsonSchema({"anyOf": [{"enum": [*_OFTEN]}, {"type": "string"}], "default": "daily"}),
    ] = Field(
        86_400.0, description="How often: `hourly`, `daily`, `weekly`, `monthly`, or every so long.", examples=["6h"]
    )
    keep: (
        Annotated[
            float,
            BeforeValidator(kept),
            WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}),
        ]
        | None
    ) = Field(
        None, description="How many of them are kept, or for how long; without it, for thirty days.", examples=[14]
    )


class StoreService(SpecModel):
    """A backing service that is pulled: its kind in the catalogue, the tag of its image, and what the application has in it."""

    uses: ServiceName = Field(description="The kind of backing service.", examples=["postgres"])
    version: ImageTag | None = Field(
        None, description="The tag of its image, in quotes; without it, the catalogue's.", examples=["15"]
    )
    resources: Resources | None = Field(
        None,
        description="The most that it may use; without it, the catalogue's. How much of it caches take follows.",
        examples=[{"cpus": 2, "memory": "2G"}],
    )
    database: StoreWord | None = Field(
        None,
        description="The database (or virtual host) in it; without it, one of the application's name.",
        examples=["orders"],
    )
    user: StoreWord | None = Field(
        None,
        description="The account that the services log in with; without it, one of the application's name.",
        examples=["clerk"],
    )
    backup: StoreBackup | None = Field(
        None,
        description="That it is copied, whatever its services' assertions say of that: how often, and how many copies are kept.",
        examples=[{"every": "daily", "keep": 14}],
    )
    external: bool = Field(
        False,
        description="Whether somebody else runs it: no container; the operator supplies its URL, which the readiness probe asks.",
        examples=[True],
    )


class AccessoryService(SpecModel):
    """Any image as a container beside the services; nothing is known of it but what is said here."""

    image: ImageReference = Field(
        description="The image, with a tag that names a version, and its digest behind it where it is pinned.",
        examples=["axllent/mailpit:v1.27"],
    )
    port: AnyPort = Field(
        description="The TCP port on which it listens; who needs it is told NAME_URL, NAME_HOST and NAME_PORT.",
        examples=[8025],
    )
    command: tuple[Filled, ...] = Field(
        (), description="What is run instead of the image's own command, word by word; no shell.", examples=[["serve"]]
    )
    check: tuple[Filled, ...] = Field(
        (),
        description="A program of the image, word by word, that ends with 0 when it is well; without it, nobody waits until it is.",
        examples=[["/mailpit", "readyz"]],
    )
    user: UserAndGroup = Field(
        "1000:1000",
        description="The numbers of the user and the group that it runs as, in quotes.",
        examples=["65534:65534"],
    )
    env: Annotated[dict[VariableName, str], Field(default_factory=dict, json_schema_extra=keys_like(VARIABLE_NAME))] = (
        Field(description="Plain settings, by variable. Values of secrets never stand here.", examples=[{"TZ": "UTC"}])
    )
    secrets: tuple[VariableName, ...] = Field(
        (),
        description="The names of secrets that it has in its environment; the operator supplies the values.",
        examples=[["ADMIN_TOKEN"]],
    )
    writable: tuple[ContainerPath, ...] = Field(
        (),
        description="Directories that stay writable and outlive it, each a volume; all else but /tmp is read-only.",
        examples=[["/data"]],
    )
    resources: ProgramResources | None = Field(
        None, description="The most that it may use.", examples=[{"cpus": 0.25, "memory": "192M"}]
    )
    beside: ServiceName | None = Field(
        None,
        description="The service in whose network it runs, one container beside each of that service's: the two reach each other at 127.0.0.1, and others "
        "reach it at no name of its own. Without it, it is a neighbour like any other.",
        examples=["api"],
    )
    labels: Labels
    mounts: Mounts


class ExternalService(SpecModel):
    """A service that somebody else runs; without ``url`` the operator supplies it."""

    uses: Literal["external"] = Field(description="That somebody else runs it: no container.", examples=["external"])
    url: ExternalUrl | None = Field(
        None,
        description="Where it is, without credentials; without it, the operator supplies the address.",
        examples=["https://payments.example.com/status"],
    )
