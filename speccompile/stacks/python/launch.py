"""What can be started in a directory of a Python project: a web application, a console script, a module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import moved
from speccompile.stacks.python.modules import Module, modules
from speccompile.stacks.python.requirements import Requirement
from speccompile.stacks.python.server import Serving, serving

STEMS = ("main", "__main__", "app", "run", "server", "cli", "pipeline", "job")
_SCRIPT_NAME = regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")


@record()
class Start:
    """How a program is started: its argument vector, its module where that is in the tree, and whether it is there only
    after the project itself has been installed."""

    argv: tuple[str, ...]
    module: Module | None = None
    installed: bool = False


@record()
class Launch:
    """What was found: the web application and its server (or why there is none although a framework is there), a
    console script, a module that is run."""

    serving: Serving | Diagnostic | None
    script: Start | None
    plain: Start | None

    @property
    def serves(self) -> bool:
        """Whether there is a web application with a server."""
        return isinstance(self.serving, Serving)

    @property
    def runnable(self) -> bool:
        """Whether there is anything to start."""
        return self.serves or bool(self.script or self.plain)

    @property
    def module(self) -> Module | None:
        """The module that tells most about the program."""
        if isinstance(self.serving, Serving):
            return self.serving.module
        return self.plain.module if self.plain else None


def launch(
    tree: Tree, wanted: tuple[Requirement, ...], manifest: Span, scripts: Mapping[str, str], name: str | None
) -> Launch:
    """What can be started in *tree*, where *wanted* is installed; *scripts* are the console scripts of the package
    *name*."""
    return Launch(serving(tree, wanted, manifest), _script(scripts, name), _plain(tree))


def below(found: Launch, directory: str) -> Launch:
    """The same as seen from the service, *directory* being where it is in it."""
    if not directory:
        return found
    served = found.serving
    if isinstance(served, Serving):
        served = replace(served, module=_moved(served.module, directory), span=moved(served.span, directory))
    elif isinstance(served, Diagnostic):
        served = replace(served, span=moved(served.span, directory))
    plain = found.plain
    if plain and plain.module:
        module = _moved(plain.module, directory)
        argv = tuple(module.path if word == plain.module.path else word for word in plain.argv)
        plain = Start(argv, module)
    return Launch(served, found.script, plain)


def _moved(module: Module, directory: str) -> Module:
    return Module(f"{directory}/{module.path}", module.name)


def _script(scripts: Mapping[str, str], project: str | None) -> Start | None:
    """The console script of the project; of several the one that is called like it."""
    names = [name for name in sorted(scripts) if _SCRIPT_NAME.match(name)]
    name = project if project in names else (names[0] if names else None)
    return Start((name,), installed=True) if name else None


def _plain(tree: Tree) -> Start | None:
    """A module with a usual name; a package's is run by its name, so that it can import its neighbours."""
    for module in modules(tree, STEMS):
        package, _, stem = module.name.rpartition(".")
        if stem == "__main__" and package:
            return Start(("python", "-m", package), module)
        if package:
            return Start(("python", "-m", module.name), module)
        return Start(("python", module.path), module)
    return None
