"""A port of one network namespace that leads to a port of another one."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import threading

from registry_server import splice

_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)


class Gate:
    """Listens on *port* of the loopback in the namespace *inside* and connects to *to* in *to_inside*; None is this process's own."""

    def __init__(self, port: int, *, inside: str | None, to: tuple[str, int], to_inside: str | None) -> None:
        self._to, self._to_inside = to, to_inside
        self._open: list[socket.socket] = []
        self._listener = _listening(port, inside)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = self._listener.accept()
                threading.Thread(target=self._visited, args=(visitor,), daemon=True).start()

    def _visited(self, visitor: socket.socket) -> None:
        with visitor, contextlib.suppress(OSError):
            if self._to_inside:
                _enter(self._to_inside)  # this thread ends with the visit
            with socket.create_connection(self._to) as inner:
                self._open += [visitor, inner]
                splice(visitor, inner)

    def close(self) -> None:
        """No more visitors, and those that are there leave."""
        for one in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def _listening(port: int, namespace: str | None) -> socket.socket:
    """A socket that listens in *namespace*: it stays there, whoever holds it."""
    made: list[socket.socket] = []

    def make() -> None:
        if namespace:
            _enter(namespace)
        made.append(socket.create_server(("127.0.0.1", port)))

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    return made[0]


def _enter(namespace: str) -> None:
    """Let this thread, and no other, be in the network of *namespace*."""
    place = os.open(namespace, os.O_RDONLY)
    try:
        if _LIBC.setns(place, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
    finally:
        os.close(place)
