"""How a digest is written, in the lock file and wherever it is compared. Imported by the fast path of ``check``."""

from __future__ import annotations

import sys
from importlib import import_module

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

ABSENT = "absent"  # what stands where a digest would, when there is no such file


class _Hashes:
    """Python's own SHA-256, as ``random`` takes its hash (https://github.com/python/cpython/blob/3.11/Lib/random.py), and then OpenSSL's by ``hashlib``,
    which is eight times as fast, and takes as long to load as Python's own takes for *FEW* bytes. Of these few, what was hashed is known: the
    same file is asked for its bytes, its text and its beginning."""

    FEW = 256 * 1024

    def __init__(self) -> None:
        self._known: dict[bytes, str] = {}
        self._done = 0
        self._hash: Callable[[bytes], Any] = _own()

    def of(self, content: bytes) -> str:
        """The digest of *content* in hexadecimal."""
        known = self._known.get(content)
        if known is not None:
            return known
        if self._done <= self.FEW < self._done + len(content):
            self._hash = import_module("hashlib").sha256
        self._done += len(content)
        made: str = self._hash(content).hexdigest()
        if self._done <= self.FEW:
            self._known[content] = made
        return made


def _own() -> Any:
    try:
        return import_module("_sha2" if sys.version_info >= (3, 12) else "_sha256").sha256
    except ImportError:  # a Python that was built with OpenSSL's only
        return import_module("hashlib").sha256


_hashes = _Hashes()


def digest(content: bytes) -> str:
    """The SHA-256 digest of *content*."""
    return "sha256:" + _hashes.of(content)


def digest_of(blocks: Iterable[bytes | memoryview]) -> str:
    """The SHA-256 digest of all *blocks*, one after the other."""
    each = iter(blocks)
    first, second = next(each, b""), next(each, None)
    if second is None:
        return digest(bytes(first))
    total = import_module("hashlib").sha256(first)
    for block in (second, *each):
        total.update(block)
    return f"sha256:{total.hexdigest()}"
