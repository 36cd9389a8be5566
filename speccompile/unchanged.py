"""The fast path of ``check``: is everything as it was when ``check`` or ``generate`` last found nothing to say?

A record of that lies where no commit can put one (see ``check_record``): the digests of all inputs, of the answers to all
questions that the source tree was asked, of all files that were written, and of the lock file. When all of them are still the same,
compiling again gives the same answer. Where an answer was made of what many files say, these are asked, and not that. Imports neither
pydantic nor jinja2 nor ruamel, and no module of the standard library that takes long.
"""
# ruff: noqa: PTH118, PTH208

from __future__ import annotations

import os
import time
from importlib import import_module

from speccompile import check_record, regular
from speccompile.check_record import Record
from speccompile.digests import ABSENT, digest
from speccompile.owned import Ground
from speccompile.ownership import listing, reserved
from speccompile.paths import LOCK, join, output_from
from speccompile.project.answers import Directory, answer_to_test
from speccompile.project.kinds import WALKED
from speccompile.tracked.artifacts import untracked
from speccompile.tracked.beginnings import Beginnings
from speccompile.tracked.index import Unreadable
from speccompile.tracked.repository import tracked

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def ok_text(files: Iterable[str]) -> str:
    """What ``check --format text`` prints when nothing has drifted."""
    count = len(tuple(files))
    return f"{LOCK}: ok, {count} {'file' if count == 1 else 'files'}\n"


def ok_json(files: Iterable[str], said: Sequence[Mapping[str, object]]) -> str:
    """What ``check --format json`` prints when nothing has drifted; *said* are diagnostics, as plain data."""
    document = {
        "status": "ok",
        "state": "ok",
        "files": [{"path": path, "state": "ok"} for path in sorted(files)],
        "diagnostics": said,
    }
    text: str = import_module("json").dumps(document, indent=2, ensure_ascii=False)
    return text + "\n"


class Look:
    """A project in which all but the sources is as *record* has it: the *sources*, and which questions about them, pairs of a path and a kind, are answered
    *otherwise*, of those that were asked and of those *behind* answers about whole directories."""

    __slots__ = ("behind", "otherwise", "record", "sources")

    def __init__(self, record: Record, sources: Directory) -> None:
        self.record, self.sources = record, sources
        self.otherwise = _otherwise(sources, (one for one in record.questions if one[1] not in WALKED))
        self.behind = _otherwise(sources, record.behind)


def looked(root: str, output: str | None = None) -> Look | None:
    """How the project in *root* is now, where a record is there and all but its sources is just as it was when nothing was found.

    *output* is what ``-o`` named. None when it is not, and always in CI, where a cache can carry what no commit can; never raises for what is on the disk.
    """
    if os.environ.get("CI") or not root:
        return None
    try:
        record = check_record.load(root)
        asked = None if output is None else output_from(os.path.realpath(root), output)
        if record is None or not record.files or record.asked != asked:
            return None
        sources = Directory(root, record.own)
        return Look(record, sources) if _same(root, record, sources) else None
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def unchanged(root: str, output: str | None = None) -> Record | None:
    """The record of the project in *root* when it is just as it was when nothing was found, see ``looked``."""
    look = looked(root, output)
    return None if look is None else as_it_was(root, look)


def as_it_was(root: str, look: Look) -> Record | None:
    """The record, when the sources are as they were, too. None when they are not, and when it takes more than this to find out; never raises for what is
    on the disk."""
    record, before = look.record, (look.record.tracked, look.record.heads, look.record.behind)
    try:
        if look.otherwise or is_tracked_wrongly(root, record) or not _is_concluded(look):
            return None
        if before != (record.tracked, record.heads, record.behind):
            check_record.save(root, record)
        return record
    except (OSError, ValueError, TypeError, AttributeError, Unreadable):
        return None


def is_near(root: str, record: Record) -> bool:
    """Whether all that what ``generate`` says depends on is there in the output directory, or not there, as it was."""
    ground = Ground(root, record.output)
    return all(
        answer_to_test(ground.is_there(join(record.output, path))) == answer for path, answer in record.near.items()
    )


def _same(root: str, record: Record, sources: Directory) -> bool:
    """Whether all but the sources is as it was."""
    ground = Ground(root, record.output)
    return (
        not (record.until and record.until < time.strftime("%Y-%m-%d", time.gmtime()))
        and digest(regular.read(os.path.join(root, LOCK))) == record.lock
        and not reserved(os.listdir(root))
        and all(ground.digest(path) == value for path, value in record.files.items())
        and not any(ground.is_executable(path) for path in (LOCK, *record.files))
        and all(ground.digest(path) == value for path, value in record.beside.items())
        and all(_input(sources, path) == value for path, value in record.inputs.items())
        and check_record.listing_digest(listing(ground, record.folders)) == record.listing
    )


def _otherwise(sources: Directory, questions: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    return [(path, kind) for path, kind, answer in questions if sources.known(kind, path) != answer]


def _is_concluded(look: Look) -> bool:
    """Whether what is concluded of all files below a directory is as it was. What it was made of is kept for the next time in the record: to conclude
    it takes longer than all else, and is left out where no file was altered."""
    record, sources = look.record, look.sources
    if record.behind and not look.behind:
        return True
    if _otherwise(sources, (one for one in record.questions if one[1] in WALKED)):
        return False
    record.behind = [(path, kind, answer) for (path, kind), answer in sorted(sources.behind.items())]
    return True


def is_tracked_wrongly(root: str, record: Record) -> bool:
    """Whether git tracks a file with secrets, or the lock file without all that it lists. Which files those are is concluded of their paths and of how
    some of them begin: what these were is kept for the next time in *record*, as the expressions for it take long to import."""
    place = os.path.realpath(root)
    paths = tracked(place)
    if not paths or untracked(record.files, paths):
        return bool(paths)
    listed, files = check_record.listing_digest(paths), Beginnings(place)
    if record.tracked == listed and all(digest(files.of(path)) == known for path, known in record.heads.items()):
        return False
    files = Beginnings(place)
    if any(True for _ in import_module("speccompile.tracked.secrets").secret_files(files, record.output, paths)):
        return True
    record.tracked, record.heads = listed, files.noted
    return False


def _input(sources: Directory, path: str) -> str:
    content = sources.content(path)
    return ABSENT if content is None else digest(content)
