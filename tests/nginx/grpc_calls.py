"""A server of gRPC with methods that need no generated code, and a client that makes every sort of call to it."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from concurrent import futures
from dataclasses import dataclass
from typing import Any

import grpc

SERVICE = "shop.Pay"


class _Pay:
    """Get says who calls; Fail fails with a word of its own; Watch says three things, each once the client let it; Chat says all again."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.go_on = threading.Semaphore(0)

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        kinds = {
            "Get": grpc.unary_unary_rpc_method_handler(self._get),
            "Fail": grpc.unary_unary_rpc_method_handler(self._fail),
            "Watch": grpc.unary_stream_rpc_method_handler(self._watch),
            "Sum": grpc.stream_unary_rpc_method_handler(self._sum),
            "Chat": grpc.stream_stream_rpc_method_handler(self._chat),
        }
        found: grpc.RpcMethodHandler | None = kinds.get(details.method.removeprefix(f"/{SERVICE}/"))
        return found

    def _get(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        told = dict(context.invocation_metadata())
        context.set_trailing_metadata((("told-last", "yes"),))
        return json.dumps({"service": self.name, "got": len(request), "told": told}, default=str).encode()

    def _fail(self, _: bytes, context: grpc.ServicerContext) -> None:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "no funds: é")

    def _watch(self, _: bytes, __: grpc.ServicerContext) -> Iterator[bytes]:
        for number in range(3):
            self.go_on.acquire(timeout=20)
            yield str(number).encode()

    def _sum(self, requests: Iterator[bytes], _: grpc.ServicerContext) -> bytes:
        return str(sum(len(one) for one in requests)).encode()

    def _chat(self, requests: Iterator[bytes], _: grpc.ServicerContext) -> Iterator[bytes]:
        yield from requests


@dataclass
class Served:
    """A server of gRPC: its port, and what lets it go on."""

    port: int
    go_on: threading.Semaphore


@contextlib.contextmanager
def serving(name: str) -> Iterator[Served]:
    """A server called *name*."""
    pay = _Pay(name)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), handlers=(pay,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield Served(port, pay.go_on)
    finally:
        server.stop(None).wait()


@contextlib.contextmanager
def channel(port: int, credentials: grpc.ChannelCredentials | None = None, name: str = "") -> Iterator[grpc.Channel]:
    """A client of what listens at *port*; with *credentials* over TLS, asking for *name*."""
    options = [("grpc.enable_http_proxy", 0), ("grpc.default_authority", name or "pay.example.com")]
    if credentials is None:
        made = grpc.insecure_channel(f"127.0.0.1:{port}", options=options)
    else:
        options += [("grpc.ssl_target_name_override", name)]
        made = grpc.secure_channel(f"127.0.0.1:{port}", credentials, options=options)
    with made:
        yield made


def get(
    made: grpc.Channel, request: bytes = b"", said: tuple[tuple[str, str], ...] = ()
) -> tuple[dict[str, Any], grpc.Call]:
    """What the server says of a call."""
    answer, call = made.unary_unary(f"/{SERVICE}/Get").with_call(request, metadata=said, timeout=20)
    return json.loads(answer), call
