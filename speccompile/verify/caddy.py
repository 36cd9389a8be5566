"""A Caddyfile, read back: it must be what the plan says, all of it in its order and nothing else, and what any good proxy is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from speccompile.codes import caddy as codes
from speccompile.diagnostics import Diagnostic, Related, in_order
from speccompile.plan.plan import Plan
from speccompile.provenance import Origin
from speccompile.realise.front_door import FrontDoor, front_door
from speccompile.source import Span
from speccompile.verify import caddy_invariants as invariants
from speccompile.verify import place
from speccompile.verify.caddy_expected import expected
from speccompile.verify.caddy_wanted import Wanted
from speccompile.verify.readers.caddyfile import Caddyfile, CaddyfileSyntaxError, Directive, read

Statement: TypeAlias = tuple[tuple[str, ...], str]
"""The blocks around a line, the outermost first, and the line."""


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the proxy's configuration among *files* (path relative to the output directory → text), where Caddy is the proxy."""
    front = front_door(plan.ingress)
    return of_front_door(plan, front, files) if front and front.kind == "caddy" else ()


def of_front_door(plan: Plan, front: FrontDoor, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the configuration of *front*, which stands in *files* where it says."""
    path = place.on_disk(plan, front.config)
    text = files.get(front.config)
    if text is None:
        return (codes.UNREADABLE.at(Span(path), "the proxy's configuration is missing", fix=place.FIX),)
    try:
        found = read(text)
    except CaddyfileSyntaxError as problem:
        return (codes.UNREADABLE.at(Span(path, problem.line, problem.column), str(problem), fix=place.FIX),)
    broken = (
        code.at(Span(path, line, 1 if line else 0), message, fix=place.FIX)
        for invariant in invariants.ALL
        for line, code, message in invariant(front, found.blocks)
    )
    return in_order((*broken, *_same(path, expected(front), found.blocks), *_comments(path, front.config, found)))


def _same(path: str, wanted: Sequence[Wanted], there: Sequence[Directive]) -> Iterator[Diagnostic]:
    """What is implied is there, each as often as it is, in its order, and nothing else is."""
    implied, found = list(_implied(wanted, ())), list(_found(there, ()))
    missing = Counter(statement for statement, _ in implied)
    surplus = False
    for statement, line in found:
        if missing[statement]:
            missing[statement] -= 1
            continue
        surplus = True
        message = f"nothing calls for {_shown(statement)}, or not twice"
        yield codes.UNEXPECTED.at(Span(path, line, 1), message, fix=place.FIX)
    reasons, blocks = dict(implied), {(*around, words): line for (around, words), line in reversed(found)}
    for statement in +missing:
        line = blocks.get(statement[0], 0)
        related = tuple(
            Related(f"{one.assertion or 'this'} calls for it", one.span) for one in reasons[statement].causes
        )
        message = f"missing: {_shown(statement)}"
        yield codes.MISSING.at(Span(path, line, 1 if line else 0), message, fix=place.FIX, related=related)
    if surplus or +missing:
        return
    for (statement, _), (other, line) in zip(implied, found, strict=True):
        if statement != other:
            message = f"{_shown(other)} stands where {_shown(statement)} should"
            yield codes.ORDER.at(Span(path, line, 1), message, fix=place.FIX)
            return


def _implied(wanted: Sequence[Wanted], around: tuple[str, ...]) -> Iterator[tuple[Statement, Origin]]:
    for one in wanted:
        words = _line(one.words, one.block is not None)
        yield (around, words), one.origin
        yield from _implied(one.block or (), (*around, words))


def _found(there: Sequence[Directive], around: tuple[str, ...]) -> Iterator[tuple[Statement, int]]:
    for one in there:
        words = _line(one.words, one.block is not None)
        yield (around, words), one.line
        yield from _found(one.block or (), (*around, words))


def _line(words: tuple[str, ...], opens: bool) -> str:  # a value that is shown
    """Words, so that no two lines that say different things are alike."""
    return " ".join((*(one if one and " " not in one else f"“{one}”" for one in words), *(("{",) if opens else ())))


def _shown(statement: Statement) -> str:
    around, words = statement
    return f"`{words}` in {' / '.join(one.removesuffix(' {') or 'the options' for one in around) or 'the file'}"


def _comments(path: str, name: str, found: Caddyfile) -> Iterator[Diagnostic]:
    """The two lines of the header of the artifact *name*, in lines 1 and 2, and no other comment."""
    header = {(number, 1, f" {line}") for number, line in enumerate(place.header(name), start=1)}
    there = {(comment.line, comment.column, comment.text) for comment in found.comments}
    for line, column, text in sorted(there - header):
        message = f"nothing calls for the comment `#{text}`"
        yield codes.UNEXPECTED.at(Span(path, line, column), message, fix=place.FIX)
    for line, column, text in sorted(header - there):
        yield codes.MISSING.at(Span(path, line, column), f"missing: the comment `#{text}`", fix=place.FIX)
