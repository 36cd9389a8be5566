"""Backing services as the compiler makes them, for plans that are put together by hand."""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.catalog import CATALOG
from speccompile.lower.backing import stores
from speccompile.lower.draft import StoreNeed
from speccompile.lower.handover import Access
from speccompile.plan.handover import Way
from speccompile.plan.plan import Store
from speccompile.provenance import Origin


def backing(app: str, pairs: Iterable[tuple[str, str]], way: Way, why: Origin) -> tuple[Store, ...]:
    """The stores of *app*: names and kinds; all get their passwords in one *way*."""
    return stores(app, [_access(name, kind, way, why) for name, kind in pairs])


def _access(name: str, kind: str, way: Way, why: Origin) -> Access:
    return Access(
        service="api",
        need=StoreNeed(name=name, kind=kind, version=None, origin=why),
        way=way,
        reason="it is a test",
        form=CATALOG[kind].form(()),
        roles={},
        asked=(),
        origin=why,
    )
