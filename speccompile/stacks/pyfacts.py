"""The facts of a Python project."""

from __future__ import annotations

from enum import Enum

from speccompile.diagnostics import Diagnostic
from speccompile.record import record
from speccompile.stacks.facts import Facts
from speccompile.stacks.pyproject import PyProject
from speccompile.stacks.pyserver import Serving
from speccompile.stacks.requirements import Requirements
from speccompile.stacks.sources import Sources


class Installer(Enum):
    """What installs the dependencies: uv from its lock, pip from a requirements file or from the project itself,
    nothing."""

    UV = "uv"
    REQUIREMENTS = "requirements"
    PROJECT = "project"
    NOTHING = "nothing"


@record()
class Start:
    """How a program is started: its argument vector, its file where that is in the tree, and whether it is there only
    after the project itself has been installed."""

    argv: tuple[str, ...]
    path: str | None = None
    installed: bool = False


@record(kw_only=True)
class PyFacts(Facts):
    """Facts of a Python project.

    ``serving`` is its web application, or why there is none although a framework is there; ``script`` its console
    script; ``plain`` a module that is run. ``manifests`` are the files that the installation of the dependencies
    reads, ``papers`` those that the build of the package reads besides.
    """

    installer: Installer
    project: PyProject | None
    required: Requirements | None
    sources: Sources
    serving: Serving | Diagnostic | None
    script: Start | None
    plain: Start | None
    manifests: tuple[str, ...]
    papers: tuple[str, ...]
    buildable: bool
