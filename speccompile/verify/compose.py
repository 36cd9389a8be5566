"""The compose file, read back: it must be what the plan says, and what any good compose file is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.codes import compose as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.realise.compose import realised
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.compose_expected import expected, found
from speccompile.verify.compose_findings import Finding, services
from speccompile.verify.compose_invariants import ALL
from speccompile.verify.differences import differences
from speccompile.verify.readers.yaml import Document, Unreadable, read

PATH = "docker-compose.yml"


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the compose file among *files* (path relative to the output directory → text)."""
    return tuple(_verify(plan, files.get(PATH)))


def _verify(plan: Plan, text: str | None) -> Iterator[Diagnostic]:
    path = place.on_disk(plan, PATH)
    if (text is not None) != bool(realised(plan).containers):
        there = "missing" if text is None else "there, but nothing runs in a container"
        yield codes.NOT_THE_PLAN.at(Span(path), f"the compose file is {there}", fix=place.FIX)
    if text is None:
        return
    try:
        document = read(text)
        bodies = services(document)
    except Unreadable as problem:
        yield codes.UNREADABLE.at(Span(path, problem.line, problem.column), str(problem), fix=place.FIX)
        return
    if tuple(comment for _, comment in document.comments) != place.header(PATH):
        yield codes.NOT_THE_PLAN.at(Span(path, 1, 1), "the comments are not the generated ones", fix=place.FIX)
    for finding in (*_same(plan, document), *(f for check in ALL for f in check(plan, document.data, bodies))):
        yield finding.code.at(Span(path, *document.place(finding.path)), finding.message, fix=place.FIX)


def _same(plan: Plan, document: Document) -> Iterator[Finding]:
    try:
        have = found(document.data)
    except ValueError as problem:
        yield Finding((), codes.SLOTS, str(problem))
        return
    for path, message in differences(expected(realised(plan)), have, ()):
        yield Finding(path, codes.NOT_THE_PLAN, message)
