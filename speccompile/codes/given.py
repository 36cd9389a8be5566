"""SC761–SC766: what a container is given by name (labels, hosts, graphics processors)."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

LABEL = Code(
    "SC761",
    "not a label",
    """A label's key is one that Docker, Podman and Kubernetes take (there it is an annotation): letters, digits, dots, hyphens and underscores, and perhaps a
domain and a slash in front. Its value is one line.""",
)
TAKEN = Code(
    "SC762",
    "a label that others write",
    """Engines and compose know their containers by labels (`com.docker.*`), registries images (`org.opencontainers.*`), and the compiler writes
`com.spec-driven.*`. Whoever could overwrite these would tell them something else.""",
)
ADDRESS = Code(
    "SC763",
    "not an address",
    """`extra_hosts` gives names the addresses of hosts that DNS does not know. `host-gateway` is the machine that the container runs on, as its engine knows
it.""",
)
SHADOWED = Code(
    "SC765",
    "a host that is a service",
    """A name in `extra_hosts` leads to its address and nowhere else, so a service of that name would not be found any more.""",
)
NOT_GIVEN = Code(
    "SC766",
    "what a platform cannot give",
    """A chosen platform has no word for what deploy.yaml gives a container by name: an address of its machine, graphics processors, a label of that
length.""",
    Severity.WARNING,
)

CODES = (LABEL, TAKEN, ADDRESS, SHADOWED, NOT_GIVEN)
