"""The report as a comment of a pull request: what somebody has to look at, first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from speccompile.backends.escape.markdown import MarkdownText, code, markdown
from speccompile.report.ages import in_words
from speccompile.report.changes import Change, Changes
from speccompile.report.content import OPEN, Report, Told

MARK = "<!-- speccompile report -->"
_MOST = 60_000
"""Characters: GitHub takes 65,536 for a comment."""
_LISTED = 200

_EMPTY = MarkdownText("-")


def as_markdown(report: Report) -> str:
    """The report in GitHub's Markdown; a part that a comment has no room for is left out, and the end says so."""
    parts, left_out = [f"{MARK}\n## Deployment of {markdown(report.app)}\n"], []
    for title, lines in _sections(report):
        text = "\n".join(lines)
        if not text:
            continue
        if sum(map(len, parts)) + len(text) > _MOST:
            left_out.append(title)
        else:
            parts.append(f"### {title}\n\n{text}\n" if title else f"{text}\n")
    if left_out:
        parts.append(f"A comment has no room for: {', '.join(left_out)}. `speccompile report --html` has them.\n")
    return "\n".join(parts).rstrip("\n")


def _sections(report: Report) -> Iterator[tuple[str, Iterable[str]]]:
    yield "", _summary(report)
    if report.changes:
        yield "Changes", _changes(report.changes)
    yield "To look at", _open(report)
    yield "Assertions", _folded("all of them", _assertions(report))
    yield "Losses", _table(("target", "of", "lost", "what to do"), _losses(report))
    yield "Evidence", (*_evidence(report), *(_lacking(report)))
    yield "Patches", _table(("file", "because", "may break"), _overrides(report))
    yield "The system", _folded("boxes and calls", (*_boxes(report), "", *_calls(report)))
    yield "Versions", _folded("chosen versions", _table(("what", "version", "because of"), _versions(report)))


def _summary(report: Report) -> Iterator[str]:
    rows = [
        (markdown(platform), *(MarkdownText(str(report.counts(platform).get(word, 0))) for word in _words(report)))
        for platform in report.platforms
    ]
    yield from _table(("target", *_words(report)), rows)


def _words(report: Report) -> tuple[str, ...]:
    """The standings that there are on any platform."""
    return tuple(dict.fromkeys(word for platform in report.platforms for word in report.counts(platform)))


def _changes(changes: Changes) -> Iterator[str]:
    since = f"{code(changes.revision)} ({code(changes.commit[:12])})"
    if changes.refused:
        yield f"Nothing was compared: {since} does not compile."
        yield from (f"- {markdown(reason)}" for reason in changes.refused[:_LISTED])
        return
    yield f"Since {since}:" if changes.any else f"Nothing that is generated differs from {since}."
    for title, found in (
        ("Standings", changes.standings), ("Sentences", changes.texts), ("System", changes.system), ("Versions", changes.versions),
    ):  # fmt: skip
        if found:
            yield f"\n**{title}**\n"
            yield from _table(("what", "before", "now"), map(_change, found))
    if changes.files:
        yield "\n**Files**\n"
        rows = (
            (code(one.path), MarkdownText(one.state), MarkdownText(f"+{one.added} -{one.removed}"))
            for one in changes.files
        )
        yield from _table(("file", "", "lines"), rows)


def _change(one: Change) -> tuple[MarkdownText, ...]:
    return (
        markdown(one.about),
        markdown(one.before) if one.before else _EMPTY,
        markdown(one.after) if one.after else _EMPTY,
    )


def _open(report: Report) -> Iterator[str]:
    rows = [
        (markdown(told.id), markdown(told.text), markdown(f"{on.standing} on {on.platform}"), markdown(on.why))
        for told in report.assertions
        for on in told.standings
        if on.standing in OPEN
    ]
    if not rows:
        yield "Nothing: each assertion is held, shown, waived, settled otherwise, or the program's."
    else:
        yield from _table(("assertion", "says", "stands as", "why"), rows)


def _assertions(report: Report) -> Iterator[str]:
    rows = (
        (
            markdown(told.id),
            markdown(told.text),
            *(markdown(on.standing) for on in told.standings),
            _held_by(told),
        )
        for told in report.assertions
    )
    yield from _table(("assertion", "says", *report.platforms, "lines"), rows)


def _held_by(told: Told) -> MarkdownText:
    files = dict.fromkeys(f"{path}:{numbers[0]}" for on in told.standings for path, numbers in on.lines.items())
    return MarkdownText(" ".join(map(code, files))) or _EMPTY


def _losses(report: Report) -> Iterator[tuple[MarkdownText, ...]]:
    for one in report.losses:
        said = f"{one.what}: {one.why}" if one.why else one.what
        yield (
            markdown(one.platform),
            markdown(", ".join(one.of)) if one.of else _EMPTY,
            markdown(said),
            markdown(one.fix),
        )


def _overrides(report: Report) -> Iterator[tuple[MarkdownText, ...]]:
    for one in report.overrides:
        what = f"somebody's own: {one.reason}" if one.kept else one.reason
        yield code(one.path), markdown(what), markdown(", ".join(one.allow)) if one.allow else _EMPTY


def _evidence(report: Report) -> Iterator[str]:
    rows = [
        (
            markdown(one.service or "all"),
            markdown(f"{one.tool}, {one.runner} {one.version}"),
            MarkdownText("passed" if one.passed else "did not pass"),
            markdown(", ".join(f"{count} {name}" for name, count in one.counts)),
            markdown(f"{one.time}, {in_words(one.age)}"),
        )
        for one in report.evidence
    ]
    if rows:
        yield f"Ages are counted to {markdown(report.reference)}.\n"
        yield from _table(("service", "what", "", "counts", "when"), rows)
        yield ""


def _lacking(report: Report) -> Iterator[str]:
    for one in report.lacking:
        yield from (f"- {markdown(one.service)}: {markdown(reason)}" for reason in one.reasons)


def _boxes(report: Report) -> Iterator[str]:
    rows = (
        (
            markdown(box.name),
            markdown(box.is_a),
            markdown(", ".join(box.public)) if box.public else _EMPTY,
            markdown(", ".join(" at ".join(pair) for pair in box.state)) if box.state else _EMPTY,
            markdown(", ".join(box.secrets)) if box.secrets else _EMPTY,
        )
        for box in report.system.boxes
    )
    yield from _table(("name", "what", "public", "state", "secrets"), rows)


def _calls(report: Report) -> Iterator[str]:
    for one in report.system.arrows:
        yield f"- {markdown(one.source)} calls {markdown(one.target)}" + (f", {markdown(one.what)}" if one.what else "")


def _versions(report: Report) -> Iterator[tuple[MarkdownText, ...]]:
    return ((markdown(one.name), markdown(one.value), markdown(one.source)) for one in report.versions)


def _folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    inside = list(lines)
    if any(inside):
        yield f"<details><summary>{title}</summary>\n"
        yield from inside
        yield "\n</details>"


def _table(head: Sequence[str], rows: Iterable[Sequence[MarkdownText]]) -> Iterator[str]:
    """A table, where there are rows; what there is beyond so many is counted."""
    found = list(rows)
    if found:
        yield f"| {' | '.join(head)} |"
        yield f"|{' --- |' * len(head)}"
        yield from (f"| {' | '.join(row)} |" for row in found[:_LISTED])
        if len(found) > _LISTED:
            yield f"\nand {len(found) - _LISTED} more"
