"""Shutdown: the stop signal, how long the engine waits before it kills, and an init where PID 1 would ignore the signal.

A confirmed assertion about graceful shutdown, draining or in-flight work sets the grace period: its duration and five seconds
more; without a duration thirty seconds. Else ten seconds for servers and tools, thirty for pipelines. The stack says whether
its runtime as PID 1 acts on SIGTERM; where it does not, the engine's init stands before it.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.lower.draft import Draft
from speccompile.lower.phrases import words
from speccompile.lower.quantity import seconds
from speccompile.lower.subject import Subject
from speccompile.plan.container import Stop
from speccompile.provenance import because

CODE = "SC330"
TITLE = "graceful shutdown"

_SHUTDOWN = words(
    "graceful(?:ly)? (?:shut ?down|shuts? down|stops?|terminat\\w+|exits?|drains?)",
    "(?:shut ?down|shuts? down|shutting down|stops?|terminat\\w+|exits?|ends?|closes?|drains?)(?: \\w+)? gracefully",
    "sigterm",
    "sigint",
    "shuts? down",
    "shutting down",
    "shut ?down",
    "ctrl.c",
    "in flight (?:requests?|work|jobs?|transactions?|transfers?|messages?|orders?|payments?|records?|runs?|batch(?:es)?)",
    "(?:requests?|work|jobs?|transactions?|transfers?|records?|runs?|batch(?:es)?) (?:are |is |that are |still )?in flight",
    "drain(?:s|ed|ing)? (?:(?:its|all|the|open|active|existing|client) )*(?:connections?|requests?|work|traffic)",
    "connections? (?:are|is|get) drained",
)


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set the stop policy."""
    promised = [s for s in subject.wishes if s.says(_SHUTDOWN)]
    if not promised:
        return draft
    asked = [wait for s in promised if (wait := seconds(s.text)) is not None]
    grace = max(asked) + 5 if asked else 30
    origin = because(CODE, *(s.cause for s in promised))
    return replace(draft, stop=Stop(signal="SIGTERM", grace=min(grace, 3600), origin=origin))
