"""The generated files in the page: every line has a place that can be linked to, and says why it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from speccompile.backends.escape.html import HtmlText, anchor, html
from speccompile.record import record
from speccompile.report.content import CausedBy, File, Reason, Report, Told


@record()
class Link:
    """A link to a place in the page."""

    href: HtmlText
    text: HtmlText


@record()
class FileLinks:
    """Links to lines of one file."""

    path: HtmlText
    links: tuple[Link, ...]


@record(kw_only=True)
class LinePart:
    """A line of a file."""

    id: HtmlText
    number: int
    text: HtmlText


@record(kw_only=True)
class CausePart:
    """What wanted lines: a link to the assertion, or a place with what stands there."""

    link: Link | None
    place: HtmlText
    shown: HtmlText


@record(kw_only=True)
class ReasonPart:
    """Why lines are there: the rule, where the page explains it, and what wanted it."""

    link: Link | None
    rule: HtmlText
    title: HtmlText
    causes: tuple[CausePart, ...]


@record()
class BlockPart:
    """Lines that are there for the same reasons."""

    lines: tuple[LinePart, ...]
    reasons: tuple[ReasonPart, ...]


@record(kw_only=True)
class FilePart:
    """A file."""

    id: HtmlText
    path: HtmlText
    about: HtmlText
    blocks: tuple[BlockPart, ...]


@record(kw_only=True)
class RulePart:
    """A rule."""

    id: HtmlText
    code: HtmlText
    title: HtmlText
    text: HtmlText


@record()
class Links:
    """Where things are in the page: files and assertions by their numbers, which stand for whatever they are called."""

    files: Mapping[str, int]
    lengths: Mapping[str, int]
    assertions: Mapping[tuple[str, str, int], int]
    by_id: Mapping[str, int]
    rules: frozenset[str]

    def assertion(self, number: int) -> HtmlText:
        """The place of the *number*-th assertion."""
        return anchor(f"a{number}")

    def number_of(self, told: Told) -> int:
        """Which one *told* is; ids may be there twice, in manifests of their own."""
        return self.assertions[told.id, told.path, told.line]

    def line(self, path: str, number: int) -> HtmlText | None:
        """The place of a line; None where the page has no such line."""
        known = path in self.files and 0 < number <= self.lengths[path]
        return anchor(f"f{self.files[path]}-{number}") if known else None


def anchors(report: Report) -> Links:
    """Where things of *report* are in its page."""
    return Links(
        {file.path: number for number, file in enumerate(report.files)},
        {file.path: sum(len(block.lines) for block in file.blocks) for file in report.files},
        {(told.id, told.path, told.line): number for number, told in enumerate(report.assertions)},
        {told.id: number for number, told in reversed(tuple(enumerate(report.assertions)))},
        frozenset(rule.code for rule in report.rules),
    )


def links_to(lines: Mapping[str, Sequence[int]], known: Links) -> Iterator[FileLinks]:
    """For each file of the page, a link to the first of each run of *lines*."""
    for path, numbers in lines.items():
        links = tuple(_links(path, numbers, known))
        if links:
            yield FileLinks(html(path), links)


def _links(path: str, numbers: Sequence[int], known: Links) -> Iterator[Link]:
    for first, last in _runs(numbers):
        place = known.line(path, first)
        if place is not None:
            yield Link(place, html(f"{first}-{last}" if last > first else str(first)))


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    for _, run in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]


def files(report: Report, known: Links) -> Iterator[FilePart]:
    """The files of *report*."""
    for number, file in enumerate(report.files):
        count = sum(len(block.lines) for block in file.blocks)
        yield FilePart(
            id=anchor(f"f{number}"),
            path=html(file.path),
            about=html(f"{count} lines, for the target {file.target}"),
            blocks=tuple(_blocks(number, file, known)),
        )


def _blocks(at: int, file: File, known: Links) -> Iterator[BlockPart]:
    for block in file.blocks:
        lines = (
            LinePart(id=anchor(f"f{at}-{number}"), number=number, text=html(text))
            for number, text in enumerate(block.lines, start=block.first)
        )
        yield BlockPart(tuple(lines), tuple(_reason(reason, known) for reason in block.reasons))


def _reason(reason: Reason, known: Links) -> ReasonPart:
    rule = html(reason.rule)
    link = Link(_place_of(reason.rule), rule) if reason.rule in known.rules else None
    causes = tuple(_cause(cause, known) for cause in reason.causes)
    return ReasonPart(link=link, rule=rule, title=html(reason.title), causes=causes)


def _cause(cause: CausedBy, known: Links) -> CausePart:
    where = f"{cause.path}:{cause.line}" if cause.line else cause.path
    number = known.assertions.get(
        (cause.assertion or "", cause.path, cause.line), known.by_id.get(cause.assertion or "")
    )
    link = Link(known.assertion(number), html(cause.assertion or "")) if number is not None else None
    return CausePart(link=link, place=html(where), shown=html(cause.shown))


def rules(report: Report) -> Iterator[RulePart]:
    """The rules that put lines there."""
    for rule in report.rules:
        yield RulePart(id=_place_of(rule.code), code=html(rule.code), title=html(rule.title), text=html(rule.text))


def _place_of(rule: str) -> HtmlText:
    return anchor(f"r-{rule}")
