"""SC735, SC736: deployments to units of systemd, and what no engine here starts."""

from __future__ import annotations

from speccompile.codes.code import Code

NO_MACHINE = Code(
    "SC735",
    "units are deployed on the machine that they run on",
    """`deploy` to quadlet writes units and asks the systemd of the machine that it is called on: it would have to be root on another one. Further machines
follow the release by themselves, each with an agent (docs/agent.md).""",
)

NO_STARTER = Code(
    "SC736",
    "a release of what nothing here starts",
    """A record can say that a service runs an archive (`path`) or a closure of Nix's (`closure`). Engines here start images alone: such a release is of another
tool, or of a later version of this one, and nothing of it is followed.""",
)

CODES = (NO_MACHINE, NO_STARTER)
