"""A commit's files in a directory of their own, as a checkout would have them; the repository is only read."""

from __future__ import annotations

from pathlib import Path

from speccompile.diagnostics import quoted
from speccompile.images.git import Repository, Unusable, opened
from speccompile.images.runner import Runner
from speccompile.record import record


@record()
class Exported:
    """The full name of a commit, and the directory that has what the project's directory was then."""

    commit: str
    directory: Path


@record()
class NoCommit:
    """That the repository has no such commit, or not the project's directory in it; the end of a sentence."""

    problem: str


def exported(runner: Runner, root: Path, revision: str, into: Path) -> Exported | NoCommit | Unusable:
    """What the project in *root* was at *revision*, below the empty directory *into*; both absolute, without links.

    The files go through an index of their own, so that the repository's is not touched. Submodules are empty, as after a clone.
    """
    repository = opened(runner, root)
    if isinstance(repository, Unusable):
        return repository
    commit = _commit(repository, revision)
    if commit is None:
        return NoCommit(f"the repository has no commit {quoted(revision)}")
    index, files = into / "index", into / "files"
    files.mkdir()
    for argv in (
        ("read-tree", "--no-sparse-checkout", commit),
        ("checkout-index", "--all", "--quiet", f"--prefix={files}/"),
    ):
        done = repository.with_index(index, *argv)
        if not done.ok:
            return Unusable(f"git cannot write the files of {quoted(revision)}: {' '.join(done.errors.split())[:200]}")
    there = files / root.relative_to(repository.top)
    if not there.is_dir():
        return NoCommit(f"there is no directory of this project in {quoted(revision)}")
    return Exported(commit, there)


def _commit(repository: Repository, revision: str) -> str | None:
    """The name of the commit; what begins with a dash would be an option, and names none."""
    if revision.startswith("-") or "\0" in revision:
        return None
    found = repository.answer("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    return found.output.strip() if found.ok else None
