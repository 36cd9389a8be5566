"""The way between the fast path and compiling: sources were edited, and the same is seen of them as before, as it is after most edits.

The record of ``check`` says which questions are answered otherwise now; what is kept of the compilation (``derived``), which stage asked them. Services
that asked are looked at again. Where each is seen just as before, all that was made of them is as it was, and so are the files and what there is to say.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from speccompile import check_record
from speccompile.check_record import Record
from speccompile.derived.blobs import Unkept
from speccompile.derived.kept import Kept
from speccompile.detect.services import relooked
from speccompile.detect.units import BESIDE, COMPILED, SPECS
from speccompile.errors import Refused
from speccompile.frontends.asked import Asked
from speccompile.project.answers import Directory, Question
from speccompile.project.disk import DiskTree
from speccompile.project.kinds import WALKED
from speccompile.project.recorder import Recorder, Trace
from speccompile.requirements.said import said
from speccompile.tracked.index import Unreadable
from speccompile.unchanged import Look, is_tracked_wrongly

_MOST = 100
"""Of so many answers, or more, somebody has not edited a file or two: it is compiled."""


def nearly_unchanged(root: str, look: Look) -> Record | None:
    """The record of the project in *root*, brought up to date, when the sources are seen as they were; None when they are not, and when that cannot be told."""
    if not look.record.basis or len(look.otherwise) + len(look.behind) > _MOST:
        return None
    try:
        if not _is_seen_as_before(root, look) or is_tracked_wrongly(root, look.record):
            return None
    except (Refused, Unkept, Unreadable, OSError, ValueError, TypeError, AttributeError):
        return None
    check_record.save(root, look.record)
    return look.record


def _is_seen_as_before(root: str, look: Look) -> bool:
    memory, record = Kept(root), look.record
    if COMPILED not in memory.before or memory.before[COMPILED].key != record.basis:
        return False
    names = _asking(memory, look)
    if names is None:
        return False
    names |= {*record.relooked}
    if not _are_services(names, memory):
        return False
    written: Asked = memory.recall(SPECS)
    disk = DiskTree(Path(root))
    sources = Recorder(disk).hiding(record.own)
    relooked(written.spec, said(written.spec), sources, memory, names)
    if written.changes.inputs or not all(memory.made_the_same(name) for name in names):
        return False
    _bring_up_to_date(look, sources.questions(), disk.behind())
    record.relooked = sorted(names)
    return True


def _are_services(names: Collection[str], memory: Kept) -> bool:
    return all(name in memory.before for name in names) and not {SPECS, BESIDE, COMPILED} & {*names}


def _asking(memory: Kept, look: Look) -> set[str] | None:
    """The stages that have to be made again, as they asked what is answered otherwise now; None where that is not all: some question is nobody's, or
    one's that asks of more than a service."""
    otherwise, behind = frozenset(look.otherwise), frozenset(look.behind)
    names, asked, concluded = set[str](), set[tuple[str, str]](), set[tuple[str, str]]()
    for name, unit in memory.before.items():
        for trace in (unit.trace, *unit.called):
            asking, concluding = trace.asking(otherwise), trace.concluding(behind)
            asked |= asking
            concluded |= concluding
            if not asking and not concluding:
                continue
            if name not in (SPECS, BESIDE, COMPILED):
                names.add(name)
            elif asking or not _concludes_the_same(trace, look.sources):
                return None
    return names if asked == otherwise and concluded == behind else None


def _concludes_the_same(trace: Trace, sources: Directory) -> bool:
    """Whether all that was asked about whole directories is answered as it was, when it is concluded anew."""
    return all(sources.known(kind, path) == answer for path, kind, answer in trace.asked if kind in WALKED)


def _bring_up_to_date(look: Look, asked: Collection[Question], behind: Collection[Question]) -> None:
    """Put into the record what was *asked* now, and what its answers about whole directories were made of. What nobody asks any more stays, with the
    answer of now."""
    record = look.record
    record.questions = _renewed(record.questions, look.otherwise, look.sources, asked)
    record.behind = _renewed(record.behind, look.behind, look.sources, behind)


def _renewed(
    known: Collection[Question], otherwise: Collection[tuple[str, str]], sources: Directory, now: Collection[Question]
) -> list[Question]:
    answers = {(path, kind): answer for path, kind, answer in known}
    answers |= {(path, kind): sources.known(kind, path) for path, kind in otherwise}
    answers |= {(path, kind): answer for path, kind, answer in now}
    return [(path, kind, answer) for (path, kind), answer in sorted(answers.items())]
