"""The programs of a Go project: where they are, what each of them is compiled from, and which is the service."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.go import hints
from speccompile.stacks.go.gomod import GoMod
from speccompile.stacks.go.hints import Listening
from speccompile.stacks.go.source import GoFile, Package, package
from speccompile.stacks.sources import nameable

_DEEPEST = 4
_MOST = 3000
_NO_SOURCES = frozenset(("vendor", "testdata", "node_modules", "third_party", "generated", "specs"))
# Programs for those who work on the project.
_ASIDE = frozenset((
    "bench", "benchmark", "benchmarks", "contrib", "demo", "demos", "dev", "docs", "e2e", "example", "examples", "gen", "generate",
    "hack", "integration", "internal", "magefiles", "migrate", "migrations", "misc", "mock", "mocks", "samples", "script", "scripts", "seed",
    "test", "tests", "tool", "tools",
))  # fmt: skip
_USUAL = ("server", "api", "app", "web", "service", "main", "http", "httpd", "daemon", "backend")
_NAMELESS = ("", "bin", "cmd", "main", "src")
_TOOLKITS = (
    "github.com/spf13/cobra", "github.com/urfave/cli", "github.com/alecthomas/kingpin", "github.com/alecthomas/kong", "github.com/jessevdk/go-flags",
    "github.com/mitchellh/cli", "github.com/peterbourgon/ff", "github.com/charmbracelet/bubbletea",
)  # fmt: skip
_SUBCOMMAND = regex(r"\b(?:Use|Name):\s*\"(serve|server|start|web|http|api|run|daemon)[\" ]")


@record()
class Program:
    """A package main: the name of its binary, the directory of its module, its packages (its own first), and what they
    import that is not in the project."""

    name: str
    module: GoMod
    packages: tuple[Package, ...]
    foreign: tuple[str, ...]

    @property
    def directory(self) -> str:
        """Where its package is in the tree."""
        return self.packages[0].directory

    @property
    def aside(self) -> bool:
        """Whether it is for those who work on the project."""
        return bool(set(self.directory.lower().split("/")) & _ASIDE)

    @property
    def target(self) -> str:
        """Its package as the go command names it, from the top of the tree."""
        return f"./{self.directory}" if self.directory else "."

    @property
    def files(self) -> tuple[GoFile, ...]:
        """All that it is compiled from, its own files first."""
        return tuple(file for one in self.packages for file in one.files)

    @property
    def toolkit(self) -> str | None:
        """The library for command lines that it uses."""
        return next((one for path in self.foreign if (one := hints.of_framework(path, _TOOLKITS))), None)

    @property
    def framework(self) -> str | None:
        """The web framework that it uses."""
        return next((one for path in self.foreign if (one := hints.of_framework(path, hints.WEB))), None)

    def listens(self) -> Span | None:
        """Where it begins to listen."""
        return hints.listens(self.files)

    def listening(self) -> Listening | None:
        """The port it listens on, as its sources say."""
        return hints.port(self.files)

    def subcommand(self) -> str | None:
        """The subcommand that starts the server, where the program has several."""
        if self.toolkit is None:
            return None
        found = {match[1] for file in self.files for match in file.source.finditer(_SUBCOMMAND)}
        return next(
            (name for name in ("serve", "server", "start", "web", "http", "api", "daemon", "run") if name in found),
            None,
        )


class Project:
    """The local modules of a tree, and their packages, each of which is read once."""

    def __init__(self, tree: Tree, modules: Iterable[GoMod]) -> None:
        self.tree = tree
        self.modules = tuple(modules)
        self._packages: dict[str, Package] = {}

    def package(self, directory: str) -> Package:
        """The package in *directory*."""
        if directory not in self._packages:
            self._packages[directory] = package(self.tree, directory)
        return self._packages[directory]

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        """Every package main, the most likely service first. Those that only developers run come last, and are left
        out where they are not among the commands; all of them are there, where there is nothing else."""
        mains = [one for module in self.modules for one in self._mains(module)]
        meant = [one for one in mains if not one.aside]
        chosen = [one for one in mains if one.aside and "cmd" in one.directory.split("/")] if meant else mains
        return tuple(sorted((*meant, *chosen), key=_likelihood))

    def _mains(self, module: GoMod) -> Iterator[Program]:
        others = {one.directory for one in self.modules} - {module.directory}
        for directory in self._directories(module.directory, others):
            found = self.package(directory)
            if found.is_main:
                yield self._program(module, found)

    def _directories(self, top: str, others: set[str]) -> Iterator[str]:
        level = [top]
        for _ in range(_DEEPEST + 1):
            yield from level[:_MOST]
            level = [
                path
                for directory in level[:_MOST]
                for entry in self.tree.entries(directory)
                if entry.endswith("/") and not entry.startswith((".", "_")) and entry[:-1] not in _NO_SOURCES
                if (path := posixpath.join(directory, entry[:-1])) not in others
                and nameable(path)
                and not self.tree.is_file(f"{path}/go.mod")
            ]

    def _program(self, module: GoMod, main: Package) -> Program:
        packages, foreign, queue = [main], set(), [main]
        seen = {main.directory}
        while queue and len(seen) < _MOST:
            for path in queue.pop(0).imports:
                directory = self._local(path)
                if directory is None:
                    foreign.add(path)
                elif directory not in seen:
                    seen.add(directory)
                    found = self.package(directory)
                    packages.append(found)
                    queue.append(found)
        own = posixpath.basename(main.directory) if main.directory != module.directory else ""
        name = (module.name or "app") if own in _NAMELESS else own
        return Program(
            _safe(name), module, (main, *sorted(packages[1:], key=lambda one: one.directory)), tuple(sorted(foreign))
        )

    def _local(self, path: str) -> str | None:
        """The directory of the project that is imported as *path*."""
        within = [
            one for one in self.modules if one.module and (path == one.module or path.startswith(f"{one.module}/"))
        ]
        if not within:
            return None
        module = max(within, key=lambda one: len(one.module or ""))
        return (
            posixpath.normpath(posixpath.join(module.directory or ".", path[len(module.module or "") :].lstrip("/")))
            .removeprefix(".")
            .lstrip("/")
        )


def _likelihood(program: Program) -> tuple[bool, bool, bool, bool, int, int, str]:
    """What sorts the service to the front: its name, its place, that it listens, how usual its name is."""
    named = program.name == program.module.name
    usual = _USUAL.index(program.name) if program.name in _USUAL else len(_USUAL)
    return (
        program.aside,
        not named and program.directory != program.module.directory,
        program.listens() is None,
        not named,
        usual,
        program.directory.count("/"),
        program.directory,
    )


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:60] or "app"
