"""nginx.conf, read back: it must be what the plan says, all of it and nothing else, and what any good proxy is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.codes import nginx as codes
from speccompile.diagnostics import Diagnostic, in_order
from speccompile.plan.plan import Plan
from speccompile.plan.proxy import Proxy
from speccompile.source import Span
from speccompile.verify import nginx_invariants as invariants
from speccompile.verify import place
from speccompile.verify.nginx_closed import World
from speccompile.verify.nginx_expected import expected
from speccompile.verify.readers.nginx import Configuration, NginxSyntaxError, read


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the proxy's configuration among *files* (path relative to the output directory → text)."""
    if plan.proxy is None:
        return ()
    path = place.on_disk(plan, plan.proxy.config)
    text = files.get(plan.proxy.config)
    if text is None:
        return (codes.UNREADABLE.at(Span(path), "the proxy's configuration is missing", fix=place.FIX),)
    try:
        configuration = read(text)
    except NginxSyntaxError as problem:
        return (codes.UNREADABLE.at(Span(path, problem.line, problem.column), str(problem), fix=place.FIX),)
    world = World(configuration, path, codes.UNEXPECTED, codes.MISSING)
    return in_order(
        (
            *_invariants(plan.proxy, configuration, path),
            *world.directives(expected(plan.proxy)),
            *world.comments(plan.proxy.config),
        )
    )


def _invariants(proxy: Proxy, configuration: Configuration, path: str) -> Iterator[Diagnostic]:
    for invariant in invariants.ALL:
        for line, code, message in invariant(proxy, configuration.directives):
            yield code.at(Span(path, line, 1 if line else 0), message, fix=place.FIX)
