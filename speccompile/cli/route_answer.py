"""What ``route`` tells of a shared host, for people and for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from speccompile.hosts.changing import Host
from speccompile.hosts.clashes import shown
from speccompile.hosts.registry import Application


def application(one: Application) -> dict[str, Any]:
    """An application as data."""
    return {
        "owner": one.owner,
        "app": one.app,
        "spec_digest": one.spec_digest,
        "services": [{"service": of.service, "image": of.image, "address": of.address} for of in one.services],
        "routes": [{"host": of.host, "path": of.path, "service": of.service} for of in one.routes if not of.part],
    }


def ending(host: Host, state: str, mine: Application | None) -> dict[str, Any]:
    """How a change ended."""
    return {
        "machine": str(host.machine),
        "state": state,
        "application": application(mine) if mine else None,
        "applications": len(host.applications),
    }


def as_text(state: str, mine: Application, host: Host) -> str:
    """The same for people."""
    addresses = {of.service: of.address for of in mine.services}
    places = [
        f"  {shown(of)} → {of.service} at {addresses[of.service]}" for of in mine.routes if not of.part
    ]  # fmt: skip
    return "\n".join((f"{mine.name}: {state} on {host.machine}", *places))


def table(applications: Sequence[Application]) -> str:
    """All of them, a line for each service."""
    rows = [("APPLICATION", "SERVICE", "ADDRESS", "ROUTES", "IMAGE")]
    for one in applications:
        for of in one.services:
            routes = ", ".join(shown(route) for route in one.routes if route.service == of.service and not route.part)
            rows.append((one.name, of.service, of.address, routes or "-", of.image or "-"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return "\n".join(
        "  ".join((*(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)), row[-1])) for row in rows
    )
