"""A name server on loopback that answers for the names it is told, as an engine's does: A records, and «no such name» for all others."""

from __future__ import annotations

import contextlib
import socketserver
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_A = b"\0\1"


@dataclass
class Names:
    """Addresses by name, and the port where they are asked for; what is changed here is answered from then on."""

    port: int
    addresses: dict[str, tuple[str, ...]] = field(default_factory=dict)


class _Answer(socketserver.BaseRequestHandler):
    """A question in a datagram."""

    def handle(self) -> None:
        asked, socket = self.request
        server: Any = self.server
        socket.sendto(_answered(server.names, asked), self.client_address)


class _Connections(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Stream(socketserver.StreamRequestHandler):
    """Questions over a connection, each with its length in front."""

    def handle(self) -> None:
        server: Any = self.server
        while len(head := self.rfile.read(2)) == 2:
            answer = _answered(server.names, self.rfile.read(*struct.unpack(">H", head)))
            self.wfile.write(struct.pack(">H", len(answer)) + answer)


def _answered(names: Names, asked: bytes) -> bytes:
    """RFC 1035, 4.1: the question is repeated, each answer points to its name."""
    name, end = _name(asked, 12)
    question = asked[12 : end + 4]
    known = names.addresses.get(name, ())
    found = known if question[-4:-2] == _A else ()
    head = asked[:2] + struct.pack(">HHHHH", 0x8180 if known else 0x8183, 1, len(found), 0, 0)
    records = b"".join(struct.pack(">HHHIH", 0xC00C, 1, 1, 600, 4) + bytes(map(int, one.split("."))) for one in found)
    return head + question + records


def _name(message: bytes, at: int) -> tuple[str, int]:
    labels = []
    while (length := message[at]) != 0:
        labels.append(message[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return ".".join(labels), at + 1


def _at_one_port() -> tuple[socketserver.UDPServer, _Connections]:
    """Servers for both protocols at one port: somebody else may have it for one of the two."""
    for _ in range(50):
        server = socketserver.UDPServer(("127.0.0.1", 0), _Answer)
        try:
            return server, _Connections(server.server_address, _Stream)
        except OSError:
            server.server_close()
    raise AssertionError("no port is free for both protocols")


@contextlib.contextmanager
def names(**addresses: tuple[str, ...]) -> Iterator[Names]:
    """A running name server that knows *addresses*."""
    with contextlib.ExitStack() as stack:
        server, connections = map(stack.enter_context, _at_one_port())
        known = Names(server.server_address[1], dict(addresses))
        servers: tuple[socketserver.BaseServer, ...] = (server, connections)
        threads = []
        for one in servers:
            one.names = known  # type: ignore[attr-defined]  # read by the handler
            threads.append(threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.05}))
            threads[-1].start()
        try:
            yield known
        finally:
            for one, thread in zip(servers, threads, strict=True):
                one.shutdown()
                thread.join()
