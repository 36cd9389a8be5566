"""Lock files of npm and Bun: are they there, and do they know what package.json asks for."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.codes.stacks import LOCK_MISSING, LOCK_STALE, LOCK_UNREADABLE, OTHER_LOCK
from speccompile.diagnostics import Diagnostic, Related
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.manifest import Table, json_table, jsonc_table, table, texts
from speccompile.stacks.packagejson import SECTIONS, PackageJson

FOREIGN = {"pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn"}


@record()
class Locking:
    """A package manager's lock: its files, the command that makes it, and whether Bun wrote it."""

    manager: str
    files: tuple[str, ...]
    command: str


NPM = Locking("npm", ("package-lock.json", "npm-shrinkwrap.json"), "npm install --package-lock-only")
BUN = Locking("bun", ("bun.lock", "bun.lockb"), "bun install --lockfile-only")


def present(tree: Tree, locking: Locking) -> tuple[str, ...]:
    """The lock files that are there."""
    return tuple(path for path in locking.files if tree.is_file(path))


def sign_of_bun(tree: Tree, package: PackageJson) -> str | None:
    """What says that the project is for Bun, although nothing is locked; None when another package manager locked it."""
    if any(tree.is_file(path) for path in (*NPM.files, *FOREIGN)):
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


def problems(tree: Tree, package: PackageJson, locking: Locking) -> tuple[Diagnostic, ...]:
    """What is wrong with the lock; nothing when there are no dependencies to lock."""
    if not package.all_dependencies:
        return ()
    files = present(tree, locking)
    if not files:
        return (_missing(tree, package, locking),)
    text = tree.read(files[0])
    if files[0] == "bun.lockb":  # binary
        return ()
    locked = jsonc_table(text) if files[0] == "bun.lock" else json_table(text)
    if locked is None:
        return (_unreadable(files[0], locking),)
    known = _known(locked)
    gone = _once(locked) - package.all_dependencies
    stale = [*(name for name in sorted(package.all_dependencies) if not _agrees(name, package, known)), *sorted(gone)]
    return (_stale(files[0], stale, package, locking),) if stale else ()


def _root(locked: Table) -> Table:
    """What the lock says about the package itself: npm's since lockfileVersion 2, Bun's in its text format."""
    return table(locked, "packages", "") or table(locked, "workspaces", "")


def _known(locked: Table) -> Mapping[str, str]:
    """The direct dependencies that the lock was made for, names with ranges; lockfileVersion 1 lists every package,
    without ranges."""
    root = _root(locked)
    if root:
        return {name: version for section in SECTIONS for name, version in texts(root.get(section)).items()}
    return dict.fromkeys(table(locked, "dependencies"), "")


def _once(locked: Table) -> frozenset[str]:
    """The names that the lock was made for, without peers: of these the manifest may call some optional."""
    root = _root(locked)
    return frozenset(name for section in SECTIONS[:3] for name in texts(root.get(section)))


def _agrees(name: str, package: PackageJson, known: Mapping[str, str]) -> bool:
    if name not in known:
        return False
    wanted = {package.sections[section][name] for section in SECTIONS if name in package.sections[section]}
    return known[name] in ("", *wanted)


def _missing(tree: Tree, package: PackageJson, locking: Locking) -> Diagnostic:
    foreign = next((path for path in FOREIGN if tree.is_file(path)), None)
    if foreign:
        return OTHER_LOCK.at(
            Span(foreign),
            f"the project is locked by {FOREIGN[foreign]} ({foreign}); supported are npm and bun",
            fix=f"make a lock that is supported: {locking.command}",
        )
    return LOCK_MISSING.at(
        package.at("dependencies"),
        f"package.json has dependencies, but there is no {locking.files[0]}",
        fix=f"make it and commit it: {locking.command}",
    )


def _unreadable(path: str, locking: Locking) -> Diagnostic:
    return LOCK_UNREADABLE.at(
        Span(path), f"{path} is not what {locking.manager} writes", fix=f"delete it and make it anew: {locking.command}"
    )


def _stale(path: str, names: list[str], package: PackageJson, locking: Locking) -> Diagnostic:
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return LOCK_STALE.at(
        Span(path),
        f"{path} was not made for what package.json asks for: {shown}",
        fix=f"bring it up to date and commit it: {locking.command}",
        related=(Related("asked for here", package.at(names[0])),),
    )
