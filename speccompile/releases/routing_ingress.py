"""Where a cluster's Ingress leads, as releases keep it: what all services share, in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def ports(text: str) -> dict[str, str]:
    """The port at which each service is reached (networking.k8s.io/v1, IngressBackend); nothing where *text* is no such thing."""
    if not text.startswith("{"):
        return {}
    try:
        return dict(_ports(json.loads(text)))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return {}


def _ports(found: Any) -> Iterator[tuple[str, str]]:
    for one in found.values():
        for rule in one["spec"]["rules"] if one["kind"] == "Ingress" else ():
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]
                yield str(service["name"]), str(service["port"]["number"])
