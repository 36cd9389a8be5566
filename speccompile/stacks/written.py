"""What a program writes into: which directory, what it keeps there, and whether that must outlive the container."""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.record import record
from speccompile.source import Span

HOME = "/app"
"""Where programs are started in an image, members of workspaces apart."""


@record(kw_only=True)
class Written:
    """A place that sources write into, as they name it.

    ``directory`` is below the program's working directory, or absolute; "" is the working directory itself, None where it cannot be told.
    ``what`` is kept there, in words, ``named`` the path as the sources have it. ``lasting`` is whether it must outlive the container,
    ``free`` whether the image has nothing there that memory would hide, ``default`` whether the environment can name another place.
    """

    directory: str | None
    what: str
    named: str
    lasting: bool
    free: bool
    default: bool = False
    span: Span


def free_directories(places: Iterable[Written]) -> tuple[Written, ...]:
    """Those of *places* that are a directory of their own with nothing of the image in it: one a directory, none inside of another one,
    by their names. What must be kept comes before what need not."""
    found: dict[str, Written] = {}
    for place in sorted(places, key=lambda one: (one.directory or "", not one.lasting, one.span)):
        if place.directory and place.free:
            found.setdefault(place.directory, place)
    outer = tuple(f"{directory}/" for directory in found)
    return tuple(one for directory, one in found.items() if not directory.startswith(outer))


def own_directories(places: Iterable[Written]) -> tuple[str, ...]:
    """Those of the free directories that are below the working directory."""
    return tuple(
        one.directory for one in free_directories(places) if one.directory and not one.directory.startswith("/")
    )
