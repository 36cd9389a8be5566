"""What BuildKit is sent of a tree with secrets at every depth, beside a generated ignore file."""

from __future__ import annotations

import os
import subprocess
import uuid
from pathlib import Path

import pytest

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.pipeline import Compilation
from tools import need_engine

pytestmark = pytest.mark.engine

BASE = "alpine:3"
SECRETS = (
    ".env", ".env.local", ".env.production", "prod.env", ".envrc", ".netrc", ".npmrc", ".pypirc", ".yarnrc.yml", ".pgpass", ".htpasswd",
    ".git-credentials", ".dockercfg", ".vault-token", ".aws/credentials", ".aws/config", ".azure/accessTokens.json",
    ".config/gcloud/credentials.db", ".docker/config.json", ".gnupg/secring.gpg", ".kube/config", ".ssh/id_ed25519", ".ssh/known_hosts",
    ".terraform/terraform.tfstate", "terraform.tfstate", "terraform.tfstate.backup", "prod.tfvars", "tls.key", "tls.pem", "apple.p8",
    "cert.p12", "cert.pfx", "putty.ppk", "release.jks", "debug.keystore", "vault.kdbx", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519",
    "credentials.json", "service-account.json", "service-account-prod.json", "secrets/db-password", "secrets.json", "secrets.yml",
    "secrets.yaml", "secrets.toml",
)  # fmt: skip
OTHERS = (
    ".git/config", ".git/objects/ab/cdef", ".hg/hgrc", ".svn/entries", "node_modules/left-pad/index.js", ".venv/bin/python", "npm-debug.log",
    "__pycache__/x.cpython-312.pyc", ".DS_Store",
)  # fmt: skip
SPECS = ("specs/assertions.json", "specs/deploy.yaml", "specs/verification.json", "speccompile.lock")
DEPTHS = ("", "src/", "src/deep/", "src/a/b/c/d/", "docs/", "generated/")


def sent(compilation: Compilation, context: Path, **environment: str) -> set[str]:
    """The files that the engine gets of *context* under the ignore file of the only service; by BuildKit, unless the
    *environment* says otherwise."""
    (service,) = compilation.plan.services
    output = context / compilation.plan.layout.output_in_context
    output.mkdir(exist_ok=True)
    for path, text in compilation.files.items():
        (output / path).write_text(text, encoding="utf-8")
    dockerfile = output / service.dockerfile
    dockerfile.write_text(f"# syntax=docker/dockerfile:1\nFROM {BASE}\nCOPY . /ctx\n", encoding="utf-8")
    docker, tag = need_engine(), f"speccompile-test-sent:{uuid.uuid4().hex}"
    build = [docker, "build", "--quiet", "--tag", tag, "--file", str(dockerfile), str(context)]
    done = subprocess.run(build, env=os.environ | environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    try:
        listing = [docker, "run", "--rm", "--network", "none", tag, "find", "/ctx", "-type", "f"]
        found = subprocess.run(listing, capture_output=True, text=True, timeout=60, check=True).stdout
    finally:
        subprocess.run([docker, "image", "rm", "--force", tag], capture_output=True, timeout=60, check=True)
    return {line.removeprefix("/ctx/") for line in found.splitlines()}


def write(context: Path, *names: str) -> None:
    """A file at each of the places *names*."""
    for name in names:
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        (context / name).write_text("secret\n", encoding="utf-8")


@pytest.mark.parametrize("output", ["generated", "."])
def test_only_what_the_image_is_made_of_is_sent(output: str, tmp_path: Path) -> None:
    """Not one secret, repository or spec, at any depth; and every source, oddly named ones included."""
    sources = {
        **BUN_WEB,
        "src/a/b/c/d/deep.ts": "export {};\n",
        "src/key.ts": "export {};\n",
        "src/environment.ts": "export {};\n",
    }
    compilation = compiled(sources, manifest("web-service", assertion(1, "GET /healthz returns 200")), output=output)
    assert compilation.defects == ()
    write(
        tmp_path,
        *(f"{depth}{name}" for depth in DEPTHS for name in (*SECRETS, *OTHERS)),
        *SPECS,
        "README.md",
        "docs/plan.md",
    )
    for name, text in sources.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    health = "health.ts" if output == "." else "generated/health.ts"
    assert sent(compilation, tmp_path) == {*sources, health}


ODD = ("a+b/(x)/$id.js", "patches/is-odd+3.0.1.patch", "b{1}^.dat", "c+d/secrets/i.js", "lib/x.js")


def test_names_with_characters_of_expressions_are_sent(tmp_path: Path) -> None:
    """By BuildKit, which escapes them itself, and by engines that make an expression of a pattern as it is: Docker's former builder is one."""
    sources = {
        "package.json": '{"name": "a", "version": "1.0.0", "scripts": {"start": "node server.js"}}',
        "server.js": "require('http').createServer((q, r) => r.end('ok')).listen(process.env.PORT || 3000)\n",
        **dict.fromkeys(ODD, "x\n"),
    }
    compilation = compiled(sources, manifest("web-service"))
    write(tmp_path, *SECRETS, *(f"a+b/{name}" for name in SECRETS), *SPECS)
    for name, text in sources.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    wanted = {*sources, "generated/health.mjs"}
    assert sent(compilation, tmp_path) == wanted
    (tmp_path / ".dockerignore").write_text(compilation.files["Dockerfile.dockerignore"], encoding="utf-8")
    assert sent(compilation, tmp_path, DOCKER_BUILDKIT="0") == wanted
