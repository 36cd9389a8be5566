"""site.conf, read back: it must be what the plan says, all of it and nothing else, and what any good server of files is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.codes import site as codes
from speccompile.diagnostics import Diagnostic, in_order
from speccompile.plan.plan import Plan
from speccompile.plan.site import Site
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify import site_invariants as invariants
from speccompile.verify.nginx_closed import World
from speccompile.verify.readers.nginx import NginxSyntaxError, read
from speccompile.verify.site_expected import expected


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the sites' configurations among *files* (path relative to the output directory → text)."""
    sites = (service.site for service in plan.services if service.site)
    return in_order(
        finding
        for site in sites
        for finding in _findings(site, place.on_disk(plan, site.config), files.get(site.config))
    )


def _findings(site: Site, path: str, text: str | None) -> Iterator[Diagnostic]:
    if text is None:
        yield codes.UNREADABLE.at(Span(path), "the site's configuration is missing", fix=place.FIX)
        return
    try:
        configuration = read(text)
    except NginxSyntaxError as problem:
        yield codes.UNREADABLE.at(Span(path, problem.line, problem.column), str(problem), fix=place.FIX)
        return
    for invariant in invariants.ALL:
        for line, code, message in invariant(site, configuration.directives):
            yield code.at(Span(path, line, 1 if line else 0), message, fix=place.FIX)
    world = World(configuration, path, codes.NOT_THE_PLAN, codes.NOT_THE_PLAN)
    yield from world.directives(expected(site))
    yield from world.comments(site.config)
