"""A generated file as lines that know why they are there, and the operations on them: a line is found by what it says, not by its number."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from speccompile.artifacts import Artifact
from speccompile.diagnostics import quoted
from speccompile.ownership import MARK
from speccompile.patching import points
from speccompile.patching.pointers import NoPlaceError
from speccompile.patching.treeoperations import NotSaidError, named
from speccompile.provenance import Origin
from speccompile.record import record
from speccompile.spec.patch import Operation

_HEAD, _WHY = 6, "Why a line is here: speccompile explain "
_PLACES = ("point", "after", "before")
_OF_POINTS = frozenset(("host", "route", "stage"))
_TAKES = {
    "insert": {"text", "nth", *_PLACES, *_OF_POINTS},
    "replace": {"find", "text", "nth"},
    "remove": {"find", "nth"},
}
_NEEDS = {"insert": {"text"}, "replace": {"find", "text"}, "remove": {"find"}}


@record()
class Line:
    """A line, and why it is there."""

    text: str
    origins: tuple[Origin, ...] = ()


Lines = tuple[Line, ...]


def lines_of(artifact: Artifact) -> Lines:
    """The lines of *artifact*, without the end of the last one."""
    texts = artifact.text.removesuffix("\n").split("\n")
    return tuple(Line(text, tuple(artifact.origins.get(n, ()))) for n, text in enumerate(texts, start=1))


def text_of(lines: Lines) -> tuple[str, dict[int, tuple[Origin, ...]]]:
    """The text of *lines*, and the origins of those that are not blank."""
    text = "".join(f"{line.text}\n" for line in lines)
    return text, {n: line.origins for n, line in enumerate(lines, start=1) if line.text.strip()}


def done(path: str, lines: Lines, operation: Operation, origin: Origin) -> Lines:
    """*lines*, those of the file *path*, after *operation*; raises ``NotSaidError`` and ``NoPlaceError``."""
    _refuse_incomplete(operation)
    new = tuple(Line(text, (origin,) if text.strip() else ()) for text in operation.text or ())
    if operation.find is not None:
        first = found(lines, operation.find, operation.nth)
        return (*lines[:first], *new, *lines[first + len(operation.find) :])
    if operation.after is not None:
        first = found(lines, operation.after, operation.nth) + len(operation.after)
    elif operation.before is not None:
        first = found(lines, operation.before, operation.nth)
    else:
        point = points.find(path, [line.text for line in lines], operation)
        first = point.index
        new = tuple(Line(f"{point.indent}{one.text}" if one.text.strip() else one.text, one.origins) for one in new)
    return (*lines[:first], *new, *lines[first:])


def _refuse_incomplete(operation: Operation) -> None:
    given = operation.model_fields_set - {"op"}
    takes = _TAKES.get(operation.op)
    if takes is None:
        raise NotSaidError(f"{operation.op} is for YAML; in files of lines there are {', '.join(_TAKES)}")
    if lacking := _NEEDS[operation.op] - given:
        raise NotSaidError(f"{operation.op} needs {named(lacking)}")
    if more := given - takes:
        raise NotSaidError(f"{operation.op} takes no {named(more)}")
    if operation.op == "insert" and len(given & set(_PLACES)) != 1:
        raise NotSaidError("insert needs one of at, after, before")
    if given & _OF_POINTS and not operation.point:
        raise NotSaidError(f"{', '.join(sorted(given & _OF_POINTS))} goes with `at`")


def found(lines: Lines, wanted: Sequence[str], nth: int | None) -> int:
    """The index of the first of the lines that are as *wanted*, however indented: the one place, or the *nth*."""
    first_line, said = header_end(lines), [one.strip() for one in wanted]
    there = [line.text.strip() for line in lines]
    starts = [n for n in range(first_line, len(there) - len(said) + 1) if there[n : n + len(said)] == said]
    if nth is not None and nth <= len(starts):
        return starts[nth - 1]
    if len(starts) == 1 and nth is None:
        return starts[0]
    if len(starts) > 1 and nth is None:
        numbers = ", ".join(str(n + 1) for n in starts[:5])
        raise NoPlaceError(
            f"{_shown(said)} is there {len(starts)} times (lines {numbers}); say which with `nth: 1`, or find more lines"
        )
    times = f" {nth} times, but {len(starts)}" if starts else ""
    raise NoPlaceError(f"{_shown(said)} is not there{times}{_nearest(there, said, first_line)}")


def header_end(lines: Sequence[Line]) -> int:
    """The index of the first line after those by which a file is known as generated; these stay."""
    head = (n for n, line in enumerate(lines[:_HEAD]) if MARK in line.text or _WHY in line.text)
    return max(head, default=-1) + 1


def _shown(said: Sequence[str]) -> str:
    more = f" and {len(said) - 1} more lines" if len(said) > 1 else ""
    return f"the line {quoted(said[0])}{more}"


def _nearest(there: Sequence[str], said: Sequence[str], first_line: int) -> str:
    missing = next((one for one in said if one and one not in there), said[0])
    close = get_close_matches(missing[:200], [one[:200] for one in there[first_line:] if one], n=1, cutoff=0.5)
    if not close:
        return ""
    number = next(n for n, one in enumerate(there) if one[:200] == close[0] and n >= first_line)
    return f"; nearest is line {number + 1}: {quoted(there[number])}"
