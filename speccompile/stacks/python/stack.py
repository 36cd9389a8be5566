"""Python with uv, Poetry, PDM, Pipenv or pip: what is known about the sources."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from speccompile.codes.stacks import NO_START, WORKSPACES
from speccompile.codes.stacks_py import VARIABLE_NEEDED
from speccompile.diagnostics import Diagnostic, Severity, errors
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks import hints
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen, Withheld
from speccompile.stacks.python import (
    django,
    health,
    image,
    locks,
    loopback,
    manifests,
    modules,
    mounted,
    pyproject,
    requirements,
    urlconf,
    writes,
)
from speccompile.stacks.python.facts import PyFacts, Shared
from speccompile.stacks.python.frameworks import installed
from speccompile.stacks.python.hosts import Insists, believed, insists
from speccompile.stacks.python.launch import STEMS, Launch, below, launch
from speccompile.stacks.python.locks import Installer
from speccompile.stacks.python.manifests import Manifests
from speccompile.stacks.python.modules import Module, with_imports
from speccompile.stacks.python.pyproject import PyProject
from speccompile.stacks.python.requirements import Requirement
from speccompile.stacks.python.server import Serving, lacks_server
from speccompile.stacks.python.workspaces import Member, closure, member_of, members
from speccompile.stacks.sources import sources
from speccompile.stacks.stack import Stack
from speccompile.stacks.supported import told
from speccompile.stacks.versions import PYTHON, choose

_USUAL_PORT = "8000"
_FIRST_OF_ALL = 1024


@record(kw_only=True)
class _Started:
    """What is started, and which packages of a workspace it is made of; ``torn`` is why none of them was taken."""

    launch: Launch
    wanted: tuple[Requirement, ...]
    every: tuple[Member, ...] = ()
    deployed: tuple[Member, ...] = ()
    package: str | None = None
    torn: Diagnostic | None = None

    @property
    def shared(self) -> Shared | None:
        """The workspace, where there is one."""
        if not self.every:
            return None
        members = [one for one in self.deployed if one.directory]
        return Shared(
            self.package,
            tuple(sorted(one.directory for one in members)),
            tuple(sorted(one.directory for one in members if one.project.buildable)),
            tuple(sorted(one.directory for one in members if one.project.linked)),
            tuple(f"{one.directory}/{pyproject.PATH}" for one in self.every if one.directory),
        )


def detect(tree: Tree) -> PyFacts | None:
    """A lock, a requirements file, a manifest, or a module with a usual name at the top."""
    read = manifests.read(tree)
    return _facts(tree, read) if read else None


def _facts(tree: Tree, read: Manifests) -> PyFacts:
    manifest, project, setup = Span(read.there[0]), read.project, read.setup
    started = _readable(tree, _started(tree, read, manifest))
    found, wanted = started.launch, started.wanted
    server = found.serving if isinstance(found.serving, Serving) else None
    companions = read.companions(wanted)
    version, complaints = choose(tree, PYTHON, read.pins, read.ranges(started.deployed))
    entry = found.module.path if found.module else None
    web = django.read(tree, server.module) if server and server.framework.name == django.NAME else None
    allowed = sources(tree, _imported(tree, found.module, web))
    insisted = _insists(tree, server, found.module, web)
    return PyFacts(
        stack="python",
        reason=f"{' and '.join(read.there[:2])} {'are' if len(read.there) > 1 else 'is'} there",
        evidence=tuple(Span(path) for path in read.there[:3]),
        name=(project.name if project else None) or (setup.name if setup else None),
        version=(project.version if project else None) or (setup.version if setup else None),
        description=project.description if project else None,
        licenses=project.licenses if project else None,
        url=project.url if project else None,
        dependencies=requirements.names(wanted),
        runtime=version,
        tools=(*read.tools, *companions, *(server.added if server else ())),
        listens=_port(tree, server, entry),
        health=None if insisted.refuses else _health(tree, server, found.module, web),
        answers_to=insisted.host,
        asked_over=insisted.scheme,
        entry=entry,
        source=entry,
        runnable=found.runnable,
        suggests=("web-service", f"{server.framework.name} is served by {server.server}") if server else None,
        diagnostics=(
            *allowed.problems,
            *(one for one in complaints if one.severity is not Severity.ERROR),
            *told(PYTHON, version, read.held, complaints),
            *locks.exported(read.unpinned, member_of(tree) if read.unpinned else None),
            *locks.unlocked(companions, wanted, manifest),
            *_of_serving(server, web, (*loopback.loopback(tree, server, entry), *insisted.diagnostics)),
        ),
        obstacles=(*read.problems, *_undeclared(tree, read, found), *errors(complaints)),
        unstartable=_unstartable(started, manifest),
        unreleased=web.migrations if web else (),
        withheld=_asks_for_variables(read),
        installer=read.installer,
        installers=read.tools,
        lock=read.lock,
        project=project,
        required=read.required if read.installer is Installer.REQUIREMENTS else None,
        sources=allowed,
        launch=found,
        django=web,
        workspace=started.shared,
        manifests=read.files(tree, started.every),
        listed=read.listed,
        papers=tuple(path for path in (project.papers if project else ()) if tree.is_file(path)),
        buildable=_buildable(tree, project, started),
        companions=companions,
        system=read.system(wanted, version.value),
        written=writes.writes(tree, installed(wanted), found.module, web),
    )


def _readable(tree: Tree, started: _Started) -> _Started:
    """*started*, of which a source that is in no encoding says why nothing serves, where one is."""
    if isinstance(started.launch.serving, Diagnostic) and (unreadable := next(modules.unreadable(tree), None)):
        return replace(started, launch=replace(started.launch, serving=unreadable))
    return started


def _asks_for_variables(read: Manifests) -> tuple[Withheld, ...]:
    """The requirements that pip puts variables into, which stands in the way unless the build is told them."""
    required = read.required if read.installer is Installer.REQUIREMENTS else None
    if required is None or not required.variables:
        return ()
    names = [name for name, _ in required.variables]
    span = required.variables[0][1]
    note = VARIABLE_NEEDED.at(
        span,
        f"{span.path} is installed with {', '.join(names)} of the environment, which a build does not have",
        fix=f"write `build: {{secrets: [{', '.join(names)}]}}` into specs/deploy.yaml; `speccompile build` hands them on from its environment",
    )
    return (Withheld(span.path, frozenset(names), note),)


def _started(tree: Tree, read: Manifests, manifest: Span) -> _Started:
    """What is started: in a workspace the one package with a web application, else the root, else the only package
    with anything to start."""
    project = read.project
    every = members(tree, project) if project and read.installer is Installer.UV else ()
    if project is None or not every:
        scripts = {
            **(read.setup.scripts if read.setup else {}),
            **(project.scripts if project and project.buildable else {}),
        }
        name = (project.name if project else None) or (read.setup.name if read.setup else None)
        return _Started(launch=launch(tree, read.wanted, manifest, scripts, name), wanted=read.wanted)
    found = [(one, _of_member(tree, one, closure(every, (one,)))) for one in every]
    able = [pair for pair in found if pair[1].serves] or [pair for pair in found if pair[1].runnable]
    taken = next((pair for pair in able if pair[0].directory == ""), able[0] if len(able) == 1 else None)
    if taken:
        made_of = closure(every, (taken[0],))
        return _Started(
            launch=taken[1], wanted=_wanted(made_of), every=every, deployed=made_of, package=taken[0].project.name
        )
    torn = _torn(project, tuple(one for one, _ in able)) if able else None
    return _Started(launch=Launch(None, None, None), wanted=_wanted(every), every=every, deployed=every, torn=torn)


def _of_member(tree: Tree, member: Member, made_of: tuple[Member, ...]) -> Launch:
    here = tree.below(member.directory) if member.directory else tree
    scripts = member.project.scripts if member.project.buildable else {}
    found = launch(here, _wanted(made_of), Span(pyproject.PATH), scripts, member.project.name)
    return below(found, member.directory)


def _wanted(made_of: tuple[Member, ...]) -> tuple[Requirement, ...]:
    names = {one.name for one in made_of}
    return tuple(one for member in made_of for one in member.project.wanted if one.name not in names)


def _port(tree: Tree, server: Serving | None, entry: str | None) -> Chosen:
    """What the sources say; but a server that is told where to listen needs none of the ports that are for root."""
    usual = server.framework.port if server else _USUAL_PORT
    found = hints.port(tree, (entry,) if entry else ())
    if found is None or (server and server.server != "python" and int(found.value) < _FIRST_OF_ALL):
        return Chosen("port", usual, "default")
    return found


def _of_serving(
    server: Serving | None, web: django.Django | None, besides: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """What is to be told of the application and its server, with what is to be told *besides*."""
    added = (lacks_server(server),) if server and server.added else ()
    return (*added, *(web.diagnostics if web else ()), *besides)


def _insists(tree: Tree, server: Serving | None, module: Module | None, web: django.Django | None) -> Insists:
    """By which host and over which scheme the application wants to be asked."""
    name = server.server if server and server.interface != "own" else None
    if web:
        return believed(web.insists, name)
    if server is None or module is None:
        return Insists()
    return believed(insists((path, source(tree, path)) for path in with_imports(tree, module)), name)


def _health(tree: Tree, server: Serving | None, module: Module | None, web: django.Django | None) -> Chosen | None:
    """A health route in the sources that make the application, with the prefixes under which it is mounted."""
    if module is None:
        return None
    if server and server.server == "streamlit":
        return Chosen("health", "/_stcore/health", "streamlit")
    if web and web.routes:
        found, seen = urlconf.health(tree, web.routes, module.root)
        if found or seen:
            return found
    routes = posixpath.join(posixpath.dirname(module.path), "urls.py")
    paths = (*with_imports(tree, module), *((routes,) if web and not web.routes and tree.is_file(routes) else ()))
    for read in (health.health, mounted.health):
        found, seen = read(tree, paths)
        if found or seen:
            return found
    return None if mounted.is_prefixed(tree, paths) else hints.health(tree, paths)


def _buildable(tree: Tree, project: PyProject | None, started: _Started) -> bool:
    """Whether what is deployed can be installed as a package from the top."""
    if started.every and not any(one.directory == "" for one in started.deployed):
        return False
    declared = bool(project and project.buildable and project.is_project)
    return declared or (tree.is_file("setup.py") and not (project and project.older))


def _unstartable(started: _Started, manifest: Span) -> tuple[Diagnostic, ...]:
    if started.launch.runnable:
        return ()
    served = started.launch.serving
    return (started.torn or (served if isinstance(served, Diagnostic) else _nothing(manifest)),)


def _imported(tree: Tree, module: Module | None, web: django.Django | None) -> frozenset[str]:
    """Directories that belong to the program whatever they are called, ``example`` or ``docs``: it imports them, or
    they are applications of Django's."""
    paths = with_imports(tree, module) if module else ()
    folders = {path.partition("/")[0] for path in paths if "/" in path}
    apps = (name for entry in tree.entries("") if web and entry.endswith("/") and (name := entry.rstrip("/")))
    return frozenset((*folders, *(name for name in apps if tree.is_file(f"{name}/apps.py"))))


def _undeclared(tree: Tree, read: Manifests, found: Launch) -> tuple[Diagnostic, ...]:
    return locks.undeclared(tree, found.module) if read.installer is Installer.NOTHING else ()


def _nothing(manifest: Span) -> Diagnostic:
    return NO_START.at(
        manifest,
        f"there is no console script in pyproject.toml, and no module called {', '.join(STEMS)}",
        fix="name what to run in [project.scripts], or set the service's `command` in specs/deploy.yaml",
    )


def _torn(project: PyProject, able: tuple[Member, ...]) -> Diagnostic:
    names = ", ".join(one.project.name or "" for one in able)
    return WORKSPACES.at(
        project.at("[tool.uv.workspace]"),
        f"several packages of the workspace could be started: {names}",
        fix="set the service's `command` in specs/deploy.yaml to the one to run: all packages are installed then",
    )


STACK: Stack[PyFacts] = Stack(
    name="python",
    language="python",
    recognised_by="a lock of uv, Poetry, PDM or Pipenv, requirements.txt, pyproject.toml, setup.py, manage.py, or a main.py or app.py",
    detect=detect,
    recipe=image.recipe,
)
