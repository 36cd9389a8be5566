"""Limits: memory, CPUs and processes.

deploy.yaml's ``resources``; else a confirmed assertion that bounds memory («uses at most 256 MB of memory»), the lowest where several
do; what is said of the memory of one request or of a store is no bound. Else half a gibibyte, one CPU, 256 processes.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.catalog import CATALOG
from speccompile.lower.draft import Draft
from speccompile.lower.phrases import Phrase, words
from speccompile.lower.quantity import size
from speccompile.lower.subject import Subject
from speccompile.plan.container import Limits
from speccompile.provenance import because

CODE = "SC331"
TITLE = "limits"

_MEMORY = Phrase(r"(?<!\bin )(?<!\bin-)\b(?:memory|ram|heap|rss|resident set)\b")
_OF_ANOTHER = words(
    "(?:per|each|every|a|any|one|single) (?:request|connection|record|session|user|client|worker|row|item|file|query|job|message)",
    *(name for backing in CATALOG.values() for name in backing.words),
    "caches?",
    "databases?",
)
_FLOOR = 16 * 2**20


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set the limits."""
    bounds = [
        (bound, s.cause)
        for s in subject.wishes
        if s.mentions(_MEMORY) and not s.mentions(_OF_ANOTHER) and (bound := size(s.text))
    ]
    resources = subject.deploy.resources if subject.deploy else None
    causes = [cause for _, cause in bounds]
    besides = draft.limits.origin
    memory = max(min(bound for bound, _ in bounds), _FLOOR) if bounds else draft.limits.memory
    cpus = draft.limits.cpus
    if resources:
        causes.append(subject.deployed("resources"))
        besides = because(CODE, subject.deployed("resources"))
        memory, cpus = resources.memory or memory, resources.cpus or cpus
    if not causes:
        return draft
    limits = Limits(memory=memory, cpus=cpus, pids=draft.limits.pids, besides=besides, origin=because(CODE, *causes))
    return replace(draft, limits=limits)
