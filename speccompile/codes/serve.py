"""SC926: a serve.sh that is not what the plan asks for: a defect of speccompile."""

from __future__ import annotations

from speccompile.codes.code import Code

NOT_THE_PLAN = Code(
    "SC926",
    "serve.sh is not what was reviewed, or not what the plan says",
    """Every line is the reviewed one; those that hold values hold the plan's: where the pages are, which port, how long answers may take when it stops,
how many requests PHP works on at a time.""",
)

CODES: tuple[Code, ...] = (NOT_THE_PLAN,)
