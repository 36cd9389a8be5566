"""How a digest is written, in the lock file and wherever it is compared. Imported by the fast path of ``check``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

ABSENT = "absent"  # what stands where a digest would, when there is no such file


def digest(content: bytes) -> str:
    """The SHA-256 digest of *content*."""
    return digest_of((content,))


def digest_of(blocks: Iterable[bytes | memoryview]) -> str:
    """The SHA-256 digest of all *blocks*, one after the other."""
    total = hashlib.sha256()
    for block in blocks:
        total.update(block)
    return "sha256:" + total.hexdigest()
