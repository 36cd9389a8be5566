"""Which Java a project is for: what its files say, as lines of the images, which are those of the long-term releases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.pins import Said
from speccompile.stacks.versions import JAVA, choose

# 17, 17.0.9, 1.8, 17.0.9-tem, temurin-17.0.9+9, openjdk64-11.0.2, JavaVersion.VERSION_1_8
_NUMBER = re.compile(r"(?:[A-Za-z][\w.]*?[-_])*(?:1[._])?(\d{1,2})(?:[._+-][\w.+-]*)?\Z")
_KEYED = {".sdkmanrc": "java", "system.properties": "java.runtime.version"}


def chosen(tree: Tree, said: tuple[Said, ...]) -> tuple[Chosen, tuple[Diagnostic, ...]]:
    """The line of Java: that of a version file; else that of the first thing *said* by the build."""
    ranges = tuple(Said(f">={line}", each.source, each.span) for each in said[:1] if (line := lts(each.text)))
    files = tuple(_files(tree))
    return choose(tree, JAVA, tuple(map(_line, (*files, *said))), ranges if files else ())


def lts(text: str) -> str | None:
    """The first long-term release that runs what is for the Java that *text* means."""
    match = _NUMBER.match(text.strip().strip("\"'"))
    return next((line for line in JAVA.lines if int(line) >= int(match[1])), None) if match else None


def _line(said: Said) -> Said:
    line = lts(said.text)
    return Said(line, said.source, said.span) if line else said


def _files(tree: Tree) -> Iterator[Said]:
    for number, line in _lines(tree, ".java-version"):
        yield Said(line, ".java-version", Span(".java-version", number, 1))
        break
    for path, key in _KEYED.items():
        for number, line in _lines(tree, path):
            name, _, value = line.partition("=")
            if name.strip() == key and value.strip():
                yield Said(value.strip(), path, Span(path, number, 1))
    for number, line in _lines(tree, ".tool-versions"):
        name, *versions = line.partition("#")[0].split()[:2]
        if name == "java" and versions:
            yield Said(versions[0], ".tool-versions", Span(".tool-versions", number, 1))


def _lines(tree: Tree, path: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate((tree.read(path) or "").splitlines(), 1):
        if line.partition("#")[0].strip():
            yield number, line.strip()
