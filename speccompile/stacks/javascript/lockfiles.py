"""Lock files of the JavaScript package managers: are they there, and do they know what the manifests ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from speccompile.codes.stacks import LOCK_MISSING, LOCK_STALE, LOCK_UNREADABLE
from speccompile.diagnostics import Diagnostic, Related
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.stacks.facts import moved
from speccompile.stacks.javascript import locklines
from speccompile.stacks.javascript.packagejson import SECTIONS, PackageJson
from speccompile.stacks.javascript.workspaces import Workspace
from speccompile.stacks.manifest import Table, json_table, jsonc_table, table, texts

_BINARY = "bun.lockb"


@record()
class Locking:
    """A package manager's lock: its files, and the command that makes it."""

    manager: str
    files: tuple[str, ...]
    command: str


NPM = Locking("npm", ("package-lock.json", "npm-shrinkwrap.json"), "npm install --package-lock-only")
PNPM = Locking("pnpm", ("pnpm-lock.yaml",), "pnpm install --lockfile-only")
YARN = Locking("yarn", ("yarn.lock",), "yarn install")
BERRY = Locking("berry", ("yarn.lock",), "yarn install --mode=update-lockfile")
BUN = Locking("bun", ("bun.lock", _BINARY), "bun install --lockfile-only")

OF_NODE = (PNPM, YARN, BERRY, NPM)


def present(tree: Tree, locking: Locking) -> tuple[str, ...]:
    """The lock files that are there; the two kinds of yarn.lock are told apart by what is in them."""
    there = tuple(path for path in locking.files if tree.is_file(path))
    if there and locking in (YARN, BERRY):
        modern = "__metadata:" in (tree.read(there[0]) or "")[:4096]
        return there if modern == (locking == BERRY) else ()
    return there


def text(tree: Tree, locking: Locking) -> str:
    """The text of the first lock that is there; "" when it is binary, or there is none."""
    files = present(tree, locking)
    return (tree.read(files[0]) or "") if files and files[0] != _BINARY else ""


def sign_of_bun(tree: Tree, package: PackageJson) -> str | None:
    """What says that the project is for Bun, although nothing is locked; None when another package manager locked it."""
    if any(present(tree, locking) for locking in OF_NODE):
        return None
    signs = (
        ((package.package_manager or "").startswith("bun@"), "its packageManager is Bun"),
        ("bun" in package.engines, "its engines name Bun"),
        (tree.is_file("bunfig.toml"), "bunfig.toml is"),
        (tree.is_file(".bun-version"), ".bun-version is"),
        (bool({"@types/bun", "bun-types"} & package.all_dependencies), "it depends on Bun's types"),
        (package.scripts.get("start", "").startswith("bun "), "its start script runs Bun"),
    )
    return next((sign for holds, sign in signs if holds), None)


def problems(workspace: Workspace, locking: Locking) -> tuple[Diagnostic, ...]:
    """What is wrong with the lock; nothing when there are no dependencies to lock."""
    directories = tuple(dict.fromkeys(("", *workspace.linked)))
    if not any(workspace.manifest(directory).all_dependencies for directory in directories):
        return ()
    files = present(workspace.tree, locking)
    if not files:
        return (_missing(workspace, locking),)
    if files[0] == _BINARY:
        return ()
    locked = workspace.tree.read(files[0])
    if locked is None or "\n<<<<<<< " in f"\n{locked}":
        return (_unreadable(workspace, files[0], locking),)
    found = []
    for directory in directories:
        stale = _stale_names(locked, files[0], locking, workspace, directory)
        if stale is None:
            return (_unreadable(workspace, files[0], locking),)
        if stale:
            found.append(_stale(workspace, directory, files[0], stale, locking))
    return tuple(found)


def _stale_names(
    locked: str, path: str, locking: Locking, workspace: Workspace, directory: str
) -> tuple[str, ...] | None:
    """The dependencies of the package in *directory* that the lock does not know as they are; None when it cannot be
    read."""
    package = workspace.manifest(directory)
    if locking == PNPM:
        made_for = locklines.pnpm_importers(locked)
        decided = workspace.overridden | package.overridden
        return None if made_for is None else _of_pnpm(package, made_for.get(directory or ".", {}), decided)
    if locking in (YARN, BERRY):
        keys = locklines.yarn_keys(locked)
        apart = workspace.names | workspace.overridden | package.overridden
        return None if keys is None else _of_yarn(package, keys, apart, "npm:" if locking == BERRY else "")
    read = jsonc_table(locked) if path == "bun.lock" else json_table(locked)
    return None if read is None else _of_table(package, read, directory)


def _of_pnpm(package: PackageJson, known: Mapping[str, str], decided: frozenset[str]) -> tuple[str, ...]:
    asked = {name: wanted for section in reversed(SECTIONS[:3]) for name, wanted in package.sections[section].items()}
    own = {name for name in asked if name not in decided and known.get(name) != asked[name]}
    return tuple(sorted(own | (frozenset(known) - package.all_dependencies)))


def _of_yarn(package: PackageJson, keys: frozenset[str], apart: frozenset[str], protocol: str) -> tuple[str, ...]:
    asked = {name: wanted for section in SECTIONS[:3] for name, wanted in package.sections[section].items()}
    plain = {name: asked[name] for name in asked.keys() - apart if not {":", "/"} & {*asked[name]}}
    return tuple(sorted(name for name, wanted in plain.items() if f"{name}@{protocol}{wanted}" not in keys))


def _of_table(package: PackageJson, locked: Table, directory: str) -> tuple[str, ...]:
    known = _known(locked, directory)
    gone = _once(locked, directory) - package.all_dependencies
    return (*(name for name in sorted(package.all_dependencies) if not _agrees(name, package, known)), *sorted(gone))


def _made_for(locked: Table, directory: str) -> Table:
    """What the lock says about the package itself: npm's since lockfileVersion 2, Bun's in its text format."""
    return table(locked, "packages", directory) or table(locked, "workspaces", directory)


def _known(locked: Table, directory: str) -> Mapping[str, str]:
    """The direct dependencies that the lock was made for, names with ranges; lockfileVersion 1 lists every package,
    without ranges."""
    own = _made_for(locked, directory)
    if own:
        return {name: version for section in SECTIONS for name, version in texts(own.get(section)).items()}
    return dict.fromkeys(table(locked, "dependencies"), "")


def _once(locked: Table, directory: str) -> frozenset[str]:
    """The names that the lock was made for, without peers: of these the manifest may call some optional."""
    own = _made_for(locked, directory)
    return frozenset(name for section in SECTIONS[:3] for name in texts(own.get(section)))


def _agrees(name: str, package: PackageJson, known: Mapping[str, str]) -> bool:
    if name not in known:
        return False
    wanted = {package.sections[section][name] for section in SECTIONS if name in package.sections[section]}
    return known[name] in ("", *wanted)


def _missing(workspace: Workspace, locking: Locking) -> Diagnostic:
    directory = next(one for one in ("", *workspace.linked) if workspace.manifest(one).all_dependencies)
    span = moved(workspace.manifest(directory).at("dependencies"), directory or ".")
    return LOCK_MISSING.at(
        replace(span, path=workspace.at(span.path).path),
        f"package.json has dependencies, but there is no {locking.files[0]}",
        fix=f"make it and commit it: {locking.command}",
    )


def _unreadable(workspace: Workspace, path: str, locking: Locking) -> Diagnostic:
    return LOCK_UNREADABLE.at(
        workspace.at(path),
        f"{path} is not what {locking.manager} writes",
        fix=f"delete it and make it anew: {locking.command}",
    )


def _stale(workspace: Workspace, directory: str, path: str, names: tuple[str, ...], locking: Locking) -> Diagnostic:
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    asked = moved(workspace.manifest(directory).at(names[0]), directory or ".")
    return LOCK_STALE.at(
        workspace.at(path),
        f"{path} was not made for what {asked.path} asks for: {shown}",
        fix=f"bring it up to date and commit it: {locking.command}",
        related=(Related("asked for here", replace(asked, path=workspace.at(asked.path).path)),),
    )
