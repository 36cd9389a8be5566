"""Cargo.lock: what is locked, and whether it fits the manifests."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks import LOCK_MISSING, LOCK_STALE, LOCK_UNREADABLE
from speccompile.diagnostics import Diagnostic, Related, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.manifest import items, place, table, toml_fault, toml_table, word, words
from speccompile.stacks.rust.manifest import PATH, Package

LOCK = "Cargo.lock"


@record()
class Lock:
    """What is locked: each crate with the names of those it uses. Features that nobody asks for are not in it."""

    uses: dict[str, frozenset[str]]

    def has(self, *names: str) -> bool:
        """Whether one of *names* is locked."""
        return any(name in self.uses for name in names)


def read(tree: Tree, packages: tuple[Package, ...]) -> tuple[Lock, tuple[Diagnostic, ...]]:
    """What is locked, and what is wrong with it."""
    if not tree.is_file(LOCK):
        return Lock({}), (_missing(),)
    text = tree.read(LOCK)
    data = toml_table(text)
    if data is None:
        return Lock({}), (_unreadable(text),)
    listed = (*items(data.get("package")), *items(table(data, "patch").get("unused")))
    entries = [table(entry) for entry in listed]
    uses: dict[str, frozenset[str]] = {}
    versions: set[tuple[str, str]] = set()
    for entry in entries:
        name = word(entry.get("name"))
        if name:
            used = (one.split()[0] for one in words(entry.get("dependencies")))
            uses[name] = uses.get(name, frozenset()) | frozenset(used)
            versions.add((name, word(entry.get("version")) or ""))
    return Lock(uses), tuple(_stale(tree, packages, uses, versions))[:1]


def _stale(
    tree: Tree, packages: tuple[Package, ...], uses: dict[str, frozenset[str]], versions: set[tuple[str, str]]
) -> Iterator[Diagnostic]:
    """The first thing that the manifests say and the lock does not know; Cargo would refuse it."""
    for package in packages:
        if package.version and (package.name, package.version) not in versions:
            what = f"{package.name} {package.version}"
            yield _unknown(place(package.manifest, tree.read(package.manifest), "version"), what)
        for wanted in package.dependencies:
            if wanted.name not in uses:
                yield _unknown(wanted.span, wanted.name)


def _missing() -> Diagnostic:
    return LOCK_MISSING.at(
        Span(PATH),
        "there is no Cargo.lock",
        fix="run `cargo generate-lockfile` and commit Cargo.lock (take it out of .gitignore); for a member of a workspace "
        "set the service's `path` in specs/deploy.yaml to the workspace's root, where the lock is",
    )


def _unreadable(text: str | None) -> Diagnostic:
    return LOCK_UNREADABLE.at(
        toml_fault(LOCK, text),
        "Cargo.lock is not TOML",
        fix="run `cargo generate-lockfile` and commit Cargo.lock",
    )


def _unknown(span: Span, what: str) -> Diagnostic:
    return LOCK_STALE.at(
        span,
        f"Cargo.lock does not know {quoted(what)}",
        fix="run `cargo update --workspace` and commit Cargo.lock",
        related=(Related("the lock file", Span(LOCK)),),
    )
