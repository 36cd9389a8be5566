"""Shutdown: the stop signal, how long the engine waits before it kills, and an init where PID 1 would ignore the signal.

A confirmed assertion about graceful shutdown, draining or in-flight work sets the grace period: its duration and five seconds
more; without a duration thirty seconds. Else ten seconds for servers and tools, thirty for pipelines. The stack says whether
its runtime as PID 1 acts on SIGTERM; where it does not, the engine's init stands before it.
"""

from __future__ import annotations

import math
from dataclasses import replace

from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.workload import Stop
from speccompile.provenance import because
from speccompile.requirements.kinds import Drain

CODE = "SC330"
TITLE = "graceful shutdown"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set the stop policy."""
    promised = subject.asks(Drain)
    if not promised:
        return draft
    asked = [math.ceil(one.requirement.seconds) for one in promised if one.requirement.seconds is not None]
    grace = max(asked) + 5 if asked else 30
    origin = because(CODE, *(one.cause for one in promised))
    return replace(draft, stop=Stop(signal="SIGTERM", grace=min(grace, 3600), origin=origin))
