"""The git directory of a checkout, found by reading: git itself is never started, and a directory that only looks like
one is never taken for it.

No commit can carry a path with a component ``.git`` (git refuses to check one out), so what is found under that name was
put there by git on this machine. A bare repository of another name is an ordinary directory, which a commit can carry.
Imported by the fast path of ``check``, so nothing costly may be imported here.
"""
# ruff: noqa: PTH112, PTH113, PTH118, PTH120

from __future__ import annotations

import os
import stat

from speccompile import regular

_NAME = ".git"
_POINTER = b"gitdir: "  # gitrepository-layout(5)
_LONGEST = 4096 + len(_POINTER)
_LARGEST = 1024 * 1024
_FALSE = ("false", "no", "off", "0", "")  # git-config(1), "Values"


def checkout_of(root: str) -> tuple[str, str | None] | None:
    """The top of the checkout that the real path *root* is in, and its git directory; None when there is no ``.git`` above.

    The git directory is None where ``.git`` is not what git makes, or leads to a directory that a commit could carry.
    """
    here = root
    while True:
        place = os.path.join(here, _NAME)
        if os.path.lexists(place):
            return here, _git_directory(here, place)
        above = os.path.dirname(here)
        if above == here:
            return None
        here = above


def keeps_modes(root: str) -> bool:
    """Whether git compares the executable bit in the checkout of the real path *root*: not where its own configuration says that the file
    system keeps none (``core.fileMode``, which git finds out and writes down when it makes a repository)."""
    found = checkout_of(root)
    if found is None or found[1] is None:
        return True
    section, keeps = "", True
    for line in _configuration(found[1]).split("\n"):
        key, _, value = line.partition("=")
        if line.strip().startswith("["):
            section = line.strip().lower()
        elif section == "[core]" and key.strip().lower() == "filemode":
            keeps = value.strip().lower() not in _FALSE
    return keeps


def _configuration(repository: str) -> str:
    """A repository's own configuration; a worktree has that of the repository it belongs to. "" where it cannot be read."""
    try:
        common = regular.read(os.path.join(repository, "commondir"), _LONGEST)
    except OSError:
        common = b""
    try:
        place = os.path.join(repository, os.fsdecode(common.strip(b"\r\n")), "config")
        return regular.read(place, _LARGEST).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _git_directory(top: str, place: str) -> str | None:
    """What the ``.git`` at *place* is or names: a worktree's and a submodule's are files."""
    try:
        mode = os.lstat(place).st_mode
        if stat.S_ISDIR(mode):
            return place if _is_repository(place) else None
        text = regular.read(place, _LONGEST)
    except OSError:
        return None
    if not text.startswith(_POINTER):
        return None
    named = os.path.realpath(os.path.join(top, os.fsdecode(text.removeprefix(_POINTER).strip(b"\r\n"))))
    return named if _NAME in named.split("/") and _is_repository(named) else None


def _is_repository(place: str) -> bool:
    """What git itself asks of its directory; that of a worktree names the objects' by ``commondir``."""
    here = os.path.isdir(os.path.join(place, "objects")) or os.path.isfile(os.path.join(place, "commondir"))
    return here and os.path.lexists(os.path.join(place, "HEAD"))
