"""Images of Python projects: a virtual environment made in one stage, copied into the other together with the
sources."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.plan.image import ImageRecipe, Mount, Run, Stage, Step
from speccompile.source import Span
from speccompile.stacks import pyproject
from speccompile.stacks.pyfacts import Installer, PyFacts, Start
from speccompile.stacks.pyserver import Serving
from speccompile.stacks.sources import Sources
from speccompile.stacks.stack import Request
from speccompile.stacks.steps import HOME, USER, Steps, context

_ENVIRONMENT = ".venv"
_IN_ENVIRONMENT = f"{HOME}/{_ENVIRONMENT}"
_PATH = f"{_IN_ENVIRONMENT}/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
_PIP = ("pip", "--python", _IN_ENVIRONMENT, "install")
_PIP_QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
_UV_SETTINGS = {
    "UV_COMPILE_BYTECODE": "1",
    "UV_LINK_MODE": "copy",
    "UV_PROJECT_ENVIRONMENT": _IN_ENVIRONMENT,
    "UV_PYTHON_DOWNLOADS": "never",
}
# Where the version would come from the repository: it is not in the build context, and the image has its label.
_NO_REPOSITORY = {"SETUPTOOLS_SCM_PRETEND_VERSION": "0.0.0", "UV_DYNAMIC_VERSIONING_BYPASS": "0.0.0"}
# pip installs requirements from a list, not from a manifest without its sources; so the list is written first, and
# the layer stays the same until the manifest changes.
_LIST = "/tmp/requirements.txt"  # noqa: S108  # in the build stage
_WRITE_LIST = (
    "import pathlib, tomllib; "
    'project = tomllib.loads(pathlib.Path("pyproject.toml").read_text("utf-8")).get("project", {}); '
    f'pathlib.Path("{_LIST}").write_text(chr(10).join(project.get("dependencies", [])), "utf-8")'
)


def recipe(facts: PyFacts, request: Request) -> ImageRecipe:
    """A server, a job, or a command line tool: all on the slim image, for none without Python's own."""
    argv, start = _command(facts, request)
    steps = Steps.for_(facts, request)
    installs_itself = (
        facts.installer is not Installer.NOTHING
        and facts.buildable
        and (facts.installer is not Installer.REQUIREMENTS or (start is not None and start.installed))
    )
    build = () if facts.installer is Installer.NOTHING else (_build(facts, request, steps, installs_itself),)
    stages = (*build, _final(facts, request, steps, bool(build), installs_itself))
    tool = request.archetype == "cli-tool"
    return ImageRecipe(
        stack="python",
        stages=stages,
        user=USER,
        entrypoint=argv if tool else (),
        command=() if tool else argv,
        context=context(stages),
        needs_init=not _handles_signals(argv),
        probe=request.probe("python"),
        language="python",
        origin=steps.origin,
    )


def _command(facts: PyFacts, request: Request) -> tuple[tuple[str, ...], Start | None]:
    """What is run: deploy.yaml's command; else, for a server, the application by its server; else a script or a
    module."""
    found: tuple[Diagnostic, ...] = facts.obstacles
    web = request.archetype == "web-service"
    argv: tuple[str, ...] = request.command or ()
    start = None
    if not argv and web and isinstance(facts.serving, Serving):
        argv = facts.serving.argv(request.port or facts.port)
    elif not argv and web and isinstance(facts.serving, Diagnostic):
        found = (*found, facts.serving)
    elif not argv:
        usable = facts.script if facts.installer is not Installer.NOTHING else None
        start = (facts.plain or usable) if web else (usable or facts.plain)
        argv = start.argv if start else ()
        found = (*found, *(() if start else facts.unstartable or (_not_startable(facts),)))
    if found:
        raise Refused(found)
    return argv, start


def _not_startable(facts: PyFacts) -> Diagnostic:
    return NO_START.at(
        facts.evidence[0],
        "there is a web application, but neither a console script nor a module to run as a program",
        fix="name what to run in [project.scripts], or set the service's `command` in specs/deploy.yaml",
    )


def _handles_signals(argv: tuple[str, ...]) -> bool:
    """Whether the first process stops on SIGTERM: servers install a handler, Python by itself does not as process 1."""
    return argv[:1] in (("gunicorn",), ("uvicorn",), ("hypercorn",), ("granian",), ("daphne",))


def _build(facts: PyFacts, request: Request, steps: Steps, installs_itself: bool) -> Stage:
    uv = facts.installer is Installer.UV
    unversioned = _NO_REPOSITORY if facts.project and facts.project.from_git and installs_itself else {}
    install = _with_uv(facts, steps, installs_itself) if uv else _with_pip(facts, steps, installs_itself)
    return steps.stage(
        "build",
        steps.base(f"python:{facts.runtime.value}-slim", facts.runtime),
        (
            steps.workdir(),
            steps.env({**_PIP_QUIET, **(_UV_SETTINGS if uv else {}), **unversioned}),
            *steps.packages(request.build_packages),
            *install,
        ),
    )


def _with_uv(facts: PyFacts, steps: Steps, installs_itself: bool) -> Iterator[Step]:
    """The dependencies exactly as locked; then the project itself, where it is a package."""
    tool = facts.tools[0]
    cache = steps.cache("/root/.cache/uv", "uv")
    sync = ("uv", "sync", "--locked", "--no-dev")
    locked = steps.because_of(*(Span(span.path) for span in facts.evidence))
    yield steps.because_of(tool.span).run(("pip", "install", f"uv=={tool.value}"), mounts=(_pip_cache(steps),))
    yield locked.files(facts.manifests)
    yield locked.run((*sync, "--no-install-project"), mounts=(cache,))
    if installs_itself:
        yield from _own_sources(facts, steps)
        yield steps.run((*sync, "--no-editable"), mounts=(cache,))


def _with_pip(facts: PyFacts, steps: Steps, installs_itself: bool) -> Iterator[Step]:
    """A virtual environment without a package manager in it, filled from outside."""
    cache = (_pip_cache(steps),)
    yield steps.run(("python", "-m", "venv", "--without-pip", _IN_ENVIRONMENT))
    listed = steps.because_of(*(Span(span.path) for span in facts.evidence))
    if facts.required:
        for folder, files in _by_folder(facts.manifests):
            yield listed.files(files, folder)
        if facts.required.local:
            yield from _own_sources(facts, steps)
        hashes = ("--require-hashes",) if facts.required.hashed else ()
        yield listed.run((*_PIP, *hashes, "-r", facts.required.files[0]), mounts=cache)
    elif _lists(facts):
        yield listed.files((pyproject.PATH,))
        yield listed.run(("python", "-c", _WRITE_LIST), (*_PIP, "-r", _LIST), mounts=cache)
    if installs_itself and not (facts.required and facts.required.local):
        yield from _own_sources(facts, steps)
        yield _project(steps, deps=facts.required is None and not _lists(facts))


def _project(steps: Steps, deps: bool) -> Run:
    return steps.run((*_PIP, *(() if deps else ("--no-deps",)), "."), mounts=(_pip_cache(steps),))


def _own_sources(facts: PyFacts, steps: Steps) -> Iterator[Step]:
    """What the build back end reads and is not there yet: papers, the rest of the manifests, the sources."""
    there = _installed_from(facts)
    names = (*(("pyproject.toml",) if facts.project else ()), *facts.manifests, *facts.papers)
    more = tuple(
        path for path in dict.fromkeys(names) if path not in there and not ("/" in path and facts.sources.has(path))
    )
    for folder, files in _by_folder(more):
        yield steps.files(files, folder)
    yield from steps.tree(facts.sources, already=(*there, *more))


def _installed_from(facts: PyFacts) -> tuple[str, ...]:
    """The files that are copied before the dependencies are installed."""
    if facts.installer is Installer.PROJECT:
        return (pyproject.PATH,) if _lists(facts) else ()
    return facts.manifests


def _lists(facts: PyFacts) -> bool:
    """Whether the dependencies stand in the manifest, where tomllib (Python 3.11) can list them."""
    project, minor = facts.project, int(facts.runtime.value.split(".")[1])
    return project is not None and bool(project.wanted) and not project.older and minor >= 11


def _by_folder(paths: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Paths by the directory that they are in: COPY puts files into one directory."""
    folders = dict.fromkeys(path.rpartition("/")[0] for path in paths)
    for folder in folders:
        yield f"{folder}/" if folder else "./", tuple(path for path in paths if path.rpartition("/")[0] == folder)


def _pip_cache(steps: Steps) -> Mount:
    return steps.cache("/root/.cache/pip", "pip")


def _final(facts: PyFacts, request: Request, steps: Steps, built: bool, installs_itself: bool) -> Stage:
    read = _at_run_time(facts, installs_itself)
    env = {
        **({"PATH": _PATH} if built else {}),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": f"{HOME}/src:{HOME}" if "src" in read.directories else HOME,
        "PYTHONUNBUFFERED": "1",
        **({"PORT": str(request.port)} if request.port else {}),
    }
    environment = (steps.made("build", _ENVIRONMENT),) if built else ()
    return steps.stage(
        "final",
        steps.base(f"python:{facts.runtime.value}-slim", facts.runtime),
        (
            steps.workdir(),
            steps.env(env),
            *steps.packages(request.runtime_packages),
            *environment,
            *steps.tree(read),
            *steps.health(request),
        ),
    )


def _at_run_time(facts: PyFacts, installs_itself: bool) -> Sources:
    """The sources, but for what was installed as a package, and for the manifests."""
    return facts.sources.without(("pyproject.toml", "setup.py", *(("src",) if installs_itself else ())))
