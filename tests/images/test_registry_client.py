"""The registry client: token authentication, redirects, and answers that are not what they should be.

A registry that hands out tokens needs a token service of its own, which is the server here; the real registries of the
end-to-end tests are open or ask for a password.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from speccompile.images.credentials import Credential
from speccompile.images.failures import Trouble
from speccompile.images.registry_client import Client, Reference, RegistryError

CONFIG = json.dumps({"created": "2024-01-01T00:00:00Z", "config": {"Labels": {"a": "b"}}}).encode()
DIGEST = "sha256:" + hashlib.sha256(CONFIG).hexdigest()
MANIFEST = json.dumps({"config": {"digest": DIGEST}, "layers": [{"size": 3}, {"size": 4}]}).encode()
MANIFEST_DIGEST = "sha256:" + hashlib.sha256(MANIFEST).hexdigest()
SECRET = "hunter2-hunter2"
ME = "Basic " + base64.b64encode(f"me:{SECRET}".encode()).decode()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        path = self.path.partition("?")[0]
        said = self.headers.get("Authorization")
        server.seen.append((path, said))
        if path == "/token":
            self._give(200 if said == ME else 401, json.dumps({"token": "opaque"}).encode())
        elif path == "/storage":
            self._give(200, server.config)
        elif said != "Bearer opaque":
            realm = f'Bearer realm="http://127.0.0.1:{server.server_port}/token",service="test"'
            self._give(401, b"{}", {"WWW-Authenticate": realm})
        elif path.startswith("/v2/team/bank/blobs/"):
            self._give(307, b"", {"Location": f"http://localhost:{server.server_port}/storage"})
        elif path.startswith("/v2/team/bank/manifests/"):
            self._give(200, server.manifest)
        else:
            self._give(404, b"{}")

    def _give(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as it is called there
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[str, str | None]] = []
        self.manifest = MANIFEST
        self.config = CONFIG


@pytest.fixture
def server() -> Iterator[_Server]:
    """A registry with a token service and a storage of its own."""
    with _Server() as found:
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def _ask(server: _Server, version: str, credential: Credential | None) -> object:
    host = f"127.0.0.1:{server.server_port}"
    return Client(host, credential).image(Reference(host, "team/bank", version))


@pytest.mark.parametrize("version", ["1", MANIFEST_DIGEST])
def test_a_token_is_got_and_kept_from_the_storage(server: _Server, version: str) -> None:
    host = f"127.0.0.1:{server.server_port}"
    facts = Client(host, Credential("me", SECRET)).image(Reference(host, "team/bank", version))
    assert (facts.id, facts.size, facts.layers, dict(facts.labels)) == (DIGEST, 7, 2, {"a": "b"})
    assert facts.digests == (f"{host}/team/bank@{MANIFEST_DIGEST}",)
    assert ("/storage", None) in server.seen
    assert [path for path, said in server.seen if said == ME] == ["/token"]


def test_an_index_names_the_image(server: _Server) -> None:
    entries = [
        {"digest": "sha256:" + "0" * 64, "platform": {"os": "linux", "architecture": "arm64"}},
        {"digest": MANIFEST_DIGEST, "platform": {"os": "linux", "architecture": "amd64"}},
    ]
    server.manifest = json.dumps({"manifests": entries}).encode()
    with pytest.raises(RegistryError, match="is not sha256"):
        _ask(server, "1", Credential("me", SECRET))  # this server gives the index for every digest
    assert f"/v2/team/bank/manifests/{MANIFEST_DIGEST}" in [path for path, _ in server.seen]


@pytest.mark.parametrize("credential", [None, Credential("me", "wrong")])
def test_who_may_not_is_refused(server: _Server, credential: Credential | None) -> None:
    with pytest.raises(RegistryError) as refused:
        _ask(server, "1", credential)
    assert refused.value.trouble is Trouble.DENIED
    assert SECRET not in str(refused.value)


def test_what_has_another_digest_is_refused(server: _Server) -> None:
    server.config = CONFIG + b" "
    with pytest.raises(RegistryError, match="is not sha256"):
        _ask(server, "1", Credential("me", SECRET))


@pytest.mark.parametrize("manifest", [b"", b"[]", b"<html>", b"{}", b'{"config": 5}', b'{"manifests": []}'])
def test_what_is_no_manifest_is_refused(server: _Server, manifest: bytes) -> None:
    server.manifest = manifest
    with pytest.raises(RegistryError):
        _ask(server, "1", Credential("me", SECRET))


def test_what_is_not_there(server: _Server) -> None:
    host = f"127.0.0.1:{server.server_port}"
    with pytest.raises(RegistryError) as refused:
        Client(host, Credential("me", SECRET)).image(Reference(host, "team/other", "1"))
    assert refused.value.trouble is Trouble.NAME
