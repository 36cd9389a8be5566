"""SC140 and SC141: frameworks that are older than the runtimes that there are images of."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

HELD_BACK = Code(
    "SC140",
    "a runtime that a framework holds back",
    """\
A release of a framework runs on the runtimes that there were when it was made, and ends with an error on one that came much later. Where
nothing in the tree pins the runtime, the newest line that the pinned or locked releases run on is taken.""",
    Severity.NOTE,
)

TOO_OLD = Code(
    "SC141",
    "a framework that is older than its runtime",
    """\
The release of a framework that is installed does not support the runtime that is taken: something else demands that one, or there are
no images of an older one.""",
    Severity.WARNING,
)

CODES: tuple[Code, ...] = (HELD_BACK, TOO_OLD)
