"""What git knows about the project: which commit it is, and whether the files are that commit's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from speccompile.images.commands import Command
from speccompile.images.runner import NOT_FOUND, Runner
from speccompile.record import record


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
    """The state of the checkout that *root* is in; only files below *paths* count as changed."""

    def git(*argv: str) -> str | None:
        command = Command(("git", "-C", str(root), *argv), (("GIT_OPTIONAL_LOCKS", "0"),))
        outcome = runner.answer(command)
        return outcome.output if outcome.ok else None

    probe = runner.answer(Command(("git", "-C", str(root), "rev-parse", "--verify", "HEAD")))
    if not probe.ok:
        return Checkout(problem=_problem(probe.code, probe.errors))
    existing = [str(path) for path in paths if path.exists()]
    status = git("status", "--porcelain=v1", "-z", "--untracked-files=all", "--", *existing)
    return Checkout(
        commit=probe.output.strip(),
        short=(git("rev-parse", "--short", "HEAD") or probe.output[:12]).strip(),
        time=int(git("log", "-1", "--format=%ct") or 0),
        dirty=_changed(status or ""),
        remote=(git("remote", "get-url", "origin") or "").strip() or None,
    )


def _problem(code: int, errors: str) -> str:
    if code == NOT_FOUND:
        return "git is not installed"
    if "not a git repository" in errors:
        return "the project is not in a git repository"
    if "dubious ownership" in errors:
        return "git refuses the repository, since somebody else owns it (git config --global --add safe.directory)"
    return "the repository has no commit yet"


def _changed(status: str) -> tuple[str, ...]:
    """The paths in ``git status --porcelain=v1 -z``; a rename's old path is a field of its own, which is skipped."""
    fields = iter(status.split("\0"))
    paths = []
    for entry in fields:
        if len(entry) > 3:
            paths.append(entry[3:])
            if entry[0] in "RC":
                next(fields, None)
    return tuple(sorted(paths))


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
