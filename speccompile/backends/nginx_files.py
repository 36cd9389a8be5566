"""Files that nginx gives out: from one directory, no hidden ones, and whatever stands there, none that a link leads to."""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.backends.escape.nginx import NginxText, nginx_plain
from speccompile.plan.ingress import HASHED, Route
from speccompile.plan.node import Node
from speccompile.provenance import merged
from speccompile.record import record


@record(kw_only=True)
class Files(Node):
    """``root`` is the directory; ``assets`` whether they are the program's own, ``varies`` whether an answer says that it depends on what the
    client takes, which nothing else says; ``hashed`` whether what has a hash in its name is kept for good; ``single_page`` whether index.html answers
    for what is no file."""

    root: NginxText
    assets: bool
    varies: bool
    hashed: bool
    single_page: bool


@record(kw_only=True)
class Given(Node):
    """That files are given out somewhere; ``hashed`` that some of them are kept for good, ``single_page`` that one of them is a page for all."""

    hashed: bool
    single_page: bool


def files(route: Route) -> Files | None:
    """Those of *route*."""
    said = route.files
    if said is None:
        return None
    return Files(
        root=nginx_plain(said.directory),
        assets=said.content == "assets",
        varies=said.content == "assets" and not route.compression,
        hashed=_hashed(route),
        single_page=said.single_page,
        origin=said.origin,
    )


def given(routes: Iterable[Route]) -> Given | None:
    """What is given out by any of *routes*; None where nothing is."""
    each = [one for one in routes if one.files]
    found = [one.files for one in each if one.files]
    if not found:
        return None
    return Given(
        hashed=any(map(_hashed, each)),
        single_page=any(one.single_page for one in found),
        origin=merged(one.origin for one in found),
    )


def _hashed(route: Route) -> bool:
    return route.caching is not None and any(one.what == HASHED for one in route.caching.rules)
