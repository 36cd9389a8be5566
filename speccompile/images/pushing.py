"""Pushing images: all of them sent first, and only then their tags moved, so that what fails in between has moved none."""

from __future__ import annotations

import contextlib
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
from speccompile.images.push_fixes import fix_of
from speccompile.images.results import Pushed, PushFailed, PushResult, PushSkipped, Uploaded
from speccompile.images.retries import RESTS, retried
from speccompile.images.runner import Outcome, Runner, Stopped
from speccompile.record import record

_SLOWEST = 3600.0  # seconds that one push may take
_UNTAG = 10.0  # that taking a name away may take: an engine that is interrupted may still be busy with it
_ID = 16  # hexadecimal digits of an image's id in the tag that it is sent under


@record()
class Source:
    """The local image that is pushed for a service, and the engine that has it."""

    job: Job
    engine: Engine
    image: str
    facts: ImageFacts


@record()
class Tools:
    """What pushes: processes, whoever watches, and the environment that says who is logged in."""

    runner: Runner
    watch: Watch
    environment: Mapping[str, str]


def find_source(runner: Runner, engines: Sequence[Engine], job: Job) -> Source | None:
    """What the first of *engines* that has the image has under its name in the registry, or under the name of its service.

    Where these are different images, the one that got its name last is what was built last.
    """
    names = dict.fromkeys((job.names[0], f"{job.service.repository.name}:{job.tags[0]}"))
    for engine in engines:
        known = [(name, local(runner, engine, name)) for name in names]
        found = [Source(job, engine, name, facts) for name, facts in known if facts is not None]
        if found:
            return max(found, key=lambda source: source.facts.named)
    return None


def push_all(tools: Tools, sources: Sequence[Source]) -> tuple[tuple[PushResult, ...], bool]:
    """What came of every source, in their order, and whether the user interrupted.

    Engines can only push tags. So several images are sent under tags that are nobody's, one an image id; the registry then has all
    blobs and manifests, and moving a tag sends a manifest that it knows. A single image is sent under its own first name at once.
    """
    transfers = [_Transfer(tools, source, alone=len(sources) == 1) for source in sources]
    interrupted = False
    try:
        for transfer in transfers:
            transfer.upload()
        if all(transfer.digest for transfer in transfers):
            for transfer in transfers:
                if not transfer.move():
                    break
    except (KeyboardInterrupt, Stopped):
        interrupted = True
    broken = [transfer.source.job.name for transfer in transfers if transfer.failure]
    why = "interrupted" if interrupted else f"{' and '.join(broken)} could not be pushed"
    return tuple(transfer.result(why) for transfer in transfers), interrupted


class _Transfer:
    """The way of one image into the registry: as far as it has come."""

    def __init__(self, tools: Tools, source: Source, *, alone: bool) -> None:
        self.source = source
        self.digest: str | None = None
        self.failure: PushFailed | None = None
        self._tools = tools
        self._began = time.monotonic()
        self._moved: list[str] = []
        job = source.job
        identity = source.facts.id.removeprefix("sha256:")[:_ID]
        self._upload = None if alone else f"{job.repository}:upload-{identity}"

    def upload(self) -> None:
        """Send blobs and manifest."""
        job, first = self.source.job, self.source.job.names[0]
        self._tools.watch.started(job.name, f"pushing {first}")
        if self._upload is None:
            self.digest = self._sent(first)
            self._moved += [first] if self.digest else []
            return
        try:
            self.digest = self._sent(self._upload)
        finally:
            with contextlib.suppress(Stopped):
                self._tools.runner.answer(commands.untag(self.source.engine, self._upload), timeout=_UNTAG)

    def move(self) -> bool:
        """Give the manifest its names, one after the other; whether all went well."""
        for name in self.source.job.names:
            if name not in self._moved:
                digest = self._sent(name)
                if digest is None:
                    return False
                self._moved.append(name)
                if digest != self.digest:
                    said = Outcome(1, "", f"{name} is {digest} there, what was sent first is {self.digest}", 0.0)
                    self.failure = self._failed(name, Trouble.OTHER, said, 1)
                    return False
        self._tools.watch.ended(self.source.job.name, f"pushed {self._reference}")
        return True

    def result(self, why: str) -> PushResult:
        """What has come of it; *why* is the reason where it is not finished and nothing of its own failed."""
        job, names = self.source.job, self.source.job.names
        if self.failure:
            return self.failure
        if self.digest is None:
            return PushSkipped(service=job.name, image=names[0], reason=why)
        if len(self._moved) < len(names):
            return self._there(why, self.digest)
        return Pushed(
            service=job.name,
            names=names,
            digest=self.digest,
            reference=self._reference,
            compose=_compose(job, self.digest),
            fetched=job.service.repository.registry is not None,
            seconds=time.monotonic() - self._began,
            upload=self._upload,
        )

    @property
    def _reference(self) -> str:
        return f"{self.source.job.repository}@{self.digest}"

    def _sent(self, name: str) -> str | None:
        """Push *name* with patience; the manifest's digest, None when it failed."""
        tools, source = self._tools, self.source
        named = tools.runner.answer(commands.tag(source.engine, source.facts.id, name))
        if not named.ok:
            self.failure = self._failed(name, Trouble.OTHER, named, 1)
            return None
        attempt = retried(
            partial(_push_once, tools, source.engine, name), RESTS, partial(tools.watch.line, source.job.name)
        )
        if attempt.trouble:
            tools.watch.ended(source.job.name, f"not pushed: {attempt.trouble.value}")
            self.failure = self._failed(name, attempt.trouble, attempt.outcome, attempt.attempts)
            return None
        return attempt.outcome.output

    def _failed(self, name: str, kind: Trouble, outcome: Outcome, attempts: int) -> PushFailed:
        reason = last_words(f"{outcome.output}\n{outcome.errors}")
        return PushFailed(
            service=self.source.job.name,
            image=name,
            trouble=kind,
            reason=reason,
            fix=fix_of(kind, name, self.source.engine),
            attempts=attempts,
            seconds=time.monotonic() - self._began,
            uploaded=self._there(reason, self.digest) if self.digest else None,
        )

    def _there(self, reason: str, digest: str) -> Uploaded:
        names = self.source.job.names
        return Uploaded(
            service=self.source.job.name,
            image=names[0],
            digest=digest,
            reference=self._reference,
            moved=tuple(self._moved),
            left=tuple(name for name in names if name not in self._moved),
            reason=reason,
            seconds=time.monotonic() - self._began,
            upload=self._upload,
        )


def _compose(job: Job, digest: str) -> tuple[tuple[str, str], ...]:
    """The variables with which compose starts what was pushed; the repository where it is not the one that it names itself."""
    own = job.service.repository
    moved = ((own.parameter, job.repository),) if job.repository != own.name else ()
    return (*moved, (own.pin, digest.removeprefix("sha256:")))


def _push_once(tools: Tools, engine: Engine, name: str) -> Outcome:
    """Push one name; the outcome's output is the manifest's digest when it went well."""
    with tempfile.TemporaryDirectory(prefix="speccompile-push-") as directory:
        file = Path(directory) / "digest"
        login = _login(tools, engine, name, Path(directory))
        outcome = tools.runner.answer(commands.push(engine, name, str(file), login), timeout=_SLOWEST)
        if not outcome.ok:
            return outcome
        digest = digest_in(regular.read(file).decode("ascii") if file.is_file() else outcome.output)
    if digest is None:
        return Outcome(1, "", "the engine does not say which digest it has pushed", outcome.seconds)
    return Outcome(0, digest, "", outcome.seconds)


def _login(tools: Tools, engine: Engine, name: str, directory: Path) -> str | None:
    """A file with the credential for *name*, in a *directory* that is ours alone; podman and buildah know no ``credsStore``."""
    if engine.kind.is_docker:
        return None
    host = host_of(name)
    found = credential(tools.runner, re.sub(r":[^:/]*$", "", name), tools.environment)
    if found is None:
        return None
    file = directory / "auth.json"
    file.touch(mode=0o600)
    file.write_text(authfile(found, host), encoding="utf-8")
    return str(file)
