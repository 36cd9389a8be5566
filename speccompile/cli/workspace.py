"""The project that a command works on: its directory, its lock, its tree, what it compiles to."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from speccompile import __version__
from speccompile.cli.waivers import dated
from speccompile.codes.evidence import NOT_OURS, OLDER
from speccompile.codes.lowering import NOT_VERIFIED
from speccompile.diagnostics import Diagnostic
from speccompile.digests import ABSENT, digest
from speccompile.discovery import project_directory
from speccompile.drift import Expected
from speccompile.lock import Lock, dump
from speccompile.lock_file import read_lock
from speccompile.lower.lower import Surroundings
from speccompile.owned import Ground
from speccompile.ownership import hidden, proved
from speccompile.paths import join, leaves
from speccompile.pipeline import Compilation, compile_project, look_at_project
from speccompile.project.answers import Question
from speccompile.project.disk import DiskTree
from speccompile.project.recorder import Recorder
from speccompile.record import record
from speccompile.remember import remember
from speccompile.spec.project import ProjectSpec
from speccompile.targets import generates
from speccompile.writer import Order, recover

_UNVERIFIED = frozenset((NOT_VERIFIED.id, OLDER.id, NOT_OURS.id))


@record(kw_only=True)
class Asked:
    """The options of this command line that decide what a project compiles to; whatever they leave open deploy.yaml decides.

    ``output`` is the directory that ``-o`` names, as seen from the project; ``targets`` those that ``--target`` names.
    """

    output: str | None = None
    targets: tuple[str, ...] = ()
    allow_unverified: bool = False


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
        return cls(posixpath.normpath(posixpath.join(directory, os.path.relpath(root, start))), root, start)

    @classmethod
    def exactly(cls, directory: str) -> Workspace:
        """The project in *directory*, wherever that is."""
        return cls(directory, Path(directory).resolve(), Path(directory).resolve())

    def seen(self, path: str) -> str:
        """*path*, which counts from the project's directory, as seen from where the command was started."""
        return posixpath.normpath(posixpath.join(self.shown, path))

    def source_line(self, path: str, line: int) -> str | None:
        """A line of a source file, for showing; None when it cannot be shown."""
        text = DiskTree(self.root).read(path) if line and not leaves(path) else None
        lines = text.split("\n") if text else []
        return lines[line - 1] if 0 < line <= len(lines) else None

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

    def looked_at(self, asked: Asked) -> Compiled:
        """The same, with what would follow from assertions that are not settled, or contradicted."""
        return self._through(look_at_project, replace(asked, allow_unverified=True))

    def _through(
        self, stages: Callable[[Recorder, Surroundings, tuple[str, ...]], Compilation], asked: Asked
    ) -> Compiled:
        own = proved(Ground(str(self.root), asked.output or ""), self.lock(), generates)
        recorder = Recorder(DiskTree(self.root))
        around = Surroundings(asked.output, self.root.parts[1:] or ("app",), asked.allow_unverified, own)
        compilation = stages(recorder, around, asked.targets)
        return self._with_lock(asked, compilation, recorder, own)

    def _with_lock(self, asked: Asked, compilation: Compilation, recorder: Recorder, own: tuple[str, ...]) -> Compiled:
        plan, disk = compilation.plan, DiskTree(self.root)
        contents = {path: disk.content(path) for path in _spec_files(compilation.spec)}
        lock = Lock(
            tool=__version__,
            output=plan.layout.output,
            inputs=[(path, ABSENT if content is None else digest(content)) for path, content in contents.items()],
            versions=[(version.name, version.value, version.source) for version in plan.versions],
            files=[(join(plan.layout.output, a.path), digest(a.text.encode())) for a in compilation.artifacts],
        )
        questions = (*recorder.questions(), *([disk.called(plan.layout.names)] if plan.layout.names else []))
        return Compiled(self, asked, compilation, lock, questions, tuple(sorted(hidden(lock.output, own))))


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

    ``questions`` is what the sources were asked, and ``own`` are the paths that were hidden from that.
    """

    workspace: Workspace
    asked: Asked
    compilation: Compilation
    lock: Lock
    questions: tuple[Question, ...]
    own: tuple[str, ...]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Path below the output directory, and text, of every artifact."""
        return tuple((artifact.path, artifact.text) for artifact in self.compilation.artifacts)

    @property
    def unverified(self) -> tuple[Diagnostic, ...]:
        """Why evidence that is there does not make the labels say verified."""
        return tuple(note for note in self.compilation.notes if note.code in _UNVERIFIED)

    @property
    def ground(self) -> Ground:
        """Where the artifacts are on disk."""
        return Ground(str(self.workspace.root), self.lock.output)

    @property
    def expected(self) -> Expected:
        """What the disk should be like."""
        return Expected(lock=self.lock, names=generates, unchosen=self.compilation.unchosen)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The artifacts that nobody generates, as deploy.yaml chooses other targets; those that the command line passes over stay as they are."""
        return () if self.asked.targets else tuple(sorted(self.compilation.unchosen))

    def order(self, *, discard: bool = False) -> Order:
        """What ``generate`` has to write.

        When the command line names targets, the files of the others, which the lock lists, stay as they are and listed.
        """
        lock = self.lock
        old = self.workspace.lock() if self.asked.targets else None
        if old is not None and old.output == lock.output:
            unchosen = {join(lock.output, path) for path in self.compilation.unchosen}
            kept = [(path, value) for path, value in old.files if path in unchosen]
            lock = Lock(
                tool=lock.tool,
                output=lock.output,
                inputs=lock.inputs,
                versions=lock.versions,
                files=[*lock.files, *kept],
            )
        return Order(output=lock.output, artifacts=self.pairs, lock_text=dump(lock), names=generates, discard=discard)

    def remember(self) -> None:
        """Keep what was looked at, so that the next ``check`` is quick: to be called when nothing was found.

        Not where ``check`` has something to say all the same: it says it each time.
        """
        quiet = not self.unverified and not dated(self.compilation.plan)
        if not self.asked.targets and not self.asked.allow_unverified and quiet:
            remember(self.workspace.root, self.expected, self.asked.output, self.own, self.questions)

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
