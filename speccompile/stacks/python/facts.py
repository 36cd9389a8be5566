"""The facts of a Python project."""

from __future__ import annotations

from speccompile.record import record
from speccompile.stacks.facts import Chosen, Facts
from speccompile.stacks.python.debian import Packages
from speccompile.stacks.python.django import Django
from speccompile.stacks.python.launch import Launch
from speccompile.stacks.python.locks import Installer, Lock
from speccompile.stacks.python.pyproject import PyProject
from speccompile.stacks.python.requirements import Requirements
from speccompile.stacks.sources import Sources


@record()
class Shared:
    """A workspace of uv: which package is installed (None: all), the directories of the members that it is made of,
    those of them that are installed as packages (``linked``: without a copy of the sources), and the manifests of all
    members."""

    package: str | None
    directories: tuple[str, ...]
    packages: tuple[str, ...]
    linked: tuple[str, ...]
    manifests: tuple[str, ...]


@record(kw_only=True)
class PyFacts(Facts):
    """Facts of a Python project.

    ``installers`` are the releases of the ``installer`` and its plugins. ``manifests`` are the files that the
    installation of the dependencies reads, ``listed`` the one that they stand in where pip installs the project itself,
    ``papers`` those that the build of the package reads besides. ``companions`` are what old dependencies import and do
    not pin, ``system`` the system packages that the dependencies need.
    """

    installer: Installer
    installers: tuple[Chosen, ...]
    lock: Lock | None
    project: PyProject | None
    required: Requirements | None
    sources: Sources
    launch: Launch
    django: Django | None
    workspace: Shared | None
    manifests: tuple[str, ...]
    listed: str | None
    papers: tuple[str, ...]
    buildable: bool
    companions: tuple[Chosen, ...]
    system: Packages
