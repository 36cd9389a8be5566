"""Images of Python projects: a virtual environment made in one stage, the project's own packages in another, copied into
the last one together with the sources. What an edit changes comes last."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.plan.image import Base, Copy, ImageRecipe, Stage, Step
from speccompile.provenance import Wanted
from speccompile.record import record
from speccompile.stacks.debian import merged
from speccompile.stacks.python import debian, install
from speccompile.stacks.python.facts import PyFacts
from speccompile.stacks.python.install import ENVIRONMENT, IN_ENVIRONMENT
from speccompile.stacks.python.launch import Start
from speccompile.stacks.python.locks import Installer
from speccompile.stacks.python.server import Serving
from speccompile.stacks.request import Request
from speccompile.stacks.sources import Sources
from speccompile.stacks.steps import USER, Steps, context
from speccompile.stacks.written import HOME, own_directories

_PATH = f"{IN_ENVIRONMENT}/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
# Where the version would come from the repository: it is not in the build context, and the image has its label.
_NO_REPOSITORY = {
    "POETRY_DYNAMIC_VERSIONING_BYPASS": "0.0.0",
    "SETUPTOOLS_SCM_PRETEND_VERSION": "0.0.0",
    "UV_DYNAMIC_VERSIONING_BYPASS": "0.0.0",
}
_DEPENDENCIES, _BUILD = "deps", "build"
_SRC = "src"
_HANDLING_SIGNALS = ("gunicorn", "uvicorn", "hypercorn", "granian", "daphne", "sanic", "streamlit", "uwsgi")


def recipe(facts: PyFacts, request: Request) -> ImageRecipe:
    """A server, a job, or a command line tool: all on the slim image, for none without Python's own."""
    argv, start = _command(facts, request)
    steps = Steps.for_(facts, request)
    own = _own(facts, start)
    built = tuple(_built(facts, request, steps, own))
    stages = (*built, _final(facts, request, steps, own, built))
    tool = request.archetype == "cli-tool"
    return ImageRecipe(
        stack="python",
        stages=stages,
        user=USER,
        entrypoint=argv if tool else (),
        command=() if tool else argv,
        context=context(stages),
        needs_init=argv[:1] not in tuple((name,) for name in _HANDLING_SIGNALS),
        probe=request.probe("python"),
        language="python",
        origin=steps.origin,
    )


def _command(facts: PyFacts, request: Request) -> tuple[tuple[str, ...], Start | None]:
    """What is run: deploy.yaml's command; else, for a server, the application by its server; else a script or a
    module."""
    found: tuple[Diagnostic, ...] = facts.obstacles
    launch, web = facts.launch, request.archetype == "web-service"
    argv: tuple[str, ...] = request.command.value if request.command else ()
    start = None
    if not argv and web and isinstance(launch.serving, Serving):
        argv = launch.serving.argv(request.port.value if request.port else facts.port)
    elif not argv and web and isinstance(launch.serving, Diagnostic):
        found = (*found, launch.serving)
    elif not argv:
        usable = launch.script if facts.installer is not Installer.NOTHING else None
        start = (launch.plain or usable) if web else (usable or launch.plain)
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


@record()
class _Own:
    """The project's own packages by their directories ("" is the top), those of them that are *linked* to the sources,
    and whether the requirements install what is at the top, together with all else."""

    packages: tuple[str, ...]
    linked: tuple[str, ...]
    required: bool

    @property
    def apart(self) -> bool:
        """Whether any are installed in a stage of their own."""
        return bool(self.packages) and not self.required


def _own(facts: PyFacts, start: Start | None) -> _Own:
    """What of the project is installed as a package: where that is how its developers run it, and where it is started
    by a script of its own. Otherwise its sources are on the path, which asks nothing of its build back end."""
    wanted = facts.installer in (Installer.UV, Installer.PROJECT) or bool(start and start.installed)
    top = ("",) if facts.buildable and wanted else ()
    kept = facts.project is not None and facts.project.linked and _SRC not in facts.sources.directories
    shared = facts.workspace
    members, linked = (shared.packages, shared.linked) if shared else ((), ())
    return _Own((*top, *members), (*(("",) if kept else ()), *linked), bool(facts.required and facts.required.local))


def _served(facts: PyFacts, request: Request) -> Serving | None:
    """The web application, where it is what runs."""
    serving = facts.launch.serving
    wanted = request.archetype == "web-service" and not request.command
    return serving if wanted and isinstance(serving, Serving) else None


def _base(facts: PyFacts) -> str:
    """The slim image; of the release of Debian that packages are named for, where any are needed."""
    return f"python:{facts.runtime.value}-slim" + (f"-{debian.DEBIAN}" if facts.system.any else "")


def _built(facts: PyFacts, request: Request, steps: Steps, own: _Own) -> Iterator[Stage]:
    """What is made before the last stage: the dependencies, and on top of them what is made of the sources."""
    served = _served(facts, request)
    added = (*facts.companions, *(served.added if served else ()))
    if facts.installer is Installer.NOTHING and not (served and served.added):
        return
    more = (*(install.itself(facts, steps, own.packages, own.linked) if own.apart else ()), *_static(facts, steps, own))
    unversioned = _NO_REPOSITORY if facts.project and facts.project.from_git and own.packages else {}
    # What collects the static files imports the application, and so needs what that needs to run.
    needed = (*facts.system.build, *(facts.system.run if _collects(facts) else ()))
    yield steps.stage(
        _DEPENDENCIES if more else _BUILD,
        steps.base(_base(facts), facts.runtime),
        (
            steps.workdir(),
            steps.env({**install.settings(facts), **(unversioned if own.required else {})}),
            *_packages(facts, steps, tuple(dict.fromkeys(needed)), request.build_packages),
            *install.dependencies(facts, steps, added),
        ),
    )
    if more:
        told = (steps.env(unversioned),) if unversioned and own.apart else ()
        yield steps.stage(_BUILD, Base(reference=_DEPENDENCIES, origin=steps.origin), (*told, *more))


def _packages(facts: PyFacts, steps: Steps, needed: tuple[str, ...], asked: tuple[str, ...]) -> tuple[Step, ...]:
    because = steps.because_of(*(one.span for one in facts.system.users)) if needed else steps
    return because.packages(merged(needed, asked))


def _collects(facts: PyFacts) -> bool:
    return bool(facts.django and facts.django.static)


def _static(facts: PyFacts, steps: Steps, own: _Own) -> Iterator[Step]:
    """Django's static files, in one place: the settings are read with values that say nothing."""
    django = facts.django
    if django is None or not django.static:
        return
    if "" not in own.packages:
        yield from steps.tree(_at_run_time(facts, own), already=install.installed_from(facts))
    pairs = {**dict(django.environment), "DJANGO_SETTINGS_MODULE": django.settings}
    python = f"{IN_ENVIRONMENT}/bin/python"
    # This stage's environment goes nowhere: the image has that of the dependencies.
    whole = (("cp", "-a", f"{install.APART}/.", f"{ENVIRONMENT}/"),) if own.apart else ()
    yield steps.run(
        *whole,
        (
            "env",
            *(f"{name}={value}" for name, value in sorted(pairs.items())),
            *(python, django.manage, "collectstatic", "--noinput"),
        ),
    )


def _final(facts: PyFacts, request: Request, steps: Steps, own: _Own, built: tuple[Stage, ...]) -> Stage:
    read = _at_run_time(facts, own)
    served = _served(facts, request)
    env = {
        **({"PATH": _PATH} if built else {}),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": ":".join(_path(facts, read)),
        "PYTHONUNBUFFERED": "1",
        **({"PORT": request.port.told(str(request.port.value))} if request.port else {}),
        **(_told(served, request, facts) if served else {}),
    }
    package = Copy(sources=(f"{install.APART}/",), target=f"{ENVIRONMENT}/", stage=_BUILD, origin=steps.origin)
    project = (package,) if own.apart else ()
    names_only = set(own.packages) <= set(own.linked)
    return steps.stage(
        "final",
        steps.base(_base(facts), facts.runtime),
        (
            steps.workdir(),
            steps.env(env),
            *_packages(facts, steps, facts.system.run, request.runtime_packages),
            *((steps.made(built[0].name, ENVIRONMENT),) if built else ()),
            *(project if names_only else ()),
            *steps.health(request),
            *_places(facts, steps),
            *steps.edited_last(_sources(facts, steps, read), facts.source),
            *(() if names_only else project),
        ),
    )


def _sources(facts: PyFacts, steps: Steps, read: Sources) -> tuple[Copy, ...]:
    members = facts.workspace.directories if facts.workspace else ()
    collected = (steps.made(_BUILD, facts.django.static),) if facts.django and facts.django.static else ()
    return (*steps.tree(read), *(steps.directory(path) for path in members), *collected)


def _told(served: Serving, request: Request, facts: PyFacts) -> dict[str, str | Wanted[str]]:
    """What the server is told in its environment: the port, and what else it must know."""
    if request.port is None:
        return dict(served.env(facts.port))
    port, number = request.port, str(request.port.value)
    told = served.env(port.value).items()
    return {name: port.told(value) if value == number else value for name, value in told}


def _places(facts: PyFacts, steps: Steps) -> Iterator[Step]:
    """The directories that the program writes to, for whoever runs the image without the memory that is meant there."""
    uid, _, gid = USER.partition(":")
    if below := own_directories(facts.written):
        yield steps.run(("install", "-d", "-o", uid, "-g", gid, "-m", "0750", *below))


def _path(facts: PyFacts, read: Sources) -> tuple[str, ...]:
    """Where modules are found: where the program is, ``src``, the top."""
    module = facts.launch.module
    root = module.root if module and read.has(f"{module.root}/") else ""
    members = facts.workspace.directories if facts.workspace else ()
    inside = root or (module.root if module and any(module.path.startswith(f"{one}/") for one in members) else "")
    src = (_SRC,) if _SRC in read.directories else ()
    return (*(posixpath.join(HOME, path) for path in dict.fromkeys((inside, *src)) if path), HOME)


def _at_run_time(facts: PyFacts, own: _Own) -> Sources:
    """The sources, but for the manifests, what was installed as a package, and what of a workspace is not needed."""
    members = {path.partition("/")[0] for path in facts.workspace.manifests} if facts.workspace else set()
    return facts.sources.without(("pyproject.toml", "setup.py", *members, *((_SRC,) if "" in own.packages else ())))
