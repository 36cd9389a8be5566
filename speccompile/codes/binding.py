"""SC570–SC575: what is decided about single assertions, and how that is written down."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

BOUND_TO_NOTHING = Code(
    "SC570",
    "a binding that says nothing",
    """An entry of `assertions` in deploy.yaml decides something about an assertion: it waives it (`waive`), says what it demands
(`body: 8MiB`), names its evidence (`evidence`), or takes back what was read from its words (`ignore`, with `because`). This one does none
of these, or says a thing without what belongs to it.""",
)
BOUND_TWICE = Code(
    "SC571",
    "a binding that says two things",
    """A demand that deploy.yaml names replaces all that is read from the sentence, so that there is nothing left to ignore.""",
)
IGNORED_NOTHING = Code(
    "SC572",
    "what is ignored is nothing that was read",
    """`ignore` names a kind, or a rule, and nothing of that kind is read from the sentence: the entry is about another sentence, or the
sentence has changed since.""",
    Severity.WARNING,
)

CODES: tuple[Code, ...] = (BOUND_TO_NOTHING, BOUND_TWICE, IGNORED_NOTHING)
