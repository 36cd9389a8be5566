"""The report as one HTML page: its parts, with every text escaped, in the order in which the template places them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from speccompile.backends.escape.html import HtmlText, anchor, html
from speccompile.record import record
from speccompile.report import page_files
from speccompile.report.ages import in_words
from speccompile.report.changes import Change, Changes
from speccompile.report.content import OPEN, Report, StandingOn, Told
from speccompile.report.drawing import MOST, Figure, box_anchor, figure
from speccompile.report.page_files import FileLinks, FilePart, Link, Links, RulePart, files, links_to, rules


@record()
class Cell:
    """A cell of a table: text, and what sort of text it is, for its look."""

    text: HtmlText
    kind: HtmlText = HtmlText("")


@record()
class Row:
    """A row of a table: where it is, the head of it, and its cells."""

    id: HtmlText | None
    head: Cell
    cells: tuple[Cell, ...]


@record()
class Table:
    """A table with a caption."""

    caption: HtmlText
    heads: tuple[HtmlText, ...]
    rows: tuple[Row, ...]


@record(kw_only=True)
class StandingPart:
    """What became of an assertion on a platform."""

    platform: HtmlText
    word: HtmlText
    kind: HtmlText
    why: HtmlText
    files: tuple[FileLinks, ...]


@record(kw_only=True)
class AssertionPart:
    """An assertion."""

    id: HtmlText
    name: HtmlText
    text: HtmlText
    about: HtmlText
    says: tuple[HtmlText, ...]
    standings: tuple[StandingPart, ...]
    files: tuple[FileLinks, ...]


@record(kw_only=True)
class DiffPart:
    """What changed in a file."""

    path: HtmlText
    state: HtmlText
    lines: tuple[Cell, ...]


@record(kw_only=True)
class ChangesPart:
    """What changed since a commit."""

    since: HtmlText
    refused: tuple[HtmlText, ...]
    tables: tuple[Table, ...]
    files: tuple[DiffPart, ...]
    same: bool


@record(kw_only=True)
class Page:
    """All of it; of a part that may be missing there is one or none."""

    app: HtmlText
    policy: HtmlText
    style: HtmlText
    counts: tuple[Table, ...]
    open: tuple[Link, ...]
    figure: tuple[Figure, ...]
    undrawn: HtmlText | None
    system: tuple[Table, ...]
    supply: tuple[HtmlText, ...]
    changes: tuple[ChangesPart, ...]
    assertions: tuple[AssertionPart, ...]
    losses: tuple[Table, ...]
    overrides: tuple[Table, ...]
    evidence: tuple[Table, ...]
    reference: HtmlText
    lacking: tuple[HtmlText, ...]
    versions: tuple[Table, ...]
    findings: tuple[Table, ...]
    files: tuple[FilePart, ...]
    rules: tuple[RulePart, ...]


def page(report: Report, style: HtmlText, policy: HtmlText) -> Page:
    """*report* with everything in it escaped; *style* is the page's style sheet, *policy* what its browser may load."""
    anchors = page_files.anchors(report)
    drawn = figure(report.system)
    return Page(
        app=html(report.app),
        policy=policy,
        style=style,
        counts=_tables(_counts(report)),
        open=tuple(_open(report, anchors)),
        figure=(drawn,) if drawn else (),
        undrawn=html(f"There are more than {MOST} boxes, or none: the tables have them.") if drawn is None else None,
        system=_tables(
            _boxes(report),
            _table("Who calls whom", ("from", "to", "where"), _calls(report)),
            _table("Which secret goes where", ("secret", "read by"), _secrets(report)),
        ),
        supply=tuple(map(html, report.to_supply)),
        changes=(_changes(report.changes),) if report.changes else (),
        assertions=tuple(_assertion(told, anchors) for told in report.assertions),
        losses=_tables(
            _table("What targets do not hold", ("target", "of", "what is lost", "what to do"), _losses(report))
        ),
        overrides=_tables(
            _table("What people changed", ("file", "said in", "because", "may break"), _overrides(report))
        ),
        evidence=_tables(
            _table("Runs of verifiers", ("service", "what", "result", "counts", "when", "age"), _evidence(report))
        ),
        reference=html(report.reference),
        lacking=tuple(html(f"{one.service}: {reason}") for one in report.lacking for reason in one.reasons),
        versions=_tables(_table("Versions that were chosen", ("what", "version", "because of"), _versions(report))),
        findings=_tables(_table("What the compiler says", ("place", "code", "what", "what to do"), _findings(report))),
        files=tuple(files(report, anchors)),
        rules=tuple(rules(report)),
    )


def _tables(*found: Table) -> tuple[Table, ...]:
    """Those that have rows."""
    return tuple(table for table in found if table.rows)


def _counts(report: Report) -> Table:
    words = tuple(dict.fromkeys(word for platform in report.platforms for word in report.counts(platform)))
    rows = (
        _row(platform, *(str(report.counts(platform).get(word, 0)) for word in words)) for platform in report.platforms
    )
    return Table(html("How many assertions stand how"), (html("target"), *map(html, words)), tuple(rows))


def _open(report: Report, anchors: Links) -> Iterator[Link]:
    for number, told in enumerate(report.assertions):
        words = dict.fromkeys(on.standing for on in told.standings if on.standing in OPEN)
        if words:
            yield Link(anchors.assertion(number), html(f"{told.id}: {', '.join(words)}"))


def _boxes(report: Report) -> Table:
    rows = []
    for number, box in enumerate(report.system.boxes):
        state = ", ".join(" at ".join(pair) for pair in box.state)
        more = ", ".join(
            filter(
                None,
                (f"runs at {box.schedule}" if box.schedule else "", "may call what is outside" if box.leaves else ""),
            )
        )
        row = _row(
            box.name,
            box.is_a,
            ", ".join(box.public),
            state,
            ", ".join(box.secrets),
            str(box.replicas) if box.kind != "external" else "",
            more,
        )
        rows.append(Row(box_anchor(number), row.head, row.cells))
    heads = ("name", "what it is", "public at", "state", "secrets", "replicas", "more")
    return Table(html("What runs, and what is called"), tuple(map(html, heads)), tuple(rows))


def _calls(report: Report) -> Iterator[Row]:
    return (_row(one.source, one.target, one.what) for one in report.system.arrows)


def _secrets(report: Report) -> Iterator[Row]:
    readers: dict[str, list[str]] = {}
    for box in report.system.boxes:
        for secret in box.secrets:
            readers.setdefault(secret, []).append(box.name)
    return (_row(secret, ", ".join(who)) for secret, who in sorted(readers.items()))


def _assertion(told: Told, anchors: Links) -> AssertionPart:
    services = f"; concerns {', '.join(told.services)}" if told.services else ""
    number = anchors.number_of(told)
    return AssertionPart(
        id=anchors.assertion(number),
        name=html(told.id),
        text=html(told.text),
        about=html(f"{told.status}, {told.path}:{told.line}{services}"),
        says=tuple(map(html, told.says)),
        standings=tuple(_standing(on, anchors) for on in told.standings),
        files=tuple(links_to(told.lines, anchors)),
    )


def _standing(on: StandingOn, anchors: Links) -> StandingPart:
    return StandingPart(
        platform=html(on.platform),
        word=html(on.standing),
        kind=_kind(on.standing),
        why=html(on.why),
        files=tuple(links_to(on.lines, anchors)),
    )


def _kind(standing: str) -> HtmlText:
    """A name of a class of the style sheet for each standing."""
    return anchor("is-" + standing.replace(" ", "-").replace("'", ""))


def _losses(report: Report) -> Iterator[Row]:
    for one in report.losses:
        yield _row(one.platform, ", ".join(one.of), f"{one.what}: {one.why}" if one.why else one.what, one.fix)


def _overrides(report: Report) -> Iterator[Row]:
    for one in report.overrides:
        what = f"somebody's own: {one.reason}" if one.kept else one.reason
        yield _row(one.path, one.said_in, what, ", ".join(one.allow))


def _evidence(report: Report) -> Iterator[Row]:
    for one in report.evidence:
        counts = ", ".join(f"{count} {name}" for name, count in one.counts)
        what = f"{one.tool} by {one.runner} {one.version}, {one.inputs} files ({one.path})"
        result = "passed" if one.passed else "did not pass"
        yield _row(one.service or "all", what, result, counts, one.time, in_words(one.age))


def _versions(report: Report) -> Iterator[Row]:
    return (_row(one.name, one.value, one.source) for one in report.versions)


def _findings(report: Report) -> Iterator[Row]:
    for one in report.findings:
        yield _row(str(one.span), f"{one.severity.value} {one.code}", one.message, one.fix)


def _changes(changes: Changes) -> ChangesPart:
    tables = (
        ("Standings that changed", changes.standings),
        ("Sentences that changed", changes.texts),
        ("What changed in the system", changes.system),
        ("Versions that changed", changes.versions),
    )
    made = (_table(title, ("what", "before", "now"), map(_change, found)) for title, found in tables)
    return ChangesPart(
        since=html(f"{changes.revision} ({changes.commit[:12]})"),
        refused=tuple(map(html, changes.refused)),
        tables=_tables(*made),
        files=tuple(
            DiffPart(
                path=html(one.path),
                state=html(f"{one.state}, {one.added} lines more, {one.removed} lines less"),
                lines=tuple(Cell(html(line), _SIGNS.get(line[:1], HtmlText(""))) for line in one.lines),
            )
            for one in changes.files
        ),
        same=not changes.any and not changes.refused,
    )


_SIGNS: Mapping[str, HtmlText] = {"+": HtmlText("more"), "-": HtmlText("less"), "@": HtmlText("where")}


def _change(one: Change) -> Row:
    return _row(one.about, one.before or "-", one.after or "-")


def _row(head: str, *cells: str) -> Row:
    return Row(None, Cell(html(head)), tuple(Cell(html(cell)) for cell in cells))


def _table(caption: str, heads: Sequence[str], rows: Iterable[Row]) -> Table:
    return Table(html(caption), tuple(map(html, heads)), tuple(rows))
