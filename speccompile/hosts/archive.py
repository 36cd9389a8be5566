"""A generation of a shared host as one archive, the same bytes for the same files."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Mapping

WHOLE = "whole"
"""The last file of an archive: where it is, all others are."""


def archive(files: Mapping[str, str]) -> bytes:
    """*files* (path → text) as a compressed tar archive, with the directories that they are in."""
    made = io.BytesIO()
    with tarfile.TarFile(fileobj=made, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for directory in sorted({above for path in files for above in _above(path)}):
            entry = tarfile.TarInfo(directory)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for path, text in [*sorted(files.items()), (WHOLE, "")]:
            content = text.encode()
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(made.getvalue(), mtime=0)


def _above(path: str) -> list[str]:
    """The directories that *path* is in, the outermost first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: number + 1]) for number in range(len(parts))]
