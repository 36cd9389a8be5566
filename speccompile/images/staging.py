"""The copy of a Dockerfile that an engine is given, so that it cannot take it for another one.

BuildKit keeps what a client sent and fetches a file anew only when its size or its time of change is another one. Dockerfiles
that were written together, by ``generate`` or by ``git checkout``, may agree in both; then one service's image is built from
another's Dockerfile, and nothing says so. The copy's time is made from its bytes: other bytes, another time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from speccompile import regular
from speccompile.images.jobs import Job
from speccompile.record import record

_SPAN = 2**30 * 10**9  # nanoseconds; the times lie between 1970 and 2004


@record()
class Staged:
    """The files to name to an engine."""

    dockerfile: Path
    ignorefile: Path


@contextmanager
def staged(job: Job, directory: Path) -> Iterator[Staged]:
    """Copies below *directory*, which is made and goes away again. An ignore file at the context's root stays where it is.

    Errors: OSError where a file cannot be read or written.
    """
    directory.mkdir()
    try:
        beside = job.ignorefile.parent == job.dockerfile.parent
        yield Staged(
            _copied(job.dockerfile, directory),
            _copied(job.ignorefile, directory) if beside else job.ignorefile,
        )
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _copied(file: Path, directory: Path) -> Path:
    data = regular.read(file)
    copy = directory / file.name
    copy.write_bytes(data)
    moment = int.from_bytes(hashlib.sha256(data).digest()[:8], "big") % _SPAN
    os.utime(copy, ns=(moment, moment))
    return copy
