"""Pushing images: the right one, under its names in the registry, with patience where that helps."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from speccompile import regular
from speccompile.images import commands
from speccompile.images.commands import host_of
from speccompile.images.credentials import authfile, credential
from speccompile.images.engine import Engine
from speccompile.images.failures import Trouble, last_words
from speccompile.images.inspection import ImageFacts, digest_in, local
from speccompile.images.jobs import Job
from speccompile.images.progress import Watch
from speccompile.images.registries import create_command, login_command
from speccompile.images.results import Pushed, PushFailed, PushResult
from speccompile.images.retries import RESTS, retried
from speccompile.images.runner import Outcome, Runner
from speccompile.record import record

_SLOWEST = 3600.0  # seconds that one push may take


@record()
class Source:
    """The local image that is pushed for a service, and the engine that has it."""

    job: Job
    engine: Engine
    image: str
    facts: ImageFacts


def find_source(runner: Runner, engines: Sequence[Engine], job: Job, local_names: Sequence[str]) -> Source | None:
    """What the first of *engines* that has the image has under its name in the registry, or one of its *local_names*.

    Where these are different images, the one that got its name last is what was built last.
    """
    for engine in engines:
        known = [(name, local(runner, engine, name)) for name in (job.names[0], *local_names)]
        found = [Source(job, engine, name, facts) for name, facts in known if facts is not None]
        if found:
            return max(found, key=lambda source: source.facts.named)
    return None


def push(runner: Runner, source: Source, watch: Watch, environment: Mapping[str, str]) -> PushResult:
    """Push every name of the image; the digest is the same for all."""
    began = time.monotonic()
    job, engine = source.job, source.engine
    watch.started(job.name, f"pushing {job.names[0]}")
    digest = ""
    for name in job.names:
        named = runner.answer(commands.tag(engine, source.facts.id, name))
        if not named.ok:
            return _failed(source, name, Trouble.OTHER, named, 1, began)
        attempt = retried(partial(_push_once, runner, engine, name, environment), RESTS, partial(watch.line, job.name))
        if attempt.trouble:
            watch.ended(job.name, f"not pushed: {attempt.trouble.value}")
            return _failed(source, name, attempt.trouble, attempt.outcome, attempt.attempts, began)
        digest = attempt.outcome.output
    watch.ended(job.name, f"pushed {job.repository}@{digest}")
    return Pushed(
        service=job.name,
        names=job.names,
        digest=digest,
        reference=f"{job.repository}@{digest}",
        seconds=time.monotonic() - began,
    )


def _push_once(runner: Runner, engine: Engine, name: str, environment: Mapping[str, str]) -> Outcome:
    """Push one name; the outcome's output is the manifest's digest when it went well."""
    with tempfile.TemporaryDirectory(prefix="speccompile-push-") as directory:
        file = Path(directory) / "digest"
        login = _login(runner, engine, name, environment, Path(directory))
        outcome = runner.answer(commands.push(engine, name, str(file), login), timeout=_SLOWEST)
        if not outcome.ok:
            return outcome
        digest = digest_in(regular.read(file).decode("ascii") if file.is_file() else outcome.output)
    if digest is None:
        return Outcome(1, "", "the engine does not say which digest it has pushed", outcome.seconds)
    return Outcome(0, digest, "", outcome.seconds)


def _login(runner: Runner, engine: Engine, name: str, environment: Mapping[str, str], directory: Path) -> str | None:
    """A file with the credential for *name*, in a *directory* that is ours alone; podman and buildah know no ``credsStore``."""
    if engine.kind.is_docker:
        return None
    host = host_of(name)
    found = credential(runner, re.sub(r":[^:/]*$", "", name), environment)
    if found is None:
        return None
    file = directory / "auth.json"
    file.touch(mode=0o600)
    file.write_text(authfile(found, host), encoding="utf-8")
    return str(file)


def _failed(source: Source, name: str, kind: Trouble, outcome: Outcome, attempts: int, began: float) -> PushFailed:
    words = last_words(f"{outcome.output}\n{outcome.errors}")
    return PushFailed(
        service=source.job.name,
        image=name,
        trouble=kind,
        reason=words,
        fix=_fix(kind, name, source.engine),
        attempts=attempts,
        seconds=time.monotonic() - began,
    )


def _fix(kind: Trouble, name: str, engine: Engine) -> str:
    host = host_of(name)
    match kind:
        case Trouble.DENIED:
            login = login_command(host, engine.kind.command)
            return f"log in as somebody who may push to {host}: {login}; then run the same `speccompile push` again"
        case Trouble.NAME:
            path = re.sub(r":[^:/]*$", "", name).partition("/")[2]
            return create_command(host, path)
        case Trouble.HOST:
            return f"check the name {host} and this machine's network, then run `speccompile push` with the right --registry"
        case Trouble.FULL:
            return f"make room at {host} (or on this machine), then run the same `speccompile push` again"
        case Trouble.TLS:
            return f"give {host} a certificate that this machine trusts, or tell the engine that it is an insecure registry"
        case Trouble.ENGINE:
            return "start the engine, then run the same `speccompile push` again"
        case Trouble.TRANSIENT:
            return f"run the same `speccompile push` again when {host} answers; if it keeps answering 500, its disk may be full"
        case Trouble.OTHER:
            return "see what the engine and the registry said"
