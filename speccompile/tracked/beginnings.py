"""How tracked files begin, which says of some whether they hold a secret. Asked by the fast path of ``check``: nothing costly may be imported here."""
# ruff: noqa: PTH118

from __future__ import annotations

import os

from speccompile import regular
from speccompile.digests import digest

_MOST = 65_536  # bytes of a file that are looked at


class Beginnings:
    """The beginnings of files by their paths as seen from *root*. ``noted`` are the digests of those that were asked for: while they are
    the same, what was concluded is."""

    __slots__ = ("_root", "noted")

    def __init__(self, root: str) -> None:
        self._root = root
        self.noted: dict[str, str] = {}

    def of(self, path: str) -> bytes:
        """The first bytes of a regular file; none where it may not be read."""
        head = _beginning(os.path.join(self._root, path))
        self.noted[path] = digest(head)
        return head


def _beginning(path: str) -> bytes:
    try:
        opened = regular.descriptor(path)
    except OSError:
        return b""
    try:
        return os.read(opened, _MOST)
    except OSError:
        return b""
    finally:
        os.close(opened)
