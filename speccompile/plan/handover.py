"""How the value of a secret gets to the program that needs it."""

from __future__ import annotations

from enum import Enum

from speccompile.plan.node import Node
from speccompile.record import record


class Way(Enum):
    """A mounted file whose path a variable holds, a variable with the value itself (or a URL with it), or no secret at all."""

    FILE = "file"
    ENVIRONMENT = "env"
    NONE = "none"


@record(kw_only=True)
class Handover(Node):
    """The way that was chosen for a service and a secret; ``reason`` is why, as the end of a sentence («it reads DATABASE_URL»)."""

    service: str
    secret: str
    way: Way
    reason: str
