"""Health routes of JavaScript servers with the prefixes that their routers are mounted at: express, Fastify, Koa, Hono, Elysia and their like.

Only what answers GET counts, and only a path of which every part is plain: a route that nobody can find is worse than none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import PART, ROUTE
from speccompile.stacks.javascript.calls import Call, calls, name_of, option, text_of
from speccompile.stacks.javascript.reached import Module

HEALTH = regex(rf"/{ROUTE}/?\Z")
_APPLICATIONS = frozenset((
    "express", "Fastify", "fastify", "Hono", "OpenAPIHono", "Koa", "Elysia", "polka", "restify", "createServer", "App", "H3", "createApp",
))  # fmt: skip
_ROUTERS = frozenset(("Router", "KoaRouter", "createRouter", "PromiseRouter"))
# What is called so where nothing says how it was made: the application.
_USUAL = frozenset(("app", "server"))
_GET = frozenset(("get", "all"))
_MOUNTS = frozenset(("use", "register", "route", "mount", "group"))
_FUNCTION = regex(
    r"\bfunction\s+([\w$]{1,60})\s*\(|"
    r"\b(?:const|let|var)\s+([\w$]{1,60})\s*(?::[^=;]{0,120})?=\s*(?:async\s*)?"
    r"(?:function\b|\([^()]{0,200}\)\s*(?::[^={;]{0,80})?=>|[\w$]+\s*=>)"
)
_PATHLIKE = regex(r"prefix|path|base|route|version|url|\A[A-Z][A-Z0-9_]+\Z|\$\{", re.IGNORECASE)
_DEEPEST = 12

_MAY_END = regex(rf"(?:\A|/|{PART}/?)\Z")


@record()
class _Mount:
    """Where *call* of *module* puts a router: below ``prefix``, None where that cannot be told."""

    module: Module
    call: Call
    prefix: str | None


class Routes:
    """What the calls in a service's sources say about its routes."""

    def __init__(self, modules: tuple[Module, ...]) -> None:
        self._modules = modules
        self._calls = {one.path: tuple(call for chain in calls(one.code) for call in chain) for one in modules}
        self._made = {
            (path, call.begins): call
            for path, found in self._calls.items()
            for call in reversed(found)
            if _creates(call)
        }
        self._mounts = [mount for one in modules for mount in self._mounted(one)]

    def health(self) -> Chosen | None:
        """The first health route whose whole path is known."""
        for module in self._modules:
            for call in self._calls[module.path]:
                own = _answered(call, module, self._routed(module, call))
                # To look who mounts a router takes the whole source: it is done for what can be one for health.
                prefix = self._prefix(module, call, 0) if own is not None and _MAY_END.search(own) else None
                path = None if own is None or prefix is None else _joined(prefix, own)
                if path and HEALTH.search(path):
                    line = module.code.line(call.span[0])
                    span = Span(module.path, line, module.code.column(call.span[0]))
                    return Chosen("health", path, f"{module.path}:{line}", span)
        return None

    def _routed(self, module: Module, call: Call) -> str | None:
        """The path of ``app.route("/a").get(f)``."""
        if call.names[-2:-1] != ("route",):
            return None
        before = (one for one in self._calls[module.path] if one.begins == call.begins and one.names == call.names[:-1])
        return next((text_of(one.arguments[0], module.code) for one in before if one.arguments), None)

    def _mounted(self, module: Module) -> Iterator[_Mount]:
        for call in self._calls[module.path]:
            if call.name in _MOUNTS and call.names and call.arguments:
                yield _Mount(module, call, _prefix_of(call, module))

    def _prefix(self, module: Module, call: Call, depth: int) -> str | None:
        """Where the router that *call* is made on is reached; None where that cannot be told."""
        if depth > _DEEPEST:
            return None
        around = [
            one for one in self._mounts if one.module is module and one.call.span[0] <= call.begins < one.call.span[1]
        ]
        if around:
            inner = max(around, key=lambda one: one.call.span[0])
            return _with(self._above(inner, depth), self._own(module, self._making(module, call) or call))
        made = self._making(module, call)
        owner = made.given if made else call.root
        function = _function(module, call.begins)
        names = {name for name in (owner, None if made else function) if name}
        own = self._own(module, made or call)
        whole = made is None or owner in ("default", "exports") or _is_exported(module, owner)
        mounts = [one for one in self._mounts if self._means(one, module, names, whole=whole)]
        calls_it = [] if made else self._called_with(module, function)
        if mounts:
            return _with(self._above(mounts[0], depth), own)
        if calls_it:
            where, how = calls_it[0]
            return self._prefix_of_name(where, name_of(how.arguments[0]) or "", how, depth)
        if (made and _is_application(made)) or (made is None and function is None and owner in _USUAL):
            return own
        return None

    def _above(self, mount: _Mount, depth: int) -> str | None:
        above = self._prefix(mount.module, mount.call, depth + 1)
        return None if above is None or mount.prefix is None else _joined(above, mount.prefix)

    def _prefix_of_name(self, module: Module, name: str, call: Call, depth: int) -> str | None:
        """Where what *name* stands for at *call* is reached."""
        alike = Call(name, ("get",), (), call.span, call.begins, None)
        return self._prefix(module, alike, depth + 1)

    def _own(self, module: Module, made: Call) -> str | None:
        """The prefix that a router has by itself: an option, or Hono's ``basePath``."""
        based = [one for one in self._calls[module.path] if one.begins == made.begins and one.name == "basePath"]
        below = [text_of(one.arguments[0], module.code) for one in based if one.arguments]
        option_given = _own_prefix(made)
        return (
            None
            if option_given is None or None in below
            else _joined(option_given, "/".join(one or "" for one in below))
        )

    def _making(self, module: Module, call: Call) -> Call | None:
        """The call that made what *call* is made on."""
        there = self._made.get((module.path, call.begins))
        given = (one for (path, _), one in self._made.items() if path == module.path and one.given == call.root)
        return there or next(given, None)

    def _means(self, mount: _Mount, module: Module, names: set[str], *, whole: bool) -> bool:
        """Whether what *mount* puts somewhere is one of *names* of *module*, or all of it."""
        for argument in mount.call.arguments:
            bare = re.sub(r"\.(?:routes|middleware|allowedMethods)\(\)|\.default\b|\s+as\s+\w+", "", argument).strip()
            if mount.module is module:
                if bare in names and mount.call.root != bare:
                    return True
                continue
            first = bare.partition(".")[0]
            there, what = mount.module.names.get(first, ("", ""))
            if there == module.path and (
                what in names or (what in ("*", "default") and (whole or bare.partition(".")[2] in names))
            ):
                return True
            if whole and _loads(mount.module, bare, module):
                return True
        return False

    def _called_with(self, module: Module, function: str | None) -> list[tuple[Module, Call]]:
        """The calls of a function of *module* that gives routes to what it is given."""
        found = []
        for other in self._modules:
            for call in self._calls[other.path]:
                there, what = other.names.get(call.root, ("", ""))
                mine = other is module and not call.names and call.root == function
                theirs = there == module.path and (what in (function, "*", "default") or function in call.names)
                if (mine or theirs) and call.arguments and name_of(call.arguments[0]):
                    found.append((other, call))
        return found


def _loads(importer: Module, argument: str, module: Module) -> bool:
    """Whether ``require("./x")`` in *importer* means *module*."""
    match = re.match(r"""(?:await\s+)?(?:require|import)\(\s*["'](\.{1,2}/[\w./@-]{1,160})["']""", argument)
    if match is None:
        return False
    base = posixpath.normpath(posixpath.join(posixpath.dirname(importer.path), match[1]))
    stem = posixpath.splitext(module.path)[0]
    return stem in (base, f"{base}/index", posixpath.splitext(base)[0])


def _creates(call: Call) -> bool:
    """Whether a call makes an application or a router."""
    if call.names:
        return len(call.names) == 1 and call.name in ("Router", "createServer")
    return call.root in _APPLICATIONS or call.root in _ROUTERS or (call.root == "require" and not call.arguments)


def _is_application(call: Call) -> bool:
    return call.name not in _ROUTERS


def _answered(call: Call, module: Module, routed: str | None) -> str | None:
    """The path below its router that a call gives to GET; None where it gives none. *routed* is what stands in front."""
    if not call.names or not call.arguments:
        return None
    if call.name == "route" and call.arguments[0].lstrip().startswith("{"):
        method, path = option(call.arguments[0], "method"), option(call.arguments[0], "url", "path")
        return (
            text_of(path, module.code)
            if path and method and re.search(r"""["'](?:GET|\*)["']""", method, re.IGNORECASE)
            else None
        )
    if call.name == "on" and len(call.arguments) > 1 and "GET" in call.arguments[0]:
        return text_of(call.arguments[1], module.code)
    if (
        call.name == "use"
        and len(call.arguments) > 1
        and re.match(r"\s*(?:async\s*)?(?:\(|function\b|[\w$]+\s*=>)", call.arguments[-1])
    ):
        return text_of(call.arguments[0], module.code)
    if call.name not in _GET:
        return None
    if routed is not None:
        return routed
    texts = (text_of(one, module.code) for one in call.arguments[:2])
    path = next((one for one in texts if one is not None and (one == "" or one.startswith("/"))), None)
    return path if path is not None and len(call.arguments) > 1 else None


def _prefix_of(call: Call, module: Module) -> str | None:
    """The prefix that a mount names; "" where it names none, None where it cannot be told."""
    if call.name == "register":
        options = call.arguments[1] if len(call.arguments) > 1 else "{}"
        said = option(options, "prefix")
        if said is None:
            return "" if options.lstrip().startswith("{") and "..." not in options else None
        return text_of(said, module.code)
    first = call.arguments[0]
    found = text_of(first, module.code)
    if found is not None:
        return found
    # Several paths, of which the first will do; one that is a pattern is none.
    if several := re.match(r"\s*\[\s*(?=[\"'`/])([^,\]]*)", first):
        return text_of(several[1].strip(), module.code)
    if re.match(r"\s*(?:/|new\s+RegExp\b)", first):
        return None
    if len(call.arguments) == 1 or not _PATHLIKE.search(first.partition("(")[0]):
        return ""
    return None


def _own_prefix(call: Call) -> str | None:
    """The prefix that a router is made with."""
    said = (
        next((option(one, "prefix") for one in call.arguments if one.lstrip().startswith("{")), None)
        if not call.names or call.name in _ROUTERS
        else None
    )
    if said is None:
        return ""
    literal = re.match(r"""\s*["'`]([^"'`$]{0,120})["'`]""", said)
    return literal[1] if literal else None


def _function(module: Module, offset: int) -> str | None:
    """The name of the last function that begins before *offset* at the left margin: what routes are given in."""
    found = None
    for match in module.code.finditer(_FUNCTION):
        if match.start() > offset:
            break
        found = match[1] or match[2]
    return found


def _is_exported(module: Module, name: str | None) -> bool:
    """Whether that is what a source gives to whoever loads it."""
    if not name:
        return False
    plain = re.escape(name)
    return (
        module.code.search(
            re.compile(rf"(?:\bexport\s+default\s+|\bexports(?:\.default)?\s*=\s*){plain}\b|\b{plain}\s+as\s+default\b")
        )
        is not None
    )


def _with(above: str | None, own: str | None) -> str | None:
    return None if above is None or own is None else _joined(above, own)


def _joined(above: str, below: str) -> str:
    path = f"{above.rstrip('/')}/{below.lstrip('/')}" if below.strip("/") else (above.rstrip("/") or "/")
    return path if path.startswith("/") else f"/{path}"
