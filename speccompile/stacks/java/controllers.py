"""Health routes of Spring's controllers: the path of a class, the path of a method that answers GET, below what its configuration puts above them."""

from __future__ import annotations

import re

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import ROUTE
from speccompile.stacks.java.sources import files

HEALTH = regex(rf"(?:/[\w-]+){{0,6}}/{ROUTE}/?\Z")
_CONTROLLER = regex(r"@(?:Rest)?Controller\b")
CLASS = regex(r"\b(?:class|interface|record)\s+\w+")
ANNOTATION = r"@{}\b\s*(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?"
_MAPPED = regex(ANNOTATION.format("RequestMapping"))
_GET = regex(ANNOTATION.format("GetMapping"))
_PATH = regex(r"(?:\A|\b(?:value|path)\s*=)\s*\{?\s*\"([^\"]*)\"")
_NO_PATH = regex(r"\b(?:value|path)\s*=|\A\s*[^\s,=)]")


def health(tree: Tree, directory: str, above: str) -> Chosen | None:
    """The first health route in the module in *directory*, below *above*; None where there is none whose whole path is known."""
    for path in files(tree, directory):
        code = source(tree, path)
        controller, body = code.search(_CONTROLLER), code.search(CLASS)
        if controller is None or body is None:
            continue
        base = next((path_of(one[1]) for one in code.finditer(_MAPPED) if one.start() < body.start()), "")
        for match, own in _methods(code, body.end()):
            whole = None if base is None or own is None else joined(above, base, own)
            if whole and HEALTH.match(whole):
                span = Span(path, code.line(match.start()), code.column(match.start()))
                return Chosen("health", whole, f"{path}:{span.line}", span)
    return None


def _methods(code: Lexed, begins: int) -> list[tuple[re.Match[str], str | None]]:
    """The routes of a class that answer GET, with their paths as far as they are plain."""
    gets = [(one, path_of(one[1])) for one in code.finditer(_GET) if one.start() >= begins]
    mapped = (one for one in code.finditer(_MAPPED) if one.start() >= begins)
    return gets + [(one, path_of(one[1])) for one in mapped if "method" not in (one[1] or "") or "GET" in one[1]]


def path_of(arguments: str | None) -> str | None:
    """The path that an annotation names, "" for none; None where it cannot be told."""
    words = arguments or ""
    found = _PATH.search(words)
    if found is None:
        return None if _NO_PATH.search(words) and "produces" not in words.partition("=")[0] else ""
    return None if "$" in found[1] or "{" in found[1] else found[1]


def joined(*parts: str) -> str:
    return "".join(f"/{part.strip('/')}" for part in parts if part.strip("/"))
