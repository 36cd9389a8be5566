"""SC735 to SC738: deployments to units of systemd, and to programs without an image."""

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
    """A record can say that a service runs an archive (`path`) or a closure of Nix's (`closure`). systemd starts these, so only quadlet's releases have them,
of what is in no container. A release that says otherwise is of another tool, and nothing of it is followed.""",
)

NOT_PACKED = Code(
    "SC737",
    "a program that no release can keep",
    """`artifact` names what is built already: a file, a directory with the program in it, or a link into Nix's store. `deploy` packs the first two
into the store of the releases, and so they have to be there, not too large, without links. Of the third the release says which path of Nix's store it
is.""",
)

NOT_HAD = Code(
    "SC738",
    "a program cannot be brought to this machine",
    """Archives come from the store of the releases, and are compared with their digest. Closures come from the caches that the machine's own nix.conf names
(`substituters`), with the signature of a key that it names (`trusted-public-keys`), whatever a release says.""",
)

CODES = (NO_MACHINE, NO_STARTER, NOT_PACKED, NOT_HAD)
