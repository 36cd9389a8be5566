"""What is said about the tools: Cargo's configuration file, and the toolchain that rustup is to take."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.manifest import Table, place, table, toml_table, word, words
from speccompile.stacks.pins import Said, closest, unreadable
from speccompile.stacks.rust.manifest import Package

_PATHS = (".cargo/config.toml", ".cargo/config")
_TOOLCHAINS = ("rust-toolchain.toml", "rust-toolchain")
_HOST = regex(r"-(?:x86_64|aarch64|i686|armv7)-[\w-]+\Z")
_LINKERS = regex(r"fuse-ld|linker=|target-cpu=native")


@record()
class Configuration:
    """Cargo's configuration in the tree: its path; what in it is about a machine that the image is not ("" if nothing
    is); where."""

    path: str | None
    foreign: str
    span: Span


def read(tree: Tree) -> Configuration:
    """The configuration that Cargo would take from *tree*."""
    path = next((one for one in _PATHS if tree.is_file(one)), None)
    if path is None:
        return Configuration(None, "", Span(_PATHS[0]))
    text = tree.read(path)
    data = toml_table(text)
    if data is None:
        return Configuration(path, "what is not TOML", Span(path))
    foreign = next(_foreign(data), "")
    return Configuration(path, foreign, place(path, text, foreign.rpartition(".")[2]) if foreign else Span(path))


def _foreign(data: Table) -> Iterator[str]:
    """The keys that say something about another machine than the image."""
    build = table(data, "build")
    yield from (
        f"build.{key}" for key in ("target", "rustc-wrapper", "rustc-workspace-wrapper", "rustc") if key in build
    )
    for name, source in table(data, "source").items():
        if "replace-with" in table(source) or "directory" in table(source):
            yield f"source.{name}"
    for name, target in table(data, "target").items():
        if "linker" in table(target) or _links(table(target)):
            yield f"target.{name}"
    if _links(build):
        yield "build.rustflags"
    if "unstable" in data:
        yield "unstable"


def _links(where: Table) -> bool:
    flags = where.get("rustflags")
    return bool(_LINKERS.search(" ".join((*words(flags), word(flags) or ""))))


def toolchain(tree: Tree, package: Package | None) -> tuple[tuple[Said | Diagnostic, ...], tuple[Said, ...]]:
    """What pins the toolchain, and the range that the package accepts.

    The files themselves stay out of the image: rustup would install the toolchain that they name a second time.
    """
    wanted = package.rust_version if package else None
    span = place(package.manifest, tree.read(package.manifest), "rust-version") if package else Span(_TOOLCHAINS[0])
    ranges = (Said(f">={wanted}", "Cargo.toml rust-version", span),) if wanted else ()
    return tuple(closest(tree, _pins)), ranges


def _pins(tree: Tree) -> Iterator[Said | Diagnostic]:
    for path in _TOOLCHAINS:
        yield from unreadable(tree, path)
        text = (tree.read(path) or "").removeprefix("\ufeff")
        channel = word(table(toml_table(text), "toolchain").get("channel"))
        line = channel or next((one.strip() for one in text.splitlines() if one.strip()), "")
        if channel or (path == "rust-toolchain" and line and "[" not in line):
            yield Said(_HOST.sub("", line), path, place(path, text, line))
