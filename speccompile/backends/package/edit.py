"""Texts to insert into a manifest, and the unified diff that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from speccompile.plan.package import Setting
from speccompile.provenance import Origin
from speccompile.record import record

CONTEXT = 3


@record()
class Insertion:
    """Text to insert at an offset: ``body`` is what the setting asks for, ``lead`` and ``trail`` lay it out."""

    at: int
    lead: str
    body: str
    trail: str
    setting: Setting


@record()
class DiffLine:
    """A line of a patch, without its line feed, and why it is there."""

    text: str
    origin: Origin


def inserted(text: str, insertions: Sequence[Insertion]) -> tuple[str, dict[int, Origin]]:
    """*text* with *insertions* (ordered by offset), and the origins of the lines of the result that changed."""
    done = ""
    position = 0
    origins: dict[int, Origin] = {}
    for insertion in insertions:
        done += text[position : insertion.at]
        position = insertion.at
        first = done.count("\n") + 1
        done += insertion.lead + insertion.body
        for number in range(first, done.count("\n") + 2):
            origins.setdefault(number, insertion.setting.origin)
        done += insertion.trail
    return done + text[position:], origins


def diff(path: str, old: str, new: str, origins: Mapping[int, Origin], origin: Origin) -> Iterator[DiffLine]:
    """The unified diff from *old* to *new*, with the origin of each line.

    There is no ``diff --git`` line: with one, ``git apply`` takes paths from the repository's root, and in a directory
    below it does nothing, without a word.

    *origins* are those of the new text's lines; the other lines are there because of *origin*.
    """
    before, after = _lines(old), _lines(new)
    for text in (f"--- a/{path}", f"+++ b/{path}"):
        yield DiffLine(text, origin)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        yield DiffLine(f"@@ -{_range(i1, i2)} +{_range(j1, j2)} @@", origin)
        for tag, a1, a2, b1, b2 in group:
            why = origins.get(b1 + 1, origin)
            if tag == "equal":
                yield from _shown(" ", before[a1:a2], [origin] * (a2 - a1))
                continue
            yield from _shown("-", before[a1:a2], [why] * (a2 - a1))
            yield from _shown("+", after[b1:b2], [origins.get(number + 1, why) for number in range(b1, b2)])


def created(path: str, line: str, origin: Origin) -> Iterator[DiffLine]:
    """The diff that makes a file of one line."""
    for text in ("--- /dev/null", f"+++ b/{path}", "@@ -0,0 +1 @@", f"+{line}"):
        yield DiffLine(text, origin)


def _lines(text: str) -> list[str]:
    """Lines with their line feeds; a carriage return is part of the line."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _range(start: int, stop: int) -> str:
    length = stop - start
    first = start + 1 if length else start
    return str(first) if length == 1 else f"{first},{length}"


def _shown(sign: str, lines: Sequence[str], origins: Sequence[Origin]) -> Iterator[DiffLine]:
    for line, origin in zip(lines, origins, strict=True):
        yield DiffLine(sign + line.removesuffix("\n"), origin)
        if not line.endswith("\n"):
            yield DiffLine("\\ No newline at end of file", origin)
