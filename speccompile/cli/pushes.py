"""Pushing what was built, for ``push`` and for ``build --push``: checked first, all of it, then pushed."""

from __future__ import annotations

import os
from typing import Any

from speccompile.cli.attesting import Attested, attest
from speccompile.cli.guard import Exit
from speccompile.cli.progress import watching
from speccompile.cli.workspace import Compiled
from speccompile.codes import engines as codes
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.images.checkout import Checkout
from speccompile.images.engine import Engine
from speccompile.images.failures import Trouble
from speccompile.images.jobs import Job
from speccompile.images.labels import REVISION, SPEC_DIGEST
from speccompile.images.pushing import Source, Tools, find_source
from speccompile.images.pushing import push_all as transferred
from speccompile.images.registries import Registry
from speccompile.images.report import push_data, push_text, totals
from speccompile.images.results import PushFailed, PushResult
from speccompile.images.runner import Runner
from speccompile.record import record
from speccompile.source import Span

_SHOWN = 20
_STATUS = {Exit.FINE: "success", Exit.INTERRUPTED: "interrupted"}
_CODES = {
    Trouble.DENIED: codes.DENIED,
    Trouble.HOST: codes.NAME_REFUSED,
    Trouble.NAME: codes.NAME_REFUSED,
    Trouble.FULL: codes.REGISTRY_FULL,
    Trouble.TRANSIENT: codes.UNREACHABLE,
    Trouble.TLS: codes.NO_TLS,
    Trouble.ENGINE: codes.NO_ENGINE,
    Trouble.OTHER: codes.PUSH_FAILED,
}


@record()
class PushOrder:
    """What is pushed where, which engines may have it, and *build*, the command that builds it anew."""

    compiled: Compiled
    checkout: Checkout
    jobs: tuple[Job, ...]
    registry: Registry
    engines: tuple[Engine, ...]
    allow_dirty: bool
    build: str


@record()
class Pushes:
    """What came of it."""

    results: tuple[PushResult, ...]
    diagnostics: tuple[Diagnostic, ...]
    code: Exit
    attested: Attested

    def data(self) -> dict[str, Any]:
        """As plain data."""
        said = self.attested.statements
        pushes = [
            push_data(result) | ({"attestation": said[result.service]} if result.service in said else {})
            for result in self.results
        ]
        statuses = [push["status"] for push in pushes]
        return {
            "status": _STATUS.get(self.code, "failed"),
            "pushes": pushes,
            "push_totals": {**totals(statuses), "uploaded": statuses.count("uploaded")},
        }

    def text(self) -> str:
        """For a person."""
        lines = [
            f"  {service}: {one['reference']} ({one['stored']})"
            for service, one in self.attested.statements.items()
            if one["reference"]
        ]
        return "\n".join([push_text(self.results), *(["", "Attested (not signed):", *lines] if lines else [])])


def push_all(runner: Runner, order: PushOrder) -> Pushes:
    """Push every image: all are sent before any tag is moved. Raises ``Refused`` before any is sent.

    The exit code is 130 when the user interrupted, 75 when all that failed may work later, 1 when something else is wrong.
    """
    sources = checked(runner, order)
    with watching() as watch:
        results, interrupted = transferred(Tools(runner, watch, os.environ), sources)
    failed = [result for result in results if isinstance(result, PushFailed)]
    transient = all(result.trouble is Trouble.TRANSIENT for result in failed)
    code = Exit.FINE if not failed else Exit.TRANSIENT if transient else Exit.FOUND
    findings = tuple(_finding(result) for result in failed)
    carried = {source.job.name: source.facts.labels for source in sources}
    attested = attest(runner, order.compiled, () if interrupted else results, carried)
    said = (*findings, *attested.findings)
    return Pushes(results, said, Exit.INTERRUPTED if interrupted else code, attested)


def checked(runner: Runner, order: PushOrder) -> tuple[Source, ...]:
    """The images to push; raises ``Refused`` with all that speaks against it."""
    problems = [] if order.allow_dirty else dirty(order.checkout)
    sources = []
    for job in order.jobs:
        source = find_source(runner, order.engines, job)
        if source is None:
            message = f"no engine here has an image {job.names[0]}"
            problems.append(codes.NOT_BUILT.at(Span(job.name), message, fix=_rebuild(order, job)))
            continue
        problems += _stale(order, source)
        sources.append(source)
    if problems:
        raise Refused(problems)
    return tuple(sources)


def dirty(state: Checkout) -> list[Diagnostic]:
    """Why what is built from *state* cannot be traced to a commit; nothing when it can."""
    fix = "commit them and build again, or push with --allow-dirty"
    if state.commit is None:
        message = f"the image cannot be traced to a commit: {state.problem}"
        return [
            codes.DIRTY.at(
                Span("."), message, fix="commit the project to git and build again, or push with --allow-dirty"
            )
        ]
    if not state.dirty:
        return []
    listed = ", ".join(state.dirty[:_SHOWN]) + (
        f" and {len(state.dirty) - _SHOWN} more" if len(state.dirty) > _SHOWN else ""
    )
    return [codes.DIRTY.at(Span("."), f"files differ from commit {state.short}: {listed}", fix=fix)]


def _stale(order: PushOrder, source: Source) -> list[Diagnostic]:
    """An image of other specs, or of another commit, is not what this checkout is."""
    job, carried = source.job, source.facts.labels
    wanted = next((label.value for label in job.service.labels if label.key == SPEC_DIGEST), None)
    fix = _rebuild(order, job)
    if carried.get(SPEC_DIGEST) != wanted:
        message = f"{source.image} was built from specs {carried.get(SPEC_DIGEST, 'unknown')}, these are {wanted}"
        return [codes.STALE_IMAGE.at(Span(job.name), message, fix=fix)]
    revision = carried.get(REVISION, "").removesuffix("-dirty")
    if order.checkout.commit and revision != order.checkout.commit:
        message = f"{source.image} was built from commit {revision or 'unknown'}, this is {order.checkout.commit}"
        return [codes.STALE_IMAGE.at(Span(job.name), message, fix=fix)]
    return []


def _rebuild(order: PushOrder, job: Job) -> str:
    return f"run `{order.build} {job.name}`"


def _finding(result: PushFailed) -> Diagnostic:
    tried = f" after {result.attempts} attempts" if result.attempts > 1 else ""
    message = f"{result.image} was not pushed{tried}, {result.trouble.value}: {result.reason}"
    return _CODES[result.trouble].at(Span(result.service), message, fix=result.fix)
