"""PHP behind nginx, in the service's own image.

It works on as many requests at a time as its memory is enough for: 64 MB for what is shared, 48 MB for each (PHP ends a script at 128 MB, which few
need). When it stops, answers under way have the grace period but for a second.
"""

from __future__ import annotations

from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.fpm import Children, Fpm
from speccompile.plan.site import Drain, Listen
from speccompile.plan.workload import Port
from speccompile.provenance import because, merged
from speccompile.stacks.facts import Front
from speccompile.stacks.steps import CODE

TARGET = "/usr/local/bin/serve.sh"

_SHARED, _EACH = 64 * 1024 * 1024, 48 * 1024 * 1024
_FEWEST, _MOST = 2, 64


def fpm(subject: Subject, draft: Draft, front: Front, port: Port, script: str) -> Fpm:
    """How the pages of *front* are served by the file *script*."""
    fitting = (draft.limits.memory - _SHARED) // _EACH
    return Fpm(
        script=script,
        target=TARGET,
        root=front.root,
        routed=front.routed,
        closed=front.closed,
        listen=Listen(port=port.number, origin=port.origin),
        drain=Drain(seconds=max(1, draft.stop.grace - 1), origin=draft.stop.origin),
        children=Children(number=max(_FEWEST, min(fitting, _MOST)), origin=draft.limits.origin),
        origin=merged((because(CODE, *subject.facts.causes), draft.origin)),
    )
