"""SC482–SC484: environments and what is generated for them. SC487–SC488: an emitted overlay failed verification."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

EVERYWHERE = Code(
    "SC482",
    "an environment would change what is the same everywhere",
    """Images, and what an operator is asked for, are one for all environments: what was tried in one is what runs in the next. A key of an
    environment is refused whose value would change a Dockerfile, an ignore file, a health module or `.env.example`.""",
)
UNSAYABLE = Code(
    "SC483",
    "what differs in an environment cannot be said in an overlay",
    """An overlay changes values and adds keys; it takes no service, no network and no item of a list away. Compose merges files so (Compose
    Specification, "Merge"): what would have to go belongs where it is not wanted everywhere.""",
)
NO_OVERLAY = Code(
    "SC484",
    "no overlay for an environment's platform",
    """What differs in an environment lies over the files of its platform: `compose.NAME.yml`, `swarm/stack.NAME.yml`, `kubernetes/overlays/NAME/`,
    `quadlet/overlays/NAME/`. Where these are not generated there is nothing that it could lie over.""",
    Severity.WARNING,
)

UNREADABLE = Code(
    "SC487",
    "overlay cannot be read",
    """Overlays are read back with an independent reader, as the files are that they lie over.""",
)
NOT_THE_PLAN = Code(
    "SC488",
    "overlay is not what the plan says",
    """An overlay, put over the files that it is for, gives the system as the plan has it in that environment, and says nothing twice.""",
)

CODES: tuple[Code, ...] = (EVERYWHERE, UNSAYABLE, NO_OVERLAY, UNREADABLE, NOT_THE_PLAN)
