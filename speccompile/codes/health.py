"""SC98x: a generated health module failed verification."""

from __future__ import annotations

from speccompile.codes.code import Code

MISSING = Code(
    "SC980",
    "health module missing",
    """The plan has a health module for this service, and its file is not there.""",
)
NOT_REVIEWED = Code(
    "SC981",
    "health module is not the reviewed code",
    """A health module is reviewed code with a few constants. Every line but the constants must be, character for
character, the line that stands in the templates that the service's needs call for; this one is not.""",
)
NOT_THE_PLAN = Code(
    "SC982",
    "health module's constants are not the plan's",
    """The port, the path, the time limit, the strictness and the needed services of a health module, as its own
language reads them, must be those of the plan.""",
)
NOT_STANDARD = Code(
    "SC983",
    "health module imports from outside the standard library",
    """A health module runs wherever its service runs, so it may import nothing but its language's standard library.""",
)
UNREADABLE = Code(
    "SC984",
    "health module is not of its language",
    """The text of the health module cannot be read as Python, JavaScript or TypeScript.""",
)

CODES: tuple[Code, ...] = (MISSING, NOT_REVIEWED, NOT_THE_PLAN, NOT_STANDARD, UNREADABLE)
