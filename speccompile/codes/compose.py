"""SC94x–SC96x: an emitted compose file, env file or crontab failed verification. On files that a person has edited these say what broke."""

from __future__ import annotations

from speccompile.codes.code import Code

UNREADABLE = Code(
    "SC940",
    "compose file cannot be read",
    """The compose file is read back with an independent reader, which takes only what every reader of YAML 1.1 and 1.2 reads alike:
    no anchors, aliases, tags, duplicate keys, ambiguous scalars, and no comment but those at its head.""",
)
NOT_THE_PLAN = Code(
    "SC941",
    "compose file is not what the plan says",
    """Every key and value of the compose file follows from the plan, and everything in the plan's containers stands in the compose file.""",
)
PRIVILEGES = Code(
    "SC942",
    "container may do too much",
    """Every container has a read-only root, a numeric user that is not root, no capability and no new privileges, and shares no
    namespace and no device with the host.""",
)
LIMITS = Code(
    "SC943",
    "container without limits",
    """Memory, CPUs and the number of processes of every container have an upper bound.""",
)
ORDER = Code(
    "SC944",
    "start order",
    """A container that needs another one waits until that one is healthy, where it can tell; what is waited for exists, and nothing
    waits for itself.""",
)
SECRET = Code(
    "SC945",
    "secret in the compose file",
    """Secrets are files that the operator names; a variable with a secret's name holds the path of one that is mounted, and no URL holds a
    password.""",
)
EXPOSED = Code(
    "SC946",
    "reachable from outside",
    """Backing services are on internal networks only and publish nothing; what is published is bound to an address and a port that
    the operator chooses. A container without a network has `network_mode: none`: else compose would attach it to the default one.""",
)
SLOTS = Code(
    "SC947",
    "interpolation",
    """Every `$` of the compose file is doubled or asks for something in .env.example: required (`:?`), or optional with the default that is
    told there; and everything in .env.example is asked for.""",
)
RESTART = Code(
    "SC948",
    "restart policy",
    """What runs once and ends is not started again for ever; servers and backing services are started again, and stop politely.""",
)
LOGS = Code(
    "SC949",
    "logs grow without bound",
    """The logs of every container are rotated: files have a largest size and number.""",
)
CHECK = Code(
    "SC950",
    "health check",
    """Backing services, the proxy and servers have a health check in exec form with bounded time; what is no server has none.""",
)
IMAGE = Code(
    "SC951",
    "image",
    """What is built here has `build` and a name under which compose pulls nothing unasked;
what is pulled has an image with a tag other than latest, or a digest.""",
)
EXCLUSIVE = Code(
    "SC952",
    "second container possible",
    """A container that must be the only one of its kind has a fixed name and no replicas, so that the engine refuses a second.""",
)
MOUNTS = Code(
    "SC953",
    "mounts",
    """Networks, volumes, secrets and configs that services use are declared, those declared are used, and nothing of the host is mounted.""",
)

ENV_UNREADABLE = Code(
    "SC960",
    "env file cannot be read",
    """.env.example is read back after compose's rules for env files, and only what a POSIX shell reads alike is taken.""",
)
ENV_NOT_THE_PLAN = Code(
    "SC961",
    "env file is not what the plan says",
    """Every slot of the plan stands in .env.example with its purpose, whether it is required, who asked for it, and an example or default.""",
)
ENV_SECRET = Code(
    "SC962",
    "secret in the env file",
    """.env.example holds paths of secrets' files, never a secret; and it says how to make such a file so that the container can read it.""",
)
CRON_UNREADABLE = Code(
    "SC965",
    "crontab cannot be read",
    """The crontab is read back after crontab(5): variables, five fields and a command.""",
)
CRON_NOT_THE_PLAN = Code(
    "SC966",
    "crontab is not what the plan says",
    """Every job with a schedule has one line, and every line is that of a job.""",
)
CRON_COMMAND = Code(
    "SC967",
    "crontab's command",
    """A command takes a lock so that runs do not overlap, removes its container, names an exclusive one, enters DEPLOY_DIR or fails, and
    has no bare percent sign, which cron takes for a line break.""",
)

CODES: tuple[Code, ...] = (
    UNREADABLE,
    NOT_THE_PLAN,
    PRIVILEGES,
    LIMITS,
    ORDER,
    SECRET,
    EXPOSED,
    SLOTS,
    RESTART,
    LOGS,
    CHECK,
    IMAGE,
    EXCLUSIVE,
    MOUNTS,
    ENV_UNREADABLE,
    ENV_NOT_THE_PLAN,
    ENV_SECRET,
    CRON_UNREADABLE,
    CRON_NOT_THE_PLAN,
    CRON_COMMAND,
)
