"""A plan on one page: what runs, on what, how it is reached, what it needs, and what somebody still has to settle or supply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from speccompile.cli.coverage import Row
from speccompile.plan.plan import Plan, Service, Store

_SETTLED = ("confirmed", "denied", "refined", "deferred")


def overview(plan: Plan, rows: Sequence[Row]) -> dict[str, Any]:
    """The page as plain data; *rows* say what became of the assertions."""
    return {
        "app": plan.app,
        "services": [_service(plan, service) for service in plan.services],
        "stores": [_store(store) for store in plan.stores],
        "externals": [{"name": external.name, "variable": external.parameter} for external in plan.externals],
        "packages": [{"ecosystem": package.ecosystem.value, "name": package.name} for package in plan.packages],
        "routes": [
            {"host": route.host, "path": route.path, "service": route.service, "port": route.port}
            for route in (plan.ingress.routes if plan.ingress else ())
        ],
        "to_supply": {
            "secrets": [secret.name for secret in plan.secrets],
            "variables": [one.name for one in plan.parameters if one.default is None],
        },
        "assertions": {
            "total": len(rows),
            "confirmed": sum(row.status == "confirmed" for row in rows),
            "with_effect": [row.assertion for row in rows if row.lines],
            "without_effect": [row.assertion for row in rows if row.status == "confirmed" and not row.lines],
            "unsettled": [row.assertion for row in rows if row.status not in _SETTLED],
        },
    }


def _service(plan: Plan, service: Service) -> dict[str, Any]:
    dependencies = service.workload.depends_on if service.workload else ()
    probed = service.health.needs if service.health else ()
    return {
        "name": service.name,
        "archetype": service.archetype,
        "stack": service.image.stack,
        "base": service.image.stages[-1].base.reference,
        "port": service.port.number if service.port else None,
        "health": service.health.probe.path if service.health else None,
        "needs": sorted({one.name for one in dependencies} | {one.name for one in probed}),
        "replicas": service.workload.replicas.count if service.workload else 0,
        "schedule": service.schedule.cron if service.schedule else None,
        "routes": [
            f"{route.host or ''}{route.path}"
            for route in (plan.ingress.routes if plan.ingress else ())
            if route.service == service.name
        ],
    }


def _store(store: Store) -> dict[str, Any]:
    beside = store.workload.beside
    page = {"name": store.workload.name, "uses": store.kind, "image": store.base.reference}
    return {**page, "beside": beside.name} if beside else page


def as_text(page: dict[str, Any]) -> str:
    """The page for a person."""
    return "\n".join([page["app"], "=" * len(page["app"]), *_running(page), *_open(page)])


def _running(page: dict[str, Any]) -> Iterator[str]:
    names = [one["name"] for kind in ("services", "stores", "externals") for one in page[kind]]
    width = max(map(len, names), default=0)
    indent = " " * (width + 2)
    for one in page["services"]:
        port = f", port {one['port']}" if one["port"] else ""
        yield f"{one['name']:{width}}  {one['archetype']}, {one['stack']} on {one['base']}{port}"
        parts = (
            ("reached at", ", ".join(one["routes"])),
            ("needs", ", ".join(one["needs"])),
            ("healthy when", one["health"] and f"GET {one['health']} answers"),
            ("runs at", one["schedule"]),
            ("replicas", one["replicas"] if one["replicas"] > 1 else ""),
        )
        yield from (f"{indent}{what} {value}" for what, value in parts if value)
    for one in page["stores"]:
        beside = f", beside {one['beside']}" if "beside" in one else ""
        yield f"{one['name']:{width}}  {one['uses']}, {one['image']}{beside}"
    yield from (f"{one['name']:{width}}  somebody else's, at {one['variable']}" for one in page["externals"])
    yield from (f"published as the {one['ecosystem']} package {one['name']}" for one in page["packages"])


def _open(page: dict[str, Any]) -> Iterator[str]:
    """What is not settled, and where the rest is shown."""
    supplied, assertions = page["to_supply"], page["assertions"]
    yield ""
    for what, names in (("secret files", supplied["secrets"]), ("variables", supplied["variables"])):
        if names:
            yield f"To supply, {what}: {', '.join(names)}"
    yield (
        f"Assertions: {assertions['total']}; {assertions['confirmed']} confirmed, "
        f"{len(assertions['with_effect'])} of them with an effect"
    )
    if assertions["without_effect"]:
        yield f"Without an effect: {', '.join(assertions['without_effect'])} (why: speccompile explain ID)"
    if assertions["unsettled"]:
        yield f"Not settled: {', '.join(assertions['unsettled'])}"
    yield "All of it: speccompile plan --full; assertion by target: speccompile plan --assertions"
