"""Health routes of JAX-RS (Quarkus, https://jakarta.ee/specifications/restful-ws/) and of Micronaut's controllers: the path of a class, and that of a
method that answers GET."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.java.controllers import ANNOTATION, CLASS, HEALTH, joined, path_of
from speccompile.stacks.java.sources import files

_PATH = regex(ANNOTATION.format("Path"))
_GET = regex(r"@GET\b")
_APPLICATION = regex(ANNOTATION.format("ApplicationPath"))
_CONTROLLER = regex(ANNOTATION.format("Controller"))
_GETS = regex(ANNOTATION.format("Get"))
# Where what annotates a method begins and ends; braces in strings are none.
_BEFORE, _AFTER = regex(r"[;{}](?=[^;{}]*\Z)"), regex(r"[;{]")


def of_jaxrs(tree: Tree, directory: str, above: str) -> Chosen | None:
    """The first health route of a resource in the module in *directory*, below *above* and the application's path."""
    codes = [(path, source(tree, path)) for path in files(tree, directory)]
    application = next((path_of(one[1]) for _, code in codes if (one := code.search(_APPLICATION))), "")
    if application is None:
        return None
    return _first(codes, _PATH, _resource, joined(above, application))


def of_micronaut(tree: Tree, directory: str, above: str) -> Chosen | None:
    """The first health route of a controller in the module in *directory*, below *above*."""
    codes = [(path, source(tree, path)) for path in files(tree, directory)]
    return _first(codes, _CONTROLLER, lambda code, begins: _annotated(code, begins, _GETS), above)


def _first(
    codes: list[tuple[str, Lexed]],
    of_class: re.Pattern[str],
    methods: Callable[[Lexed, int], Iterator[tuple[int, str | None]]],
    above: str,
) -> Chosen | None:
    for path, code in codes:
        body, named = code.search(CLASS), code.search(of_class)
        if body is None or named is None or named.start() > body.start():
            continue
        base = path_of(named[1])
        for at, own in methods(code, body.end()):
            whole = None if base is None or own is None else joined(above, base, own)
            if whole and HEALTH.match(whole):
                span = Span(path, code.line(at), code.column(at))
                return Chosen("health", whole, f"{path}:{span.line}", span)
    return None


def _annotated(code: Lexed, begins: int, pattern: re.Pattern[str]) -> Iterator[tuple[int, str | None]]:
    yield from ((one.start(), path_of(one[1])) for one in code.finditer(pattern) if one.start() >= begins)


def _resource(code: Lexed, begins: int) -> Iterator[tuple[int, str | None]]:
    """The methods that answer GET, with the path beside that annotation, whichever comes first."""
    paths = [one for one in code.finditer(_PATH) if one.start() >= begins]
    for get in code.finditer(_GET):
        if get.start() < begins:
            continue
        before, after = _BEFORE.search(code.bare, begins, get.start()), _AFTER.search(code.bare, get.end())
        start, end = before.end() if before else begins, after.start() if after else len(code.bare)
        beside = next((one for one in paths if start <= one.start() < end), None)
        yield get.start(), path_of(beside[1]) if beside else ""
