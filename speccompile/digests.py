"""How a digest is written, in the lock file and wherever it is compared. Imported by the fast path of ``check``."""

from __future__ import annotations

import hashlib

ABSENT = "absent"  # what stands where a digest would, when there is no such file


def digest(content: bytes) -> str:
    """The SHA-256 digest of *content*."""
    return "sha256:" + hashlib.sha256(content).hexdigest()
