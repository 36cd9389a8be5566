"""The compose file, read back: it must be what the plan says, and what any good compose file is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.codes import compose as codes
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.plan import Plan
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.compose_expected import containers, expected, found
from speccompile.verify.compose_findings import Finding, services
from speccompile.verify.compose_invariants import ALL
from speccompile.verify.readers.yaml import Document, Path, Unreadable, read

PATH = "docker-compose.yml"


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the compose file among *files* (path relative to the output directory → text)."""
    return tuple(_verify(plan, files.get(PATH)))


def _verify(plan: Plan, text: str | None) -> Iterator[Diagnostic]:
    path = place.on_disk(plan, PATH)
    if (text is not None) != bool(containers(plan)):
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
    for path, message in _differences(expected(plan), have, ()):
        yield Finding(path, codes.NOT_THE_PLAN, message)


def _differences(want: Any, have: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Each place where *have* is not *want*, as deep as possible."""
    name = ".".join(map(str, path)) or "the document"
    if isinstance(want, dict) and isinstance(have, dict):
        for key in sorted(want.keys() - have.keys()):
            yield path, f"{name} has no {key}, the plan says {quoted(want[key])}"[:300]
        for key in sorted(have.keys() - want.keys()):
            yield (*path, key), f"{name} has {key}, of which the plan knows nothing"
        for key in sorted(want.keys() & have.keys()):
            yield from _differences(want[key], have[key], (*path, key))
    elif isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        for number, pair in enumerate(zip(want, have, strict=True)):
            yield from _differences(*pair, (*path, number))
    elif want != have or isinstance(want, bool) != isinstance(have, bool):
        yield path, f"{name} is {quoted(have)}, the plan says {quoted(want)}"[:300]
