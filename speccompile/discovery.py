"""Which directory is the project: found upwards from where the command runs, as git finds a repository.

Imported by the fast path of ``check``, so nothing costly may be imported here.
"""
# ruff: noqa: PTH118, PTH120, PTH112, PTH113, PTH116, PTH206  # no pathlib on the fast path

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "specs"
MANIFESTS = ("specs/assertions.json", "assertions.json")
DEPLOYS = ("specs/deploy.yaml", "specs/deploy.yml", "deploy.yaml", "deploy.yml")
MARKS = (*MANIFESTS, *DEPLOYS)
_ALONE = (
    "deploy.yaml",
    "deploy.yml",
)  # many tools have a file of this name: alone it only marks what nothing above does
_SURE = tuple(mark for mark in MARKS if mark not in _ALONE)
_IN_FOLDER = tuple(mark for mark in MARKS if mark.startswith(f"{FOLDER}/"))


def project_directory(start: str) -> str | None:
    """The project that the directory *start* is in: the closest directory, itself first, that holds specs; one that holds only a
    deploy.yaml, and not in ``specs/``, where there is no other.

    A directory below a project's ``specs/`` (``specs/api/assertions.json`` is one service's manifest) belongs to that project.
    The search ends at the root of a git work tree, at another file system, and at a directory that another user owns or
    everybody may write in: what a stranger put into a shared directory above is nobody's project. None where nothing is found.
    """
    found: str | None = None
    unsure: str | None = None
    for directory in _upwards(os.path.realpath(start)) if start and os.path.isdir(start) else ():
        if found is None:
            found = directory if any(_is_file(directory, mark) for mark in _SURE) else None
            unsure = unsure or (directory if any(_is_file(directory, mark) for mark in _ALONE) else None)
        elif _below_specs(found, directory) and any(_is_file(directory, mark) for mark in _IN_FOLDER):
            return directory
    return found or unsure


def _below_specs(inner: str, outer: str) -> bool:
    return os.path.relpath(inner, outer).split(os.sep)[0] == FOLDER


def _upwards(directory: str) -> Iterator[str]:
    """*directory* and those above it, as far as the search may go."""
    first = os.stat(directory)
    while True:
        yield directory
        parent = os.path.dirname(directory)
        if parent == directory or os.path.lexists(os.path.join(directory, ".git")):
            return
        above = os.stat(parent)
        if (above.st_dev, above.st_uid) != (first.st_dev, first.st_uid) or above.st_mode & stat.S_IWOTH:
            return
        directory = parent


def _is_file(directory: str, mark: str) -> bool:
    return os.path.isfile(os.path.join(directory, mark))
