"""SC450 to 452, SC477 to 479, SC489: what quadlet cannot hold of a plan. SC830 to 843: a file of quadlet's failed verification; on files that a person
has edited these say what broke."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

LOGS_TOGETHER = Code(
    "SC450",
    "logs are bounded for the whole machine",
    """Units of quadlet log to the machine's journal, which bounds the space that all logs take together (`SystemMaxUse=` of journald.conf(5)), and
    not what is kept of each workload.""",
    Severity.NOTE,
)
RETRIES_BY_TIME = Code(
    "SC451",
    "retries are counted by time",
    """systemd counts starts within a time, not the retries of one run: a run that fails late may be tried more often than is said, and one that
    fails just before the next run is due may take a try from that one.""",
    Severity.WARNING,
)
ARGUMENTS = Code(
    "SC452",
    "a unit is always started with the same arguments",
    """`systemctl start` passes nothing on: what is started by hand with arguments of its own needs another way to get them.""",
    Severity.WARNING,
)

NO_PROGRAM = Code(
    "SC477",
    "a program that runs in a container",
    """`artifact` names a program that is built already. Quadlet lets systemd start it without a container where it calls none and none calls it; else, and
    on platforms that know images alone, it runs from its image as ever.""",
    Severity.NOTE,
)
UNASKED = Code(
    "SC478",
    "a program that nobody asks whether it is well",
    """A health module is a part of an image. A program that systemd starts without one is asked by curl until it answers, where it speaks HTTP, and has only
    then started; what does not answer in its time is started again. Later it is started again when it ends, and not when it hangs.""",
    Severity.WARNING,
)
OPEN_PROGRAM = Code(
    "SC479",
    "a program that listens for everybody",
    """A container is reached at the ports that are published alone. A program without one, which may reach other machines, is reached wherever it listens.""",
    Severity.WARNING,
)

DISK_FOR_MEMORY = Code(
    "SC489",
    "temporary files on the machine's disk",
    """systemd gives a program whose user it makes up a /tmp of its own, which is on the machine's disk and has no size of its own.""",
    Severity.NOTE,
)

UNREADABLE = Code(
    "SC830",
    "unit cannot be read",
    """Every unit is read back with an independent reader, which takes sections of `Key=Value` lines without continuation, and comments at the head
    only.""",
)
NOT_THE_PLAN = Code(
    "SC831",
    "units are not what the plan says",
    """Every key and value of every unit follows from the plan, in order, and all that the plan says of what runs stands in a unit.""",
)
PRIVILEGES = Code(
    "SC832",
    "container may do too much",
    """Every container has a read-only root, no memory that nobody bounded, a numeric user that is not root, no capability and no new privileges, and
    no key that takes any of this back.""",
)
LIMITS = Code(
    "SC833",
    "container without limits",
    """Memory, CPUs and the number of processes of every container have an upper bound.""",
)
SECRET = Code(
    "SC834",
    "secret in a unit",
    """Secrets are Podman's own: mounted as files that only the container's user can read, or variables; no unit holds a value of one, and no URL
    holds a password.""",
)
EXPOSED = Code(
    "SC835",
    "reachable from outside",
    """Only the front door publishes a port, at an address and a port that the operator chooses; every other container is on the application's own
    networks, or on none.""",
)
IMAGE = Code(
    "SC836",
    "image",
    """An image has its full name, with a tag other than latest or a digest; what is built here is never pulled; nothing is updated by itself.""",
)
CHECK = Code(
    "SC837",
    "health check",
    """A health check is in exec form and bounded, systemd waits for it (`Notify=healthy`), and a container is killed only by a check that asks whether
    it has to be started again.""",
)
LIFE = Code(
    "SC838",
    "start and end",
    """What serves is started again, what ends is not started again for ever; Podman's grace period is over before systemd's.""",
)
ORDER = Code(
    "SC839",
    "start order",
    """What a unit waits for exists, is required too, and does not wait for itself; a timer starts a unit that ends, and that nothing else starts.""",
)
MOUNTS = Code(
    "SC840",
    "mounts",
    """Networks, volumes and secrets that units use are there, those that are there are used, and nothing of the host is mounted but a generated file,
    read-only.""",
)
REFERENCES = Code(
    "SC841",
    "variables and specifiers",
    """Every `$` and `%` is doubled or one of ours: a variable that has a default or is tested before the start, and that the example of the
    operator's file names.""",
)
LOGS = Code(
    "SC842",
    "logs grow without bound",
    """Every container logs to the journal, which has a bound.""",
)
CONFIG = Code(
    "SC843",
    "the front door's configuration",
    """The configuration beside the units is the one that the target nginx gives, and passes its verification.""",
)

CODES: tuple[Code, ...] = (
    LOGS_TOGETHER,
    RETRIES_BY_TIME,
    ARGUMENTS,
    NO_PROGRAM,
    UNASKED,
    OPEN_PROGRAM,
    DISK_FOR_MEMORY,
    UNREADABLE,
    NOT_THE_PLAN,
    PRIVILEGES,
    LIMITS,
    SECRET,
    EXPOSED,
    IMAGE,
    CHECK,
    LIFE,
    ORDER,
    MOUNTS,
    REFERENCES,
    LOGS,
    CONFIG,
)
