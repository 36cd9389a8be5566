"""Python's web frameworks: how their applications are recognised in sources, which servers run them, and what is added
where no server is among the dependencies."""

from __future__ import annotations

import re

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.python.modules import Module, modules, others
from speccompile.stacks.python.requirements import Requirement


@record()
class Framework:
    """A framework by its distribution.

    ``interface`` is what its applications speak: wsgi, asgi, or ``own`` when the framework brings its server, whose
    name ``server`` is then (``python`` when the program starts it by itself). ``creates`` is what an application's
    module has: a constructor, or for ``own`` a pattern. ``port`` is where it listens by itself.
    """

    name: str
    interface: str
    creates: str
    port: str = "8000"
    server: str | None = None


DJANGO = Framework("django", "wsgi", "")
# The most telling first: what is mounted in what.
FRAMEWORKS = (
    Framework("fastapi", "asgi", "FastAPI"),
    Framework("litestar", "asgi", "Litestar"),
    Framework("quart", "asgi", "Quart"),
    Framework("sanic", "own", r"^(\w+)(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*(?:sanic\.)?Sanic\(", server="sanic"),
    Framework("apiflask", "wsgi", "APIFlask"),
    Framework("flask", "wsgi", "Flask"),
    Framework("dash", "wsgi", "Dash", "8050"),
    Framework("falcon", "wsgi", r"(?:App|API)"),
    Framework("bottle", "wsgi", r"(?:Bottle|default_app)"),
    Framework("pyramid", "wsgi", r"make_wsgi_app"),
    Framework("starlette", "asgi", "Starlette"),
    Framework("aiohttp", "own", r"\bweb\.run_app\(", "8080", "python"),
    Framework("nicegui", "own", r"\bui\.run\(", "8080", "python"),
    Framework("gradio", "own", r"\.launch\(", "7860", "python"),
    Framework("streamlit", "own", r"^(?:import|from)[ \t]+streamlit\b", "8501", "streamlit"),
    Framework("chainlit", "own", r"^(?:import|from)[ \t]+chainlit\b", "8000", "chainlit"),
    Framework("cherrypy", "own", r"\bcherrypy\.(?:quickstart|engine\.start)\(", "8080", "python"),
    Framework("tornado", "own", r"\.listen\(", "8888", "python"),
)
# Servers by distribution, in order of preference, for each interface.
SERVERS = {
    "asgi": ("uvicorn", "hypercorn", "granian", "daphne"),
    "wsgi": ("gunicorn", "waitress", "granian", "uwsgi"),
}
_EXTRAS_WITH_UVICORN = {"fastapi": {"standard", "all"}, "litestar": {"standard", "full"}}
# Distributions that bring a framework along: flask-restx, django-ninja, fastapi-users.
_BRINGS = ("flask", "django", "fastapi", "starlette")
_OTHER_NAMES = {"djangorestframework": "django", "wagtail": "django", "mangum": "fastapi", "sqladmin": "starlette"}

ADDED = {
    # Waitress has no dependencies: nothing that nobody has locked comes with it.
    "wsgi": (Chosen("waitress", "3.0.2", "default"),),
    "asgi": (
        Chosen("uvicorn", "0.35.0", "default"),
        Chosen("click", "8.1.8", "default"),
        Chosen("h11", "0.16.0", "default"),
    ),
}
"""The server that is added for each interface where the project has none, with all that it needs."""

STEMS = ("main", "app", "api", "server", "asgi", "wsgi", "application", "web", "run", "__init__")
_MAKERS = (
    "create_app",
    "make_app",
    "build_app",
    "get_app",
    "create_application",
    "get_application",
    "init_app",
    "app_factory",
)
# A function with a usual name, or one that says what it returns.
_FACTORY = r"^def[ \t]+(\w+)\(([^()]*(?:\([^()]*\)[^()]*)*)\)(?:\s*->\s*[\"']?(?:\w+\.)*({})\b)?"
# What an application is called that is made in a way of its own, in a module that makes one.
_NAMED = regex(r"^(app|application|api|server)(?:[ \t]*:[ \t]*[\w.]+)?[ \t]*=(?!=)", re.MULTILINE)
_IN_BRACKETS = regex(r"\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\}")
_SERVES_ITSELF = regex(r"^[ \t]*(?:uvicorn\.run|hypercorn\.\w+|(?:waitress\.)?serve|web\.run_app)\(", re.MULTILINE)


@record()
class Application:
    """An application in the sources: its framework, module and object; ``factory`` says that the object makes it."""

    framework: Framework
    module: Module
    target: str
    factory: bool = False


def installed(wanted: tuple[Requirement, ...]) -> frozenset[str]:
    """What is wanted by name, with the frameworks and servers that come with it."""
    with_uvicorn = any(one.extras & _EXTRAS_WITH_UVICORN.get(one.name, set()) for one in wanted)
    found = {one.name for one in wanted}
    brought = {name for name in _BRINGS for one in found if one.startswith(f"{name}-")}
    brought |= {brings for name, brings in _OTHER_NAMES.items() if name in found}
    return frozenset((*found, *brought, *(("uvicorn",) if with_uvicorn else ())))


def application(tree: Tree, names: frozenset[str]) -> Application | None:
    """The application in the sources whose framework is among *names*: what is there decides, not what is
    installed, for a frozen list has everything that anything depends on."""
    fit = tuple(one for one in FRAMEWORKS if one.name in names)
    usual = [(module, source(tree, module.path)) for module in modules(tree, STEMS)]
    for sources in (usual, ((module, source(tree, module.path)) for module in others(tree, STEMS))):
        kept = list(sources)
        for framework in fit:
            found = _own(framework, kept) if framework.interface == "own" else _created(framework, kept)
            if found:
                return found
        for framework in (one for one in fit if one.interface != "own"):
            if made := _made(framework, kept):
                return made
    return None


def serves_itself(tree: Tree) -> Module | None:
    """A module that starts its server when it is run."""
    return next((one for one in modules(tree, STEMS) if source(tree, one.path).search(_SERVES_ITSELF)), None)


def _created(framework: Framework, sources: list[tuple[Module, Lexed]]) -> Application | None:
    created = re.compile(
        r"^([A-Za-z_]\w*)(?:[ \t]*:[ \t]*[\w.]+)?[ \t]*=[ \t]*(?:\w+[ \t]*=[ \t]*)*(?:\w+\.)*"
        rf"(?:{framework.creates}|{'|'.join(_MAKERS)})\(",
        re.MULTILINE,
    )
    somewhere = re.compile(rf"\b{framework.creates}\(")
    for module, code in sources:
        match = code.search(created) or (code.search(somewhere) and code.search(_NAMED))
        if match:
            return Application(framework, module, match[1])
    return None


def _made(framework: Framework, sources: list[tuple[Module, Lexed]]) -> Application | None:
    returns = re.compile(_FACTORY.format(framework.creates), re.MULTILINE)
    for module, code in sources:
        for match in (one for one in code.finditer(returns) if one[1] in _MAKERS or one[3]):
            if all(_optional(one) for one in _IN_BRACKETS.sub("", match[2]).split(",")):
                return Application(framework, module, match[1], factory=True)
    return None


def _optional(parameter: str) -> bool:
    """Whether a call may leave *parameter* out."""
    return "=" in parameter or not parameter.strip() or parameter.strip().startswith(("*", "/"))


def _own(framework: Framework, sources: list[tuple[Module, Lexed]]) -> Application | None:
    pattern = re.compile(framework.creates, re.MULTILINE)
    for module, code in sources:
        if match := code.search(pattern):
            return Application(framework, module, match[1] if pattern.groups else "")
    return None
