"""Small private registries that want a token for everything: npm's, PyPI's simple index, Cargo's sparse index, a Go proxy, a Maven repository."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.server
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TOKEN = "canary-7d1e-token-of-a-private-registry"
USER = "reader"
NAME, VERSION, TELLING = "acme-greeting", "1.0.0", "1.0.1"
MODULE = "acme.example/greeting"
WORDS = "hello from a private package"


@dataclass(frozen=True, slots=True)
class Private:
    """Where the registries are, and how often one was asked without the right token."""

    host: str
    refused: list[str] = field(default_factory=list)

    def at(self, path: str) -> str:
        """The URL of *path*."""
        return f"http://{self.host}/{path}"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        told = self.headers.get("Authorization", "")
        basic = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
        path = self.path.lstrip("/")
        allowed = told in (f"Bearer {TOKEN}", TOKEN, f"Basic {basic}") or path.startswith(f"go-{TOKEN}/")
        path = path.replace(f"go-{TOKEN}/", "go/", 1).replace("%2f", "/")
        found = server.files.get(path.rstrip("/"))
        if not allowed:
            server.refused.append(path)
            self._answer(401, b"who are you?")
        elif found is None:
            self._answer(404, b"no such thing")
        else:
            self._answer(200, found)

    do_HEAD = do_GET  # noqa: N815  # as it is called there

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="private"')
        kind = (
            "text/html"
            if b"<a href" in body
            else "application/json"
            if body.startswith(b"{")
            else "application/octet-stream"
        )
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as it is called there
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: str) -> None:
        super().__init__((address, 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.refused: list[str] = []


@contextlib.contextmanager
def private(address: str) -> Iterator[Private]:
    """The registries at *address*, which builds can reach."""
    with _Server(address) as server:
        found = Private(f"{address}:{server.server_address[1]}", server.refused)
        server.files.update({**_npm(found), **_pypi(found), **_cargo(found), **_go(), **_maven()})
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


def npm_archive(version: str = VERSION) -> bytes:
    """The package for npm and bun; in its telling version it shows the token when it is installed, and fails."""
    scripts = {"postinstall": "echo it is $NPM_TOKEN && exit 3"} if version == TELLING else {}
    package = {"name": NAME, "version": version, "main": "index.js", "license": "MIT", "scripts": scripts}
    return _tar(
        {"package/package.json": json.dumps(package), "package/index.js": f"module.exports = {json.dumps(WORDS)};\n"}
    )


def integrity(version: str = VERSION) -> str:
    """The package's digest as locks of npm and bun have it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(npm_archive(version)).digest()).decode()


def tarball(registry: Private, version: str = VERSION) -> str:
    """Where the package is."""
    return registry.at(f"npm/{NAME}/-/{NAME}-{version}.tgz")


def _npm(registry: Private) -> dict[str, bytes]:
    versions = {
        version: {
            "name": NAME,
            "version": version,
            "dist": {"tarball": tarball(registry, version), "integrity": integrity(version)},
        }
        for version in (VERSION, TELLING)
    }
    document = {"name": NAME, "dist-tags": {"latest": VERSION}, "versions": versions}
    archives = {f"npm/{NAME}/-/{NAME}-{version}.tgz": npm_archive(version) for version in versions}
    return {f"npm/{NAME}": json.dumps(document).encode(), **archives}


def _pypi(registry: Private) -> dict[str, bytes]:
    module, info = NAME.replace("-", "_"), f"{NAME.replace('-', '_')}-{VERSION}.dist-info"
    files = {
        f"{module}.py": f"WORDS = {WORDS!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "".join(
            f"{path},,\n" for path in (f"{module}.py", f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD")
        ),
    }
    wheel = f"{module}-{VERSION}-py3-none-any.whl"
    page = f'<!DOCTYPE html><html><body><a href="{registry.at(f"pypi/files/{wheel}")}">{wheel}</a></body></html>'
    return {f"pypi/simple/{NAME}": page.encode(), f"pypi/files/{wheel}": _zip(files)}


def crate() -> bytes:
    """The package for Cargo."""
    root = f"{NAME}-{VERSION}"
    manifest = f'[package]\nname = "{NAME}"\nversion = "{VERSION}"\nedition = "2021"\n'
    return _tar(
        {f"{root}/Cargo.toml": manifest, f"{root}/src/lib.rs": f"pub const WORDS: &str = {json.dumps(WORDS)};\n"}
    )


def _cargo(registry: Private) -> dict[str, bytes]:
    entry = {
        "name": NAME,
        "vers": VERSION,
        "deps": [],
        "cksum": hashlib.sha256(crate()).hexdigest(),
        "features": {},
        "yanked": False,
    }
    config = {"dl": registry.at("cargo/crates/{crate}-{version}.crate"), "auth-required": True}
    return {
        "cargo/index/config.json": json.dumps(config).encode(),
        f"cargo/index/{NAME[:2]}/{NAME[2:4]}/{NAME}": (json.dumps(entry) + "\n").encode(),
        f"cargo/crates/{NAME}-{VERSION}.crate": crate(),
    }


GO_MOD = f"module {MODULE}\n\ngo 1.20\n"
_GO_FILES = {"go.mod": GO_MOD, "greeting.go": f"package greeting\n\nconst Words = {json.dumps(WORDS)}\n"}


def go_sum() -> str:
    """The lines of go.sum for the module (golang.org/x/mod/sumdb/dirhash, Hash1)."""
    version = f"v{VERSION}"
    whole = _hash1({f"{MODULE}@{version}/{path}": text for path, text in _GO_FILES.items()})
    return f"{MODULE} {version} {whole}\n{MODULE} {version}/go.mod {_hash1({'go.mod': GO_MOD})}\n"


def _hash1(files: Mapping[str, str]) -> str:
    lines = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {path}\n" for path, text in sorted(files.items()))
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


def _go() -> dict[str, bytes]:
    version = f"v{VERSION}"
    place = f"go/{MODULE}/@v"
    files = {f"{MODULE}@{version}/{path}": text for path, text in _GO_FILES.items()}
    info = json.dumps({"Version": version, "Time": "2024-01-01T00:00:00Z"})
    return {
        f"{place}/list": f"{version}\n".encode(),
        f"{place}/{version}.info": info.encode(),
        f"{place}/{version}.mod": GO_MOD.encode(),
        f"{place}/{version}.zip": _zip(files),
    }


def _maven() -> dict[str, bytes]:
    place = f"maven/com/acme/greeting/{VERSION}/greeting-{VERSION}"
    pom = (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>com.acme</groupId>'
        f"<artifactId>greeting</artifactId><version>{VERSION}</version></project>"
    ).encode()
    jar = _zip({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n", "greeting.txt": WORDS})
    found = {f"{place}.pom": pom, f"{place}.jar": jar}
    return {**found, **{f"{path}.sha1": hashlib.sha1(content).hexdigest().encode() for path, content in found.items()}}


def _tar(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.USTAR_FORMAT, compresslevel=1) as archive:
        for path, text in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(text.encode()), 0o644
            archive.addfile(member, io.BytesIO(text.encode()))
    # The time in gzip's header would give another digest each second.
    content = bytearray(out.getvalue())
    content[4:8] = bytes(4)
    return bytes(content)


def _zip(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2024, 1, 1, 0, 0, 0)), text)
    return out.getvalue()
