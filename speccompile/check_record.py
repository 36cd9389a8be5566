"""The record of a ``check`` that found nothing: what it had looked at, so that the next one need not compile.

It lies where no commit can put it (see ``local_state``) and holds for this checkout, this version of the tool and these
options. Imported by the fast path of ``check``, so nothing costly may be imported here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress

from speccompile import __version__, local_state
from speccompile.digests import digest

TYPE_CHECKING = False  # typing takes too long to import here
if TYPE_CHECKING:
    from typing import Any

NAME = "check.json"
_VERSION = 3


class Record:
    """What ``check`` looked at.

    ``asked`` is the output directory that ``-o`` named, as seen from the project, None without it; ``output`` the one that
    was looked at; ``folders`` its directories, as seen from it. ``own`` are the paths that the view of the sources did not show; ``lock``
    the digest of the lock file's bytes; ``inputs`` and ``files`` digests by path; ``beside`` those of files in the output
    directory that have names of ours and are not; ``listing`` stands for the names of all files there. ``questions``
    are triples of path, kind and answer (see ``project.answers``), ``behind`` those that answers about whole
    directories were made of. ``said`` are diagnostics as plain data, which are said each time; they
    are all of it up to the day ``until`` ("": for ever).
    """

    __slots__ = (
        "asked", "behind", "beside", "files", "folders", "inputs", "listing", "lock", "output", "own", "questions", "said", "until",
    )  # fmt: skip

    asked: str | None
    output: str
    folders: Sequence[str]
    own: Sequence[str]
    lock: str
    inputs: dict[str, str]
    files: dict[str, str]
    beside: dict[str, str]
    listing: str
    questions: Sequence[tuple[str, str, str]]
    behind: Sequence[tuple[str, str, str]]
    said: Sequence[dict[str, Any]]
    until: str

    def __init__(self, **known: Any) -> None:
        """All that is *known*, by these names; ``TypeError`` for more or less."""
        if known.keys() != set(self.__slots__):
            raise TypeError("these are not the names of a record")
        for name, value in known.items():
            setattr(self, name, value)


def listing_digest(paths: Iterable[str]) -> str:
    """What a record keeps of a directory's names; no name contains a NUL."""
    return digest("\0".join(paths).encode("utf-8", "surrogateescape"))


def load(root: str) -> Record | None:
    """The record for the checkout in *root*, None when there is none that this version wrote and that can be trusted."""
    for place in local_state.places(root):
        try:
            document = json.loads(place.read(NAME))
            if document.pop("record") == _VERSION and document.pop("tool") == __version__:
                return Record(**document)
        except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
            continue
    return None


def save(root: str, record: Record) -> None:
    """Keep *record* for the next ``check``; does nothing where it cannot be kept."""
    known = {name: getattr(record, name) for name in Record.__slots__}
    text = json.dumps({"record": _VERSION, "tool": __version__, **known}, separators=(",", ":"))
    with suppress(OSError, ValueError):
        local_state.usable(root).put(NAME, text.encode())
