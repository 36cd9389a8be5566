"""The health route of a server in JavaScript or TypeScript: of a router, of a controller, or a path that the source compares."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import ROUTE
from speccompile.stacks.javascript import nest
from speccompile.stacks.javascript.reached import Module
from speccompile.stacks.javascript.routes import Routes

# What is asked for, as sources without a framework compare it, or as a table of routes has it.
_NAMES = ("health", "live", "read", "alive", "/up")
_COMPARED = regex(rf"""(?:[!=]==?\s*|\bcase\s+|\bin\s+)(["'`])(/{ROUTE}/?)\1""")
_KEY = regex(rf"""(?:[{{,]\s*|^\s*)(["'`])(?:GET\s+)?(/{ROUTE}/?)\1\s*:""")
_SWAPPED = regex(rf"""(["'`])(/{ROUTE}/?)\1\s*[!=]==?""")


def health(modules: tuple[Module, ...]) -> Chosen | None:
    """The route in the sources that the entry reaches; None where there is none that surely answers GET."""
    return Routes(modules).health() or nest.health(modules) or _compared(modules)


def _compared(modules: tuple[Module, ...]) -> Chosen | None:
    for module in modules:
        for line in module.code.lines() if any(name in module.code.code for name in _NAMES) else ():
            found = next((match for one in (_COMPARED, _KEY, _SWAPPED) if (match := line.search(one))), None)
            if found:
                span = Span(module.path, line.number, found.start(2))
                return Chosen("health", found[2], f"{module.path}:{line.number}", span)
    return None
