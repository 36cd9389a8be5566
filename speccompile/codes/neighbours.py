"""SC772 to SC782: what a container has of its machine and of others' systems: networks that somebody made, directories of the host, the network of another."""

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
NO_OWNER = Code(
    "SC778",
    "nothing that a sidecar can be beside",
    """
`beside` of an `image:` service names the service in whose network it runs. That has to be one that is built here and stays up, a server or a worker: what
ends would leave its sidecar behind, and a store or another sidecar has nothing to share.""",
)
OUT_OF_REACH = Code(
    "SC779",
    "a sidecar that others need",
    """
A sidecar has no name in any network: the service that it is beside reaches it at 127.0.0.1, and only that service can list it in `needs`.""",
)
SAME_PORT = Code(
    "SC780",
    "two that listen on one port of one network",
    """
A service and its sidecars share one network, and with it the ports: whichever starts second cannot listen on a port that the first one has.""",
)
SHARES = Code(
    "SC781",
    "a sidecar has the network of its service",
    """
What is in one network with a service reaches also what that binds to 127.0.0.1, because nobody else should reach it, and goes wherever the service may
go. So a sidecar's image is trusted as the service is. That is said each time.""",
    Severity.WARNING,
)
APART = Code(
    "SC782",
    "a sidecar is less than beside its service",
    """
Kubernetes runs a sidecar in the pod of its service: one each, started first where the service needs it. Compose and Podman lend it the network of a container
that runs already, and a swarm lends nothing at all. What that loses is said for each platform.""",
    Severity.WARNING,
)

CODES = (NETWORK, HOST_DIRECTORY, OPENED, JOINED, NO_OWNER, OUT_OF_REACH, SAME_PORT, SHARES, APART)
