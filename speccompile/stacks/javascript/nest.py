"""Health routes of NestJS (11): controllers below the global prefix and, where routes have versions, below these."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.javascript.calls import Call, calls, option, text_of
from speccompile.stacks.javascript.reached import Module
from speccompile.stacks.javascript.routes import HEALTH

_CONTROLLER = regex(r"@Controller\s*\(([^()]{0,200})\)")
_GET = regex(r"@Get\s*\(([^()]{0,200})\)")


def health(modules: tuple[Module, ...]) -> Chosen | None:
    """The first health route whose whole path is known."""
    found = [(one, call) for one in modules for chain in calls(one.code) for call in chain]
    prefixes = [(one, call) for one, call in found if call.name == "setGlobalPrefix"]
    versions = next((_versions(one, call) for one, call in found if call.name == "enableVersioning"), None)
    placed = any(call.name == "register" and call.root == "RouterModule" for _, call in found)
    for module in modules:
        controllers = list(module.code.finditer(_CONTROLLER))
        for at, controller in enumerate(controllers):
            end = controllers[at + 1].start() if at + 1 < len(controllers) else len(module.code.code)
            base = _controlled(controller[1], module, versions)
            for route in module.code.finditer(_GET):
                own = text_of(route[1], module.code) if route[1].strip() else ""
                if base is None or own is None or not controller.end() < route.start() < end:
                    continue
                below = "/".join(part for part in (base.strip("/"), own.strip("/")) if part)
                above = "" if placed else _global(prefixes, below)
                path = None if above is None or placed else "/" + "/".join(p for p in (above.strip("/"), below) if p)
                if path and HEALTH.search(path):
                    line = module.code.line(route.start())
                    return Chosen(
                        "health",
                        path,
                        f"{module.path}:{line}",
                        Span(module.path, line, module.code.column(route.start())),
                    )
    return None


def _versions(module: Module, call: Call) -> str | None:
    """The part of the path that tells the version where a controller tells none, "" for none; None where versions are in no path."""
    options = call.arguments[0] if call.arguments else "{}"
    kind, default = option(options, "type"), option(options, "defaultVersion")
    if kind and not kind.strip().endswith(("URI", "0")):
        return None
    number = text_of(default, module.code) if default and "NEUTRAL" not in default else ""
    return f"v{number}" if number else ""


def _controlled(argument: str, module: Module, versions: str | None) -> str | None:
    """The path of a controller: a text, or an option; None where it cannot be told. *versions* is that of ``_versions``."""
    said, version = (option(argument, name) for name in ("path", "version"))
    plain = argument.strip() if not argument.lstrip().startswith("{") else said
    path = text_of(plain, module.code) if plain else ""
    if versions is None or path is None or (version and version.strip() == "VERSION_NEUTRAL"):
        return path
    if version is None:
        return f"{versions}/{path}".strip("/")
    number = text_of(version, module.code)
    return f"v{number}/{path}" if number else None


def _global(prefixes: list[tuple[Module, Call]], below: str) -> str | None:
    """The prefix of all routes, unless the one at *below* is excluded; None where it cannot be told."""
    if not prefixes:
        return ""
    module, call = prefixes[0]
    excluded = option(call.arguments[1], "exclude") if len(call.arguments) > 1 else None
    if excluded and re.search(rf"""["'`]/?{re.escape(below)}["'`/(]""", call.arguments[1]):
        return ""
    return text_of(call.arguments[0], module.code) if call.arguments else None
