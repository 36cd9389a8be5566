"""Ctrl-C, SIGTERM and a terminal that goes away: the first interrupts, later ones do not disturb what it has begun."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Each of the signals raises ``KeyboardInterrupt``, once; what is ignored (``nohup``) stays so."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def no_more() -> None:
    """From here on nothing interrupts: it is over, or the answer is being given, and half of it would be none."""
    for number in _SIGNALS:
        if signal.getsignal(number) is _interrupt:
            signal.signal(number, signal.SIG_IGN)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    no_more()
    raise KeyboardInterrupt
