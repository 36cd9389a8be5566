"""How a Python web application is served: the object that is the application, and the server that runs it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from speccompile.codes.stacks import NO_APPLICATION, NO_SERVER
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks import procfile
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.python import django
from speccompile.stacks.python.frameworks import (
    ADDED,
    DJANGO,
    FRAMEWORKS,
    SERVERS,
    STEMS,
    Application,
    Framework,
    application,
    installed,
    serves_itself,
)
from speccompile.stacks.python.modules import Module, file_of
from speccompile.stacks.python.requirements import Requirement

_EVERYWHERE = "0.0.0.0"  # noqa: S104  # in its container it must be reachable
_WORKERS = "2"
# Whose connections a process keeps in its memory.
_STATEFUL = frozenset(("flask-socketio", "python-socketio", "flask-sse"))
_MEMORY = "/dev/shm"  # noqa: S108


@record(kw_only=True)
class Serving:
    """An application and its server. ``target`` is ``module:object``; ``factory`` that the object makes the
    application; ``options`` are the server's, as the project sets them; ``added`` is the server with all that it needs
    where the project has none. ``single`` is whether two processes of it would not share what they must."""

    server: str
    interface: str
    target: str
    module: Module
    framework: Framework
    factory: bool = False
    options: tuple[str, ...] = ()
    single: bool = False
    added: tuple[Chosen, ...] = ()
    span: Span

    @property
    def path(self) -> str:
        """The file that the application is in."""
        return self.module.path

    def argv(self, port: int) -> tuple[str, ...]:
        """The server's command line: all addresses of the container, *port*, errors and accesses on the standard
        streams."""
        every = f"{_EVERYWHERE}:{port}"
        called = f"{self.target}()" if self.factory else self.target
        split = ("--host", _EVERYWHERE, "--port", str(port))
        factory = ("--factory",) if self.factory else ()
        if self.interface == "own":
            return self._own(split)
        match self.server:
            case "gunicorn":
                bind = ("--bind", every, "--worker-tmp-dir", _MEMORY, "--access-logfile", "-")
                return ("gunicorn", *bind, *self.options, called)
            case "hypercorn":
                return ("hypercorn", "--bind", every, "--access-logfile", "-", called)
            case "waitress":
                return ("waitress-serve", f"--listen={every}", *(("--call",) if self.factory else ()), self.target)
            case "daphne":
                return ("daphne", "-b", _EVERYWHERE, "-p", str(port), self.target)
            case "granian":
                return ("granian", "--interface", self.interface, *split, *factory, self.target)
            case "uwsgi":
                listen = ("--http", every, "--master", "--die-on-term", "--need-app", "--enable-threads")
                return ("uwsgi", *listen, "--module", called)
            case _:
                return ("uvicorn", *split, *self.options, *factory, self.target)

    def _own(self, split: tuple[str, ...]) -> tuple[str, ...]:
        """The command line of a framework that brings its server."""
        match self.server:
            case "sanic":
                return ("sanic", self.target, *split)
            case "chainlit":
                return ("chainlit", "run", self.path, "--headless", *split)
            case "streamlit":
                host, port = split[1], split[3]
                flags = (f"--server.port={port}", f"--server.address={host}", "--server.headless=true")
                return ("streamlit", "run", self.path, *flags, "--browser.gatherUsageStats=false")
            case _:
                return ("python", "-m", self.module.name) if "." in self.module.name else ("python", self.path)

    def env(self, port: int) -> dict[str, str]:
        """What a server, or a framework that brings one, is told besides: that whoever reaches it in its container is the proxy, how many
        processes of gunicorn there are, where nothing else says so, and where gunicorn has its control socket (its own place for that is the
        user's home, which is read-only: https://gunicorn.org/guides/gunicornc; before 25.1 there is none)."""
        if self.server == "gunicorn" and self.interface != "own":
            workers = {} if "--workers" in self.options or self.single else {"WEB_CONCURRENCY": _WORKERS}
            return {"FORWARDED_ALLOW_IPS": "*", "XDG_RUNTIME_DIR": _MEMORY, **workers}
        if self.server == "uvicorn" and self.interface != "own":
            return {"FORWARDED_ALLOW_IPS": "*"}
        if self.framework.name == "gradio":
            return {"GRADIO_SERVER_NAME": _EVERYWHERE, "GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "0"}
        return {}


def serving(tree: Tree, wanted: tuple[Requirement, ...], manifest: Span) -> Serving | Diagnostic | None:
    """How the application is served; a diagnostic when it cannot be; None when no framework is among *wanted*."""
    names = installed(wanted)
    fit = next((one for one in (DJANGO, *FRAMEWORKS) if one.name in names), None)
    if fit is None:
        return None
    span = next((one.span for one in wanted if one.name == fit.name), manifest)
    if DJANGO.name in names:
        web = django.application(tree, _asgi_first(names))
        if web:
            return _served(tree, names, Application(DJANGO, web.module, "application"), web.interface, span)
        if fit is DJANGO and not any(one.name in names for one in FRAMEWORKS):
            return _no_application(DJANGO, span)
    found = application(tree, names)
    if found is None:
        return _by_itself(tree, fit, span)
    return _served(tree, names, found, found.framework.interface, span)


def lacks_server(serving: Serving) -> Diagnostic:
    """That a server was added, for the project has none."""
    server = serving.added[0]
    return NO_SERVER.at(
        serving.span,
        f"{serving.framework.name} is installed, but none of {', '.join(SERVERS[serving.interface])}: {server.name} "
        f"{server.value} is added to the image of a web service; the framework's development server is not used",
        fix=f"add {SERVERS[serving.interface][0]} to the dependencies, or set the service's `command` in deploy.yaml",
    )


def _asgi_first(names: frozenset[str]) -> bool:
    """Whether a Django project is to be served as ASGI: it has channels, or nothing that serves WSGI."""
    return bool(names & set(SERVERS["asgi"])) and ("channels" in names or not names & set(SERVERS["wsgi"]))


def _served(tree: Tree, names: frozenset[str], found: Application, interface: str, span: Span) -> Serving:
    framework = found.framework
    plain = Serving(
        server=framework.server or "",
        interface=interface,
        target=f"{_importable(found.module)}:{found.target}",
        factory=found.factory,
        single=bool(names & _STATEFUL),
        module=found.module,
        framework=framework,
        span=span,
    )
    if interface == "own":
        return plain
    said = _said(tree, names, plain)
    if said:
        return said
    server = next((one for one in SERVERS[interface] if one in names), None)
    if framework.name == "dash":
        return _dash(tree, plain, server)
    added = () if server else ADDED[interface]
    return replace(plain, server=server or added[0].name, added=added)


def _importable(module: Module) -> str:
    """The name by which a server imports *module*: ``__main__`` is the server's own when it runs, so there it is the directory's."""
    folder = posixpath.dirname(module.path)
    return f"{folder.replace('/', '.')}.{module.name}" if module.name == "__main__" and folder else module.name


def _said(tree: Tree, names: frozenset[str], plain: Serving) -> Serving | None:
    """The server and the application that the Procfile names, when both are there."""
    process = procfile.web(tree)
    module = file_of(tree, process.module, ("", "src", plain.module.root)) if process else None
    if process is None or module is None or process.server not in names:
        return None
    asgi = process.server in SERVERS["asgi"] and process.server != "granian"
    return replace(
        plain,
        server=process.server,
        interface="asgi" if asgi else plain.interface,
        target=f"{process.module}:{process.target}",
        factory=process.factory,
        module=module,
        options=process.options,
        span=process.span,
    )


def _dash(tree: Tree, plain: Serving, server: str | None) -> Serving:
    """Dash's application is not a WSGI application; its attribute ``server`` is, which only waitress can be told."""
    name = plain.target.rpartition(":")[2]
    exposed = source(tree, plain.path).search(re.compile(rf"^server = {re.escape(name)}\.server\b", re.MULTILINE))
    if exposed and not plain.factory:
        added = () if server else ADDED["wsgi"]
        target = f"{plain.module.name}:server"
        return replace(plain, server=server or added[0].name, target=target, added=added)
    added = () if server == "waitress" else ADDED["wsgi"]
    return replace(plain, server="waitress", target=f"{plain.target}.server", added=added)


def _by_itself(tree: Tree, framework: Framework, span: Span) -> Serving | Diagnostic:
    """A program that starts a production server; else nothing that could be started."""
    module = serves_itself(tree)
    if module is None:
        return _no_application(framework, span)
    return Serving(server="python", interface="own", target="", module=module, framework=framework, span=span)


def _no_application(framework: Framework, span: Span) -> Diagnostic:
    return NO_APPLICATION.at(
        span,
        f"{framework.name} is installed, but no module ({', '.join(STEMS[:-1])} or another) creates an application",
        fix="set `command` in specs/deploy.yaml, for instance [gunicorn, --bind, 0.0.0.0:8000, package.module:app]",
    )
