"""``build --trace-writes``: each image is run once, and what it wrote into its root is told before production refuses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from speccompile.codes.engines import NOT_TRACED, WRITES_TO_ROOT
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.images.engine import Engine
from speccompile.images.results import BuildResult, Built
from speccompile.images.runner import Runner
from speccompile.images.tracing import Trace, Untraced, traced
from speccompile.plan.plan import Plan
from speccompile.source import Span

_SECONDS = 30.0
_SHOWN = 8


def traces(
    runner: Runner, engine: Engine, plan: Plan, results: Sequence[BuildResult], style: str
) -> tuple[Trace | Untraced, ...]:
    """A trial of every container that runs in an image of *results*, but for those that end once a release is made."""
    return tuple(_traces(runner, engine, plan, results, style))


def _traces(
    runner: Runner, engine: Engine, plan: Plan, results: Sequence[BuildResult], style: str
) -> Iterator[Trace | Untraced]:
    images = {one.service: one.local_name for one in results if isinstance(one, Built)}
    for service in plan.services:
        running = (service.workload, *(one.workload for one in service.processes if not one.ends))
        for container in running if service.name in images else ():
            if container is None:
                continue
            if style != "json":
                click.echo(f"trial of {container.name}: {_SECONDS:g} s at most", err=True)
            yield traced(runner, engine, container, images[service.name], _SECONDS)


def findings(found: Sequence[Trace | Untraced]) -> tuple[Diagnostic, ...]:
    """What was written where production cannot write, and what could not be tried."""
    return tuple(_finding(one) for one in found if isinstance(one, Untraced) or one.paths)


def _finding(one: Trace | Untraced) -> Diagnostic:
    if isinstance(one, Untraced):
        return NOT_TRACED.at(
            Span(one.service),
            f"{one.service} could not be run to see what it writes: {one.reason}",
            fix="look with the engine's own words what it needs, or leave out --trace-writes",
        )
    shown = ", ".join(quoted(path) for path in one.paths[:_SHOWN])
    more = f" and {len(one.paths) - _SHOWN} more" if len(one.paths) > _SHOWN else ""
    return WRITES_TO_ROOT.at(
        Span(one.service),
        f"{one.service} wrote {shown}{more} ({one.end} after {one.seconds:.0f} s), where the compose file lets nothing be written",
        fix=f"keep it in a volume: `writable: [{', '.join(one.directories[:_SHOWN])}]` for {one.service} in specs/deploy.yaml, "
        "or have the program write below /tmp",
    )


def as_data(found: Sequence[Trace | Untraced]) -> list[dict[str, Any]]:
    """The trials as plain data."""
    return [
        {"container": one.service, "status": "failed", "reason": one.reason}
        if isinstance(one, Untraced)
        else {
            "container": one.service,
            "status": "written" if one.paths else "clean",
            "end": one.end,
            "seconds": round(one.seconds, 3),
            "paths": list(one.paths),
        }
        for one in found
    ]


def text(found: Sequence[Trace | Untraced]) -> str:
    """A line for each trial in which nothing was written; the others are findings."""
    clean = [one for one in found if isinstance(one, Trace) and not one.paths]
    return "\n".join(
        f"{one.service} wrote nothing into its root ({one.end} after {one.seconds:.0f} s)" for one in clean
    )
