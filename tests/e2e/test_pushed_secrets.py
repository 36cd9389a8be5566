"""What a registry has after a push: no secret of any kind that lay among the sources, in no layer, configuration or manifest."""

from __future__ import annotations

import gzip
import json
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_projects import answer, commit, speccompile

from registry_server import Registry

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine

CANARY, WITNESS = "c4n4ry9t8r7q6w5", "w1tn3ss9t8r7q6w5"
KEY = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{CANARY * 4}\n-----END OPENSSH PRIVATE KEY-----\n"
SECRETS = {
    "local_settings.py": f"PASSWORD = '{CANARY}'\n",
    "instance/config.py": f"SECRET_KEY = '{CANARY}'\n",
    "wp-config.php": f"<?php define('DB_PASSWORD', '{CANARY}');\n",
    "appsettings.Production.json": json.dumps({"Smtp": {"Password": CANARY}}),
    "database.yml": f"production:\n  password: {CANARY}\n",
    "env/prod": f"DB_PASSWORD={CANARY}\n",
    "ENV.PRODUCTION": f"DB_PASSWORD={CANARY}\n",
    "Server.KEY": KEY,
    "notes": KEY,
    "docker/config.json": json.dumps({"auths": {"ghcr.io": {"auth": CANARY + "AAAA="}}}),
    "config.php~": f"<?php $x = '{CANARY}';\n",
    "people.sql": f"-- PostgreSQL database dump\nCOPY public.users (id) FROM stdin;\n{CANARY}\n\\.\n",
    "vault.txt": CANARY,
    ".idea/dataSources.local.xml": CANARY,
    "terraform.tfstate": CANARY,
}
_TYPES = (
    "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
)


def _uploaded(host: str, repository: str, digest: str) -> Iterator[bytes]:
    """A manifest with all that hangs on it, layers unpacked."""
    body = _got(f"http://{host}/v2/{repository}/manifests/{digest}")
    yield body
    parsed = json.loads(body)
    for one in parsed.get("manifests", ()):
        yield from _uploaded(host, repository, one["digest"])
    for one in (*filter(None, [parsed.get("config")]), *parsed.get("layers", ())):
        blob = _got(f"http://{host}/v2/{repository}/blobs/{one['digest']}")
        try:
            yield gzip.decompress(blob)
        except (OSError, zlib.error):
            yield blob


def _got(address: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": _TYPES})) as answered:
        body: bytes = answered.read()
    return body


def test_a_registry_has_none_of_the_secrets_among_the_sources(
    docker: str, project: Path, loopback: Registry, app: str
) -> None:
    """Tracked, at the top of a directory that is copied and deep below it; its neighbour, which is no secret, is there."""
    del docker
    witness = project / "api/prompts/hello.txt"
    witness.parent.mkdir()
    witness.write_text(WITNESS)
    for path, text in SECRETS.items():
        for place in ("api/prompts", "api/prompts/a/b/c"):
            (project / place / path).parent.mkdir(parents=True, exist_ok=True)
            (project / place / path).write_text(text)
    done = speccompile(project, "generate")
    assert done.returncode == 0, done.stderr
    commit(project)
    built = speccompile(project, "build")
    assert built.returncode == 0, built.stderr
    pushed = speccompile(project, "push", "--registry", f"{loopback.host}/team", "--format", "json")
    assert pushed.returncode == 0, pushed.stderr
    (reference,) = (one["reference"] for one in answer(pushed)["pushes"])
    host, _, rest = reference.partition("/")
    repository, _, digest = rest.partition("@")
    content = [*_uploaded(host, repository, digest)]
    assert any(WITNESS.encode() in part for part in content), "the search finds what is in a layer"
    assert not any(CANARY.encode() in part for part in content)
    assert CANARY not in built.stdout + built.stderr + pushed.stdout + pushed.stderr
