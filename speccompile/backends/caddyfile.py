"""A Caddyfile as text, in the form that ``caddy fmt`` gives: words, and blocks below them that are set in by a tab."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.caddy import CaddyText, caddy_comment
from speccompile.provenance import Origin
from speccompile.record import record


@record()
class Line:
    """Words, why they are there, and the lines of the block below them; None where there is none."""

    words: tuple[CaddyText, ...]
    origin: Origin
    block: tuple[Line, ...] | None = None


def artifact(path: str, target: str, blocks: tuple[Line, ...], origin: Origin, chosen: Origin | None) -> Artifact:
    """The Caddyfile at *path*, all of which is there since Caddy was *chosen*, too. ``TypeError`` for a word nobody escaped."""
    lines: list[tuple[str, Origin | None]] = [(f"# {caddy_comment(line)}", origin) for line in header.lines(path)]
    for number, block in enumerate(blocks):
        lines += [("", None)] if number else []
        # Text in backquotes has lines of its own.
        lines += [(each, why) for text, why in _written(block, 0) for each in text.split("\n")]
    origins = {
        number: (why, chosen) if chosen else (why,)
        for number, (line, why) in enumerate(lines, start=1)
        if why and line.strip()
    }
    return Artifact(path, "".join(f"{line}\n" for line, _ in lines), origins, target)


def _written(line: Line, depth: int) -> Iterator[tuple[str, Origin | None]]:
    inset = "\t" * depth
    yield inset + " ".join((*map(_checked, line.words), *(("{",) if line.block is not None else ()))), line.origin
    if line.block is not None:
        for one in line.block:
            yield from _written(one, depth + 1)
        yield f"{inset}}}", line.origin


def _checked(word: CaddyText) -> str:
    if not isinstance(word, CaddyText):
        raise TypeError(f"{word!r} was not escaped for a Caddyfile")
    return word
