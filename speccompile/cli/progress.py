"""How builds and pushes go, while they go: a live table on a terminal, plain lines elsewhere. Always on standard error."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from speccompile.images.progress import Watch, step

_WIDTH = 100


class _Plain:
    """One line for each thing that begins or ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def started(self, service: str, what: str) -> None:
        self._say(service, what)

    def line(self, service: str, text: str) -> None:
        found = step(text) or (text if text.startswith(("pulling ", "a transient failure")) else None)
        if found:
            self._say(service, found)

    def ended(self, service: str, what: str) -> None:
        self._say(service, what)

    def _say(self, service: str, text: str) -> None:
        with self._lock, contextlib.suppress(OSError):  # a build does not end because nobody watches it
            click.echo(f"{service}: {_printable(text)}", err=True)


@dataclass(slots=True)
class _Row:
    began: float
    ended: float | None
    text: str


class _Table:
    """A line a service, with a clock, redrawn in place."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}
        self._lock = threading.Lock()

    def started(self, service: str, what: str) -> None:
        with self._lock:
            self._rows[service] = _Row(time.monotonic(), None, what)

    def line(self, service: str, text: str) -> None:
        with self._lock:
            if service in self._rows and text.strip():
                self._rows[service].text = step(text) or text

    def ended(self, service: str, what: str) -> None:
        with self._lock:
            if service in self._rows:
                self._rows[service].ended, self._rows[service].text = time.monotonic(), what

    def __rich__(self) -> Table:
        table = Table.grid(padding=(0, 1))
        with self._lock:
            for name, row in sorted(self._rows.items()):
                mark = "…" if row.ended is None else "·"
                clock = f"{(row.ended or time.monotonic()) - row.began:.0f}s"
                table.add_row(mark, Text(name), Text(clock), Text(_printable(row.text)[:_WIDTH]))
        return table


@contextlib.contextmanager
def watching() -> Iterator[Watch]:
    """A watch that shows what it is told, as fits where standard error goes."""
    if not sys.stderr.isatty():
        yield _Plain()
        return
    table = _Table()
    with Live(table, console=Console(stderr=True), refresh_per_second=4, get_renderable=table.__rich__):
        yield table


def _printable(text: str) -> str:
    """No control character of an engine's output reaches a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)
