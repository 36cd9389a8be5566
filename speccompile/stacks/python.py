"""Python with pip or uv: what is known about the sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.diagnostics import Diagnostic, Severity, errors
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks import hints, pyimage, pylocks, pyproject, requirements
from speccompile.stacks.facts import Chosen
from speccompile.stacks.pyfacts import Installer, PyFacts, Start
from speccompile.stacks.pyproject import PyProject
from speccompile.stacks.pyserver import Serving, modules, serving
from speccompile.stacks.ranges import exact
from speccompile.stacks.requirements import Requirements
from speccompile.stacks.sources import PYTHON_CODE, sources
from speccompile.stacks.stack import Stack
from speccompile.stacks.versions import PYTHON, UV, Said, choose

_MANIFESTS = (
    "uv.lock",
    "requirements.txt",
    "pyproject.toml",
    "setup.py",
    "poetry.lock",
    "pdm.lock",
    "Pipfile",
    "manage.py",
)
_STEMS = ("main", "__main__", "app", "run", "server", "cli", "pipeline", "job")
_USUAL_PORT = "8000"
_SCRIPT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
_BUILD_FILES = ("setup.py", "setup.cfg", "MANIFEST.in", "hatch_build.py")


def detect(tree: Tree) -> PyFacts | None:
    """A lock, a requirements file, a manifest, or a module with a usual name at the top."""
    there = tuple(path for path in _MANIFESTS if tree.is_file(path))
    file = next((path for path in requirements.USUAL if tree.is_file(path)), None)
    there = there if file is None or file in there else (file, *there)
    there = there or tuple(f"{stem}.py" for stem in _STEMS if tree.is_file(f"{stem}.py"))[:1]
    if not there:
        return None
    project = pyproject.read(tree)
    required = requirements.read(tree, file) if file else None
    return _facts(tree, there, project, required, _installer(there, project, required))


def _installer(there: tuple[str, ...], project: PyProject | None, required: Requirements | None) -> Installer:
    if pylocks.UV_LOCK in there:
        return Installer.UV
    if required:
        return Installer.REQUIREMENTS
    if "setup.py" in there or (project and (project.wanted or (project.buildable and project.is_project))):
        return Installer.PROJECT
    return Installer.NOTHING


def _facts(
    tree: Tree, there: tuple[str, ...], project: PyProject | None, required: Requirements | None, installer: Installer
) -> PyFacts:
    version, complaints = choose(tree, PYTHON, (), _ranges(project))
    from_file = required if installer is Installer.REQUIREMENTS else None
    wanted = from_file.wanted if from_file else (project.wanted if project else ())
    manifest = Span(there[0])
    served = serving(tree, wanted, manifest)
    script, plain = _script(project), _plain(tree)
    allowed = sources(tree, PYTHON_CODE)
    entry = served.path if isinstance(served, Serving) else (plain.path if plain else None)
    read = (entry,) if entry else ()
    runnable = isinstance(served, Serving) or bool(script or plain)
    locks = pylocks.of_uv(tree, project) if installer is Installer.UV else pylocks.of_others(tree, project, required)
    return PyFacts(
        stack="python",
        reason=f"{' and '.join(there[:2])} {'are' if len(there) > 1 else 'is'} there",
        evidence=tuple(Span(path) for path in there[:3]),
        name=project.name if project else None,
        version=project.version if project else None,
        description=project.description if project else None,
        licenses=project.licenses if project else None,
        url=project.url if project else None,
        dependencies=requirements.names(wanted),
        runtime=version,
        tools=(_uv(project),) if installer is Installer.UV else (),
        listens=hints.port(tree, read) or Chosen("port", _USUAL_PORT, "default"),
        health=hints.health(tree, (*read, *_routes(tree, entry))),
        entry=entry,
        source=entry,
        runnable=runnable,
        diagnostics=(
            *allowed.problems,
            *(one for one in complaints if one.severity is not Severity.ERROR),
            *(pylocks.unpinned(project, from_file) if installer in (Installer.REQUIREMENTS, Installer.PROJECT) else ()),
        ),
        obstacles=(*(project.problems if project else ()), *errors(complaints), *locks),
        unstartable=() if runnable else (served if isinstance(served, Diagnostic) else _nothing(manifest),),
        installer=installer,
        project=project,
        required=from_file,
        sources=allowed,
        serving=served,
        script=script,
        plain=plain,
        manifests=_manifests(tree, installer, from_file),
        papers=tuple(path for path in (project.papers if project else ()) if tree.is_file(path)),
        buildable=tree.is_file("setup.py") or bool(project and project.buildable and project.is_project),
    )


def _ranges(project: PyProject | None) -> tuple[Said, ...]:
    if project is None or project.python is None:
        return ()
    return (Said(project.python, "pyproject.toml requires-python", project.at(project.python)),)


def _uv(project: PyProject | None) -> Chosen:
    """The release of uv: the one that the project requires, if it is one; else ours."""
    pinned = exact(project.uv_version) if project and project.uv_version else None
    if project and pinned:
        return Chosen("uv", pinned, "pyproject.toml tool.uv.required-version", project.at("required-version"))
    return UV


def _manifests(tree: Tree, installer: Installer, required: Requirements | None) -> tuple[str, ...]:
    """The files that the installation of the dependencies reads."""
    match installer:
        case Installer.UV:
            return (pyproject.PATH, pylocks.UV_LOCK)
        case Installer.REQUIREMENTS:
            return required.files if required else ()
        case Installer.PROJECT:
            return tuple(path for path in (pyproject.PATH, *_BUILD_FILES) if tree.is_file(path))
        case Installer.NOTHING:
            return ()


def _script(project: PyProject | None) -> Start | None:
    """The console script of the project; of several the one that is called like it."""
    if project is None or not project.buildable:
        return None
    names = [name for name in sorted(project.scripts) if _SCRIPT_NAME.match(name)]
    name = project.name if project.name in names else (names[0] if names else None)
    return Start((name,), installed=True) if name else None


def _plain(tree: Tree) -> Start | None:
    """A module with a usual name; a package's is run by its name, so that it can import its neighbours."""
    for module in modules(tree, _STEMS):
        package, _, stem = module.name.rpartition(".")
        if stem == "__main__" and package:
            return Start(("python", "-m", package), module.path)
        if package:
            return Start(("python", "-m", module.name), module.path)
        return Start(("python", module.path), module.path)
    return None


def _routes(tree: Tree, entry: str | None) -> Iterator[str]:
    """Where Django keeps the routes of the project: beside the module that is served."""
    beside = f"{entry.rpartition('/')[0]}/urls.py" if entry and "/" in entry else None
    if beside and tree.is_file(beside):
        yield beside


def _nothing(manifest: Span) -> Diagnostic:
    return NO_START.at(
        manifest,
        f"there is no console script in pyproject.toml, and no module called {', '.join(_STEMS)}",
        fix="name what to run in [project.scripts], or set the service's `command` in specs/deploy.yaml",
    )


STACK: Stack[PyFacts] = Stack(
    name="python",
    language="python",
    recognised_by="uv.lock, requirements.txt, pyproject.toml, setup.py, manage.py, or a main.py or app.py",
    detect=detect,
    recipe=pyimage.recipe,
)
