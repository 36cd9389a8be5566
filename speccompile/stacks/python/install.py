"""How the dependencies of a Python project get into its virtual environment, exactly as they are locked, before the
sources are there; then the project itself, where it is a package, to a place of its own: an edit of a source leaves the
dependencies' layer as it is."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.plan.image import Mount, Run, Step
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.python import pyproject, setuppy
from speccompile.stacks.python.facts import PyFacts
from speccompile.stacks.python.locks import Installer
from speccompile.stacks.steps import Steps, by_folder
from speccompile.stacks.written import HOME

ENVIRONMENT = ".venv"
IN_ENVIRONMENT = f"{HOME}/{ENVIRONMENT}"
APART = "/opt/project"  # not below the sources, which may have a directory of any name
_PIP = ("pip", "--python", IN_ENVIRONMENT, "install")
_LIST = "/tmp/requirements.txt"  # noqa: S108  # in the build stage
_VENV = ("python", "-m", "venv", "--without-pip", IN_ENVIRONMENT)
# pip installs requirements from a list, not from a manifest without its sources. So the list is written in the build,
# from the manifest alone, and its layer stays the same until the manifest changes.
_WRITE = f'pathlib.Path("{_LIST}").write_text(chr(10).join(found), "utf-8")'
_LISTERS = {
    pyproject.PATH: (
        "import pathlib, {toml} as toml; "
        'found = toml.loads(pathlib.Path("pyproject.toml").read_text("utf-8"))["project"]["dependencies"]; '
    ),
    setuppy.SETUP_CFG: (
        'import configparser, pathlib; read = configparser.RawConfigParser(); read.read("setup.cfg", "utf-8"); '
        'found = read["options"]["install_requires"].splitlines(); '
    ),
    setuppy.SETUP_PY: (
        'import ast, pathlib; nodes = list(ast.walk(ast.parse(pathlib.Path("setup.py").read_text("utf-8")))); '
        "named = dict((t.id, n.value) for n in nodes if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)); "
        'said = next(n.value for n in nodes if isinstance(n, ast.keyword) and n.arg == "install_requires"); '
        'found = ast.literal_eval(named.get(getattr(said, "id", ""), said)); '
    ),
}
# What is installed from the tree itself has to wait for the sources; everything else does not.
_WITHOUT_LOCAL = (
    'import pathlib; lines = pathlib.Path("{file}").read_text("utf-8-sig").splitlines(); '
    'found = [line for line in lines if not line.lstrip().startswith(("-e", "--editable", ".", "/", "file:"))]; '
)


def settings(facts: PyFacts) -> dict[str, str]:
    """Environment variables of the installer."""
    pip = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    match facts.installer:
        case Installer.UV:
            uv = {"UV_COMPILE_BYTECODE": "1", "UV_LINK_MODE": "copy", "UV_PROJECT_ENVIRONMENT": IN_ENVIRONMENT}
            return {**pip, **uv, "UV_PYTHON_DOWNLOADS": "never"}
        case Installer.PDM:
            return {**pip, "PDM_CHECK_UPDATE": "0"}
        case Installer.PIPENV:
            return {**pip, "PIPENV_NOSPIN": "1", "PIPENV_YES": "1", "VIRTUAL_ENV": IN_ENVIRONMENT}
        case _:
            return pip


def dependencies(facts: PyFacts, steps: Steps, added: tuple[Chosen, ...]) -> Iterator[Step]:
    """All that the project depends on; *added* is the server that it lacks. It comes before the dependencies, so that
    what these say of the same packages wins."""
    server = tuple(_server(steps, added))
    if facts.installer is Installer.UV:
        yield from _with_uv(facts, steps, server)
        return
    yield steps.run(_VENV)
    yield from server
    if facts.installer in (Installer.POETRY, Installer.PDM):
        yield from _exported(facts, steps)
    elif facts.installer is Installer.PIPENV:
        yield from _with_pipenv(facts, steps)
    elif facts.installer is Installer.REQUIREMENTS:
        yield from _required(facts, steps)
    elif facts.listed:
        listed = _locked(facts, steps)
        yield listed.files((facts.listed,))
        yield listed.fetch(("python", "-c", _lister(facts)), (*_PIP, "-r", _LIST), mounts=(_pip_cache(steps),))


def itself(facts: PyFacts, steps: Steps, packages: tuple[str, ...], linked: tuple[str, ...]) -> Iterator[Step]:
    """The project's own *packages* ("" is the one at the top), apart from what they depend on. Those that are *linked*
    get their names and programs, and no second copy of the sources, which are in the image where they are now."""
    if "" in packages:
        yield from own_sources(facts, steps)
    else:
        yield from (steps.directory(place) for place in packages)
    named = {place: f"./{place}" if place else "." for place in packages}
    paths = tuple(word for place in packages for word in (*(("--editable",) if place in linked else ()), named[place]))
    if facts.installer is Installer.UV:
        words = ("uv", "pip", "install", "--no-deps", "--python", IN_ENVIRONMENT, "--prefix", APART, *paths)
        yield steps.fetch(words, mounts=(_uv_cache(steps),))
        return
    # Links have no bytecode worth a layer that differs each time.
    quiet = ("--no-compile",) if set(packages) <= set(linked) else ()
    yield steps.fetch((*_PIP, "--no-deps", "--prefix", APART, *quiet, *paths), mounts=(_pip_cache(steps),))


def own_sources(facts: PyFacts, steps: Steps) -> Iterator[Step]:
    """What the build back end reads and is not there yet: papers, the rest of the manifests, the sources."""
    there = installed_from(facts)
    names = (*(("pyproject.toml",) if facts.project else ()), *facts.manifests, *facts.papers)
    more = tuple(
        path for path in dict.fromkeys(names) if path not in there and not ("/" in path and facts.sources.has(path))
    )
    for folder, files in by_folder(more):
        yield steps.files(files, folder)
    yield from steps.tree(facts.sources, already=(*there, *more))


def installed_from(facts: PyFacts) -> tuple[str, ...]:
    """The files that are copied before the dependencies are installed."""
    if facts.installer is Installer.PROJECT:
        return (facts.listed,) if facts.listed else ()
    return facts.manifests


def _with_uv(facts: PyFacts, steps: Steps, server: tuple[Run, ...]) -> Iterator[Step]:
    """The dependencies exactly as locked; in a workspace those of the members that are needed."""
    shared = facts.workspace
    chosen = () if shared is None else (("--package", shared.package) if shared.package else ("--all-packages",))
    inexact = ("--inexact",) if server else ()
    without = "--no-install-workspace" if shared else "--no-install-project"
    locked = _locked(facts, steps)
    yield _tool(facts, steps)
    if server:
        yield from (steps.run(_VENV), *server)
    for folder, files in by_folder(facts.manifests):
        yield locked.files(files, folder)
    sync = ("uv", "sync", "--locked", "--no-dev", *inexact, *chosen, without)
    yield locked.fetch(sync, mounts=(_uv_cache(steps),))


def _exported(facts: PyFacts, steps: Steps) -> Iterator[Step]:
    """The package manager writes its lock as a list with hashes, which pip installs: the environment is then pip's,
    whatever the package manager would make of the machine."""
    bare = ("--without-hashes",) if facts.lock and facts.lock.git else ()
    if facts.installer is Installer.POETRY:
        export: tuple[str, ...] = ("poetry", "export", "--only", "main", *bare, "--output", _LIST)
        check: tuple[tuple[str, ...], ...] = ()  # the export refuses a stale lock
    else:
        export = ("pdm", "export", "--prod", *bare, "--output", _LIST)
        check = (("pdm", "lock", "--check"),)
    locked = _locked(facts, steps)
    yield _tool(facts, steps)
    yield locked.files(facts.manifests)
    hashes = () if bare else ("--require-hashes",)
    yield from (locked.run(command) for command in check)
    yield locked.fetch(export, (*_PIP, *hashes, "-r", _LIST), mounts=(_pip_cache(steps),))


def _with_pipenv(facts: PyFacts, steps: Steps) -> Iterator[Step]:
    locked = _locked(facts, steps)
    yield _tool(facts, steps)
    yield locked.files(facts.manifests)
    yield locked.fetch(("pipenv", "verify"), ("pipenv", "sync"), mounts=(_pip_cache(steps),))


def _required(facts: PyFacts, steps: Steps) -> Iterator[Step]:
    required = facts.required
    if required is None:
        return
    locked, cache, file = _locked(facts, steps), (_pip_cache(steps),), required.files[0]
    for folder, files in by_folder(facts.manifests):
        yield locked.files(files, folder)
    hashes = ("--require-hashes",) if required.hashed else ()
    if required.local:
        write = _WITHOUT_LOCAL.format(file=file) + _WRITE.replace(_LIST, f"{file}.before")
        yield locked.fetch(("python", "-c", write), (*_PIP, "-r", f"{file}.before"), mounts=cache)
        yield from own_sources(facts, steps)
    yield locked.fetch((*_PIP, *hashes, "-r", file), mounts=cache)


def _server(steps: Steps, added: tuple[Chosen, ...]) -> Iterator[Run]:
    if added:
        names = tuple(f"{one.name}=={one.value}" for one in added)
        yield steps.fetch((*_PIP, "--no-deps", *names), mounts=(_pip_cache(steps),))


def _tool(facts: PyFacts, steps: Steps) -> Run:
    """The package manager, into Python's own place in the build stage."""
    extra = {"pdm": "pdm[locked]"}  # its dependencies as it was released with
    names = tuple(f"{extra.get(one.name, one.name)}=={one.value}" for one in facts.installers)
    return steps.because_of(facts.installers[0].span).fetch(("pip", "install", *names), mounts=(_pip_cache(steps),))


def _locked(facts: PyFacts, steps: Steps) -> Steps:
    return steps.because_of(*(Span(span.path) for span in facts.evidence))


def _lister(facts: PyFacts) -> str:
    minor = int(facts.runtime.value.split(".")[1])
    toml = "tomllib" if minor >= 11 else "pip._vendor.tomli"
    return _LISTERS[facts.listed or ""].replace("{toml}", toml) + _WRITE


def _pip_cache(steps: Steps) -> Mount:
    return steps.cache("/root/.cache/pip", "pip")


def _uv_cache(steps: Steps) -> Mount:
    return steps.cache("/root/.cache/uv", "uv")
