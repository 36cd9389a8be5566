"""A static site: the files that a web server in the service's own image gives out."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.record import record


@record(kw_only=True)
class Listen(Node):
    """The TCP port that the server listens on."""

    port: int


@record(kw_only=True)
class Drain(Node):
    """The seconds that answers under way have when the server stops."""

    seconds: int


@record(kw_only=True)
class Answer(Node):
    """A path at which the server itself says that it is there."""

    path: str


@record(kw_only=True)
class Site(Node):
    """How a web server in the image serves the files below ``root``, a directory in the image.

    ``config`` is its configuration, relative to the output directory; ``target`` is where it is in the image.
    ``health`` is None where the probe asks for a file of the site. Paths that are no file get ``page`` (one that finds
    its way by the address), or status 404 where that is None. Where files are ``compressed``, who takes that gets the ``.gz`` beside one.

    Browsers keep for a year what is below the directories ``immutable``, and below ``digested`` those files that have
    a digest of their content in their names; "" is the top of the site, without what is below it.
    """

    config: str
    target: str
    root: str
    listen: Listen
    workers: int
    drain: Drain
    health: Answer | None
    page: str | None
    immutable: tuple[str, ...]
    digested: tuple[str, ...]
    compressed: bool = False
