"""The health route of a server in JavaScript or TypeScript: of a router, of a controller, or a path that the source compares."""

from __future__ import annotations

import re

from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.javascript import nest
from speccompile.stacks.javascript.reached import Module, reached
from speccompile.stacks.javascript.routes import Routes

# What is asked for, as sources without a framework compare it, or as a table of routes has it.
_COMPARED = re.compile(r"""(?:[!=]==?\s*|\bcase\s+|\bin\s+)(["'`])(/(?:health|healthz|livez|readyz)/?)\1""")
_KEY = re.compile(r"""(?:[{,]\s*|^\s*)(["'`])(?:GET\s+)?(/(?:health|healthz|livez|readyz)/?)\1\s*:""")
_SWAPPED = re.compile(r"""(["'`])(/(?:health|healthz|livez|readyz)/?)\1\s*[!=]==?""")


def health(tree: Tree, entry: str | None) -> Chosen | None:
    """The route in what *entry* reaches by imports; None where there is none that surely answers GET."""
    if entry is None:
        return None
    modules = reached(tree, entry)
    return Routes(modules).health() or nest.health(modules) or _compared(modules)


def _compared(modules: tuple[Module, ...]) -> Chosen | None:
    for module in modules:
        for line in module.code.lines():
            found = next((match for one in (_COMPARED, _KEY, _SWAPPED) if (match := line.search(one))), None)
            if found:
                span = Span(module.path, line.number, found.start(2))
                return Chosen("health", found[2], f"{module.path}:{line.number}", span)
    return None
