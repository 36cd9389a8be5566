"""The project that a command works on: its directory, its lock, its tree, what it compiles to."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

from speccompile import __version__
from speccompile.digests import ABSENT, digest
from speccompile.discovery import project_directory
from speccompile.lock import Lock, Options, dump, own_paths
from speccompile.lock_file import read_lock
from speccompile.lower.lower import Surroundings
from speccompile.paths import join, leaves, output_from
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.disk import DiskTree
from speccompile.project.recorder import Recorder
from speccompile.record import record
from speccompile.spec.project import ProjectSpec
from speccompile.writer import recover

DEFAULT_OUTPUT = "generated"


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

    def lock(self) -> Lock | None:
        """The lock on disk, after an interrupted write has been finished."""
        recover(self.root)
        return read_lock(self.root)

    def options(self, output: str | None, targets: tuple[str, ...], *, allow_unverified: bool) -> Options:
        """The options of a ``generate``.

        Without ``-o`` the output stays where the lock says that it once put it. Targets that are there already stay: naming one
        must not delete the files of the others.
        """
        lock = self.lock()
        kept = lock.options.output if lock else None
        given = output_from(str(self.root), str(self.start / output)) if output is not None else kept
        if lock and targets:
            targets = (*lock.options.targets, *targets) if lock.options.targets else ()
        return Options(given, targets, allow_unverified)

    def compiled(self, options: Options) -> Compiled:
        """The project, compiled in memory; raises ``Refused``."""
        lock = self.lock()
        owned = [path for path, _ in lock.files] if lock else []
        output = options.output if options.output is not None else (lock.output if lock else DEFAULT_OUTPUT)
        recorder = Recorder(DiskTree(self.root, own_paths(output, owned)))
        around = Surroundings(options.output, self.root.parts[1:] or ("app",), options.allow_unverified)
        compilation = compile_project(recorder, around, options.targets)
        return Compiled(self, options, compilation, self._lock_for(compilation, options, recorder))

    def _lock_for(self, compilation: Compilation, options: Options, recorder: Recorder) -> Lock:
        plan, disk = compilation.plan, DiskTree(self.root)
        contents = {path: disk.content(path) for path in _spec_files(compilation.spec)}
        return Lock(
            tool=__version__,
            output=plan.layout.output,
            options=options,
            inputs=[(path, ABSENT if content is None else digest(content)) for path, content in contents.items()],
            questions=(*recorder.questions(), *([disk.called(plan.layout.names)] if plan.layout.names else [])),
            versions=[(version.name, version.value, version.source) for version in plan.versions],
            files=[(join(plan.layout.output, a.path), digest(a.text.encode())) for a in compilation.artifacts],
        )


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
    """A compilation of a workspace, and the lock that ``generate`` would write for it."""

    workspace: Workspace
    options: Options
    compilation: Compilation
    lock: Lock

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Path below the output directory, and text, of every artifact."""
        return tuple((artifact.path, artifact.text) for artifact in self.compilation.artifacts)

    @property
    def lock_text(self) -> str:
        """The lock file's text."""
        return dump(self.lock)

    def on_disk(self) -> dict[str, str]:
        """What the artifacts' files say now, by path below the output directory; those that are not there are left out."""
        base = self.workspace.root / self.lock.output
        found = {artifact.path: base / artifact.path for artifact in self.compilation.artifacts}
        return {
            path: file.read_text(encoding="utf-8", errors="replace") for path, file in found.items() if file.is_file()
        }
