"""Generated health modules where they will live: behind TLS, in bundles, with a name server that is dead."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from health_plans import LANGUAGES, module, need
from health_programs import install, probe
from health_servers import Conversation, free_port, http, script, serving

from tools import find, need_engine
from tools import need as need_tool

_IMAGES = {
    "python": "python:3.12-slim",
    "javascript": "node:22-slim",
    "typescript": "oven/bun:1-slim",
    "go": "debian:bookworm-slim",
    "rust": "debian:bookworm-slim",
    "java": "eclipse-temurin:17-jre",
    "php": "php:8.4-cli-bookworm",
    "ruby": "ruby:3.4-slim-bookworm",
}
_INTERPRETERS = {
    "python": ("python",),
    "javascript": ("node",),
    "typescript": ("bun",),
    "php": ("php",),
    "ruby": ("ruby",),
}
_WITH_TLS = tuple(language for language in LANGUAGES if language != "rust")
# What the languages say of a certificate that nobody they trust has signed.
_UNTRUSTED = {"go": "unknown authority", "java": "certification path", "php": "certificate verify failed"}


def _certificate(directory: Path) -> Path:
    """A certificate for localhost and its key, signed by itself."""
    path = directory / "certificate.pem"
    subprocess.run(
        [
            need_tool("openssl", "apt-get install openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", str(directory / "key.pem"), "-out", str(path),
        ],
        capture_output=True, check=True,
    )  # fmt: skip
    return path


def _store(certificate: Path) -> Path:
    """A trust store of Java's with *certificate* in it."""
    path = certificate.with_name("trust.jks")
    subprocess.run(
        [
            need_tool("keytool", "install a JDK, 11 or newer"), "-importcert", "-noprompt", "-alias", "it", "-file", str(certificate),
            "-keystore", str(path), "-storetype", "JKS", "-storepass", "changeit",
        ],
        capture_output=True, check=True,
    )  # fmt: skip
    return path


def _secured(conversation: Conversation, certificate: Path) -> Conversation:
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    settings.load_cert_chain(certificate, certificate.with_name("key.pem"))

    def secured(caller: socket.socket) -> None:
        with settings.wrap_socket(caller, server_side=True) as wrapped:
            conversation(wrapped)

    return secured


@pytest.mark.parametrize("language", _WITH_TLS)
def test_tls(language: str, tmp_path: Path) -> None:
    """Certificates are checked, by the authorities that the language's own settings name."""
    certificate = _certificate(tmp_path)
    page, pong = (_secured(talk, certificate) for talk in (http(path="/"), script(b"+PONG\r\n")))
    program = install(module(language, need("api", "https"), need("cache", "redis"), need("mute", "https")), tmp_path)
    with serving(page) as api, serving(pong) as cache, serving(http(path="/")) as plain:
        env = {
            "API_URL": f"https://127.0.0.1:{api.port}",
            "CACHE_URL": f"rediss://localhost:{cache.port}",
            "MUTE_URL": f"https://localhost:{plain.port}",
        }
        unknown = program.report(env=env)["checks"]
        inside = "/app" if language == "typescript" and not find("bun") else str(tmp_path)
        trusted = {"SSL_CERT_FILE": f"{inside}/certificate.pem", "NODE_EXTRA_CA_CERTS": f"{inside}/certificate.pem"}
        if language == "java":
            trusted = {"JAVA_TOOL_OPTIONS": f"-Djavax.net.ssl.trustStore={_store(certificate)}"}
        known = program.report(env={**env, **trusted})["checks"]
    assert {name: check["ok"] for name, check in unknown.items()} == {"api": False, "cache": False, "mute": False}
    for name in ("api", "cache"):
        assert _UNTRUSTED.get(language, "self") in unknown[name]["detail"], unknown
    assert {name: check["ok"] for name, check in known.items()} == {"api": True, "cache": True, "mute": False}


def test_without_tls_it_is_said_that_nobody_logged_in(tmp_path: Path) -> None:
    """Rust's standard library has none: what is there passes with a remark, what is not there fails as ever."""
    needs = (need("api", "https"), need("cache", "redis"), need("gone", "rabbitmq", critical=False))
    program = install(module("rust", *needs, path="/", strict=False), tmp_path)
    closed = free_port()
    with serving(http(path="/")) as api, serving(script()) as cache:
        env = {
            "API_URL": f"https://127.0.0.1:{api.port}",
            "CACHE_URL": f"rediss://127.0.0.1:{cache.port}",
            "GONE_URL": f"amqps://127.0.0.1:{closed}",
            "PORT": str(api.port),
        }
        ran, checks = program.run("ready", env=env), program.report(env=env)["checks"]
    unasked = "reached, not authenticated"
    said = {
        "api": f"https at 127.0.0.1:{api.port}: {unasked}",
        "cache": f"redis at 127.0.0.1:{cache.port}: {unasked}",
        "gone": f"rabbitmq at 127.0.0.1:{closed}: connection refused",
    }
    assert {name: check["detail"] for name, check in checks.items()} == said
    assert {name: check["ok"] for name, check in checks.items()} == {"api": True, "cache": True, "gone": False}
    told = "; ".join(f"{name} ({detail.replace(': ', '): ', 1)}" for name, detail in said.items())
    assert (ran.code, ran.out) == (0, f"healthy without: {told}\n")


_SILENT_NAME_SERVER = """
import http.server, socket
http.server.BaseHTTPRequestHandler.do_GET = lambda self: self.send_error(404)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
    listener.bind(("127.0.0.1", 53))
    with http.server.HTTPServer(("0.0.0.0", 3000), http.server.BaseHTTPRequestHandler) as server:
        print("bound", flush=True)
        server.timeout = 60
        for _ in range(100):
            server.handle_request()
"""


@pytest.fixture(scope="module")
def network() -> Iterator[str]:
    """The network of a container with a name server that never answers, and a web server that has no page."""
    docker = need_engine()
    command = ["--user", "0:0", "python:3.12-slim", "python", "-c", _SILENT_NAME_SERVER]
    done = subprocess.run([docker, "run", "--detach", *command], capture_output=True, text=True, check=True)
    name = done.stdout.strip()
    try:
        for _ in range(100):
            logs = subprocess.run([docker, "logs", name], capture_output=True, text=True, check=True)
            if "bound" in logs.stdout:
                break
            time.sleep(0.1)
        yield f"container:{name}"
    finally:
        subprocess.run([docker, "rm", "--force", name], capture_output=True, check=True)


@pytest.mark.engine
@pytest.mark.parametrize("critical", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dead_name_server(language: str, critical: bool, network: str, tmp_path: Path) -> None:
    """A search for a name that takes a minute does not keep the probe from ending by itself, with the right status.

    It has two seconds; a machine under load starts programs slowly.
    """
    program = install(module(language, need("db", "postgres", critical=critical), path="/", strict=False), tmp_path)
    resolver = tmp_path / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:30\n")
    mounts = ["--volume", f"{tmp_path}:/app:ro", "--volume", f"{resolver}:/etc/resolv.conf:ro", "--workdir", "/app"]
    env = ["--env", "DB_URL=postgres://db.example.com/x"]
    command = probe(language, program.file, _INTERPRETERS.get(language, ()))
    run = [need_engine(), "run", "--rm", "--network", network, *mounts, *env, _IMAGES[language]]
    ran = subprocess.run(
        [*run, "timeout", "-s", "KILL", "15", *command, "ready"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    state = "unhealthy: " if critical else "healthy without: "
    assert (ran.returncode, ran.stderr) == (int(critical), "")
    assert ran.stdout == f"{state}db (postgres at db.example.com:5432): no answer in time\n"


def test_a_bundle_of_the_application_is_no_probe(tmp_path: Path) -> None:
    """Bundled into a program that imports it the module stays quiet, even when that is called with ``live``."""
    install(module("typescript", need("cache", "redis")), tmp_path)
    (tmp_path / "app.ts").write_text(
        'import { liveness } from "./health.ts";\nconsole.log("the application", (await liveness()).status);\n'
    )
    (tmp_path / "again.ts").write_text('export * from "./health.ts";\n')
    script = (
        "bun build app.ts --outdir out --target bun >/dev/null && bun out/app.js live && "
        "bun build health.ts --outdir out --target bun >/dev/null && bun out/health.js live; echo $?"
    )
    bun = find("bun")
    if bun:
        command = ["env", f"PATH={Path(bun).parent}:{os.environ['PATH']}", "sh", "-c", script]
    else:
        mount = ["--volume", f"{tmp_path}:/app", "--workdir", "/app"]
        command = [need_engine(), "run", "--rm", *mount, "--entrypoint", "sh", "oven/bun:1-slim", "-c", script]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    where = "http at 127.0.0.1:3000/health"
    assert ran.stdout == f"the application ok\nunhealthy: server ({where}): connection refused\n1\n", ran.stderr


def test_a_link_to_the_module_is_the_module(tmp_path: Path) -> None:
    """Started through a symbolic link, in a directory with spaces and percent signs, it is a program all the same."""
    directory = tmp_path / "a %41 b"
    directory.mkdir()
    install(module("javascript"), directory)
    (tmp_path / "probe.mjs").symlink_to(directory / "health.mjs")
    node = shutil.which("node") or need_tool("node", "install Node.js 18 or newer")
    ran = subprocess.run([node, "probe.mjs", "up"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
