"""The stacks, in order of precedence: the first one that finds something to run is taken. One package an ecosystem, one
line here a stack; what they share lies beside the packages.

A stack is imported only for a tree that may be of its kind: most have modules of their own that take time to load, and
every question that one asks of a tree is kept in the lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from speccompile.record import record
from speccompile.stacks.stack import Stack
from speccompile.wildcard import fits


@record()
class Entry:
    """A stack by its name, and the ``module`` that it is in. ``signs`` are patterns of names at the top of a tree (a directory's
    ends in ``/``): a tree of this stack has at least one of them."""

    name: str
    module: str
    signs: tuple[str, ...]

    def may_be(self, names: Iterable[str]) -> bool:
        """Whether a tree with *names* at its top may be of this stack."""
        return any(fits(name, sign) for name in names for sign in self.signs)

    def load(self) -> Stack[Any]:
        """The stack, imported."""
        stack: Stack[Any] = import_module(f"{__name__}.{self.module}").STACK
        return stack


def loaded(name: str) -> Stack[Any]:
    """The stack of that *name*, which there is."""
    return next(entry for entry in STACKS if entry.name == name).load()


STACKS = (
    Entry("java", "java.stack", ("pom.xml", "*.gradle", "*.gradle.kts")),
    Entry(
        "php",
        "php.stack",
        ("composer.json", "*.php", *(f"{name}/" for name in ("public", "web", "webroot", "htdocs", "www", "html"))),
    ),
    Entry("ruby", "ruby.stack", ("Gemfile", "config.ru", "*.rb")),
    Entry("elixir", "elixir.stack", ("mix.exs",)),
    Entry(
        "dotnet",
        "dotnet.stack",
        (
            "*.sln",
            "*.slnx",
            "*.csproj",
            "*.fsproj",
            "*.vbproj",
            "global.json",
            "Directory.Build.props",
            "Directory.Packages.props",
        ),
    ),
    Entry("deno", "deno.stack", ("deno.*", "*.ts", "*.tsx", "*.js", "*.mjs")),
    Entry("bun", "javascript.bun", ("package.json",)),
    Entry("node", "javascript.node", ("package.json",)),
    Entry(
        "python",
        "python.stack",
        (
            "*.py",
            "pyproject.toml",
            "requirements*",
            "setup.cfg",
            "Pipfile*",
            "poetry.lock",
            "uv.lock",
            "pdm.lock",
            "pylock*",
            "environment.*",
            "pixi.*",
        ),
    ),
    Entry("go", "go.stack", ("go.mod", "go.work")),
    Entry("rust", "rust.stack", ("Cargo.toml",)),
    Entry("static", "static.stack", ("*",)),
)
