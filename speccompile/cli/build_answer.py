"""What ``build`` says in the end: once, whatever has happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from speccompile.cli import traces
from speccompile.cli.answering import shown
from speccompile.cli.attesting import predicate
from speccompile.cli.gate import Admission
from speccompile.cli.guard import Exit
from speccompile.cli.how_to_run import how_to_run
from speccompile.cli.pushes import Pushes
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Compiled
from speccompile.codes.engines import BUILD_FAILED
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic
from speccompile.images.attestation import statement
from speccompile.images.checkout import Checkout
from speccompile.images.engine import Engine
from speccompile.images.report import build_data, build_text, duration, totals
from speccompile.images.results import BuildFailed, BuildResult, Built
from speccompile.images.tracing import Trace, Untraced
from speccompile.record import record
from speccompile.source import Span


@record()
class Done:
    """What a build came to: the results, the seconds that it took, whether the user interrupted it, and what was missing and allowed to be,
    and what the images wrote when they were tried."""

    compiled: Compiled
    engine: Engine
    checkout: Checkout
    results: tuple[BuildResult, ...]
    seconds: float
    interrupted: bool
    admission: Admission
    traces: tuple[Trace | Untraced, ...] = ()

    @property
    def good(self) -> bool:
        """Whether every image is there."""
        return all(isinstance(result, Built) for result in self.results)

    @property
    def code(self) -> Exit:
        """What the build alone says when it ends."""
        return Exit.INTERRUPTED if self.interrupted else Exit.FINE if self.good else Exit.FOUND


def answer(done: Done, pushes: Pushes | None, style: str) -> Exit:
    """Show what became of the builds, and of the *pushes* that followed them."""
    failed = tuple(_finding(result) for result in done.results if isinstance(result, BuildFailed))
    found = (*failed, *traces.findings(done.traces), *(pushes.diagnostics if pushes else ()))
    shown(found, done.compiled.workspace, style)
    if style == "json":
        say_json(_data(done, found) | (pushes.data() if pushes else {}))
    else:
        if done.interrupted:
            click.echo("interrupted: what was not finished has got no name", err=True)
        parts = [build_text(done.engine, done.results, done.seconds)]
        parts += [text] if (text := traces.text(done.traces)) else []
        if pushes:
            parts.append(pushes.text())
        elif done.good:
            parts.append(how_to_run(done.compiled, done.engine, done.results))
        say("\n\n".join(parts))
    return pushes.code if pushes else done.code


def _finding(result: BuildFailed) -> Diagnostic:
    message = f"{result.service} could not be built: {result.reason}"
    return BUILD_FAILED.at(Span(result.service), message, fix=f"see {result.log}")


def _attested(done: Done, result: BuildResult) -> dict[str, Any]:
    """What is held of an image, by the digest that an engine knows, which is that of its configuration: a registry gives the manifest's."""
    if not isinstance(result, Built):
        return {}
    held = predicate(done.compiled, result.service, dict(result.labels))
    return {"attestation": {"statement": statement(result.image, result.id, held)}}


def _data(done: Done, found: Sequence[Diagnostic]) -> dict[str, Any]:
    commit = done.checkout.short and done.checkout.short + ("-dirty" if done.checkout.dirty else "")
    builds = [build_data(result, commit) | _attested(done, result) for result in done.results]
    return {
        "status": "interrupted" if done.interrupted else "success" if done.good else "failed",
        "application": {"slug": done.compiled.compilation.plan.app},
        "engine": {"name": done.engine.kind.value, "version": done.engine.version, "program": done.engine.program},
        **done.admission.data(),
        "builds": builds,
        "trials": traces.as_data(done.traces),
        "totals": totals([build["status"] for build in builds]),
        **{
            name: [build["service"] for build in builds if build["status"] == status]
            for name, status in (("successful", "success"), ("failed", "failed"), ("skipped", "skipped"))
        },
        "total_time": duration(done.seconds),
        "diagnostics": [as_data(d) for d in found],
    }
