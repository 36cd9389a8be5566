"""PHP behind a web server in one image: what the script that starts both has to know."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.plan.site import Drain, Listen
from speccompile.record import record


@record(kw_only=True)
class Children(Node):
    """How many requests PHP works on at a time, each in a process of its own."""

    number: int


@record(kw_only=True)
class Fpm(Node):
    """How PHP-FPM serves what is below ``root``, a directory in the image.

    ``script`` is the file that starts it, relative to the output directory; ``target`` is where it is in the image. With ``routed`` index.php
    answers for every path that is no file, else such a path has status 404. ``closed`` is whether ``root`` holds more than pages: then what frameworks
    and tools keep beside them is not given out.
    """

    script: str
    target: str
    root: str
    routed: bool
    closed: bool
    listen: Listen
    drain: Drain
    children: Children
