"""Which files a Go program is compiled from, and which it reads at run time."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable, Iterator

from speccompile.codes.stacks_go import EMBED_MISSING
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks import writing
from speccompile.stacks.go.programs import Program
from speccompile.stacks.sources import data, nameable, sources
from speccompile.stacks.written import Written

_DATA = (".json", ".yaml", ".yml", ".toml", ".sql", ".html", ".csv", ".tmpl", ".gohtml")
# What is compiled, or makes something else that is.
_COMPILED = (
    ".go", ".mod", ".sum", ".work", ".c", ".h", ".cc", ".cpp", ".hpp", ".s", ".syso", ".sh", ".py", ".js", ".jsx", ".ts", ".tsx", ".vue", ".svelte",
    ".rs", ".java",
)  # fmt: skip
# Files at the top that only tools read.
_TOOL_FILES = (
    "air.",
    "buf.",
    "gqlgen.",
    "goreleaser.",
    "golangci.",
    "mockery.",
    "oapi-codegen.",
    "sqlc.",
    "swagger.",
    "Taskfile.",
    "atlas.",
    "codecov.",
)
_NO_ASSETS = (".go", ".mod", ".sum", ".md", ".log")
_NEVER = frozenset(("generated", "node_modules", "spec", "specs", "test", "testdata", "tests", "vendor"))
_LITERAL = regex(r"[\"`](?:file://)?(\./)?([A-Za-z0-9_][\w.-]*(?:/[\w.*-]+)*/?)[\"`]")
_MAGIC = regex(r"[*?\[\\]")


def compiled(tree: Tree, program: Program) -> tuple[str, ...]:
    """The directories (with trailing slashes) and files of the tree that *program* is compiled from, embedded files
    included."""
    found: set[str] = set()
    for package in program.packages:
        module = _module(tree, package.directory)
        inside = posixpath.relpath(package.directory or ".", module or ".")
        if inside == ".":
            found |= {file.path for file in package.files}
            found |= set(_others(tree, package.directory))
            found |= {
                f"{posixpath.dirname(path)}/" if "*" in pattern and posixpath.dirname(path) != module else path
                for file in package.files
                for pattern, _ in file.embeds
                for path in _embedded(tree, module, pattern)
            }
        else:
            depth = 2 if inside.startswith("cmd/") else 1
            found.add(posixpath.join(module, *inside.split("/")[:depth]) + "/")
    return _outermost(path for path in found if nameable(path))


def missing(tree: Tree, program: Program) -> Iterator[Diagnostic]:
    """What *program* embeds that is not there."""
    for file in program.files:
        for pattern, line in file.embeds:
            if not _embedded(tree, posixpath.dirname(file.path), pattern):
                yield EMBED_MISSING.at(
                    Span(file.path, line, 1),
                    f"{quoted(pattern)} is to be embedded, but the tree has no such file",
                    fix="make the files first and commit them (a front end's build, mostly), or correct the pattern",
                )


def read(tree: Tree, program: Program) -> tuple[str, ...]:
    """What lies below the program's module that it reads at run time: as its sources name it, or as it is usually
    called. Directories have trailing slashes."""
    module = program.module.directory
    below = tree.below(module) if module else tree
    embedded = {path for file in program.files for path, _ in file.embeds}
    usual = data(below, sources(below), _COMPILED)
    found = {f"{name}/" for name in usual.directories if name not in embedded and _has_data(below, name)}
    found |= {name for name in usual.files if name not in embedded and not name.startswith(_TOOL_FILES)}
    found |= {path for file in program.files if not file.generated for path in _named(below, file.source)}
    withheld = frozenset(below.about("secrets", ""))
    return _outermost(path for path in found if nameable(path) and path not in withheld)


def written(program: Program, assets: tuple[str, ...]) -> tuple[Written, ...]:
    """What *program* writes into; what it reads is not free."""

    def free(directory: str) -> bool:
        return not any(f"{directory}/".startswith(one) or one.startswith(f"{directory}/") for one in assets)

    return writing.written(((file.path, file.source) for file in program.files if not file.generated), free)


def _module(tree: Tree, directory: str) -> str:
    """The directory of the module that *directory* belongs to."""
    while directory and not tree.is_file(f"{directory}/go.mod"):
        directory = posixpath.dirname(directory)
    return directory


def _others(tree: Tree, directory: str) -> Iterator[str]:
    """Files beside Go's that the compiler takes: C and assembly."""
    for name in tree.entries(directory):
        if name.endswith((".c", ".h", ".cc", ".cpp", ".hpp", ".s", ".S", ".syso")):
            yield posixpath.join(directory, name)


def _embedded(tree: Tree, directory: str, pattern: str) -> tuple[str, ...]:
    """The files and directories that a pattern of go:embed in *directory* names; () when there are none."""
    parts = posixpath.normpath(pattern).split("/")
    plain = next((number for number, part in enumerate(parts) if _MAGIC.search(part)), len(parts))
    base = posixpath.normpath(posixpath.join(directory, *parts[:plain])) if plain or directory else ""
    if base.startswith(("../", "/")) or base == "..":
        return ()
    if plain == len(parts):
        if base == ".":
            return tuple(entry for entry in tree.entries("") if not entry.startswith((".", "_")))
        return (f"{base}/",) if tree.is_directory(base) else (base,) if tree.is_file(base) else ()
    entries = [entry for entry in tree.entries(base) if fnmatch.fnmatchcase(entry.rstrip("/"), parts[plain])]
    return tuple(posixpath.join(base, entry) for entry in entries)


def _named(tree: Tree, source: Lexed) -> Iterator[str]:
    """The paths of the tree that string literals in *source* name."""
    for match in source.finditer(_LITERAL):
        parts = match[2].rstrip("/").split("/")
        if {part.lower() for part in parts} & _NEVER or ".." in parts:
            continue
        sure = bool(match[1]) or "/" in match[2]
        while parts and "*" in posixpath.join(*parts):
            parts = parts[:-1]
        path = posixpath.join(*parts) if parts else ""
        while path and not tree.is_file(path) and not tree.is_directory(path):
            path = posixpath.dirname(path)
        if path and tree.is_file(path):
            if path.lower().endswith(_DATA) or (sure and not path.endswith(_NO_ASSETS)):
                yield path
        elif path and sure and "/" not in path.replace(path, "", 1) and _has_data(tree, path):
            yield f"{path}/"


def _has_data(tree: Tree, directory: str) -> bool:
    """Whether there is something in *directory* that a program could read."""
    entries = tree.entries(directory)
    inner = [f"{directory}/{entry[:-1]}" for entry in entries if entry.endswith("/") and not entry.startswith(".")]
    names = [*entries, *(name for path in inner for name in tree.entries(path))]
    return any(not name.endswith(("/", ".go", ".md", ".mod", ".sum")) and not name.startswith(".") for name in names)


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """*paths* without those that lie in others of them, sorted."""
    found: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(other) for other in found if other.endswith("/")):
            found.append(path)
    return tuple(found)
