"""An answer of ``explain``: sentences, and the lines that they are about, in ranges; as text and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from speccompile.artifacts import Artifact
from speccompile.cli.workspace import Compiled
from speccompile.frontends.patches import RULE as PATCH
from speccompile.frontends.secretlike import shows_secret
from speccompile.lower.catalogue import RULE_DOCS
from speccompile.paths import join
from speccompile.provenance import Cause, Origin
from speccompile.record import record

Numbers = Sequence[int]


@record(kw_only=True)
class Explanation:
    """What *subject* is (its ``kind``: line, file, assertion, service, key or code), in ``sentences``; the ``origins`` that are behind it; and
    the ``lines`` of artifacts that are there because of it, by artifact."""

    kind: str
    subject: str
    sentences: tuple[str, ...]
    origins: tuple[Origin, ...] = ()
    lines: tuple[tuple[Artifact, Numbers], ...] = ()


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Sorted numbers as first and last of each run."""
    runs = groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    found = [[number for _, number in run] for _, run in runs]
    return [(run[0], run[-1]) for run in found]


def in_words(numbers: Iterable[int]) -> str:
    """``12-14, 31``."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges(numbers))


def rule_in_words(rule: str) -> str:
    """A rule with its title; of what people change about artifacts there is none."""
    if rule == PATCH:
        return "a patch"
    return f"{rule} ({RULE_DOCS[rule][0]})" if rule in RULE_DOCS else rule


def cause_in_words(compiled: Compiled, cause: Cause) -> str:
    """Where a cause stands, and what stands there."""
    source = compiled.workspace.source_line(cause.span.path, cause.span.line)
    where = compiled.workspace.seen(cause.span.path) + (f":{cause.span.line}" if cause.span.line else "")
    if cause.assertion:
        said = next((c.text for c in compiled.compilation.plan.assertions if c.assertion == cause.assertion), "")
        return f"{cause.assertion} “{said}” ({where})"
    shown = source.strip()[:120] if source and not shows_secret(source) else ""
    return f"`{shown}` ({where})" if shown else where


def because(compiled: Compiled, origin: Origin) -> str:
    """One sentence: by which rule, because of what."""
    rules = " and ".join(map(rule_in_words, origin.rules))
    causes = list(dict.fromkeys(cause_in_words(compiled, cause) for cause in origin.causes))
    return f"by {rules}" + (f", because of {'; '.join(causes)}" if causes else "")


def as_text(compiled: Compiled, answer: Explanation, *, lines: bool) -> str:
    """For a person; with *lines*, what stands in each of them."""
    return "\n".join([*answer.sentences, *_lines(compiled, answer, lines=lines)])


def _lines(compiled: Compiled, answer: Explanation, *, lines: bool) -> Iterator[str]:
    for artifact, numbers in answer.lines if answer.kind != "line" else ():
        place = compiled.workspace.seen(join(compiled.lock.output, artifact.path))
        yield f"  {place}:{in_words(numbers)}"
        if lines:
            text = artifact.text.split("\n")
            yield from (f"    {number:4d}  {text[number - 1].strip()}" for number in numbers)


def as_data(compiled: Compiled, answer: Explanation) -> dict[str, Any]:
    """For machines; paths from the project's directory."""
    return {
        "kind": answer.kind,
        "subject": answer.subject,
        "sentences": list(answer.sentences),
        "because": [_origin(origin) for origin in answer.origins],
        "lines": [
            {"path": join(compiled.lock.output, artifact.path), "ranges": [list(one) for one in ranges(numbers)]}
            for artifact, numbers in answer.lines
        ],
    }


def _origin(origin: Origin) -> Mapping[str, Any]:
    return {
        "rules": list(origin.rules),
        "causes": [
            {
                "path": cause.span.path,
                "line": cause.span.line,
                "column": cause.span.column,
                "assertion": cause.assertion,
            }
            for cause in origin.causes
        ],
    }
