"""This very installation of the program: another one of the same version may make other files.

Imported by the fast path, so nothing costly may be imported here.
"""
# ruff: noqa: PTH116, PTH120

from __future__ import annotations

import os

from speccompile.digests import digest

TYPE_CHECKING = False  # typing takes too long to import here
if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = os.path.dirname(os.path.realpath(__file__))


def state() -> str:
    """What is another one after the program was installed anew; for a source checkout, whose files are edited one by one, what changes with each. Raises
    ``OSError``."""
    if f"-packages{os.sep}" in HERE:
        one = os.stat(__file__)
        return f"{one.st_mtime_ns} {one.st_ino}"
    return digest(repr(sorted(files(HERE))).encode())


def files(directory: str) -> Iterator[tuple[str, int, int]]:
    """The files of the program below *directory*, with what changes when they do. Raises ``OSError``."""
    with os.scandir(directory) as listed:
        for entry in listed:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from files(entry.path)
            else:
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size
