"""What a compiled program opens by a literal path as it runs: it has to lie beside the program, where no build has put it."""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.project.tree import Tree
from speccompile.stacks.sources import Sources, sources

# What a build reads, or makes.
_OF_BUILDS = frozenset((
    "bin", "build", "buildsrc", "gradle", "gradle.properties", "gradlew", "mvnw", "obj", "out", "packages", "pom.xml", "properties", "publish", "src",
    "target", "test", "tests", "wwwroot",
))  # fmt: skip
_BUILD_FILES = (".csproj", ".fsproj", ".gradle", ".kts", ".props", ".sln", ".slnx", ".targets", ".vbproj")


def opened(tree: Tree, code: Iterable[str], already: Iterable[str] = ()) -> Sources:
    """What lies at the top of *tree*, is named by a path in the sources, and is none of them (their suffixes are *code*), but for what is there *already*."""
    own, there = frozenset(code), {name.lower() for name in already}
    named = frozenset(tree.about("named", ""))
    found = sources(tree)
    wanted = [
        name
        for name in found.directories
        if name in named
        and name.lower() not in _OF_BUILDS | there
        and not own.intersection(tree.about("suffixes", name))
    ]
    files = [
        name
        for name in found.files
        if name in named and name.lower() not in _OF_BUILDS | there and not name.lower().endswith((*own, *_BUILD_FILES))
    ]
    return Sources(tuple(wanted), tuple(files))
