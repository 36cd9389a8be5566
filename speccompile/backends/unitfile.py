"""Units of systemd and quadlet as text (systemd.syntax(7)): sections of keys and values, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.unit import UnitText, unit_comment
from speccompile.provenance import Origin, merged
from speccompile.record import record


@record()
class Line:
    """A key with its value, and why it is there."""

    key: str
    value: UnitText
    origin: Origin


@record()
class Section:
    """A section: its lines, in order."""

    name: str
    lines: tuple[Line, ...]


def artifact(path: str, target: str, sections: Iterable[Section], origin: Origin, *use: str) -> Artifact:
    """The unit at *path*; a section is there because of its lines, and left out where it has none; *use* is said below the head. ``TypeError`` for a
    value nobody escaped."""
    head = (*header.lines(path), *use)
    lines: list[tuple[str, Origin | None]] = [(f"# {unit_comment(line)}", origin) for line in head]
    for section in sections:
        if section.lines:
            lines += [("", None), (f"[{section.name}]", merged(one.origin for one in section.lines))]
            lines += [(f"{one.key}={_checked(one)}", one.origin) for one in section.lines]
    return text(path, target, lines)


def text(path: str, target: str, lines: Sequence[tuple[str, Origin | None]]) -> Artifact:
    """The artifact of *lines*, each with its origin; blank ones have none."""
    origins = {number: (origin,) for number, (_, origin) in enumerate(lines, start=1) if origin}
    return Artifact(path, "".join(f"{line}\n" for line, _ in lines), origins, target)


def _checked(line: Line) -> UnitText:
    if not isinstance(line.value, UnitText):
        raise TypeError(f"{line.value!r} was not escaped for a unit")
    return line.value
