"""The record of a ``check`` that found nothing: what it had looked at, so that the next one need not compile.

It lies where no commit can put it (see ``local_state``) and holds for this checkout, this version of the tool and these
options. Imported by the fast path of ``check``, so nothing costly may be imported here.

It is a text of parts with a NUL between them, which no path has in it: how many items a field has, and then these. JSON is of more use, and
``json`` takes as long to import as the rest of such a ``check`` takes.
"""

from __future__ import annotations

from importlib import import_module

from speccompile import __version__, local_state
from speccompile.digests import digest

TYPE_CHECKING = False  # typing takes too long to import here
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

NAME = "check.record"
_HEAD = f"speccompile check 5 {__version__}"
_TEXTS, _LISTS = (
    ("lock", "listing", "output", "tracked", "until", "shown", "summary", "notes", "basis", "maker"),
    ("folders", "own", "relooked"),
)
_MAPS, _TRIPLES = ("beside", "files", "heads", "inputs", "near"), ("behind", "questions")
_LATER: Mapping[str, Any] = {
    "tracked": "",
    "heads": {},
    "shown": "",
    "summary": "",
    "notes": "",
    "near": {},
    "basis": "",
    "relooked": (),
    "maker": "",
}


class Record:
    """What ``check`` looked at.

    ``asked`` is the output directory that ``-o`` named, as seen from the project, None without it; ``output`` the one that
    was looked at; ``folders`` its directories, as seen from it. ``own`` are the paths that the view of the sources did not show; ``lock``
    the digest of the lock file's bytes; ``inputs`` and ``files`` digests by path; ``beside`` those of files in the output
    directory that have names of ours and are not; ``listing`` stands for the names of all files there. ``questions``
    are triples of path, kind and answer (see ``project.answers``), ``behind`` those that answers about whole
    directories were made of. ``tracked`` stands for the paths that git tracks, and ``heads`` are digests of how some of these files begin, of which it
    was concluded that none holds a secret ("" where that was not done yet). ``said`` are diagnostics as plain data, which are said each
    time; they are all of it up to the day ``until`` ("": for ever).

    ``summary`` is what ``generate`` says when it changes no file ("": not known), where the project is seen as ``shown``, and ``near`` tells of paths in
    the output directory whether they are there ("yes", "no"); ``notes`` are the diagnostics that it says with that, as JSON.
    ``maker`` is the installation that said it.

    ``basis`` names the compilation among what is kept (see ``derived``) of which all this holds ("": none), and ``relooked`` are the stages that asked other
    questions since than it has kept.
    """

    __slots__ = (
        "asked", "basis", "behind", "beside", "files", "folders", "heads", "inputs", "listing", "lock", "maker", "near", "notes", "output", "own", "questions",
        "relooked", "said", "shown", "summary", "tracked", "until",
    )  # fmt: skip

    asked: str | None
    output: str
    folders: Sequence[str]
    own: Sequence[str]
    lock: str
    inputs: Mapping[str, str]
    files: Mapping[str, str]
    beside: Mapping[str, str]
    listing: str
    questions: Sequence[tuple[str, str, str]]
    behind: Sequence[tuple[str, str, str]]
    tracked: str
    heads: Mapping[str, str]
    said: Sequence[dict[str, Any]]
    until: str
    shown: str
    summary: str
    notes: str
    near: Mapping[str, str]
    basis: str
    maker: str
    relooked: Sequence[str]

    def __init__(self, **known: Any) -> None:
        """All that is *known*, by these names; ``TypeError`` for more or less. What is found out later need not be."""
        known = {**_LATER, **known}
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
            return _read(place.read(NAME).decode("utf-8", "surrogatepass"))
        except (OSError, ValueError, TypeError, LookupError, RecursionError):
            continue
    return None


def save(root: str, record: Record) -> None:
    """Keep *record* for the next ``check``; does nothing where it cannot be kept."""
    try:
        local_state.usable(root).put(NAME, _written(record).encode("utf-8", "surrogatepass"))
    except (OSError, ValueError):
        return


def _written(record: Record) -> str:
    fields: list[Iterable[str]] = [() if record.asked is None else (record.asked,)]
    fields.append([import_module("json").dumps(record.said)] if record.said else ())
    fields += [(getattr(record, name),) for name in _TEXTS]
    fields += [getattr(record, name) for name in _LISTS]
    fields += [[part for pair in getattr(record, name).items() for part in pair] for name in _MAPS]
    fields += [[part for triple in getattr(record, name) for part in triple] for name in _TRIPLES]
    parts = [_HEAD]
    for field in fields:
        items = tuple(field)
        parts += (str(len(items)), *items)
    if any("\0" in part for part in parts):
        raise ValueError("a NUL is between parts, and in none")
    return "\0".join(parts)


def _read(text: str) -> Record:
    """The record that *text* is; ``ValueError``, ``TypeError`` or ``LookupError`` where it is none of this version."""
    parts = text.split("\0")
    if parts[0] != _HEAD:
        raise ValueError("another version wrote it")
    fields: list[list[str]] = []
    at = 1
    while at < len(parts):
        end = at + 1 + int(parts[at])
        fields.append(parts[at + 1 : end])
        at = end
    asked, said, *others = fields
    known: dict[str, Any] = {
        "asked": asked[0] if asked else None,
        "said": import_module("json").loads(said[0]) if said else [],
    }
    for name, field in zip((*_TEXTS, *_LISTS, *_MAPS, *_TRIPLES), others, strict=True):
        each = iter(field)
        if name in _TEXTS:
            (known[name],) = field
        elif name in _LISTS:
            known[name] = field
        elif name in _MAPS:
            known[name] = dict(zip(each, each, strict=True))
        else:
            known[name] = list(zip(each, each, each, strict=True))
    return Record(**known)
