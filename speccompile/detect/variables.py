"""What a service's sources say of variables: which they want, which they read, and the hosts that they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from speccompile.record import record
from speccompile.source import Span


@record()
class Demand:
    """A variable that is wanted, and where. ``example`` is a value that an example of an environment has for it, "" where there is none that
    could be taken as it is."""

    name: str
    span: Span
    example: str = ""


@record()
class Address:
    """A host that a source names, with the scheme and the port of its URL ("" where there are none), and where."""

    scheme: str
    host: str
    port: str
    where: str


@record()
class Reading:
    """The variables that are read, by name, each with the first place; the hosts that are named, and the schemes of URLs that the sources
    put together themselves, in the order of their places. ``optional`` are variables that are surely read, and have no default where they are."""

    variables: Mapping[str, Span]
    addresses: tuple[Address, ...]
    begun: tuple[str, ...] = ()
    optional: Mapping[str, Span] = field(default_factory=dict)
