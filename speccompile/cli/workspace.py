"""The project that a command works on: its directory, its lock, its tree, what it compiles to."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from speccompile import __version__
from speccompile.cli.waivers import last_day
from speccompile.codes.contents import NOT_LOOKED_AT, UNSAID
from speccompile.codes.evidence import NOT_OURS, OLDER
from speccompile.codes.lowering import NOT_VERIFIED
from speccompile.codes.neighbours import JOINED, OPENED
from speccompile.codes.patching import ALLOWED, EJECTED, EJECTED_UNREAD
from speccompile.codes.values import WEAKER
from speccompile.derived.kept import Kept
from speccompile.detect.units import COMPILED
from speccompile.diagnostics import Diagnostic
from speccompile.digests import ABSENT, digest
from speccompile.discovery import project_directory
from speccompile.drift import Expected
from speccompile.lock import Lock, dump
from speccompile.lock_file import read_lock
from speccompile.lower.lower import Surroundings
from speccompile.owned import Ground
from speccompile.ownership import Names, hidden, proved
from speccompile.paths import join
from speccompile.pipeline import Compilation, compile_project, look_at_project, sketch_project
from speccompile.plan.plan import Plan
from speccompile.project.answers import Question
from speccompile.project.disk import DiskTree
from speccompile.project.recorder import Recorder
from speccompile.proving import UNPROVED
from speccompile.record import record
from speccompile.remember import NO_BASIS, NOTHING_AGAIN, Again, Basis, Seen, remember
from speccompile.shown import Shown, project_seen
from speccompile.spec.project import ProjectSpec
from speccompile.targets import generates
from speccompile.writer import Order, recover

_REPEATED = frozenset(
    code.id
    for code in (
        NOT_VERIFIED,
        OLDER,
        NOT_OURS,
        UNSAID,
        NOT_LOOKED_AT,
        ALLOWED,
        EJECTED,
        EJECTED_UNREAD,
        OPENED,
        JOINED,
        WEAKER,
    )
)


@record(kw_only=True)
class Asked:
    """The options of this command line that decide what a project compiles to; whatever they leave open deploy.yaml decides.

    ``output`` is the directory that ``-o`` names, as seen from the project; ``targets`` those that ``--target`` names;
    ``environment`` the one that is deployed to.
    """

    output: str | None = None
    targets: tuple[str, ...] = ()
    allow_unverified: bool = False
    environment: str | None = None


@record()
class Workspace:
    """A project: ``root`` is its directory, ``shown`` the same as seen from where the command was started, ``start`` the directory
    that paths on the command line count from (``-C``'s, else the current one)."""

    shown: str
    root: Path
    start: Path

    @classmethod
    def at(cls, directory: str) -> Workspace:
        """The project that *directory* is in, found upwards; without one, *directory* itself."""
        start = Path(directory).resolve()
        root = Path(project_directory(directory) or start)
        return cls(project_seen(directory, str(root)), root, start)

    @classmethod
    def exactly(cls, directory: str) -> Workspace:
        """The project in *directory*, wherever that is."""
        return cls(directory, Path(directory).resolve(), Path(directory).resolve())

    def seen(self, path: str) -> str:
        """*path*, which counts from the project's directory, as seen from where the command was started."""
        return Shown(str(self.root), self.shown).seen(path)

    def source_line(self, path: str, line: int) -> str | None:
        """A line of a source file, for showing; None when it cannot be shown."""
        return Shown(str(self.root), self.shown).source_line(path, line)

    def settled(self) -> Workspace:
        """This, after a write that was interrupted has been finished or taken back."""
        recover(self.root, generates)
        return self

    def lock(self) -> Lock | None:
        """The lock on disk."""
        return read_lock(self.root)

    def compiled(self, asked: Asked) -> Compiled:
        """The project, compiled in memory; raises ``Refused``."""
        return self._through(compile_project, asked)

    def planned(self, asked: Asked) -> Compiled:
        """The same for who looks at the plan: the artifacts are not verified, and must not be written."""
        return self._through(partial(compile_project, proof=UNPROVED), asked)

    def compiled_from_memory(self, asked: Asked) -> Compiled:
        """The same, of which only what has changed since it was last kept is made anew; never in CI, where a cache can carry what no commit can."""
        return self._remembering(asked)

    def compiled_and_kept(self, asked: Asked) -> Compiled:
        """The same, which is kept for the next time."""
        return self._remembering(asked, _saved)

    def _remembering(self, asked: Asked, then: Callable[[Kept, Compilation], None] = lambda *_: None) -> Compiled:
        if os.environ.get("CI"):
            return self.compiled(asked)
        memory = Kept(str(self.root))
        made = self._through(partial(compile_project, memory=memory), asked)
        then(memory, made.compilation)
        return replace(made, basis=Basis(*memory.basis(COMPILED)))

    def looked_at(self, asked: Asked) -> Compiled:
        """The same, with what would follow from assertions that are not settled, or contradicted."""
        return self._through(look_at_project, replace(asked, allow_unverified=True))

    def drafted(self, asked: Asked) -> Compiled:
        """The same for who wants to know why something is there: the artifacts are not verified, and must not be written."""
        return self._through(partial(look_at_project, proof=UNPROVED), replace(asked, allow_unverified=True))

    def sketched(self, asked: Asked, name: str) -> Compiled:
        """The same with no other artifacts than those that can be called *name*."""
        stages = partial(sketch_project, name=name)
        return self._through(stages, replace(asked, allow_unverified=True))

    def _through(
        self, stages: Callable[[Recorder, Surroundings, tuple[str, ...]], Compilation], asked: Asked
    ) -> Compiled:
        own = proved(Ground(str(self.root), asked.output or ""), self.lock(), generates)
        disk = DiskTree(self.root)
        recorder = Recorder(disk)
        around = Surroundings(
            asked.output, self.root.parts[1:] or ("app",), asked.allow_unverified, own, asked.environment
        )
        compilation = stages(recorder, around, asked.targets)
        questions = (*recorder.questions(), *_called(disk, compilation.plan))
        return self._with_lock(asked, compilation, Seen(asked.output, own, questions, disk.behind()))

    def _with_lock(self, asked: Asked, compilation: Compilation, seen: Seen) -> Compiled:
        plan, disk = compilation.plan, DiskTree(self.root)
        contents = {path: disk.content(path) for path in _inputs(compilation)}
        lock = Lock(
            tool=__version__,
            output=plan.layout.output,
            inputs=[(path, ABSENT if content is None else digest(content)) for path, content in contents.items()],
            versions=[(version.name, version.value, version.source) for version in plan.versions],
            files=[(join(plan.layout.output, a.path), digest(a.text.encode())) for a in compilation.artifacts],
        )
        own = hidden(lock.output, (*seen.own, *compilation.spec.recorded))
        return Compiled(self, asked, compilation, lock, replace(seen, own=tuple(sorted(own))))


def _saved(memory: Kept, made: Compilation) -> None:
    if not made.defects:
        memory.save()


def _called(disk: DiskTree, plan: Plan) -> tuple[Question, ...]:
    """What the project's directory is called, where an artifact depends on that."""
    return (disk.called(plan.layout.names),) if plan.layout.names else ()


def _inputs(compilation: Compilation) -> tuple[str, ...]:
    """The files that people write: the specs, and what they change about what is generated."""
    return tuple(sorted({*_spec_files(compilation.spec), *compilation.overrides.inputs}))


def _spec_files(spec: ProjectSpec) -> tuple[str, ...]:
    """The files that the specs are in, there or not: manifests, and beside each deploy.yaml, under both names, and the evidence."""
    manifests = {service.manifest_path for service in spec.services}
    beside = {
        posixpath.join(posixpath.dirname(path), name)
        for path in manifests
        for name in ("deploy.yaml", "deploy.yml", "verification.json")
    }
    return tuple(sorted(manifests | beside))


@record()
class Compiled:
    """A compilation of a workspace, and the lock that ``generate`` would write for it.

    ``seen`` is what was looked at for that, ``basis`` what is kept of it.
    """

    workspace: Workspace
    asked: Asked
    compilation: Compilation
    lock: Lock
    seen: Seen
    basis: Basis = NO_BASIS

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Path below the output directory, and text, of every artifact."""
        return tuple((artifact.path, artifact.text) for artifact in self.compilation.artifacts)

    @property
    def standing_notes(self) -> tuple[Diagnostic, ...]:
        """What the compilation says of things that stay as they are until somebody changes them: evidence that does not make the labels
        say verified, sources that were overlooked."""
        return tuple(note for note in self.compilation.notes if note.code in _REPEATED)

    @property
    def ground(self) -> Ground:
        """Where the artifacts are on disk."""
        return Ground(str(self.workspace.root), self.lock.output)

    @property
    def expected(self) -> Expected:
        """What the disk should be like."""
        return Expected(lock=self.lock, names=self.names, unchosen=self.compilation.unchosen)

    @property
    def names(self) -> Names:
        """Whether a file of this path may be one of ours: its name says so, and nobody has made it his own."""
        theirs = {join(self.lock.output, one.path) for one in self.compilation.overrides.ejected}
        return lambda path: path not in theirs and generates(path)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The artifacts that nobody generates, as deploy.yaml chooses other targets; those that the command line passes over stay as they are."""
        return () if self.asked.targets else tuple(sorted(self.compilation.unchosen))

    def order(self, *, discard: bool = False) -> Order:
        """What ``generate`` has to write.

        When the command line names targets, the files of the others, which the lock lists, stay as they are and listed. In another directory than
        the lock's they are a copy of a part: the lock, which is of the whole, stays as it is.
        """
        lock = self.lock
        old = self.workspace.lock() if self.asked.targets else None
        if old is not None and old.output != lock.output:
            lock = old
        elif old is not None:
            unchosen = {join(lock.output, path) for path in self.compilation.unchosen}
            kept = [(path, value) for path, value in old.files if path in unchosen]
            lock = Lock(
                tool=lock.tool,
                output=lock.output,
                inputs=lock.inputs,
                versions=lock.versions,
                files=[*lock.files, *kept],
            )
        return Order(
            output=self.lock.output, artifacts=self.pairs, lock_text=dump(lock), names=self.names, discard=discard
        )

    def remember(self, said: Iterable[Diagnostic], again: Again = NOTHING_AGAIN) -> None:
        """Keep what was looked at, so that the next ``check`` is quick: to be called when nothing was found. *said* is what ``check`` says
        all the same, each time, and *again* what ``generate`` does.

        Of what people change about artifacts nothing is kept: their patches are no sources, and are asked for nonetheless.
        """
        if not self.asked.targets and not self.asked.allow_unverified and not self.compilation.overrides.inputs:
            kept = replace(
                self.seen, said=tuple(said), until=last_day(self.compilation.plan), again=again, basis=self.basis
            )
            remember(self.workspace.root, self.expected, kept)

    def is_there(self, path: str) -> bool:
        """Whether anything has that name, seen from the output directory."""
        return self.ground.is_there(join(self.lock.output, path))

    def on_disk(self) -> dict[str, str]:
        """What the artifacts' files say now, by path below the output directory; those that cannot be read are left out."""
        ground, found = self.ground, {}
        for artifact in self.compilation.artifacts:
            try:
                content = ground.content(join(self.lock.output, artifact.path))
            except OSError:
                continue
            found[artifact.path] = content.decode("utf-8", "replace")
        return found
