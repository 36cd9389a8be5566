"""A gate before a real registry that denies single requests."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import threading
from collections.abc import Callable, Iterator

from registry_server import Registry


class _Relay(http.server.BaseHTTPRequestHandler):
    """Hands requests on, except those that the gate refuses: the registry then denies access."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        gate = self.server
        assert isinstance(gate, _Relaying)
        body = self._body()
        if gate.refuses(self.command, self.path.partition("?")[0]):
            self._answer(403, [("Content-Type", "application/json")], _DENIED)
            return
        kept = {
            k: v
            for k, v in self.headers.items()
            if k.lower() not in ("connection", "transfer-encoding", "content-length")
        }
        with contextlib.closing(http.client.HTTPConnection(*gate.behind, timeout=60)) as inner:
            inner.request(self.command, self.path, body=body or None, headers=kept | {"Content-Length": str(len(body))})
            answer = inner.getresponse()
            content = answer.read()
        length = ("Content-Length", answer.getheader("Content-Length", "0"))
        others = [
            (k, v)
            for k, v in answer.getheaders()
            if k.lower() not in ("connection", "transfer-encoding", "content-length")
        ]
        self._answer(answer.status, [*others, *([length] if self.command == "HEAD" else [])], content)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815  # as they are called there

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if self.command != "HEAD" or status == 403:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as it is called there
        """Say nothing."""


_DENIED = b'{"errors": [{"code": "DENIED", "message": "requested access to the resource is denied"}]}'


class _Relaying(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behind: tuple[str, int], refuses: Callable[[str, str], bool]) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.behind, self.refuses = behind, refuses


@contextlib.contextmanager
def gated(behind: Registry, refuses: Callable[[str, str], bool]) -> Iterator[str]:
    """The ``host:port`` of a gate to the registry *behind* that denies the requests, by method and path, that *refuses* says."""
    with _Relaying(("127.0.0.1", behind.port), refuses) as gate:
        thread = threading.Thread(target=gate.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{gate.server_address[1]}"
        finally:
            gate.shutdown()
            thread.join()
