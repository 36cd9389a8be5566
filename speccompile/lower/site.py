"""A static site's server: nginx in the service's own image.

It has as many workers as CPUs are granted, listens on the service's port, and answers the path of the health check by
itself, unless that is a file's; when it stops, answers under way have the grace period but for a second.
"""

from __future__ import annotations

import math

from speccompile.lower.draft import Draft
from speccompile.lower.rules.pages import CODE
from speccompile.lower.subject import Subject
from speccompile.plan.image import Probe
from speccompile.plan.site import Answer, Drain, Listen, Site
from speccompile.plan.workload import Port
from speccompile.provenance import because, merged
from speccompile.regex import regex
from speccompile.stacks.facts import Pages

TARGET = "/etc/nginx/nginx.conf"
ROOT = "/app/site"

# Of letters that mean themselves, without a suffix: neither a directory nor a file of the site.
_ENDPOINT = regex(r"(?:/[A-Za-z0-9_~-]+)+\Z")


def site(subject: Subject, draft: Draft, pages: Pages, port: Port, config: str) -> Site:
    """The server of *pages*, configured by the file *config*."""
    return Site(
        config=config,
        target=TARGET,
        root=ROOT,
        listen=Listen(port=port.number, origin=port.origin),
        workers=max(1, math.ceil(draft.limits.cpus)),
        drain=Drain(seconds=max(1, draft.stop.grace - 1), origin=draft.stop.origin),
        health=_answer(draft.probe) if draft.probe else None,
        page=pages.page,
        immutable=pages.immutable,
        digested=pages.digested,
        compressed=pages.compressed,
        origin=merged((because(CODE, *subject.facts.causes), draft.origin)),
    )


def _answer(probe: Probe) -> Answer | None:
    return Answer(path=probe.path, origin=probe.origin) if _ENDPOINT.match(probe.path) else None
