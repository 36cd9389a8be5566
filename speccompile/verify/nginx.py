"""nginx.conf, read back: it must be what the plan says, all of it and nothing else, and what any good proxy is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from speccompile.codes import nginx as codes
from speccompile.diagnostics import Diagnostic, Related, in_order
from speccompile.plan.plan import Plan
from speccompile.plan.proxy import Proxy
from speccompile.provenance import Origin
from speccompile.source import Span
from speccompile.verify import nginx_invariants as invariants
from speccompile.verify import place
from speccompile.verify.nginx_expected import Statement, expected, found
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
    return in_order(
        (
            *_invariants(plan.proxy, configuration, path),
            *_directives(plan.proxy, configuration, path),
            *_comments(plan.proxy, configuration, path),
        )
    )


def _invariants(proxy: Proxy, configuration: Configuration, path: str) -> Iterator[Diagnostic]:
    for invariant in invariants.ALL:
        for line, code, message in invariant(proxy, configuration.directives):
            yield code.at(Span(path, line, 1 if line else 0), message, fix=place.FIX)


def _directives(proxy: Proxy, configuration: Configuration, path: str) -> Iterator[Diagnostic]:
    """The closed world: as multisets, what is implied and what is there are the same."""
    wanted = list(expected(proxy))
    missing = Counter(statement for statement, _ in wanted)
    blocks: dict[tuple[str, ...], int] = {}
    for statement, directive in found(configuration.directives):
        blocks.setdefault(statement.where, directive.line)
        if missing[statement]:
            missing[statement] -= 1
        else:
            where = Span(path, directive.line, directive.column)
            yield codes.UNEXPECTED.at(where, f"nothing calls for `{statement}`, or not twice", fix=place.FIX)
    reasons = dict(wanted)
    for statement in +missing:
        where = Span(path, line := blocks.get(statement.where, 0), 1 if line else 0)
        yield codes.MISSING.at(
            where, f"missing: `{statement}`", fix=place.FIX, related=_related(statement, reasons[statement])
        )


def _related(statement: Statement, origin: Origin) -> tuple[Related, ...]:
    return tuple(
        Related(f"{cause.assertion or 'this'} calls for {statement.name}", cause.span) for cause in origin.causes
    )


def _comments(proxy: Proxy, configuration: Configuration, path: str) -> Iterator[Diagnostic]:
    """The two lines of the header, in lines 1 and 2, and no other comment."""
    header = {(number, 1, f" {line}") for number, line in enumerate(place.header(proxy.config), start=1)}
    there = {(comment.line, comment.column, comment.text) for comment in configuration.comments}
    for line, column, text in sorted(there - header):
        yield codes.UNEXPECTED.at(Span(path, line, column), f"nothing calls for the comment `#{text}`", fix=place.FIX)
    for line, column, text in sorted(header - there):
        yield codes.MISSING.at(Span(path, line, column), f"missing: the comment `#{text}`", fix=place.FIX)
