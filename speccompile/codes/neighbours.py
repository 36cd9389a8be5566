"""SC772 to SC779: what a container has of its machine and of others' systems: networks that somebody made, directories of the host, the network of another."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

NETWORK = Code(
    "SC772",
    "not a network that can be joined",
    """
`networks` of a service names networks that others have made (`docker network create`, another compose project), by the names that `docker network ls`
prints. The engine's own (`host`, `bridge`, `none`, `ingress`) would take the container's isolation away, or are none; and `backend` and `edge` are this
system's.""",
)
HOST_DIRECTORY = Code(
    "SC773",
    "not a directory of the host that a container may have",
    """
`mounts` gives a container a directory of its machine. Directories of the operating system, of engines and of their sockets are refused: whoever can read or
write these has the machine. Who insists on one says so in a patch, which has to allow what it breaks (`allow: [SC953]`).""",
)
OPENED = Code(
    "SC774",
    "a container has a directory of its machine",
    """
What is mounted of the machine is the same for all that run there: whoever else writes there says what the program reads, and what the program writes is read
there. It is on no other machine, no release takes it along, and nothing backs it up. That is said each time, with the reason that stands beside it.""",
    Severity.WARNING,
)
JOINED = Code(
    "SC775",
    "a service is on a network that others made",
    """
Whatever is on a network reaches every port of whatever else is on it, past the front door and what that demands. Names are looked up on all networks
of a container at once: another container of the name of a service of this system may be found in its place.""",
    Severity.WARNING,
)

CODES = (NETWORK, HOST_DIRECTORY, OPENED, JOINED)
