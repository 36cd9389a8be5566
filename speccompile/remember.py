"""Keeping what a ``check`` that found nothing had looked at, so that the next one is quick (see ``unchanged``)."""

from __future__ import annotations

from pathlib import Path

from speccompile import check_record, installation, regular
from speccompile.check_record import Record
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic
from speccompile.digests import digest
from speccompile.drift import Expected, beside
from speccompile.owned import Ground
from speccompile.paths import LOCK
from speccompile.project.answers import Question
from speccompile.record import record


@record()
class Again:
    """What ``generate`` says the next time where nothing changes, see ``check_record.Record``."""

    shown: str = ""
    summary: str = ""
    notes: str = ""
    near: tuple[tuple[str, str], ...] = ()


@record()
class Basis:
    """What is kept of the compilation, see ``check_record.Record``."""

    key: str = ""
    relooked: tuple[str, ...] = ()


NOTHING_AGAIN = Again()
"""Nothing is known of that."""

NO_BASIS = Basis()
"""Nothing is kept."""


@record()
class Seen:
    """What a compilation looked at.

    *asked* is what ``-o`` named, *own* the paths that the view of the sources did not show, *questions* what it was asked, *behind* what
    answers about whole directories were made of. *said* is what there is to say although nothing has drifted, and *until* the last day on
    which that is all, "" where no day matters. *again* is what ``generate`` would say, *basis* what is kept of
    the compilation.
    """

    asked: str | None
    own: tuple[str, ...]
    questions: tuple[Question, ...]
    behind: tuple[Question, ...] = ()
    said: tuple[Diagnostic, ...] = ()
    until: str = ""
    again: Again = NOTHING_AGAIN
    basis: Basis = NO_BASIS


def remember(root: Path, expected: Expected, seen: Seen) -> None:
    """Keep that nothing was found about what is *expected* in *root*."""
    ground, lock = Ground(str(root), expected.lock.output), expected.lock
    there, others = beside(ground, expected)
    record = Record(
        asked=seen.asked,
        output=lock.output,
        folders=expected.folders,
        own=seen.own,
        lock=digest(regular.read(root / LOCK)),
        inputs=dict(lock.inputs),
        files=dict(lock.files),
        beside={path: ground.digest(path) for path in others},
        listing=check_record.listing_digest(there),
        questions=seen.questions,
        behind=seen.behind,
        said=[as_data(one) for one in seen.said],
        until=seen.until,
        shown=seen.again.shown,
        summary=seen.again.summary,
        notes=seen.again.notes,
        near=dict(seen.again.near),
        basis=seen.basis.key,
        relooked=seen.basis.relooked,
        maker=installation.state(),
    )
    check_record.save(str(root), record)
