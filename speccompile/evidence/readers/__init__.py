"""What test tools write, read: one module a format, one line here.

A reader takes a text and gives a ``Report``, or None for a text of another format. It says what is wrong with a text that ends too early or
contradicts itself, rather than count what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from speccompile.evidence.cases import Report
from speccompile.evidence.readers import gotest, jest, junit, libtest, tap, unittest

Reader = Callable[[str], Report | None]

READERS: Mapping[str, Reader] = {
    "junit": junit.read,
    "jest": jest.read,
    "go": gotest.read,
    "libtest": libtest.read,
    "tap": tap.read,
    "unittest": unittest.read,
}
"""The formats by name, the more certain first: that is the order in which an unknown output is tried."""


def recognised(text: str) -> Report | None:
    """*text* in the first format that it is of."""
    return next((report for read in READERS.values() if (report := read(text)) is not None), None)
