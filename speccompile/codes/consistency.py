"""SC99x: the artifacts, taken together, do not agree."""

from __future__ import annotations

from speccompile.codes.code import Code

NO_ORIGIN = Code(
    "SC990",
    "line without an origin",
    """Every non-blank line of every artifact knows the rule and the spec line that caused it.""",
)
UNCITED = Code(
    "SC991",
    "claimed but not cited",
    """An assertion that a rule claims to enforce must be cited by at least one line of an artifact.""",
)
DANGLING = Code(
    "SC992",
    "named but not there",
    """What one artifact names (a network, a secret, a slot, a service, a file) another must have.""",
)

SCHEMA = Code(
    "SC993",
    "not valid by the Compose Specification",
    """The compose file on disk does not satisfy the JSON Schema of the Compose Specification.""",
)

IMAGE_NAME = Code(
    "SC994",
    "another image name",
    """Every target names the image of a service as `speccompile build` tags it and `speccompile push` pushes it, and no two services share a name.""",
)

CODES: tuple[Code, ...] = (NO_ORIGIN, UNCITED, DANGLING, SCHEMA, IMAGE_NAME)
