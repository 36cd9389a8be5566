"""What changed since a commit: the project as it was then is compiled by this version, too."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from speccompile.cli.report_content import side
from speccompile.cli.workspace import Compiled, Workspace
from speccompile.codes.reporting import NOT_COMPARED
from speccompile.diagnostics import Diagnostic, errors
from speccompile.errors import Refused
from speccompile.images.exporting import Exported, NoCommit, exported
from speccompile.images.git import Unusable
from speccompile.images.runner import Runner
from speccompile.lock_file import read_lock
from speccompile.lower.lower import Surroundings
from speccompile.owned import Ground
from speccompile.ownership import proved
from speccompile.pipeline import Compilation, look_at_project
from speccompile.project.disk import DiskTree
from speccompile.report.changes import Changes, compared
from speccompile.source import Span
from speccompile.targets import generates


def changes_since(revision: str, compiled: Compiled) -> Changes:
    """What differs between the project at *revision* and *compiled*; raises ``Refused`` (SC680) where git has no such commit.

    A commit that does not compile is no reason to have no report: it says why.
    """
    workspace = compiled.workspace
    with TemporaryDirectory(prefix="speccompile-") as scratch:
        done = exported(Runner(), workspace.root, revision, Path(scratch).resolve())
        if not isinstance(done, Exported):
            raise Refused([_not_compared(done)])
        try:
            before = _compiled(done, workspace, compiled)
        except Refused as refused:
            return Changes(revision=revision, commit=done.commit, refused=tuple(map(str, errors(refused.diagnostics))))
    return compared(revision, done.commit, side(before), side(compiled.compilation))


def _compiled(done: Exported, workspace: Workspace, compiled: Compiled) -> Compilation:
    """The project in another place, under the names of the directories that it really is in."""
    asked = compiled.asked
    own = proved(Ground(str(done.directory), asked.output or ""), read_lock(done.directory), generates)
    around = Surroundings(asked.output, workspace.root.parts[1:] or ("app",), allow_unverified=True, own=own)
    return look_at_project(DiskTree(done.directory), around, asked.targets)


def _not_compared(why: NoCommit | Unusable) -> Diagnostic:
    fix = "leave --against out, or run this where `git log` tells what it has"
    if isinstance(why, NoCommit):
        fix = "name a commit, a branch or a tag that `git log` knows here; after a shallow clone: git fetch --unshallow"
    return NOT_COMPARED.at(Span("git"), f"there is nothing to compare with: {why.problem}", fix=fix)
