"""A turn that is kept up while a deployment takes its time: starting one service can take longer than the turn holds, and who was killed holds it no longer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from speccompile.releases.store import Lease, Lost, Unreachable

_PATIENCE = 5.0  # seconds for which a request that is under way is waited for in the end


class _Renewed:
    """A lease that another thread renews; *renew* of the holder asks the store all the same, and learns what the thread has learnt."""

    def __init__(self, lease: Lease) -> None:
        self._lease, self._lost, self._lock = lease, False, threading.Lock()

    def renew(self) -> None:
        """Hold it for as long again; raises ``Lost``."""
        with self._lock:
            if self._lost:
                raise Lost
            try:
                self._lease.renew()
            except Lost:
                self._lost = True
                raise


@contextmanager
def renewed(lease: Lease, seconds: int) -> Iterator[Lease]:
    """*lease*, which holds for *seconds*, renewed three times in these until the end of the block. A store that does not answer once is asked again."""
    kept, over = _Renewed(lease), threading.Event()

    def keep() -> None:
        while not over.wait(max(1.0, seconds / 3)):
            try:
                kept.renew()
            except Lost:
                return
            except Unreachable:
                continue

    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        over.set()
        thread.join(_PATIENCE)
