"""Files with secrets that git tracks, as findings."""

from __future__ import annotations

import shlex

from speccompile.cli.workspace import Workspace
from speccompile.codes.drift import SECRET_TRACKED, TRACKED_UNKNOWN
from speccompile.diagnostics import Diagnostic
from speccompile.images.git import Unusable, opened
from speccompile.images.runner import Runner
from speccompile.source import Span
from speccompile.tracked.beginnings import Beginnings
from speccompile.tracked.index import Unreadable
from speccompile.tracked.repository import tracked
from speccompile.tracked.secrets import secret_files


def tracked_secrets(workspace: Workspace, output: str) -> tuple[Diagnostic, ...]:
    """A finding for each file with secrets below the project or its *output* directory that git tracks; a note where that cannot be told."""
    root = str(workspace.root)
    try:
        paths = tracked(root)
    except Unreadable as problem:
        told = _told_by_git(workspace)
        if isinstance(told, Unusable):
            message = f"{problem}, and git cannot be asked: {told.problem}"
            return (
                TRACKED_UNKNOWN.at(Span("."), message, fix="install git, or run the check where the checkout is whole"),
            )
        paths = told
    return tuple(_finding(path, what) for path, what in secret_files(Beginnings(root), output, paths))


def _told_by_git(workspace: Workspace) -> tuple[str, ...] | Unusable:
    repository = opened(Runner(), workspace.root)
    if isinstance(repository, Unusable):
        return repository
    listed = repository.answer("-C", str(repository.top), "ls-files", "-z")
    if not listed.ok:
        return Unusable("it cannot list its files")
    within = workspace.root.relative_to(repository.top).parts
    up = "../" * len(within)
    below = "".join(f"{part}/" for part in within)
    names = listed.output.rstrip("\0").split("\0")
    return tuple(name.removeprefix(below) if name.startswith(below) else up + name for name in names)


def _finding(path: str, what: str) -> Diagnostic:
    name = shlex.quote(path)
    message = f"git tracks this file, and {what}: it belongs into no repository"
    fix = f"git rm --cached -- {name}, add it to .gitignore, and replace the secrets in it if it was ever pushed"
    return SECRET_TRACKED.at(Span(path), message, fix=fix)
