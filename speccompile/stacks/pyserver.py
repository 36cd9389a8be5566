"""How a Python web application is served: the framework, the object that is the application, and the server that runs
it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks import NO_APPLICATION, NO_SERVER
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.requirements import Requirement

# Frameworks by distribution, most telling first: the interface they speak, and what creates an application.
_FRAMEWORKS = (
    ("django", "wsgi", ""),
    ("fastapi", "asgi", "FastAPI"),
    ("litestar", "asgi", "Litestar"),
    ("quart", "asgi", "Quart"),
    ("apiflask", "wsgi", "APIFlask"),
    ("flask", "wsgi", "Flask"),
    ("starlette", "asgi", "Starlette"),
    ("falcon", "wsgi", "App"),
    ("bottle", "wsgi", "Bottle"),
)
# Servers by distribution, in order of preference, for each interface.
SERVERS = {
    "asgi": ("uvicorn", "hypercorn", "granian", "daphne"),
    "wsgi": ("gunicorn", "waitress", "granian"),
}
_EXTRAS_WITH_UVICORN = {"fastapi": {"standard", "all"}, "litestar": {"standard", "full"}}
_STEMS = ("main", "app", "api", "server", "asgi", "wsgi", "application", "web", "run", "__init__")
_FACTORY = re.compile(
    r"^(?:async\s+)?def\s+(create_app|make_app|build_app|get_app|create_application)\(\s*\)", re.MULTILINE
)
_SETTINGS = re.compile(r"""["']DJANGO_SETTINGS_MODULE["']\s*,\s*["'](\w+)(?:\.\w+)*["']""")
_NOT_PACKAGES = frozenset(
    ("tests", "test", "docs", "examples", "scripts", "venv", "env", "node_modules", "generated", "build", "dist")
)
_LARGEST = 200_000


@record()
class Module:
    """A module of the project: its file, and the name it is imported by."""

    path: str
    name: str


@record()
class Serving:
    """An application and its server. ``target`` is ``module:object``; ``factory`` that the object makes the
    application."""

    server: str
    interface: str
    target: str
    factory: bool
    path: str

    def argv(self, port: int) -> tuple[str, ...]:
        """The server's command line: all addresses of the container, *port*, errors and accesses on the standard
        streams."""
        every = f"0.0.0.0:{port}"
        called = f"{self.target}()" if self.factory else self.target
        split = ("--host", "0.0.0.0", "--port", str(port))  # noqa: S104  # in its container it must be reachable
        factory = ("--factory",) if self.factory else ()
        match self.server:
            case "gunicorn":
                return ("gunicorn", "--bind", every, "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-", called)  # noqa: S108
            case "hypercorn":
                return ("hypercorn", "--bind", every, "--access-logfile", "-", called)
            case "waitress":
                return ("waitress-serve", f"--listen={every}", *(("--call",) if self.factory else ()), self.target)
            case "daphne":
                return ("daphne", "-b", "0.0.0.0", "-p", str(port), self.target)  # noqa: S104
            case "granian":
                return ("granian", "--interface", self.interface, *split, *factory, self.target)
            case _:
                return ("uvicorn", *split, *factory, self.target)


def serving(tree: Tree, wanted: tuple[Requirement, ...], manifest: Span) -> Serving | Diagnostic | None:
    """How the application is served; a diagnostic when it cannot be; None when no framework is among *wanted*."""
    installed = _installed(wanted)
    framework = next((one for one in _FRAMEWORKS if one[0] in installed), None)
    if framework is None:
        return None
    name, interface, constructor = framework
    preferred = SERVERS[interface] if name != "django" else (*SERVERS["wsgi"], *SERVERS["asgi"])
    server = next((one for one in preferred if one in installed), None)
    span = next((one.span for one in wanted if one.name == name), manifest)
    if server is None:
        return _no_server(name, interface, span)
    if name == "django":
        return _django(tree, server, span)
    found = _application(tree, constructor)
    if found is None:
        return _no_application(name, span)
    module, target, factory = found
    return Serving(server, interface, f"{module.name}:{target}", factory, module.path)


def modules(tree: Tree, stems: tuple[str, ...]) -> Iterator[Module]:
    """The modules called one of *stems*: at the top, in the packages at the top, in ``src``, in its packages."""
    for folder, package in _folders(tree):
        for stem in stems:
            path = f"{folder}/{stem}.py" if folder else f"{stem}.py"
            if tree.is_file(path):
                name = package if stem == "__init__" else ".".join(filter(None, (package, stem)))
                if name:
                    yield Module(path, name)


def _folders(tree: Tree) -> Iterator[tuple[str, str]]:
    """Directories with Python in them, and the packages that they are ("" for a directory on the path)."""
    yield "", ""
    for name in _packages(tree, ""):
        if name != "src":
            yield name, name
    if tree.is_directory("src"):
        yield "src", "src" if tree.is_file("src/__init__.py") or _imports_src(tree) else ""
        for name in _packages(tree, "src"):
            yield f"src/{name}", f"src.{name}" if tree.is_file("src/__init__.py") else name


def _packages(tree: Tree, folder: str) -> Iterator[str]:
    for entry in tree.entries(folder):
        name = entry.rstrip("/")
        inside = f"{folder}/{name}" if folder else name
        package = entry.endswith("/") and name.isidentifier() and name not in _NOT_PACKAGES
        if package and any(file.endswith(".py") for file in tree.entries(inside)):
            yield name


def _imports_src(tree: Tree) -> bool:
    texts = (_text(tree, f"src/{entry}") for entry in tree.entries("src") if entry.endswith(".py"))
    return any(re.search(r"^(from|import) src\b", text, re.MULTILINE) for text in texts)


def _text(tree: Tree, path: str) -> str:
    return (tree.read(path) or "")[:_LARGEST]


def _installed(wanted: tuple[Requirement, ...]) -> frozenset[str]:
    """What is wanted by name, and the servers that come with extras."""
    with_uvicorn = any(one.extras & _EXTRAS_WITH_UVICORN.get(one.name, set()) for one in wanted)
    return frozenset((*(one.name for one in wanted), *(("uvicorn",) if with_uvicorn else ())))


def _application(tree: Tree, constructor: str) -> tuple[Module, str, bool] | None:
    created = re.compile(
        r"^([A-Za-z_]\w*)(?:[ \t]*:[ \t]*[\w.]+)?[ \t]*=[ \t]*(?:\w+\.)*"
        rf"(?:{constructor}|create_app|make_app|build_app|get_app)\(",
        re.MULTILINE,
    )
    texts = [(module, _text(tree, module.path)) for module in modules(tree, _STEMS)]
    for module, text in texts:
        if match := created.search(text):
            return module, match[1], False
    for module, text in texts:
        if match := _FACTORY.search(text):
            return module, match[1], True
    return None


def _django(tree: Tree, server: str, span: Span) -> Serving | Diagnostic:
    settings = _SETTINGS.search(_text(tree, "manage.py"))
    interface = "asgi" if server in SERVERS["asgi"] and server not in SERVERS["wsgi"] else "wsgi"
    packages = [settings[1]] if settings else list(_packages(tree, ""))
    for package in packages:
        path = f"{package}/{interface}.py"
        if tree.is_file(path):
            return Serving(server, interface, f"{package}.{interface}:application", False, path)
    return _no_application("django", span)


def _no_server(framework: str, interface: str, span: Span) -> Diagnostic:
    usual = SERVERS[interface][0]
    return NO_SERVER.at(
        span,
        f"{framework} is installed, but none of {', '.join(SERVERS[interface])}; its development server is refused",
        fix=f"add {usual} to the dependencies, or set the service's `command` in specs/deploy.yaml",
    )


def _no_application(framework: str, span: Span) -> Diagnostic:
    return NO_APPLICATION.at(
        span,
        f"{framework} is installed, but no module called {', '.join(_STEMS[:-1])} creates an application",
        fix="set `command` in specs/deploy.yaml, for instance [gunicorn, --bind, 0.0.0.0:8000, package.module:app]",
    )
