"""What the manifests and the lock of a Python project say together: which installer, what it installs, on which
Python."""

from __future__ import annotations

from dataclasses import replace

from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.pins import Said
from speccompile.stacks.python import ages, binaries, debian, locks, pipfile, pyproject, requirements, setuppy, systems
from speccompile.stacks.python.debian import Packages
from speccompile.stacks.python.launch import STEMS
from speccompile.stacks.python.locks import Installer, Lock
from speccompile.stacks.python.pipfile import Pipfile
from speccompile.stacks.python.pyproject import PyProject
from speccompile.stacks.python.requirements import Requirement, Requirements
from speccompile.stacks.python.setuppy import Setup
from speccompile.stacks.python.workspaces import Member
from speccompile.stacks.ranges import accepts, exact, intervals
from speccompile.stacks.supported import Supported, narrowed
from speccompile.stacks.versions import PYTHON, UV

_FILES = (
    *(locker.path for locker in locks.LOCKERS),
    "requirements.txt",
    pyproject.PATH,
    pipfile.PATH,
    setuppy.SETUP_PY,
    "manage.py",
)
_BUILD_FILES = (setuppy.SETUP_PY, setuppy.SETUP_CFG, "MANIFEST.in", "hatch_build.py")
_PDM = Chosen("pdm", "2.29.3", "default")
_PIPENV = Chosen("pipenv", "2026.10.3", "default")
# The last release of Poetry's first line reads the locks of all before it; of the second, each reads its own.
_POETRY_1 = (Chosen("poetry", "1.8.5", "default"), Chosen("poetry-plugin-export", "1.8.0", "default"))
_EXPORT_2 = Chosen("poetry-plugin-export", "1.9.0", "default")

_UV_SETTINGS = "uv.toml"


@record(kw_only=True)
class Manifests:
    """The manifests and the lock of a project; ``there`` are the names of those that speak for Python, the most telling
    first."""

    there: tuple[str, ...]
    project: PyProject | None
    pipfile: Pipfile | None
    setup: Setup | None
    required: Requirements | None
    lock: Lock | None
    installer: Installer

    @property
    def wanted(self) -> tuple[Requirement, ...]:
        """What is installed, by the manifest that the installer follows."""
        match self.installer:
            case Installer.PIPENV:
                return self.pipfile.wanted if self.pipfile else ()
            case Installer.REQUIREMENTS:
                return self.required.wanted if self.required else ()
            case _:
                listed = self.project.wanted if self.project else ()
                return listed or (self.setup.wanted if self.setup else ())

    @property
    def listed(self) -> str | None:
        """The manifest that the dependencies stand in, where pip installs from it; Poetry's own table is none."""
        if self.installer is not Installer.PROJECT:
            return None
        if self.project and self.project.wanted:
            return None if self.project.older else pyproject.PATH
        return self.setup.listed if self.setup else None

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What is wrong with those that the installer follows, and that a lock is missing."""
        found: list[Diagnostic] = [*(self.project.problems if self.project else ())]
        if self.lock:
            found += self.lock.problems
        elif self.installer is not Installer.REQUIREMENTS:
            found += locks.missing(self.project, self.there)
        if self.installer is Installer.PIPENV and self.pipfile:
            found += [*self.pipfile.problems, *systems.of_pipfile(self.pipfile.text)]
        if self.project and self.installer not in (Installer.PIPENV, Installer.REQUIREMENTS):
            found += systems.of_pyproject(self.project.text)
        if self.installer is Installer.REQUIREMENTS and self.required:
            found += self.required.problems
        if self.installer is Installer.PROJECT and self.setup and not self.listed:
            found += self.setup.problems
        return tuple(found)

    @property
    def unpinned(self) -> tuple[Diagnostic, ...]:
        """That pip may install something else tomorrow, where nothing is locked."""
        if self.installer is Installer.REQUIREMENTS and self.required:
            return locks.unpinned(self.required.files[0], self.wanted)
        return locks.unpinned(self.listed, self.wanted) if self.listed else ()

    @property
    def pins(self) -> tuple[Said, ...]:
        """The release line of Python that a manifest names."""
        said = self.pipfile.python if self.pipfile and self.installer is Installer.PIPENV else None
        return (Said(said, "Pipfile python_version", self.pipfile.python_at),) if said and self.pipfile else ()

    def ranges(self, members: tuple[Member, ...]) -> tuple[Said, ...]:
        """The ranges of Python that the manifests accept, also those of a workspace's *members*."""
        found = []
        if self.project and self.project.python:
            at = self.project.at(self.project.python)
            found.append(Said(self.project.python, "pyproject.toml requires-python", at))
        for member in members:
            said = member.project.python if member.directory else None
            if said:
                path = f"{member.directory}/{pyproject.PATH}"
                found.append(Said(said, f"{path} requires-python", Span(path)))
        if self.setup and self.setup.python:
            found.append(Said(self.setup.python, "setup.py python_requires", Span(setuppy.SETUP_PY)))
        return narrowed(PYTHON, self._with_wheels(tuple(found)), self.held)

    @property
    def held(self) -> Supported | None:
        """The framework whose release runs on older lines of Python alone."""
        return ages.held(self.wanted, self._releases, Span(self.lock.by.path if self.lock else self.there[0]))

    def _with_wheels(self, said: tuple[Said, ...]) -> tuple[Said, ...]:
        """Ranges that leave room for it are narrowed to lines of Python for which there are wheels of what is pinned."""
        held = binaries.newest(self._releases)
        if held is None or binaries.number(held.line) >= binaries.number(PYTHON.usual):
            return said
        wheels = f"wheels of {held.name} {held.release}"
        if not said:
            span = next((one.span for one in self.wanted if one.name == held.name), Span(self.there[0]))
            return (Said(held.below, wheels, span),)
        both = f"{said[0].text}, {held.below}"
        accepted = intervals(both) if "|" not in both else None
        if accepted is None or not accepts(accepted, held.line):
            return said
        return (replace(said[0], text=both, source=f"{said[0].source} and {wheels}"), *said[1:])

    @property
    def tools(self) -> tuple[Chosen, ...]:
        """What installs from the lock: the release that the project requires or that wrote the lock, else ours."""
        match self.installer:
            case Installer.UV:
                return (_uv(self.project),)
            case Installer.POETRY:
                return _poetry(self.lock)
            case Installer.PDM:
                return (_PDM,)
            case Installer.PIPENV:
                return (_PIPENV,)
            case _:
                return ()

    def companions(self, wanted: tuple[Requirement, ...]) -> tuple[Chosen, ...]:
        """What the dependencies import and do not pin."""
        return debian.companions(wanted, self.lock.releases if self.lock else {})

    @property
    def _releases(self) -> dict[str, str]:
        """What is pinned or locked, by name."""
        pinned = {one.name: one.release for one in self.wanted if one.release}
        return {**pinned, **(self.lock.releases if self.lock else {})}

    def system(self, wanted: tuple[Requirement, ...], python: str) -> Packages:
        """The system packages that the dependencies need on that *python*."""
        git = (self.lock.git if self.lock else False) or bool(self.required and self.required.git)
        locked = self.lock.names if self.lock else frozenset()
        return debian.packages(wanted, locked, binaries.compiled(self._releases, python), git=git)

    def files(self, tree: Tree, members: tuple[Member, ...]) -> tuple[str, ...]:
        """The files that the installation of the dependencies reads."""
        if self.lock:
            shared = (f"{one.directory}/{pyproject.PATH}" for one in members if one.directory)
            # Without its settings uv finds the lock to be of other indexes than it would ask, and refuses it as stale.
            settings = (_UV_SETTINGS,) if self.installer is Installer.UV and tree.is_file(_UV_SETTINGS) else ()
            return (self.lock.by.manifest, self.lock.by.path, *settings, *shared)
        if self.installer is Installer.REQUIREMENTS:
            return self.required.files if self.required else ()
        if self.installer is Installer.PROJECT:
            return tuple(path for path in (pyproject.PATH, *_BUILD_FILES) if tree.is_file(path))
        return ()


def read(tree: Tree) -> Manifests | None:
    """Those of *tree*: locks, manifests, or at least a module with a usual name; None when there is nothing of Python."""
    there = tuple(path for path in _FILES if tree.is_file(path))
    file = next((path for path in requirements.USUAL if tree.is_file(path)), None)
    there = there if file is None or file in there else (*there, file)
    there = there or tuple(f"{stem}.py" for stem in STEMS if tree.is_file(f"{stem}.py"))[:1]
    if not there:
        return None
    project, pip_file, setup = pyproject.read(tree), pipfile.read(tree), setuppy.read(tree)
    required = requirements.read(tree, file) if file else None
    asked = {path: one.wanted for path, one in ((pyproject.PATH, project), (pipfile.PATH, pip_file)) if one}
    lock = locks.find(tree, asked)
    return Manifests(
        there=there,
        project=project,
        pipfile=pip_file,
        setup=setup,
        required=required,
        lock=lock,
        installer=_installer(lock, required, project, setup),
    )


def _installer(
    lock: Lock | None, required: Requirements | None, project: PyProject | None, setup: Setup | None
) -> Installer:
    if lock:
        return lock.by.installer
    if required:
        return Installer.REQUIREMENTS
    if setup or (project and (project.wanted or (project.buildable and project.is_project))):
        return Installer.PROJECT
    return Installer.NOTHING


def _uv(project: PyProject | None) -> Chosen:
    pinned = exact(project.uv_version) if project and project.uv_version else None
    if project and pinned:
        return Chosen("uv", pinned, "pyproject.toml tool.uv.required-version", project.at("required-version"))
    return UV


def _poetry(lock: Lock | None) -> tuple[Chosen, ...]:
    """Poetry, and its plugin that exports."""
    if lock is None or lock.release is None or lock.release.startswith(("0.", "1.")):
        return _POETRY_1
    return (Chosen("poetry", lock.release, lock.by.path, Span(lock.by.path)), _EXPORT_2)
