"""Bindings about what the system keeps and needs. Names, fields and units are those of ``requirements.kinds.backing``."""

from typing import Literal

from pydantic import Field

from speccompile.spec.bindings.quantities import Lasting, Number, Word
from speccompile.spec.cron import Cron
from speccompile.spec.model import SpecModel
from speccompile.spec.paths import ContainerPath


class Store(SpecModel):
    """Data that outlives the process."""

    product: Word | None = Field(None, description="Where it is; without it, any database.", examples=["postgres"])
    version: Word | None = Field(None, description="Which version of it; without it, the usual one.", examples=["16"])


class Cache(SpecModel):
    """Data that may be lost, kept near."""

    product: Word | None = Field(None, description="Where it is; without it, any cache.", examples=["redis"])
    version: Word | None = Field(None, description="Which version of it; without it, the usual one.", examples=["16"])


class Queue(SpecModel):
    """Messages that wait."""

    product: Word | None = Field(None, description="Where they are; without it, any queue.", examples=["rabbitmq"])
    version: Word | None = Field(None, description="Which version of it; without it, the usual one.", examples=["3.13"])
    dead_letter: Number | None = Field(None, description="After how many failures one is put aside.", examples=[5])


class External(SpecModel):
    """Something that somebody else runs and this system calls."""

    name: Word = Field(description="What it is called.", examples=["stripe"])


class Files(SpecModel):
    """Files that the program reads or writes."""

    access: Literal["read", "write"] = Field("write", description="Which of the two.", examples=["read"])
    path: ContainerPath | None = Field(None, description="Where, in its container.", examples=["/data/uploads"])


class Secret(SpecModel):
    """A value that only the program may know."""

    name: Word = Field(description="What it is called. Its value never stands here.", examples=["signing-key"])
    given: Literal["file", "env"] | None = Field(
        None, description="How the program gets it; without it, either way.", examples=["file"]
    )


class Backup(SpecModel):
    """Copies of the data."""

    every: Lasting | None = Field(None, description="How often.", examples=["1d"])
    keep: Lasting | None = Field(None, description="How long the copies are kept.", examples=["14d"])
    cron: Cron | None = Field(None, description="When, as five cron fields.", examples=["0 3 * * *"])


class Retention(SpecModel):
    """How long something is kept before it is deleted."""

    what: Word = Field(description="What.", examples=["orders"])
    seconds: Lasting = Field(description="How long.", examples=["365d"])


class Rotation(SpecModel):
    """How often something is replaced."""

    what: Word = Field(description="What.", examples=["secrets"])
    every: Lasting = Field(description="How often.", examples=["90d"])
