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
CHANGED_MEANWHILE = Code(
    "SC573",
    "a spec that somebody else is writing",
    """`settle` writes a decision into the text that it has read. By the time that it was to be written the file was another one, or it is a
link. Nothing was written.""",
)
NO_PLACE = Code(
    "SC574",
    "a spec in which no place was found",
    """`settle` puts one line into deploy.yaml, or changes one word of a manifest, and reads the text again: it must say all that it said before,
and the decision. In this text no place was found where that is so.""",
)
ROUTE_UNSEEN = Code(
    "SC575",
    "a promised path that was not seen to be routed",
    """A confirmed assertion promises a path that tells whether the program is well, and the sources could not be read so far that it is known
whether they route it: a framework that is not read, a prefix that is computed, a route that may match anything. It is no contradiction;
the image's health check asks for that path.""",
    Severity.NOTE,
)

CODES: tuple[Code, ...] = (BOUND_TO_NOTHING, BOUND_TWICE, IGNORED_NOTHING, CHANGED_MEANWHILE, NO_PLACE, ROUTE_UNSEEN)
