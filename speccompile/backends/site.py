"""Plan → site.conf (nginx 1.28, the whole file), for a service that is a static site: the server in its image.

Pages are asked for again each time (``no-cache`` allows an answer without a body); what has a digest of its content in
its name never changes and is kept. A path that looks like a file of the kinds that pages load is never answered with a
page: a browser would take the HTML for the script that it wanted. Responses are compressed: files that are the same
for everybody have no secrets. Headers are set at one level, for a second one would take the first one's away.
"""

from __future__ import annotations

import re

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.nginx import NginxText, nginx_comment, nginx_location, nginx_pattern, nginx_plain
from speccompile.backends.jinja import render
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.plan.site import Answer, Drain, Listen, Site
from speccompile.record import record

TARGET = "site"

# Eight characters or more, a digit or a capital letter among them: index-DiwrgTda.js, main.8c2b1d3e.chunk.css;
# not hero-background.png.
_DIGESTED = r"[-.](?=[a-z_-]*[A-Z0-9])[A-Za-z0-9_-]{8,}(?:\.[a-z0-9]+)+$"


@record(kw_only=True)
class _Answer(Node):
    path: NginxText


@record(kw_only=True)
class _Document(Node):
    header: tuple[NginxText, ...]
    workers: int
    drain: Drain
    listen: Listen
    root: NginxText
    answers: tuple[_Answer, ...]
    page: NginxText | None
    kept: tuple[NginxText, ...]
    compressed: bool


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The configuration of every static site of *plan*."""
    return tuple(_artifact(service.site) for service in plan.services if service.site)


def _artifact(site: Site) -> Artifact:
    document = _Document(
        header=tuple(nginx_comment(line) for line in header.lines(site.config)),
        workers=site.workers,
        drain=site.drain,
        listen=site.listen,
        root=nginx_plain(site.root),
        answers=tuple(_answer(answer) for answer in (site.health,) if answer),
        page=nginx_plain(site.page) if site.page else None,
        kept=tuple(nginx_pattern(pattern) for pattern in _kept(site)),
        compressed=site.compressed,
        origin=site.origin,
    )
    text, origins = render("site/site.conf.j2", NginxText, document)
    return Artifact(site.config, text, origins, TARGET)


def _answer(answer: Answer) -> _Answer:
    return _Answer(path=nginx_location(answer.path), origin=answer.origin)


def _kept(site: Site) -> tuple[str, ...]:
    """Patterns of the paths that never change."""
    return (
        *(f"~^/{re.escape(directory)}/" for directory in site.immutable),
        *(f"~^/{re.escape(directory)}/.*{_DIGESTED}" for directory in site.digested if directory),
        *(f"~^/[^/]*{_DIGESTED}" for directory in site.digested if not directory),
    )
