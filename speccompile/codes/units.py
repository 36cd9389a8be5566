"""SC735: deployments to units of systemd."""

from __future__ import annotations

from speccompile.codes.code import Code

NO_MACHINE = Code(
    "SC735",
    "units are deployed on the machine that they run on",
    """`deploy` to quadlet writes units and asks the systemd of the machine that it is called on: it would have to be root on another one. Further machines
follow the release by themselves, each with an agent (docs/agent.md).""",
)

CODES = (NO_MACHINE,)
