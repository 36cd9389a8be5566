"""The fast path of ``check``: is everything as it was when ``check`` or ``generate`` last found nothing to say?

A record of that lies where no commit can put one (see ``check_record``): the digests of all inputs, of the answers to all
questions that the source tree was asked, of all files that were written, and of the lock file. When all of them are still the same,
compiling again gives the same answer. Where an answer was made of what many files say, these are asked, and not that. Imports neither
pydantic nor jinja2 nor ruamel, and no module of the standard library that takes long.
"""
# ruff: noqa: PTH118, PTH208

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence

from speccompile import check_record, regular
from speccompile.check_record import Record
from speccompile.digests import ABSENT, digest
from speccompile.owned import Ground
from speccompile.ownership import listing, reserved
from speccompile.paths import LOCK, output_from
from speccompile.project.answers import Directory
from speccompile.project.kinds import WALKED
from speccompile.tracked.artifacts import untracked
from speccompile.tracked.index import Unreadable
from speccompile.tracked.repository import tracked
from speccompile.tracked.secrets import secret_files


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
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def unchanged(root: str, output: str | None = None) -> Record | None:
    """The record of the project in *root* when it is just as it was when nothing was found.

    *output* is what ``-o`` named. None when it is not, when it takes more than this to find out, and always in CI, where a
    cache can carry what no commit can; never raises for what is on the disk.
    """
    if os.environ.get("CI") or not root:
        return None
    try:
        record = check_record.load(root)
        asked = None if output is None else output_from(os.path.realpath(root), output)
        if record is None or not record.files or record.asked != asked:
            return None
        sources = Directory(root, record.own)
        if not _same(root, record, sources) or _is_tracked_wrongly(root, record):
            return None
        return record if record.behind and _as_before(sources, record.behind) else _concluded(root, record, sources)
    except (OSError, ValueError, TypeError, AttributeError, Unreadable):
        return None


def _same(root: str, record: Record, sources: Directory) -> bool:
    """Whether all but what is below directories is as it was."""
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
        and _as_before(sources, (one for one in record.questions if one[1] not in WALKED))
    )


def _as_before(sources: Directory, questions: Iterable[Sequence[str]]) -> bool:
    return all(sources.answer(kind, path) == answer for path, kind, answer in questions)


def _concluded(root: str, record: Record, sources: Directory) -> Record | None:
    """*record*, where what is concluded of all files below a directory is as it was, although one of them was altered. What it was made of
    is kept for the next time: to conclude it takes longer than all else."""
    if not _as_before(sources, (one for one in record.questions if one[1] in WALKED)):
        return None
    record.behind = [(path, kind, answer) for (path, kind), answer in sorted(sources.behind.items())]
    check_record.save(root, record)
    return record


def _is_tracked_wrongly(root: str, record: Record) -> bool:
    """Whether git tracks a file with secrets, or the lock file without all that it lists."""
    place = os.path.realpath(root)
    paths = tracked(place)
    return bool(untracked(record.files, paths)) or any(True for _ in secret_files(place, record.output, paths))


def _input(sources: Directory, path: str) -> str:
    content = sources.content(path)
    return ABSENT if content is None else digest(content)
