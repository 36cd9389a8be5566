"""Real registries on loopback (Debian's docker-registry), and a gate before one that can misbehave."""

from __future__ import annotations

import base64
import contextlib
import http.client
import http.server
import json
import socket
import socketserver
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools import need

USER, PASSWORD = "somebody", "correct-horse-battery-staple"


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry that runs: its ``host:port``, and where it keeps its files."""

    host: str
    storage: Path

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.host.rpartition(":")[2])


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_address() -> str:
    """An address of this machine that is not loopback; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


@contextlib.contextmanager
def registry(
    directory: Path, *, storage: Path | None = None, password: bool = False, address: str = "127.0.0.1"
) -> Iterator[Registry]:
    """A registry with its files below *directory*; with *password* only ``USER`` may use it."""
    program = need("docker-registry", "apt-get install docker-registry")
    files = storage or directory / "storage"
    files.mkdir(parents=True, exist_ok=True)
    host = f"{address}:{free_port()}"
    settings: dict[str, object] = {
        "version": "0.1",
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": str(files)}},
        "http": {"addr": host},
    }
    if password:
        settings["auth"] = {"htpasswd": {"realm": "test", "path": str(_htpasswd(directory))}}
    config = directory / "registry.yml"
    config.write_text(json.dumps(settings), encoding="utf-8")
    with (directory / "registry.log").open("w") as log:
        process = subprocess.Popen([program, "serve", str(config)], stdout=log, stderr=log)
    try:
        _wait(host, process)
        yield Registry(host, files)
    finally:
        process.terminate()
        process.wait(20)


def _htpasswd(directory: Path) -> Path:
    program = need("htpasswd", "apt-get install apache2-utils")
    done = subprocess.run([program, "-Bbn", USER, PASSWORD], capture_output=True, text=True, check=True)
    file = directory / "htpasswd"
    file.write_text(done.stdout, encoding="utf-8")
    return file


def _wait(host: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://{host}/v2/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    pytest.fail("the registry did not start")


def docker_config(directory: Path, host: str, password: str | None) -> dict[str, str]:
    """The environment of somebody who has logged in at *host* with *password*; None: who has not."""
    directory.mkdir(parents=True, exist_ok=True)
    secret = base64.b64encode(f"{USER}:{password}".encode()).decode()
    logins = {host: {"auth": secret}} if password else {}
    (directory / "config.json").write_text(json.dumps({"auths": logins}), encoding="utf-8")
    return {"DOCKER_CONFIG": str(directory)}


class _Gate(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, target: tuple[str, int] | str, refusals: int) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.target = target
        self.refusals = refusals
        self.lock = threading.Lock()


class _Visit(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        gate = self.server
        assert isinstance(gate, _Gate)
        tls = self.request.recv(1, socket.MSG_PEEK) == b"\x16"  # a client that would rather have TLS tries that first
        with gate.lock:
            refused = gate.refusals > 0
            gate.refusals -= not tls
        if tls:
            return
        if refused:
            self.request.recv(65536)
            body = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            self.request.sendall(body)
            return
        assert isinstance(gate.target, tuple)
        with socket.create_connection(gate.target) as inner:
            splice(self.request, inner)


def splice(one: socket.socket, two: socket.socket) -> None:
    """Carry bytes both ways until both sides have ended."""
    back = threading.Thread(target=_carry, args=(two, one), daemon=True)
    back.start()
    _carry(one, two)
    back.join()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def failing_first(behind: Registry, refusals: int) -> Iterator[str]:
    """The ``host:port`` of a gate to the registry *behind* that answers the first *refusals* connections with 500."""
    with _Gate(("127.0.0.1", behind.port), refusals) as gate:
        thread = threading.Thread(target=gate.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{gate.server_address[1]}"
        finally:
            gate.shutdown()
            thread.join()


class _Refuser(http.server.BaseHTTPRequestHandler):
    """Hands requests on, except those that begin an upload."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Refusing)
        kept = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        with contextlib.closing(http.client.HTTPConnection(*server.behind, timeout=20)) as inner:
            inner.request(self.command, self.path, headers=kept)
            answer = inner.getresponse()
            body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815  # as it is called there

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, _Refusing)
        self.send_response(server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        self.wfile.write(server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as it is called there
        """Say nothing."""


class _Refusing(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behind: tuple[str, int], status: int, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Refuser)
        self.behind, self.status, self.body = behind, status, body


@contextlib.contextmanager
def refusing_uploads(behind: Registry, status: int, code: str, message: str) -> Iterator[str]:
    """The ``host:port`` of a gate to the registry *behind* that answers every upload with that error."""
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
    with _Refusing(("127.0.0.1", behind.port), status, body) as gate:
        thread = threading.Thread(target=gate.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{gate.server_address[1]}"
        finally:
            gate.shutdown()
            thread.join()


@contextlib.contextmanager
def silent() -> Iterator[tuple[str, threading.Event]]:
    """The ``host:port`` of somebody who takes connections and says nothing, and when the first has come."""
    visited = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    held.append(server.accept()[0])
                    visited.set()

        threading.Thread(target=take, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}", visited
        for end in held:
            end.close()


class _EngineGate(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, path: str, target: str) -> None:
        super().__init__(path, _EngineVisit)
        self.target = target
        self.open: list[socket.socket] = []


class _EngineVisit(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        gate = self.server
        assert isinstance(gate, _EngineGate)
        with socket.socket(socket.AF_UNIX) as inner:
            inner.connect(gate.target)
            gate.open += [self.request, inner]
            splice(self.request, inner)


@dataclass(frozen=True, slots=True)
class EngineLine:
    """A line to the engine that can be cut."""

    address: str
    _gate: _EngineGate

    def cut(self) -> None:
        """End every connection and take no other, as when the engine is stopped."""
        self._gate.shutdown()
        self._gate.server_close()
        Path(self.address.removeprefix("unix://")).unlink(missing_ok=True)
        for end in self._gate.open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def engine_line(directory: Path) -> Iterator[EngineLine]:
    """A line to the Docker engine of this machine."""
    path = directory / "engine.sock"
    gate = _EngineGate(str(path), "/var/run/docker.sock")
    thread = threading.Thread(target=gate.serve_forever, daemon=True)
    thread.start()
    line = EngineLine(f"unix://{path}", gate)
    try:
        yield line
    finally:
        line.cut()
        thread.join()
