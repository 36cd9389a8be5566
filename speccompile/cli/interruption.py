"""Ctrl-C, SIGTERM and a terminal that goes away: the first interrupts, later ones do not disturb what it has begun."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """The handler of the signals; ``happened`` is whether one came."""

    def __init__(self) -> None:
        self.happened = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Raise ``KeyboardInterrupt``, the first time and never again."""
        del number, frame
        self.happened = True
        no_more()
        raise KeyboardInterrupt


@contextlib.contextmanager
def interruptible() -> Iterator[Interruption]:
    """Each of the signals raises ``KeyboardInterrupt``, once; what is ignored (``nohup``) stays so."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    interruption = Interruption()
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, interruption)
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def no_more() -> None:
    """From here on nothing interrupts: it is over, or the answer is being given, and half of it would be none."""
    for number in _SIGNALS:
        if isinstance(signal.getsignal(number), Interruption):
            signal.signal(number, signal.SIG_IGN)
