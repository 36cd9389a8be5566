"""Which files of a Cargo project go into its build, and which of them into its image."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from speccompile.diagnostics import Diagnostic
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.rust.lockfile import LOCK, Lock
from speccompile.stacks.rust.manifest import PATH, Package
from speccompile.stacks.rust.workspaces import Workspace
from speccompile.stacks.sources import data, nameable, sources

RUST_CODE = (".rs",)
_PREPARED = (".sqlx", "sqlx-data.json")
"""What sqlx knows about the database at build time."""
_NOT_BUILT = ("target", "benches", "examples", "tests", "fuzz", "node_modules")
_ABOUT_TOOLS = (
    "rust-toolchain", "rust-toolchain.toml", "rustfmt.toml", "Makefile.toml", "clippy.toml", "deny.toml", "diesel.toml", "taplo.toml", "typos.toml",
    "cliff.toml",
    "release.toml", "release-plz.toml", "Cross.toml", "Trunk.toml", "Shuttle.toml", "package.json", "tsconfig.json",
)  # fmt: skip
_ABOUT_BUILDING = (PATH, LOCK, *_PREPARED, *_ABOUT_TOOLS, "askama.toml", "proto", "health")
_COMPILED_TEMPLATES = ("askama", "rinja", "maud", "sailfish", "ructe")
_READ_TEMPLATES = ("tera", "minijinja", "handlebars", "liquid", "rocket_dyn_templates")
# What a source takes in when it is compiled: files beside the source, and what is named from the package's directory.
_INCLUDED = regex(r"""\binclude(?:_str|_bytes)?!\s*[(\[{]\s*"([^"\n]{1,200})\"""")
_FROM_PACKAGE = regex(
    r"""(?:\b(?:include_dir|embed_migrations|migrate)!\s*\(\s*|#\[(?:folder|grammar)\s*=\s*|_path\s*=\s*|"""
    r"""env!\(\s*"CARGO_MANIFEST_DIR"\s*\)\s*,\s*)"(?:\$CARGO_MANIFEST_DIR/)?/?([^"\n]{1,200})\""""
)
# What no image gets, whoever asks for it: the ignore file refuses it.
_KEPT_OUT = regex(r"(?:^|/)(?:\.(?!sqlx)[^/]*|node_modules|specs|generated)(?:/|$)|\.(?:env|log)$")
_NOT_READ = (*RUST_CODE, ".sh", ".py", ".js", ".jsx", ".ts", ".tsx", ".vue", ".svelte", ".proto")
_MOST_FILES = 400
_LARGEST = 400_000


@record()
class Material:
    """What is copied: directories and files as seen from the root of the tree, and what had to be left out."""

    directories: tuple[str, ...]
    files: tuple[str, ...]
    problems: tuple[Diagnostic, ...] = ()

    def has(self, path: str) -> bool:
        """Whether *path* is among it."""
        return path in self.files or any(path == one or path.startswith(f"{one}/") for one in self.directories)


def built(tree: Tree, workspace: Workspace, packages: tuple[Package, ...]) -> Material:
    """What the build of *packages* reads, manifests apart."""
    found = Material((), ())
    for directory in dict.fromkeys(("", *(one.directory for one in packages))):
        package = next((one for one in packages if one.directory == directory), None)
        found = _joined(found, _of_directory(tree, workspace, directory, package))
    for package in packages:
        for path in _taken_in(tree, package):
            if not found.has(path) and tree.is_file(path):
                found = replace(found, files=(*found.files, path))
            elif not found.has(path) and tree.is_directory(path):
                found = replace(found, directories=(*found.directories, path))
    return found


def read(tree: Tree, package: Package, lock: Lock) -> tuple[tuple[str, str], ...]:
    """What the program of *package* may read when it runs: where it is in the tree, and below the working directory.

    Directories end in a slash. Programs of a workspace are run from its root or from their own directory; where their sources do not name their
    directory it is the latter.
    """
    left_out = {*_ABOUT_BUILDING, *_NOT_BUILT}
    if lock.has(*_COMPILED_TEMPLATES) and not lock.has(*_READ_TEMPLATES):
        left_out.add("templates")
    found: dict[str, str] = {}
    written = [text for _, text in texts(tree, package)]
    stays = bool(package.directory) and any(
        package.directory in text.code or "CARGO_MANIFEST_DIR" in text.code for text in written
    )
    for directory in dict.fromkeys(("", package.directory)):
        view = tree.below(directory) if directory else tree
        allowed = sources(view)
        kept = data(view, allowed, _NOT_READ)
        for name in allowed.directories:
            if name not in left_out and (name in kept.directories or _names(written, name)):
                path = posixpath.join(directory, name)
                found.setdefault(path if stays else name, f"{path}/")
        for name in kept.files:
            if name not in left_out:
                path = posixpath.join(directory, name)
                found.setdefault(path if stays else name, path)
    return tuple(sorted((path, target) for target, path in found.items()))


def _names(written: list[Lexed], directory: str) -> bool:
    """Whether sources name *directory* as a path of its own, or the beginning of one."""
    path = re.compile(rf'"(?:\./)?{re.escape(directory)}(?:/[^"\n]*)?"')
    return any(text.search(path) for text in written)


def texts(tree: Tree, package: Package) -> Iterator[tuple[str, Lexed]]:
    """The Rust sources of *package* with their code, those its targets begin with first."""
    starts = [target.path for target in package.targets if target.kind in ("bin", "lib", "build")]
    waiting = [posixpath.join(package.directory, "src")]
    count = 0
    for path in dict.fromkeys(starts):
        yield path, source(tree, path, _LARGEST)
    while waiting and count < _MOST_FILES:
        folder = waiting.pop(0)
        for entry in tree.entries(folder):
            path = posixpath.join(folder, entry)
            if entry.endswith("/"):
                waiting.append(path.rstrip("/"))
            elif entry.endswith(RUST_CODE) and path not in starts:
                count += 1
                yield path, source(tree, path, _LARGEST)


def _of_directory(tree: Tree, workspace: Workspace, directory: str, package: Package | None) -> Material:
    """What is copied of the directory of a package, or of the root that is none."""
    own = tuple(
        target.path.removeprefix(f"{directory}/" if directory else "")
        for target in (package.targets if package else ())
        if target.kind in ("bin", "lib", "build")
    )
    tops = {path.partition("/")[0] for path in own}
    view = tree.below(directory) if directory else tree
    allowed = sources(view, (*_PREPARED, *tops))
    if package is None:  # what a root that is no package has for its members
        allowed = data(view, allowed, RUST_CODE)
    prefix = f"{directory}/" if directory else ""
    others = {
        one.directory.removeprefix(prefix).partition("/")[0]
        for one in workspace.packages
        if one.directory and one.directory != directory and one.directory.startswith(prefix)
    }
    gone = ({*_NOT_BUILT, *others} - tops) | {PATH, LOCK, *_ABOUT_TOOLS}
    kept = allowed.without(gone)
    join = posixpath.join
    return Material(
        tuple(join(directory, name) for name in kept.directories),
        tuple(join(directory, name) for name in kept.files),
        kept.problems,
    )


def _taken_in(tree: Tree, package: Package) -> Iterator[str]:
    """The files and directories that the sources of *package* take in when they are compiled."""
    for path, text in texts(tree, package):
        folder = posixpath.dirname(path)
        found = [
            *((folder, match[1]) for match in text.finditer(_INCLUDED)),
            *((package.directory, match[1]) for match in text.finditer(_FROM_PACKAGE)),
        ]
        for base, name in found:
            joined = posixpath.normpath(posixpath.join(base, name))
            if nameable(joined) and not _KEPT_OUT.search(joined):
                yield joined


def _joined(one: Material, other: Material) -> Material:
    return Material(
        tuple(dict.fromkeys((*one.directories, *other.directories))),
        tuple(dict.fromkeys((*one.files, *other.files))),
        (*one.problems, *other.problems),
    )
