"""Keeping what a ``check`` that found nothing had looked at, so that the next one is quick (see ``unchanged``)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from speccompile import check_record, regular
from speccompile.check_record import Record
from speccompile.digests import digest
from speccompile.drift import Expected, beside
from speccompile.owned import Ground
from speccompile.paths import LOCK
from speccompile.project.answers import Question


def remember(
    root: Path, expected: Expected, asked: str | None, own: Iterable[str], questions: Iterable[Question]
) -> None:
    """Keep that nothing was found about what is *expected* in *root*.

    *asked* is what ``-o`` named, *own* the paths that the view of the sources did not show, *questions* what it was asked.
    """
    ground, lock = Ground(str(root), expected.lock.output), expected.lock
    there, others = beside(ground, expected)
    record = Record(
        asked=asked,
        output=lock.output,
        folders=expected.folders,
        own=own,
        lock=digest(regular.read(root / LOCK)),
        inputs=dict(lock.inputs),
        files=dict(lock.files),
        beside={path: ground.digest(path) for path in others},
        listing=check_record.listing_digest(there),
        questions=questions,
    )
    check_record.save(str(root), record)
