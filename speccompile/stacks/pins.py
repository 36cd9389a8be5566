"""What pins a runtime's version in files of version managers (nvm, fnm, nodenv, pyenv, goenv, asdf, mise): in the service's directory, and in
those above it up to the project's root, for that is where such tools look."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import replace

from speccompile.codes.stacks import MANIFEST
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.manifest import items, place, table, toml_table, word

_ASDF = ".tool-versions"
_MISE = (
    "mise.toml",
    ".mise.toml",
    "mise/config.toml",
    ".mise/config.toml",
    ".config/mise.toml",
    ".config/mise/config.toml",
)
_MARK = "\ufeff"

IN_UTF8 = "save it as UTF-8 (PowerShell's `>` writes UTF-16: use `-Encoding utf8`)"


@record()
class Said:
    """What some place of the tree says about a version: a pin or a range, in which words, where."""

    text: str
    source: str
    span: Span


def pinned(
    tree: Tree, files: tuple[str, ...], tools: tuple[str, ...], keyed: tuple[tuple[str, str], ...] = ()
) -> Iterator[Said | Diagnostic]:
    """What the pin *files*, the files with a key for it, and the lines for *tools* in .tool-versions and mise.toml, say: the closest directory first.

    A byte order mark is passed over, and so is a comment behind a version. A file that is no UTF-8 is an error: what it pins is what
    developers run, and another version is not to be taken in silence.
    """
    yield from closest(tree, lambda view: _in(view, files, tools, keyed))


def closest(tree: Tree, read: Callable[[Tree], Iterator[Said | Diagnostic]]) -> Iterator[Said | Diagnostic]:
    """What *read* finds in the service's own directory, then in each above it up to the project's, with places as seen from the service."""
    project, here = tree.enclosing()
    for directory in _upwards(here):
        outside = posixpath.relpath(directory or ".", here or ".") if directory != here else ""
        for one in read(project.below(directory) if directory else project):
            yield _seen(one, outside) if outside else one


def is_near(said: Said | Diagnostic) -> bool:
    """Whether that stands in the service's own directory."""
    return not said.span.path.startswith("../")


def _upwards(directory: str) -> Iterator[str]:
    while directory:
        yield directory
        directory = posixpath.dirname(directory)
    yield ""


def _in(
    view: Tree, files: tuple[str, ...], tools: tuple[str, ...], keyed: tuple[tuple[str, str], ...]
) -> Iterator[Said | Diagnostic]:
    for path in files:
        yield from _of_text(view, path)
    for path, key in keyed:
        yield from _of_properties(view, path, key)
    if tools:
        yield from _of_asdf(view, tools)
        for path in _MISE:
            yield from _of_mise(view, path, tools)


def _of_text(view: Tree, path: str) -> Iterator[Said | Diagnostic]:
    """The first line that is no comment."""
    for number, line in _lines(view, path):
        yield Said(line, path, Span(path, number, 1))
        return
    yield from unreadable(view, path)


def _of_properties(view: Tree, path: str, key: str) -> Iterator[Said | Diagnostic]:
    for number, line in _lines(view, path):
        name, _, value = line.partition("=")
        if name.strip() == key and value.strip():
            yield Said(value.strip(), path, Span(path, number, 1))
    yield from unreadable(view, path)


def _of_asdf(view: Tree, tools: tuple[str, ...]) -> Iterator[Said | Diagnostic]:
    for number, line in _lines(view, _ASDF):
        name, *versions = line.split()
        if name in tools and versions:
            yield Said(versions[0], _ASDF, Span(_ASDF, number, 1))
    yield from unreadable(view, _ASDF)


def _of_mise(view: Tree, path: str, tools: tuple[str, ...]) -> Iterator[Said | Diagnostic]:
    text = view.read(path)
    listed = table(toml_table((text or "").removeprefix(_MARK)), "tools")
    for name in (name for name in listed if name in tools or name.removeprefix("core:") in tools):
        asked = listed[name]
        several = items(asked)
        version = word(several[0] if several else asked) or word(table(asked).get("version")) or _number(asked)
        if version:
            yield Said(version.removeprefix("prefix:"), path, place(path, text, "tools", name))
    yield from unreadable(view, path)


def _number(value: object) -> str | None:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _lines(view: Tree, path: str) -> Iterator[tuple[int, str]]:
    """The lines of a text that have something beside a comment, with their numbers."""
    for number, line in enumerate((view.read(path) or "").removeprefix(_MARK).splitlines(), 1):
        bare = line.partition("#")[0].strip()
        if bare:
            yield number, bare


def unreadable(view: Tree, path: str) -> Iterator[Diagnostic]:
    """That the version in the file at *path* is not known, where it is no text."""
    if view.is_file(path) and view.read(path) is None:
        yield MANIFEST.at(
            Span(path),
            f"{path} is not text in UTF-8, so the version in it is not known",
            fix=IN_UTF8,
        )


def _seen(one: Said | Diagnostic, outside: str) -> Said | Diagnostic:
    """The same with its place as seen from the service's own directory."""
    span = replace(one.span, path=posixpath.join(outside, one.span.path))
    return replace(one, span=span) if isinstance(one, Diagnostic) else replace(one, span=span, source=span.path)
