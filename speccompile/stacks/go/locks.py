"""Go's modules on disk: which belong to the project, and whether what they want is locked."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from speccompile.codes.stacks import LOCK_MISSING, LOCK_STALE, MANIFEST
from speccompile.codes.stacks_go import MODULE_OUTSIDE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.go import gomod
from speccompile.stacks.go.gomod import GoMod

_MOST_NAMED = 3


@record(kw_only=True)
class Modules:
    """The modules of a project: the workspace file where there is one, the modules that are built (``main``), those
    that stand in for others (``local``), and what is wrong with them."""

    work: GoMod | None
    main: tuple[GoMod, ...]
    local: tuple[GoMod, ...]
    problems: tuple[Diagnostic, ...]

    @property
    def all(self) -> tuple[GoMod, ...]:
        """Every module of the project."""
        return (*self.main, *self.local)

    @property
    def top(self) -> GoMod:
        """The file that speaks for the project."""
        return self.work or self.main[0]


def find(tree: Tree) -> Modules | None:
    """The modules of *tree*: those of go.work, else that of go.mod; None without either."""
    work, top = gomod.read(tree, gomod.WORK), gomod.read(tree, gomod.MOD)
    if work is None and top is None:
        return None
    problems: list[Diagnostic] = []
    main: list[GoMod] = []
    for directory, line in work.uses if work else ():
        found = _module(tree, directory)
        if work and found is None:
            problems.append(_outside(work, directory, line))
        elif found:
            main.append(found)
    main = main or ([top] if top else [GoMod(file=gomod.MOD)])
    known = {one.directory for one in main}
    local: list[GoMod] = []
    for said in (*((work,) if work else ()), *main):
        for one in said.replaces:
            if one.version is not None:
                continue
            directory = posixpath.normpath(posixpath.join(said.directory, one.target))
            found = _module(tree, directory)
            if found is None:
                problems.append(_outside(said, one.target, one.line))
            elif found.directory not in known:
                known.add(found.directory)
                local.append(replace(found, module=one.path))
    files = (*((work,) if work else ()), *main)
    problems += [fault for one in files if (fault := _fault(one, workspace=one is work))]
    return Modules(work=work, main=tuple(main), local=tuple(local), problems=tuple(problems))


def linked(modules: Modules) -> tuple[str, ...]:
    """The directories of a workspace's modules, where one of them wants another: then none is compiled without the rest."""
    own = {one.module for one in modules.main}
    wanted = any(want.path in own for one in modules.main for want in one.requires)
    return tuple(one.directory for one in modules.main if one.directory) if modules.work and wanted else ()


def manifests(tree: Tree, modules: Modules) -> tuple[str, ...]:
    """The files that name and lock the modules, for all that the go command has to know."""
    paths = [gomod.WORK, gomod.WORK_SUM] if modules.work else []
    for one in modules.all:
        paths += [one.file, posixpath.join(one.directory, gomod.SUM)]
    return tuple(sorted({path for path in paths if tree.is_file(path)}))


def is_vendored(tree: Tree, modules: Modules) -> bool:
    """Whether the go command takes the modules from vendor/: since Go 1.14, for a workspace since 1.22, by default."""
    least = (1, 22) if modules.work else (1, 14)
    return tree.is_file(gomod.VENDORED) and gomod.number(modules.top.go[0] if modules.top.go else "1.11") >= least


def unlocked(tree: Tree, modules: Modules, *, vendored: bool) -> Iterator[Diagnostic]:
    """What the go command would refuse to build because it is not locked, or not in vendor/."""
    own = {one.module for one in modules.all}
    replaced = {
        one.path: one for said in (*modules.main, *((modules.work,) if modules.work else ())) for one in said.replaces
    }
    everything = frozenset(
        pair for path in manifests(tree, modules) if path.endswith(".sum") for pair in gomod.sums(tree.read(path))
    )
    there = gomod.vendored(tree.read(gomod.VENDORED)) if vendored else everything
    for one in modules.main:
        wanted = [want for want in one.requires if want.path not in own and want.path not in replaced]
        others = [other for other in one.replaces if other.version is not None and not vendored]
        lost = [f"{want.path} {want.version}" for want in wanted if (want.path, want.version) not in there]
        lost += [
            f"{other.target} {other.version}" for other in others if (other.target, other.version or "") not in there
        ]
        line = next((want.line for want in wanted if (want.path, want.version) not in there), None)
        lock = gomod.VENDORED if vendored else posixpath.join(one.directory, gomod.SUM)
        if lost and not vendored and not tree.is_file(lock):
            yield LOCK_MISSING.at(
                one.at(line),
                f"{one.file} wants {_listed(lost)}, and there is no {lock}",
                fix=f"run `go mod tidy`{_where(one)} and commit {lock}",
            )
        elif lost:
            command = ("go work vendor" if modules.work else "go mod vendor") if vendored else "go mod tidy"
            yield LOCK_STALE.at(
                one.at(line),
                f"{lock} does not know {_listed(lost)}",
                fix=f"run `{command}`{_where(one) if not vendored else ''} and commit {lock}",
            )


def _listed(lost: list[str]) -> str:
    return ", ".join(map(quoted, lost[:_MOST_NAMED])) + (" and others" if len(lost) > _MOST_NAMED else "")


def _where(one: GoMod) -> str:
    return f" in {one.directory}" if one.directory else ""


def _module(tree: Tree, directory: str) -> GoMod | None:
    """The module in *directory* of the tree, if that is inside and there is one."""
    if directory.startswith(("/", "../")) or directory == "..":
        return None
    return gomod.read(tree, posixpath.join("" if directory == "." else directory, gomod.MOD))


def _outside(said: GoMod, directory: str, line: int) -> Diagnostic:
    return MODULE_OUTSIDE.at(
        said.at(line),
        f"{said.file} takes a module from {quoted(directory)}, and in the service's directory there is no such module",
        fix="set the service's `path` in specs/deploy.yaml to a directory that contains both (and choose the program by"
        " its `command`), or remove the line",
    )


def _fault(said: GoMod, *, workspace: bool) -> Diagnostic | None:
    if said.fault:
        return MANIFEST.at(said.at(said.fault), f"a merge conflict was committed in {said.file}", fix="resolve it")
    if workspace or said.module:
        return None
    return MANIFEST.at(Span(said.file), f"{said.file} does not name a module", fix="write it with `go mod init NAME`")
