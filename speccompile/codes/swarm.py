"""SC480–SC481: what a platform does not hold; SC927–SC935: an emitted stack failed verification."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

NOT_THERE = Code(
    "SC480",
    "what a platform does not run",
    """A chosen platform has no means for what the specs want of a workload (a clock, a run that ends, an order of starting), so that it is not
    among its artifacts. Another platform has; or somebody starts it by hand, as the fix says.""",
    Severity.WARNING,
)
NOT_HELD = Code(
    "SC481",
    "what a platform does not hold",
    """A chosen platform runs the workload, and has no word for a part of what the plan says of it. docs/targets.md has the table.""",
    Severity.NOTE,
)

UNREADABLE = Code(
    "SC927",
    "stack cannot be read",
    """The stack is read back with an independent reader, which takes only what every reader of YAML 1.1 and 1.2 reads alike.""",
)
NOT_THE_PLAN = Code(
    "SC928",
    "stack is not what the plan says",
    """Every key and value of swarm/stack.yml and swarm/.env.example follows from the plan, and everything in the plan that stays up stands there.""",
)
CONFINED = Code(
    "SC929",
    "service of a stack may do too much",
    """Every service has a numeric user that is not root, no capability, a read-only root, and a bound of memory, CPUs and processes.""",
)
ROLLED = Code(
    "SC934",
    "a new version of a service of a stack",
    """A version that gets unhealthy while it is watched is rolled back. What has a volume, a port of its node or its name to itself is stopped before the
    next one starts; what has a volume stays on the node that has the data.""",
)
NAMED = Code(
    "SC935",
    "images, secrets and configs of a stack",
    """Images have a repository and a tag. Secrets are in the swarm already, under names of the operator's. The name of a config ends in the digest of its
    content, since none can be altered.""",
)

CODES: tuple[Code, ...] = (NOT_THERE, NOT_HELD, UNREADABLE, NOT_THE_PLAN, CONFINED, ROLLED, NAMED)
