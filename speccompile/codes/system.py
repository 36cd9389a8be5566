"""SC954 to SC959 and SC995 to SC999: the parsed artifacts, taken together, make no system that can run, whatever the plan says."""

from __future__ import annotations

from speccompile.codes.code import Code

WAIT = Code(
    "SC954",
    "a wait that cannot be kept",
    """Grace periods, intervals and timeouts are at least a second, no check takes longer than the pause between two, and nginx has ended its
    connections before its container is killed.""",
)
PROBE = Code(
    "SC955",
    "a probe that cannot run",
    """What a health check starts is in the image: its program belongs to the base image, its file is copied or made there, and the variables
    that it reads are the container's.""",
)
SLOT = Code(
    "SC956",
    "a slot on one side only",
    """What docker-compose.yml leaves to the operator is in .env.example, and the other way round; a secret has no value in either, and its file
    is demanded.""",
)
ORDER = Code(
    "SC957",
    "waits for what cannot come",
    """Who asks a backing service, and who passes requests on, waits for it. Who waits for a service names one that is there; who waits until it
    is healthy, one that has a health check. What cron runs is a service that nothing else starts.""",
)
EXPOSED = Code(
    "SC958",
    "reachable where it should not be",
    """Where there is a proxy it alone publishes ports, no two services publish one port of the host, and backing services publish none, are on
    internal networks only, and on none with the proxy.""",
)
ADDRESS = Code(
    "SC995",
    "an address at which nothing listens",
    """Every upstream, every address of a backing service and every published port is of a container on a network with who asks, and is the port
    that this container listens on by its variables, its image, its configuration and its health check.""",
)
MOUNT = Code(
    "SC996",
    "mounted where its program does not read it",
    """A configuration is where its program looks for it, a site's files are where its server looks, the data of a backing service is on a
    volume, and the file that a variable names is mounted under that name.""",
)
UNWRITABLE = Code(
    "SC997",
    "a path that must be written and cannot be",
    """Where the root of a container is read-only, each path that is known to be written is on a volume or in memory: that of temporary files, of
    nginx's own files, of a lock, of state, of sockets.""",
)
LOOPBACK = Code(
    "SC998",
    "bound to loopback",
    """What others are to reach listens on every address of its container, and no container looks for a backing service in itself.""",
)
FLOOR = Code(
    "SC999",
    "too little to run in",
    """Limits are above what a process of that kind needs to start: 6 MiB for a program
    (less the engine refuses), 16 MiB for a proxy, 64 MiB for a backing service; 8 processes; more than no CPU. What redis may keep fits into its memory.""",
)

CODES: tuple[Code, ...] = (WAIT, PROBE, SLOT, ORDER, EXPOSED, ADDRESS, MOUNT, UNWRITABLE, LOOPBACK, FLOOR)
