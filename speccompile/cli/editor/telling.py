"""What is told about a place in a file of the project, and where else to look: from assertions and keys to lines, and back.

Texts are plain: nothing that a spec says becomes a link or a command of the editor.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from speccompile.cli.coverage import account
from speccompile.cli.editor.analysis import Analysis
from speccompile.cli.editor.deploy_keys import meaning
from speccompile.cli.explanation import in_words, ranges, rule_in_words
from speccompile.discovery import DEPLOYS
from speccompile.frontends import jsontext
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Covered
from speccompile.provenance import Cause, Origin
from speccompile.source import Span
from speccompile.spec.located import Located, SourceText

_JSON = json.JSONDecoder()


def told(analysis: Analysis, path: str, line: int, source: str) -> str | None:
    """What there is to say about *line* of the file *path*, whose text is *source* now; None where nothing is known of it.

    What a key means is known also while the project cannot be compiled.
    """
    if path in analysis.artifacts:
        return _why(analysis, path, line, source)
    covered = _assertion_at(analysis.compilation, path, line, source) if analysis.compilation else None
    if analysis.compilation and covered:
        return "\n".join(_stands(analysis.compilation, covered))
    key = meaning(path, line, source) if path in DEPLOYS else None
    found = [f"- {name}:{in_words(numbers)}" for name, numbers in _cited(analysis, _at(path, line))]
    return "\n".join((*((key,) if key else ()), *(("Because of this there are:", *found) if found else ()))) or None


def elsewhere(analysis: Analysis, path: str, line: int, source: str) -> tuple[Span, ...]:
    """Where to go from *line* of *path*, whose text is *source* now: from a line that is generated to what wanted it, from an assertion or a key
    to the lines that are there because of it, the first of each run."""
    if analysis.compilation is None:
        return ()
    artifact = analysis.artifacts.get(path)
    if artifact is not None:
        causes = (cause.span for origin in artifact.origins.get(line, ()) for cause in origin.causes)
        return tuple(dict.fromkeys(causes))
    covered = _assertion_at(analysis.compilation, path, line, source)
    wanted = _at(path, line) if covered is None else _of(covered)
    return tuple(Span(name, first, 1) for name, numbers in _cited(analysis, wanted) for first, _ in ranges(numbers))


def _why(analysis: Analysis, path: str, line: int, source: str) -> str | None:
    artifact = analysis.artifacts[path]
    lines, shown = artifact.text.split("\n"), source.split("\n")
    if lines[line - 1 : line] != shown[line - 1 : line]:
        return "This line is not what the specs give now: `speccompile generate --diff` shows what would be here."
    reasons = [f"- by {_reason(analysis, origin)}" for origin in artifact.origins.get(line, ())]
    return "This line is there\n" + "\n".join(dict.fromkeys(reasons)) if reasons else None


def _reason(analysis: Analysis, origin: Origin) -> str:
    rules = " and ".join(map(rule_in_words, origin.rules))
    causes = "; ".join(dict.fromkeys(_cause(analysis, cause) for cause in origin.causes))
    return f"{rules}, because of {causes}" if causes else rules


def _cause(analysis: Analysis, cause: Cause) -> str:
    where = f"{cause.span.path}:{cause.span.line}" if cause.span.line else cause.span.path
    plan = analysis.compilation.plan if analysis.compilation else None
    said = next((one.text for one in plan.assertions if cause in one.origin.causes), "") if plan else ""
    return f"{cause.assertion} “{said}” ({where})" if cause.assertion else where


def _stands(compilation: Compilation, covered: Covered) -> Iterator[str]:
    """How it stands, on each platform where there are several."""
    for platform in compilation.platforms:
        mine = next((one for one in platform.accounts if one.assertion is covered or one.assertion == covered), None)
        if mine is not None:
            head = f"On {platform.platform}: " if len(compilation.platforms) > 1 else ""
            sentences = list(account(mine))
            yield f"{covered.assertion}. {head}{sentences[0]}"
            yield from (f"- {sentence}" for sentence in sentences[1:])


def _assertion_at(compilation: Compilation, path: str, line: int, source: str) -> Covered | None:
    """The assertion that is written around *line* of *source*, as the plan has it."""
    if not path.endswith(".json"):
        return None
    found = next((id_ for id_, first, last in _written(path, source) if first <= line <= last), None)
    return next(
        (
            one
            for one in compilation.plan.assertions
            if one.assertion == found and one.origin.causes[0].span.path == path
        ),
        None,
    )


def _written(path: str, source: str) -> Iterator[tuple[str, int, int]]:
    """The id of each assertion of a manifest, with its first and its last line; nothing where the text is none at the moment."""
    raw, _ = jsontext.read(SourceText(path, source))
    entries = raw.get("assertions", ()) if isinstance(raw, Located) else ()
    for one in entries if isinstance(entries, tuple) else ():
        if isinstance(one, Located):
            yield (
                str(one.get("id", "")),
                raw.source.span(one.offset).line,
                raw.source.span(_end(source, one.offset)).line,
            )


def _end(source: str, begin: int) -> int:
    """Where the object ends that begins there; there, where it is not whole."""
    try:
        return _JSON.raw_decode(source, begin)[1] - 1
    except ValueError:
        return begin


def _at(path: str, line: int) -> Callable[[Origin], bool]:
    return lambda origin: any((cause.span.path, cause.span.line) == (path, line) for cause in origin.causes)


def _of(covered: Covered) -> Callable[[Origin], bool]:
    """That an origin cites it: by its id and its manifest, as another manifest may have the same id."""
    mine = covered.assertion, covered.origin.causes[0].span.path
    return lambda origin: any((cause.assertion, cause.span.path) == mine for cause in origin.causes)


def _cited(analysis: Analysis, wanted: Callable[[Origin], bool]) -> Iterator[tuple[str, Sequence[int]]]:
    """The lines of each file of which an origin is *wanted*."""
    for path, artifact in analysis.artifacts.items():
        numbers = [number for number, origins in sorted(artifact.origins.items()) if any(map(wanted, origins))]
        if numbers:
            yield path, numbers
