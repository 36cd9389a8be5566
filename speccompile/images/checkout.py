"""What git knows about the project: which commit it is, and whether the files are that commit's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from speccompile.images import git
from speccompile.images.git import Repository, Unusable
from speccompile.images.runner import Runner
from speccompile.record import record

_SUBMODULE = "160000 "  # the mode of a gitlink (git-ls-files(1))


@record(kw_only=True)
class Checkout:
    """A commit, as git names it in full and in short, its time (seconds since 1970), and the files that differ from it.

    ``commit`` is None where there is none, and then ``problem`` says why. ``remote`` is the URL of origin, as git has it.
    """

    commit: str | None = None
    short: str | None = None
    time: int | None = None
    dirty: tuple[str, ...] = ()
    remote: str | None = None
    problem: str = ""


def checkout(runner: Runner, root: Path, paths: Sequence[Path]) -> Checkout:
    """The state of the checkout that *root* is in; only files below *paths* count as changed. Both are absolute, without links."""
    repository = git.opened(runner, root)
    if isinstance(repository, Unusable):
        return Checkout(problem=repository.problem)
    head = repository.answer("rev-parse", "--verify", "HEAD")
    if not head.ok:
        return Checkout(problem="the repository has no commit yet")
    commit = head.output.strip()
    below = [path for path in paths if path.exists() and path.is_relative_to(repository.top)]
    dirty = _changed(repository, below) if below else ()
    if dirty is None:
        return Checkout(problem="git cannot tell which files differ from the commit")
    return Checkout(
        commit=commit,
        short=(repository.answer("rev-parse", "--short", "HEAD").output or commit[:12]).strip(),
        time=_time(repository.answer("cat-file", "commit", commit).output),
        dirty=dirty,
        remote=repository.answer("remote", "get-url", "origin").output.strip() or None,
    )


def _time(commit: str) -> int:
    """When a commit was made (git-cat-file(1)): the second last word of its committer line."""
    found = re.search(r"^committer .* (\d+) [+-]\d{4}$", commit.partition("\n\n")[0], re.MULTILINE)
    return int(found[1]) if found else 0


def _changed(repository: Repository, paths: Sequence[Path]) -> tuple[str, ...] | None:
    """The files below *paths* that differ from the commit; None when git does not say.

    Git would look into submodules with a process of its own, which obeys their configuration: they are asked one by one.
    """
    given = [str(path) for path in paths]
    options = ("--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=dirty")
    status = repository.answer("status", *options, "--", *given)
    listed = repository.answer("ls-files", "--stage", "--full-name", "-z", "--", *given)
    if not (status.ok and listed.ok):
        return None
    changed = {entry[3:] for entry in status.output.split("\0") if len(entry) > 3}
    for entry in listed.output.split("\0"):
        if entry.startswith(_SUBMODULE):
            path = entry.partition("\t")[2]
            inside = _changed_inside(repository, repository.top / path)
            if inside is None:
                return None
            changed.update(f"{path}/{name}" for name in inside)
    return tuple(sorted(changed))


def _changed_inside(repository: Repository, directory: Path) -> tuple[str, ...] | None:
    """What differs in the submodule in *directory*; nothing where it is not checked out."""
    if not (directory / ".git").exists():
        return ()
    inner = git.opened(repository.runner, directory.resolve())
    return _changed(inner, [inner.top]) if isinstance(inner, Repository) and inner.top == directory else None


def github(remote: str | None) -> str | None:
    """``owner/name`` of a remote URL at GitHub."""
    found = re.fullmatch(
        r"(?:(?:https?|ssh|git)://(?:[^@/]*@)?github\.com(?::\d+)?/|[^@/:]+@github\.com:)([\w.-]+/[\w.-]+?)(?:\.git)?/?",
        remote or "",
    )
    return found[1] if found else None


def web_address(remote: str | None) -> str | None:
    """The address of a remote for people, without what might be a password in it; None for a local path."""
    found = re.fullmatch(
        r"(?:(?:https?|ssh|git)://(?:[^@/]*@)?([\w.-]+)(?::\d+)?/|[^@/:]+@([\w.-]+):)([^\s?#]+?)(?:\.git)?/?",
        remote or "",
    )
    return f"https://{found[1] or found[2]}/{found[3]}" if found else None
