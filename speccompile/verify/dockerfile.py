"""Dockerfiles, read back: each must be what the plan says, and what any good Dockerfile is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from speccompile.codes import artifact as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan, Service
from speccompile.source import Span
from speccompile.verify import dockerfile_invariants as invariants
from speccompile.verify import place
from speccompile.verify.dockerfile_expected import expected, found
from speccompile.verify.readers.dockerfile import Dockerfile, Unreadable, read

SYNTAX_LINE = "syntax=docker/dockerfile:1"


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the Dockerfiles among *files* (path relative to the output directory → text)."""
    return tuple(d for service in plan.services for d in _verify(plan, service, files.get(service.dockerfile)))


def _verify(plan: Plan, service: Service, text: str | None) -> Iterator[Diagnostic]:
    path = place.on_disk(plan, service.dockerfile)
    if text is None:
        yield codes.NOT_THE_PLAN.at(Span(path), "the Dockerfile is missing", fix=place.FIX)
        return
    try:
        document = read(text)
        yield from _same(service, document, path)
        for invariant in invariants.ALL:
            for line, code, message in invariant(service, document):
                yield code.at(Span(path, line, 1), message, fix=place.FIX)
    except Unreadable as problem:
        yield codes.UNREADABLE.at(Span(path, problem.line, 1), str(problem), fix=place.FIX)
    if text.split("\n", 1)[0] != f"# {SYNTAX_LINE}":
        yield codes.SYNTAX.at(Span(path, 1, 1), f"the first line is not `# {SYNTAX_LINE}`", fix=place.FIX)


def _same(service: Service, document: Dockerfile, path: str) -> Iterator[Diagnostic]:
    """Instruction by instruction, the plan against the file."""
    for want, instruction in zip_longest(expected(service), document.instructions):
        have = found(instruction) if instruction else None
        if want != have:
            line = instruction.line if instruction else 0
            yield codes.NOT_THE_PLAN.at(
                Span(path, line, 1 if line else 0), f"found {_shown(have)}, the plan says {_shown(want)}", fix=place.FIX
            )
            return
    comments = (SYNTAX_LINE, *place.header(service.dockerfile))
    if tuple(comment for _, comment in document.comments) != comments:
        yield codes.NOT_THE_PLAN.at(Span(path, 1, 1), "the comments are not the generated ones", fix=place.FIX)


def _shown(form: tuple[object, ...] | None) -> str:
    if form is None:
        return "nothing more"
    return f"{form[0]} {' '.join(map(str, form[1:]))}"[:200]
