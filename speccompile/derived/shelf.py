"""Where derived data lies: in the user's own cache directory, a file for each checkout.

Not below the git directory, where other local state lies: a copy of a whole checkout has that with it, and what is here becomes artifacts. The first line
says which format it is, by which installation it was made, and the digest of the index, which is JSON: of each unit its key, what was asked, where its bytes
are, their digest, and the names of its parts. What does not fit is no data.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import TypeAlias

from speccompile import __version__, installation, local_state, regular
from speccompile.derived.stored import File, Stored
from speccompile.derived.unit import Unit
from speccompile.digests import digest
from speccompile.project.answers import Question
from speccompile.project.recorder import Trace
from speccompile.project.told import Told

NAME = "derived"
_FORMAT = 4
_HEAD = 4096
"""No first line is longer."""

_Plain: TypeAlias = Sequence[Iterable[Sequence[str]]]
"""A trace, as JSON has it."""


def load(root: str) -> dict[str, Unit]:
    """The units that were kept for the checkout in *root*; none where there are none that this very installation has made."""
    place = local_state.cached(root)
    if place is None:
        return {}
    try:
        file = File(place.opened(NAME))
        head = file.bytes_at(0, _HEAD).partition(b"\n")[0]
        version, index, size = json.loads(head)
        start = len(head) + 1 + int(size)
        document = file.bytes_at(len(head) + 1, min(int(size), regular.LARGEST))
        if version != _version() or digest(document) != index:
            return {}
        return {name: _unit((file, start), *described) for name, *described in json.loads(document)}
    except (OSError, ValueError, TypeError, RecursionError):
        return {}


def save(root: str, units: Mapping[str, Unit]) -> bool:
    """Keep *units* for the next time, in the place of all that was kept; whether that could be done."""
    place, version = local_state.cached(root), _version()
    if place is None or version is None:
        return False
    at, index = 0, []
    for name, unit in units.items():
        called = [_plain(one) for one in unit.called]
        index.append((name, unit.key, _plain(unit.trace), at, unit.content.size, unit.digest, unit.parts, called))
        at += unit.content.size
    document = json.dumps(index, separators=(",", ":")).encode()
    head = json.dumps((version, digest(document), len(document))).encode()
    with suppress(OSError, ValueError):
        place.make()
        place.put_all(NAME, chain((head, b"\n", document), (unit.content.read() for unit in units.values())))
        return True
    return False


def _unit(
    blobs: tuple[File, int],
    key: str,
    trace: _Plain,
    at: int,
    size: int,
    value: str,
    parts: list[str],
    called: list[_Plain],
) -> Unit:
    return Unit(
        key, _trace(trace), Stored(blobs[0], blobs[1] + at, size), value, tuple(parts), tuple(map(_trace, called))
    )


def _plain(trace: Trace) -> _Plain:
    told = [(one.path, one.listing, one.text) for one in trace.told]
    return [trace.asked, told, trace.behind]


def _trace(plain: _Plain) -> Trace:
    asked, told, behind = plain
    listings = tuple(Told(path, listing, text) for path, listing, text in told)
    return Trace(_questions(asked), listings, _questions(behind))


def _questions(known: Iterable[Sequence[str]]) -> tuple[Question, ...]:
    return tuple((path, kind, answer) for path, kind, answer in known)


def _version() -> str | None:
    """What the same units come out of: this format, and this installation as it is, so that who works on the program, or puts another version of a
    library beside it, has what this makes; None where that cannot be told."""
    beside = [path for path in sys.path if path.endswith("-packages")]
    try:
        state = [*installation.files(installation.HERE), *((path, os.stat(path).st_mtime_ns, 0) for path in beside)]  # noqa: PTH116
    except OSError:
        return None
    return digest(json.dumps([_FORMAT, __version__, sys.version, installation.HERE, sorted(state)]).encode())
