"""Building images: bases fetched, image built without a name, checked, and named at the end."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import partial
from pathlib import Path

from speccompile import regular
from speccompile.errors import Refused
from speccompile.images import commands
from speccompile.images.build_secrets import wants
from speccompile.images.checkout import Checkout
from speccompile.images.commands import Build, Secret
from speccompile.images.engine import Engine, Kind
from speccompile.images.failures import Trouble, last_words, trouble
from speccompile.images.inspection import ImageFacts, local
from speccompile.images.jobs import Job
from speccompile.images.labels import bases, labels
from speccompile.images.normal import normalised
from speccompile.images.progress import Watch, all_cached
from speccompile.images.results import BuildFailed, BuildResult, BuildSkipped, Built
from speccompile.images.retries import retried
from speccompile.images.runner import Runner, Stopped
from speccompile.images.schedule import Work, run_all
from speccompile.images.staging import staged
from speccompile.record import record
from speccompile.regex import regex

_TAIL = 20  # lines of a failed build's log that are shown
_SLOWEST_PULL = 1800.0  # seconds that fetching a base image may take
_DIGEST_LINE = regex(r"#\d+ sha256:[0-9a-f]{64}")  # BuildKit names each step so
TEMPORARY = "speccompile.invalid/build"


class _Failure(Exception):
    """A step of a build failed; its log says how."""


@record(kw_only=True)
class Order:
    """How images are built: by which engine, from which commit; logs go to the directory ``logs``.

    ``made`` is the creation time for labels, seconds since 1970; ``sources`` are the digests of what images are made of, by service.
    """

    runner: Runner
    engine: Engine
    checkout: Checkout
    made: int | None
    logs: Path
    watch: Watch
    platform: str | None = None
    secrets: tuple[Secret, ...] = ()
    reproducible: bool = False
    no_cache: bool = False
    side_by_side: int = 2
    sources: Mapping[str, str] = field(default_factory=dict)


def build_all(order: Order, jobs: Sequence[Job]) -> tuple[tuple[BuildResult, ...], bool]:
    """What came of every job, in the order of *jobs*, and whether the user interrupted."""
    by_name = {job.name: job for job in jobs}
    work: Work[BuildResult] = Work(
        do=lambda name: _build(order, by_name[name]),
        skip=lambda name, reason: BuildSkipped(service=name, image=by_name[name].names[0], reason=reason),
        good=lambda result: isinstance(result, Built),
        stop=order.runner.stop,
    )
    results, interrupted = run_all({job.name: job.after for job in jobs}, work, order.side_by_side)
    return tuple(results[job.name] for job in jobs), interrupted


def _build(order: Order, job: Job) -> BuildResult:
    result: BuildResult
    began = time.monotonic()
    log = order.logs / f"{job.name}.log"
    order.watch.started(job.name, f"building {job.names[0]}")
    try:
        result = _tried(order, job, log, began)
    except Stopped:
        result = BuildSkipped(service=job.name, image=job.names[0], reason="interrupted")
    order.watch.ended(job.name, _summary(result))
    return result


def _tried(order: Order, job: Job, log: Path, began: float) -> BuildResult:
    try:
        return _built(order, job, log, began)
    except _Failure as failure:
        return _failed(order, job, str(failure), time.monotonic() - began)
    except Refused as problem:  # an engine that does not tell about an image
        return _failed(order, job, "; ".join(d.message for d in problem.diagnostics), time.monotonic() - began)


def _built(order: Order, job: Job, log: Path, began: float) -> Built:
    base_digest = _bases(order, job, log)
    with staged(job, order.logs / f"{job.name}.build") as files:
        wanted = Build(
            context=str(job.context),
            dockerfile=str(files.dockerfile),
            ignorefile=str(files.ignorefile),
            iidfile=str(order.logs / f"{job.name}.iid"),
            temporary=f"{TEMPORARY}:{uuid.uuid4().hex}",
            labels=labels(job.service, order.checkout, order.made, base_digest, order.sources.get(job.name)),
            platform=order.platform,
            secrets=tuple(secret for secret in order.secrets if secret.id in wants(job.service)),
            epoch=(order.made or 0) if order.reproducible else None,
            no_cache=order.no_cache,
        )
        outcome = order.runner.stream(
            commands.build(order.engine, wanted), log, lambda line: order.watch.line(job.name, line)
        )
    if not outcome.ok:
        raise _Failure(outcome.output)
    facts = _named(order, job, wanted)
    return Built(
        service=job.name,
        names=job.names,
        local_name=job.local_name,
        id=facts.id,
        size=facts.size,
        layers=facts.layers,
        seconds=time.monotonic() - began,
        cached=all_cached(outcome.output.splitlines()),
        base_digest=base_digest,
        labels=tuple(sorted(facts.labels.items())),
    )


def _bases(order: Order, job: Job, log: Path) -> str | None:
    """Have every base image here; the manifest digest of the final one where it came from a registry."""
    if order.engine.apart:
        return None
    digest = None
    for base in bases(job.service):
        with order.runner.pulling:
            facts = local(order.runner, order.engine, base.pinned)
            if facts is None:
                order.watch.line(job.name, f"pulling {base.pinned}")
                pull = commands.pull(order.engine, base.pinned)
                attempt = retried(partial(order.runner.answer, pull, timeout=_SLOWEST_PULL))
                if not attempt.outcome.ok:
                    said = attempt.outcome.errors + attempt.outcome.output
                    log.write_text(said, encoding="utf-8")
                    raise _Failure(f"the base image {base.pinned} cannot be pulled: {last_words(said)}")
                facts = local(order.runner, order.engine, base.pinned)
        digest = facts.digest_at(base.reference) if facts else None
    return digest


def _named(order: Order, job: Job, wanted: Build) -> ImageFacts:
    """Give the finished image its names, all that it will have."""
    runner, engine = order.runner, order.engine
    iidfile = Path(wanted.iidfile)
    made = wanted.temporary if engine.kind is Kind.BUILDX else regular.read(iidfile).decode("ascii").strip()
    iidfile.unlink(missing_ok=True)
    if order.reproducible and not engine.kind.is_docker:
        made = normalised(runner, engine, made) or made
    for name in (*job.names, job.local_name):
        outcome = runner.answer(commands.tag(engine, made, name))
        if not outcome.ok:
            raise _Failure(f"the image cannot be called {name}: {last_words(outcome.errors)}")
    if engine.kind is Kind.BUILDX:
        runner.answer(commands.untag(engine, wanted.temporary))
    facts = local(runner, engine, job.names[0])
    if facts is None:
        raise _Failure("the engine does not know the image that it has just built")
    return facts


def _failed(order: Order, job: Job, said: str, seconds: float) -> BuildFailed:
    lines = [line for line in said.splitlines() if line.strip() and not _DIGEST_LINE.fullmatch(line)]
    gone = not order.runner.answer(commands.ping(order.engine), timeout=20).ok
    kind = Trouble.ENGINE if gone else trouble("\n".join(lines[-_TAIL:]))
    reason = last_words(said)
    if kind is Trouble.ENGINE:
        reason = f"the engine stopped answering: {reason}"
    return BuildFailed(
        service=job.name,
        image=job.names[0],
        reason=reason,
        seconds=seconds,
        log=str(order.logs / f"{job.name}.log"),
        tail=tuple(lines[-_TAIL:]),
        trouble=kind,
    )


def _summary(result: BuildResult) -> str:
    match result:
        case Built():
            return f"built {result.image}" + (", all from the cache" if result.cached else "")
        case BuildFailed():
            return f"failed: {result.reason}"
        case BuildSkipped():
            return f"skipped: {result.reason}"
