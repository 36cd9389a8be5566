"""What pins the dependencies of a Python project, and whether it does."""

from __future__ import annotations

import re

from speccompile.codes.stacks import LOCK_MISSING, LOCK_STALE, LOCK_UNREADABLE, OTHER_LOCK, UNPINNED, WORKSPACES
from speccompile.diagnostics import Diagnostic, Related
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks import pyproject
from speccompile.stacks.pyproject import PyProject
from speccompile.stacks.requirements import Requirement, Requirements, normal

UV_LOCK = "uv.lock"
# A lock file is long and always written the same way: to look for names is many times faster than to parse it as TOML.
_LOCKED = re.compile(r'^\[\[package\]\]\r?\nname = "([^"\n]+)"', re.MULTILINE)
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})", re.MULTILINE)
FOREIGN = {
    "poetry.lock": ("Poetry", "poetry export --output requirements.txt"),
    "pdm.lock": ("PDM", "pdm export --output requirements.txt"),
    "Pipfile.lock": ("Pipenv", "pipenv requirements --hash > requirements.txt"),
}


def of_uv(tree: Tree, project: PyProject | None) -> tuple[Diagnostic, ...]:
    """What is wrong with uv.lock."""
    if project is None:
        fix = "add the pyproject.toml that uv.lock was made for"
        return (LOCK_UNREADABLE.at(Span(UV_LOCK), "uv.lock is there without a pyproject.toml", fix=fix),)
    if project.workspace:
        fix = "deploy a package that has a lock of its own: set `path` in specs/deploy.yaml to its directory"
        return (WORKSPACES.at(project.at("[tool.uv.workspace]"), "pyproject.toml declares a workspace", fix=fix),)
    text = tree.read(UV_LOCK) or ""
    known = {normal(name) for name in _LOCKED.findall(text)}
    if not text.startswith("version = ") or _CONFLICT.search(text) or not known:
        fix = "make it anew: delete it, and run `uv lock`"
        return (LOCK_UNREADABLE.at(Span(UV_LOCK), "uv.lock is not what uv writes", fix=fix),)
    stale = [one for one in project.wanted if one.name not in known]
    return tuple(_stale(one) for one in stale[:1])


def of_others(tree: Tree, project: PyProject | None, required: Requirements | None) -> tuple[Diagnostic, ...]:
    """Locks that are missing although the project's package manager has them."""
    if required is not None:
        return ()
    foreign = next((path for path in FOREIGN if tree.is_file(path)), None)
    if foreign:
        manager, command = FOREIGN[foreign]
        return (
            OTHER_LOCK.at(
                Span(foreign),
                f"the project is locked by {manager} ({foreign}); supported are uv.lock and requirements.txt",
                fix=f"export the lock: {command}",
            ),
        )
    if project and project.uses_uv and project.wanted:
        message = "pyproject.toml has dependencies and is managed by uv, but there is no uv.lock"
        return (LOCK_MISSING.at(project.at("dependencies"), message, fix="make it and commit it: uv lock"),)
    return ()


def unpinned(project: PyProject | None, required: Requirements | None) -> tuple[Diagnostic, ...]:
    """That pip may install something else tomorrow."""
    wanted = required.wanted if required else (project.wanted if project else ())
    loose = [one for one in wanted if not one.pinned]
    if not loose:
        return ()
    source = required.files[0] if required else pyproject.PATH
    fix = f"pin every release: `uv lock`, or `pip-compile --generate-hashes` with {source} as its input"
    return (UNPINNED.at(loose[0].span, f"builds are not reproducible: {source} does not pin {_some(loose)}", fix=fix),)


def _some(wanted: list[Requirement]) -> str:
    shown = ", ".join(one.name for one in wanted[:5])
    return f"{shown} and {len(wanted) - 5} more" if len(wanted) > 5 else shown


def _stale(one: Requirement) -> Diagnostic:
    return LOCK_STALE.at(
        Span(UV_LOCK),
        f"uv.lock does not know {one.name}, which pyproject.toml asks for",
        fix="bring it up to date and commit it: uv lock",
        related=(Related("asked for here", one.span),),
    )
