"""The closed world of a configuration for nginx: what is implied is there, and nothing else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from speccompile.codes.code import Code
from speccompile.diagnostics import Diagnostic, Related
from speccompile.provenance import Origin
from speccompile.record import record
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.nginx_statements import Statement, found
from speccompile.verify.readers.nginx import Configuration


@record()
class World:
    """A configuration at *path* on the disk; its findings are of the codes *unexpected* and *missing*."""

    configuration: Configuration
    path: str
    unexpected: Code
    missing: Code

    def directives(self, implied: Iterable[tuple[Statement, Origin]]) -> Iterator[Diagnostic]:
        """As multisets, what is *implied* and what is there are the same."""
        wanted = list(implied)
        missing = Counter(statement for statement, _ in wanted)
        blocks: dict[tuple[str, ...], int] = {}
        for statement, directive in found(self.configuration.directives):
            blocks.setdefault(statement.where, directive.line)
            if missing[statement]:
                missing[statement] -= 1
            else:
                where = Span(self.path, directive.line, directive.column)
                yield self.unexpected.at(where, f"nothing calls for `{statement}`, or not twice", fix=place.FIX)
        reasons = dict(wanted)
        for statement in +missing:
            where = Span(self.path, line := blocks.get(statement.where, 0), 1 if line else 0)
            related = _related(statement, reasons[statement])
            yield self.missing.at(where, f"missing: `{statement}`", fix=place.FIX, related=related)

    def comments(self, name: str) -> Iterator[Diagnostic]:
        """The two lines of the header of the artifact *name*, in lines 1 and 2, and no other comment."""
        header = {(number, 1, f" {line}") for number, line in enumerate(place.header(name), start=1)}
        there = {(comment.line, comment.column, comment.text) for comment in self.configuration.comments}
        for line, column, text in sorted(there - header):
            where = Span(self.path, line, column)
            yield self.unexpected.at(where, f"nothing calls for the comment `#{text}`", fix=place.FIX)
        for line, column, text in sorted(header - there):
            yield self.missing.at(Span(self.path, line, column), f"missing: the comment `#{text}`", fix=place.FIX)


def _related(statement: Statement, origin: Origin) -> tuple[Related, ...]:
    return tuple(
        Related(f"{cause.assertion or 'this'} calls for {statement.name}", cause.span) for cause in origin.causes
    )
