"""What holds across the artifacts as they are, whatever the plan says: they are parsed, and make a system that can run.

The verifiers of the targets compare text with the plan, so that they are content with a plan that is wrong. Nothing here knows the plan.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from speccompile.diagnostics import Diagnostic
from speccompile.source import Span
from speccompile.verify.system import (
    addresses,
    bounds,
    caddy,
    exposure,
    loopback,
    mounts,
    order,
    ports,
    probes,
    slots,
    writable,
)
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.parsed import System, system

Check: TypeAlias = Callable[[System], Iterator[Finding]]

FIX = (
    "where deploy.yaml asks for this, change it there; then run `speccompile generate`; if the file comes straight from it, this is a bug of "
    "speccompile: please report it"
)

CHECKS: tuple[Check, ...] = (
    addresses.asked,
    addresses.passed_on,
    ports.agreed,
    ports.published,
    mounts.configured,
    mounts.filled,
    mounts.kept,
    mounts.secrets,
    writable.writable,
    writable.served,
    loopback.bound,
    loopback.served,
    loopback.sought,
    bounds.limits,
    bounds.waits,
    bounds.served,
    caddy.configured,
    caddy.passed_on,
    caddy.reached,
    caddy.ended,
    probes.started,
    probes.told,
    slots.slots,
    slots.demanded,
    order.waits,
    order.asks,
    order.runs,
    exposure.published,
    exposure.inside,
    exposure.between,
)
"""All questions that are asked."""


def verify(files: Mapping[str, str], output: str) -> tuple[Diagnostic, ...]:
    """Findings about *files* (path relative to *output* → text), taken together; *output* is the directory as seen from the project.

    What cannot be read is the finding of the verifier of that target.
    """
    try:
        found = system(files, output)
    except ValueError:
        return ()
    findings = dict.fromkeys(finding for check in CHECKS for finding in _asked(check, found)) if found else {}
    return tuple(_diagnostic(finding, output) for finding in findings)


def _asked(check: Check, found: System) -> tuple[Finding, ...]:
    """What *check* finds, unless it meets a file that cannot be read."""
    try:
        return tuple(check(found))
    except ValueError:
        return ()


def _diagnostic(finding: Finding, output: str) -> Diagnostic:
    place = Span(posixpath.normpath(posixpath.join(output, finding.path)), finding.line, finding.column)
    return finding.code.at(place, finding.message, fix=FIX)
