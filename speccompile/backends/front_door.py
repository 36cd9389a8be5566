"""The configuration of a front door, whichever program that is, for platforms that lay it beside their own files."""

from __future__ import annotations

from speccompile.artifacts import Artifact
from speccompile.backends import caddy, nginx
from speccompile.realise.front_door import FrontDoor


def written(front: FrontDoor) -> Artifact:
    """The configuration of *front*. What its program cannot express raises ``ValueError``."""
    return caddy.written(front) if front.kind == "caddy" else nginx.written(front)
