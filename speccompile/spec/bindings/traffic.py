"""Bindings about traffic. Names, fields and units are those of ``requirements.kinds.traffic``."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from speccompile.spec.bindings.quantities import Lasting, LastingOrNever, Network, Number, Origin, Percent, Size, Word
from speccompile.spec.model import SpecModel
from speccompile.spec.names import Host
from speccompile.spec.paths import UrlPath
from speccompile.spec.quantities import AnyPort


def _as_text(value: Any) -> Any:
    """A version that was written without quotes."""
    return str(value) if isinstance(value, float) else value


class OfPath(SpecModel):
    """What may hold for one path alone."""

    path: UrlPath | None = Field(
        None, description="The path of which alone it is demanded; without it, of all requests.", examples=["/upload"]
    )


class Deadline(OfPath):
    """How long a request may take."""

    seconds: Lasting = Field(description="After that a request is given up.", examples=["45s"])


class Objective(SpecModel):
    """How fast most requests are answered; measured, and never a limit."""

    percentile: Percent | None = Field(
        None, description="The share of requests, in per cent; without it, the average.", examples=[95]
    )
    seconds: Lasting = Field(description="How long they take at most.", examples=["200ms"])


class Rate(OfPath):
    """How many requests may come in a time."""

    count: Number = Field(description="How many.", examples=[30])
    per: Literal["s", "m", "h", "d"] = Field(description="In a second, minute, hour or day.", examples=["m"])
    burst: Number | None = Field(
        None, description="How many may come at once above that; without it, the compiler chooses.", examples=[20]
    )
    key: Literal["client", "address", "user", "key", "service"] = Field(
        "client",
        description="By what they are counted; service is all of them together.",
        examples=["service"],
    )


class Connections(OfPath):
    """How many connections there may be at once."""

    count: Number = Field(description="How many.", examples=[100])
    of: Literal["service", "client"] = Field(
        "service", description="Whether that is of everybody together, or of each client.", examples=["client"]
    )


class Body(OfPath):
    """How large the body of a request may be."""

    bytes: Size = Field(description="How large; units are powers of 1024.", examples=["8MiB"])


class Idle(OfPath):
    """When a connection is closed over which nothing goes."""

    seconds: Lasting = Field(description="After which time.", examples=["90s"])
    stream: Literal["websocket", "events", "connection"] = Field(
        "connection", description="What kind of connection.", examples=["websocket"]
    )


class Transport(SpecModel):
    """TLS between clients and the front door."""

    version: Annotated[Literal["1.2", "1.3"], BeforeValidator(_as_text)] | None = Field(
        None, description="The oldest version that is spoken.", examples=["1.2"]
    )
    redirect: bool = Field(False, description="Whether plain HTTP is redirected.", examples=[True])
    hsts: bool = Field(False, description="Whether browsers are told to remember it.", examples=[True])
    hsts_age: Lasting | None = Field(None, description="For how long at least they are told to.", examples=["365d"])


class Origins(OfPath):
    """Whose pages may call the system from browsers (CORS)."""

    allow: tuple[Origin, ...] = Field(
        description="The origins; an empty list is nobody.", examples=[["https://shop.example.com"]]
    )


class CacheControl(OfPath):
    """How long answers may be kept."""

    what: Word = Field(description="What may be kept.", examples=["images"])
    seconds: LastingOrNever = Field(description="For how long; 0 is never.", examples=["1h"])


class Port(SpecModel):
    """Where the program listens."""

    number: AnyPort = Field(description="The TCP port.", examples=[4000])


class Private(OfPath):
    """Who may reach the system."""

    of: Literal["service", "store"] = Field(
        "service", description="Whether the service is meant, or the stores behind it.", examples=["store"]
    )
    networks: tuple[Network, ...] = Field(
        (),
        description="The networks from which it is reached; without any, the internal one alone.",
        examples=[["10.0.0.0/8"]],
    )
    callers: bool = Field(
        False,
        description="Whether of the stores' own network only what `needs` them may reach them; of stores alone.",
        examples=[True],
    )


class Egress(SpecModel):
    """What the program may connect to outside."""

    allow: tuple[Host, ...] = Field((), description="The hosts; without any, nothing.", examples=[["api.stripe.com"]])
