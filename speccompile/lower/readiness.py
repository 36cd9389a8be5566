"""What a readiness probe cannot find out: which log-ins the standard library of its language has no means for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.codes.lowering import UNPROVEN
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Service

# MariaDB's usual method takes SHA-1, which Rust's standard library has not.
_FIX = "let the service's own health endpoint make a query, and name its path as `health: {path: …}` in deploy.yaml"
_WITHOUT = {"rust": {"mariadb": "SHA-1"}}


def unproven(services: Sequence[Service]) -> Iterator[Diagnostic]:
    """A note for each store that a health module can reach and cannot log in to."""
    for service in services:
        lacking = _WITHOUT.get(service.health.language, {}) if service.health else {}
        for need in service.health.needs if service.health else ():
            if need.protocol == "tcp" and need.critical:
                yield UNPROVEN.at(
                    need.origin.causes[0].span,
                    f"{service.name}'s readiness does not prove that {need.name} does its work: it connects, and speaks no protocol of its kind, so "
                    'the probe says "reached, not authenticated"',
                    fix=_FIX,
                )
            elif need.protocol in lacking:
                yield UNPROVEN.at(
                    need.origin.causes[0].span,
                    f"{service.name}'s readiness does not prove that it can log in to {need.name}: {need.protocol} wants "
                    f'{lacking[need.protocol]}, which its language has not, so the probe says "reached, not authenticated"',
                    fix=_FIX,
                )
