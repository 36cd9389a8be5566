"""Which questions about a tree the listing of one directory answers: most ask for what is not there, and all those about one directory are the same for as
long as its listing is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from speccompile.digests import ABSENT, digest
from speccompile.project.answers import DIGEST, IS_DIRECTORY, IS_FILE, Directory, Question, answer_to_test
from speccompile.project.kinds import ENTRIES, READ, answer_to_entries
from speccompile.project.listings import FILE, FOLDER, LINK
from speccompile.record import record

_UNLISTED = "unlisted"
_EMPTY = answer_to_entries(())


@record()
class Told:
    """What the listing of the directory at ``path``, in the form that ``listing`` gives it, tells: questions with their answers, as JSON."""

    path: str
    listing: str
    text: str

    @property
    def questions(self) -> tuple[Question, ...]:
        """What it tells."""
        return tuple((path, kind, answer) for path, kind, answer in json.loads(self.text))


def listing(directory: Directory, path: str) -> str:
    """What is to be seen in *directory* at *path*, in a form to be compared."""
    kinds = directory.kinds(path)
    return _UNLISTED if kinds is None else digest("\0".join(f"{one}/{kinds[one]}" for one in sorted(kinds)).encode())


def sorted_out(directory: Directory, questions: Iterable[Question]) -> tuple[tuple[Question, ...], tuple[Told, ...]]:
    """Those of *questions* that have to be asked, and the others by the listings of *directory* that tell them."""
    asked: list[Question] = []
    told: dict[str, list[Question]] = {}
    known: dict[str, Mapping[str, str] | None] = {}
    for one in questions:
        at = _teller(directory, one, known)
        (asked if at is None else told.setdefault(at, [])).append(one)
    by_listings = (Told(path, listing(directory, path), json.dumps(those)) for path, those in sorted(told.items()))
    return tuple(asked), tuple(by_listings)


def _teller(directory: Directory, question: Question, known: dict[str, Mapping[str, str] | None]) -> str | None:
    """The directory whose listing tells the answer; None where none does: a link is on the way, or a file has to be read."""
    path, kind, answer = question
    if kind not in _FOLLOWS:
        return None
    at, start = "", 0
    while True:
        if at not in known:
            known[at] = directory.kinds(at)
        kinds, end = known[at], path.find("/", start)
        what = None if kinds is None else kinds.get(path[start:] if end < 0 else path[start:end])
        if kinds is None or what == LINK:
            return None
        if end < 0:
            return at if _FOLLOWS[kind](what) == answer else None
        if what != FOLDER:  # so there is nothing below it
            return at if _FOLLOWS[kind](None) == answer else None
        at, start = path[:end], end + 1


# By the kind of question the answer that follows from what has that name; None where that takes more.
_FOLLOWS: Mapping[str, Callable[[str | None], str | None]] = {
    IS_FILE: lambda what: answer_to_test(what == FILE),
    IS_DIRECTORY: lambda what: answer_to_test(what == FOLDER),
    READ: lambda what: None if what == FILE else ABSENT,
    DIGEST: lambda what: None if what == FILE else ABSENT,
    ENTRIES: lambda what: None if what == FOLDER else _EMPTY,
}
