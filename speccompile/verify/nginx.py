"""nginx.conf, read back: it must be what the plan says, all of it and nothing else, and what any good proxy is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.codes import nginx as codes
from speccompile.diagnostics import Diagnostic, in_order
from speccompile.plan.plan import Plan
from speccompile.realise.front_door import FrontDoor, front_door
from speccompile.source import Span
from speccompile.verify import nginx_invariants as invariants
from speccompile.verify import place
from speccompile.verify.nginx_closed import World
from speccompile.verify.nginx_expected import expected
from speccompile.verify.readers.nginx import Configuration, NginxSyntaxError, read


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the proxy's configuration among *files* (path relative to the output directory → text), where nginx is the proxy."""
    front = front_door(plan.ingress)
    return of_front_door(plan, front, files) if front and front.kind == "nginx" else ()


def of_front_door(plan: Plan, front: FrontDoor, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the configuration of *front*, which stands in *files* where it says."""
    path = place.on_disk(plan, front.config)
    text = files.get(front.config)
    if text is None:
        return (codes.UNREADABLE.at(Span(path), "the proxy's configuration is missing", fix=place.FIX),)
    try:
        configuration = read(text)
    except NginxSyntaxError as problem:
        return (codes.UNREADABLE.at(Span(path, problem.line, problem.column), str(problem), fix=place.FIX),)
    comments = World(configuration, path, codes.UNEXPECTED, codes.MISSING).comments(front.config)
    return in_order((*proved(front, configuration, path), *comments))


def proved(front: FrontDoor, configuration: Configuration, path: str) -> tuple[Diagnostic, ...]:
    """Findings about *configuration*, read from *path*: what holds for every front door, and that it is *front*, all of it and nothing else
    but comments."""
    world = World(configuration, path, codes.UNEXPECTED, codes.MISSING)
    return in_order((*_invariants(front, configuration, path), *world.directives(expected(front))))


def _invariants(proxy: FrontDoor, configuration: Configuration, path: str) -> Iterator[Diagnostic]:
    for invariant in invariants.ALL:
        for line, code, message in invariant(proxy, configuration.directives):
            yield code.at(Span(path, line, 1 if line else 0), message, fix=place.FIX)
