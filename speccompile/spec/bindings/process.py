"""Bindings about processes and the runs of jobs. Names, fields and units are those of ``requirements.kinds``."""

from typing import Literal, TypeAlias

from pydantic import Field

from speccompile.spec.bindings.quantities import Amount, Lasting, Number, Percent, Size, Times, Word, Zone
from speccompile.spec.cron import Cron
from speccompile.spec.model import SpecModel
from speccompile.spec.paths import UrlPath

Bound: TypeAlias = Literal["most", "least", "exactly"]


class Memory(SpecModel):
    """How much memory a process has."""

    bytes: Size = Field(description="How much; units are powers of 1024.", examples=["256M"])
    bound: Bound = Field("most", description="Whether that is the most, the least, or exactly it.", examples=["least"])
    of: Literal["service", "host"] = Field(
        "service", description="Whether it is the service's, or the host's.", examples=["host"]
    )


class Cpu(SpecModel):
    """How many processors a process has."""

    cpus: Amount = Field(description="How many.", examples=[2])
    bound: Bound = Field("most", description="Whether that is the most, the least, or exactly it.", examples=["least"])
    of: Literal["service", "host"] = Field(
        "service", description="Whether it is the service's, or the host's.", examples=["host"]
    )


class Replicas(SpecModel):
    """How many instances run."""

    least: Number | None = Field(None, description="At least so many.", examples=[2])
    most: Number | None = Field(None, description="At most so many.", examples=[4])


class Availability(SpecModel):
    """The share of time in which the system answers; measured, and no promise."""

    percent: Percent | None = Field(None, description="In per cent.", examples=[99.9])


class Scale(SpecModel):
    """How many instances the load may start."""

    least: Number | None = Field(None, description="At least so many.", examples=[2])
    most: Number | None = Field(None, description="At most so many.", examples=[10])
    percent: Percent | None = Field(
        None, description="Another one starts when they use so much of their processor time.", examples=[70]
    )


class Exclusive(SpecModel):
    """Never two at once."""

    of: Literal["service", "run"] = Field(
        "service", description="Whether instances of a service are meant, or runs of a job.", examples=["run"]
    )


class Health(SpecModel):
    """A path that tells whether the program is well."""

    path: UrlPath | None = Field(None, description="The path; without it, any.", examples=["/livez"])
    probe: Literal["live", "ready"] = Field(
        "live", description="Whether it tells that the program lives, or that it is ready.", examples=["ready"]
    )
    every: Lasting | None = Field(None, description="How often it is asked.", examples=["10s"])


class Drain(SpecModel):
    """What is in flight is finished on a request to stop."""

    seconds: Lasting | None = Field(None, description="For how long the engine waits.", examples=["90s"])


class Restart(SpecModel):
    """A process that died is started again."""

    seconds: Lasting | None = Field(None, description="Within which time.", examples=["10s"])


class Metrics(SpecModel):
    """Numbers about the program, for a monitoring system."""

    path: UrlPath | None = Field(None, description="Where they are.", examples=["/metrics"])


class LogsKept(SpecModel):
    """How logs are written, and how long they are kept."""

    format: Word | None = Field(None, description="Their format.", examples=["json"])
    seconds: Lasting | None = Field(None, description="How long they are kept.", examples=["30d"])


class TimeZone(SpecModel):
    """The zone of the process's clock."""

    name: Zone = Field(description="The zone, as IANA calls it.", examples=["Europe/Berlin"])


class Platform(SpecModel):
    """What the program runs on."""

    architecture: Word | None = Field(None, description="The processor's architecture.", examples=["arm64"])
    system: Word | None = Field(None, description="The operating system, or kubernetes.", examples=["linux"])
    runtime: Word | None = Field(None, description="The runtime, as its image is called.", examples=["node"])
    version: Word | None = Field(None, description="The runtime's version.", examples=["22"])
    region: Word | None = Field(None, description="The region of the world.", examples=["eu-central-1"])


class Schedule(SpecModel):
    """When a job runs."""

    cron: Cron = Field(description="Five cron fields.", examples=["0 3 * * *"])
    zone: Zone | None = Field(
        None, description="The zone that they are in; without it, the host's.", examples=["Europe/Berlin"]
    )


class RunDeadline(SpecModel):
    """When a run is stopped that takes too long."""

    seconds: Lasting = Field(description="After which time.", examples=["2h"])


class Retries(SpecModel):
    """How often a run that failed is started again."""

    count: Times | None = Field(None, description="At most so often; 0 is never.", examples=[3])


class Overlap(SpecModel):
    """What happens when a run is due and the last one has not ended."""

    policy: Literal["skip", "wait", "replace"] = Field(
        description="The new one is skipped, waits, or replaces the old one.", examples=["skip"]
    )
