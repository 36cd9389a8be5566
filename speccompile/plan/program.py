"""A program that needs no image."""

from __future__ import annotations

from dataclasses import field

from speccompile.plan.node import UNSAID, Node
from speccompile.record import record


@record(kw_only=True)
class Program(Node):
    """A file that is built already, by its ``path`` from the project, and the arguments that it is started with. Where ``within`` is said, ``path`` is a
    directory, and that is the file in it."""

    path: str
    arguments: tuple[str, ...] = ()
    within: str | None = field(default=None, metadata={UNSAID: True})
