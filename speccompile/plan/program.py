"""A program that needs no image."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.record import record


@record(kw_only=True)
class Program(Node):
    """A file that is built already, by its ``path`` from the project, and the arguments that it is started with."""

    path: str
    arguments: tuple[str, ...] = ()
