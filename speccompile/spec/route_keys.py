"""What a route of deploy.yaml may say besides where it leads: a model a key."""

from typing import Literal

from pydantic import Field

from speccompile.spec.bindings.quantities import LastingOrNever, Number, Origin
from speccompile.spec.model import SpecModel
from speccompile.spec.names import ServiceName
from speccompile.spec.paths import ContainerPath
from speccompile.spec.quantities import Percent, Seconds


class Timeouts(SpecModel):
    """How long the front door waits for a service."""

    connect: Seconds | None = Field(None, description="Until it takes the connection.", examples=["2s"])
    read: Seconds | None = Field(
        None, description="Between two parts of an answer, or of a request that is passed on.", examples=["90s"]
    )


class Stream(SpecModel):
    """A connection that stays open."""

    idle: Seconds = Field(3600, description="How long nothing may go over it.", examples=["2h"])


Refusal = Literal[429, 503]


class Rate(SpecModel):
    """How many requests are let in; more get ``status``."""

    count: Number = Field(description="How many.", examples=[30])
    per: Literal["s", "m"] = Field("s", description="In a second or a minute.", examples=["m"])
    burst: Number | None = Field(
        None, description="How many may come at once above that; without it, the compiler chooses.", examples=[20]
    )
    key: Literal["client", "service"] = Field(
        "client", description="Whether each client address is counted, or all together.", examples=["service"]
    )
    status: Refusal = Field(
        429,
        description="What more than that are told: 429, that this client asks too much; 503, that the service cannot take it, which balancers "
        "and older clients take for a reason to come again.",
        examples=[503],
    )


class Connections(SpecModel):
    """How many requests may be going on at once; more get ``status``."""

    count: Number = Field(description="How many.", examples=[100])
    key: Literal["client", "service"] = Field(
        "client", description="Whether each client address is counted, or all together.", examples=["service"]
    )
    status: Refusal = Field(
        429,
        description="What more than that are told: 429, that this client asks too much; 503, that the service cannot take it, which balancers "
        "and older clients take for a reason to come again.",
        examples=[503],
    )


class Cors(SpecModel):
    """Whose pages may call the service from browsers; the front door answers the questions that these ask before a call."""

    origins: tuple[Origin, ...] = Field(
        description="The origins; `*` is everybody (without a login), an empty list nobody.",
        examples=[["https://shop.example.com"]],
    )


class CacheControl(SpecModel):
    """How long browsers may keep answers, by what they are; 0 is never."""

    images: LastingOrNever | None = Field(None, description="Images.", examples=["7d"])
    static: LastingOrNever | None = Field(None, description="Style sheets, scripts, fonts.", examples=["1d"])
    html: LastingOrNever | None = Field(None, description="Pages.", examples=["1m"])
    responses: LastingOrNever | None = Field(None, description="All else.", examples=[0])


class Redirect(SpecModel):
    """Requests that are sent elsewhere; path and query stay."""

    to: Origin = Field(
        description="Where to: a scheme and a host, without a path.", examples=["https://www.example.com"]
    )
    status: Literal[301, 302, 307, 308] = Field(
        308, description="What the client is told: 301 and 308 are for good.", examples=[302]
    )


class Canary(SpecModel):
    """A share of the requests goes to another service, a new version of this one."""

    service: ServiceName = Field(description="The other service of this file.", examples=["next"])
    weight: Percent = Field(description="The share of the requests in per cent, from 1 to 99.", examples=[10])


class Files(SpecModel):
    """A directory of the service whose files the front door gives out itself."""

    directory: ContainerPath = Field(
        description="Where the files are in the service's container: in one of its volumes (`writable`), which the front door reads. The path of "
        "the route stands for it.",
        examples=["/app/media"],
    )
    content: Literal["uploads", "assets"] = Field(
        "uploads",
        description="Whose files they are. `uploads`: people sent them, so only pictures, sound, films, PDF and plain text are shown, and all else "
        "is for saving. `assets`: the program's own; browsers keep names with a hash in them for a year, and files that were compressed before "
        "(`app.js.gz`) are given out as they are.",
        examples=["assets"],
    )
    single_page: bool = Field(
        False,
        description="Whether index.html answers for what is no file, as a program of the browser with paths of its own wants it. Only of `assets`.",
        examples=[True],
    )
