"""Whether every assertion has been decided upon."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.lowering import UNSETTLED
from speccompile.diagnostics import Diagnostic
from speccompile.spec.project import ProjectSpec


def unsettled(spec: ProjectSpec) -> Iterator[Diagnostic]:
    """The assertions of *spec* that nobody has decided upon."""
    for service in spec.services:
        for assertion in service.manifest.assertions:
            if not assertion.is_settled():
                yield UNSETTLED.at(
                    assertion.at("status"),
                    f"{assertion.id} is {assertion.status}: {assertion.natural}",
                    fix="settle it: set its status to confirmed, denied, refined or deferred (or give --allow-unverified)",
                )
