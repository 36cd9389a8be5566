"""Small servers that answer as a script says, well or badly, on the loopback interface."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Conversation = Callable[[socket.socket], None]


@dataclass
class Server:
    """A server that is up: its port, how often it was called, what its callers did wrong."""

    port: int
    calls: int = 0
    problems: list[str] = field(default_factory=list)


@contextmanager
def serving(conversation: Conversation, *, host: str = "0.0.0.0") -> Iterator[Server]:
    """A server that has *conversation* with each caller; on loopback alone no module calls one healthy."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, 0))
        listener.listen(32)
        server = Server(listener.getsockname()[1])
        threads: list[threading.Thread] = []
        acceptor = threading.Thread(target=_accept, args=(listener, server, conversation, threads))
        acceptor.start()
        try:
            yield server
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            acceptor.join()
            for thread in threads:
                thread.join(5)


def _accept(
    listener: socket.socket, server: Server, conversation: Conversation, threads: list[threading.Thread]
) -> None:
    while True:
        try:
            caller, _ = listener.accept()
        except OSError:
            return
        server.calls += 1
        thread = threading.Thread(target=_talk, args=(caller, server, conversation))
        thread.start()
        threads.append(thread)


def _talk(caller: socket.socket, server: Server, conversation: Conversation) -> None:
    with caller:
        caller.settimeout(4)
        try:
            conversation(caller)
        except AssertionError as problem:
            server.problems.append(str(problem))
        except OSError:
            pass


def script(*steps: bytes | tuple[str, bytes], polite: bool = True) -> Conversation:
    """Send each piece of bytes; of ``("expect", bytes)`` demand exactly these. Afterwards wait until the caller leaves,
    who may say good-bye when *polite*."""

    def conversation(caller: socket.socket) -> None:
        for step in steps:
            if isinstance(step, bytes):
                caller.sendall(step)
                continue
            _, wanted = step
            have = b""
            while len(have) < len(wanted) and (data := caller.recv(len(wanted) - len(have))):
                have += data
            assert have == wanted, f"{have!r} instead of {wanted!r}"
        rest = b""
        while data := caller.recv(4096):
            rest += data
        assert polite or not rest, f"{rest!r} was not expected"

    return conversation


def http(status: int = 200, *, before: bytes = b"", path: str = "/health") -> Conversation:
    """An HTTP server with one page and one status."""

    def conversation(caller: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += caller.recv(4096) or b"\r\n\r\n"
        assert request.startswith(f"GET {path} HTTP/1.1\r\n".encode()), request
        caller.sendall(before + f"HTTP/1.1 {status} Some Reason\r\nContent-Length: 2\r\n\r\nok".encode())

    return conversation


def black_hole(caller: socket.socket) -> None:
    """Accept, and never say a word."""
    with suppress(OSError):
        while caller.recv(4096):
            pass


def garbage(caller: socket.socket) -> None:
    """Answer at once with what is of no protocol: no line, absurd lengths."""
    caller.sendall(bytes(range(255, 127, -1)) * 4)
    black_hole(caller)


def endless(caller: socket.socket) -> None:
    """Answer with letters as fast as they are taken, for ever."""
    until = time.monotonic() + 4
    while time.monotonic() < until:
        caller.sendall(b"A" * 65536)


def drip(caller: socket.socket) -> None:
    """Answer a byte at a time, slowly, for ever: each read succeeds, none ever completes."""
    until = time.monotonic() + 4
    while time.monotonic() < until:
        caller.sendall(b"\0")
        time.sleep(0.05)


def hang_up(caller: socket.socket) -> None:
    """Close the connection at once."""


def reset(caller: socket.socket) -> None:
    """Break the connection as soon as something was said."""
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@contextmanager
def never_accepting() -> Iterator[int]:
    """A port where connections are neither accepted nor refused: its backlog is full."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for caller in (first, second):
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def free_port() -> int:
    """A port where nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
