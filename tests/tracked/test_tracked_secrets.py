"""Which tracked files hold secrets, and that ``check`` fails when one is staged, on both of its ways."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from repositories import git

from case_folders import command
from projects import PYTHON_WEB, assertion, manifest
from speccompile.quick_check import quick_answer
from speccompile.tracked.beginnings import Beginnings
from speccompile.tracked.secrets import secret_files

KEY = "-----BEGIN RSA PRIVATE KEY-----\n"
SECRETS = {
    ".env": "",
    ".ENV": "A=1",
    "api/.env": "A=1",
    ".env.production": "DATABASE_PASSWORD=correct horse",
    "prod.env": "export STRIPE_API_KEY='sk_live_1234'\n",
    "generated/secrets/db-password": "x",
    "generated/secrets/sub/any.thing": "x",
    "server.key": KEY,
    "SERVER.PEM": KEY,
    "id_ed25519": "",
    "keys/store.p12": "",
    ".npmrc": "//npm.example.com/:_authToken=npm_abcdef\n",
    ".netrc": "machine example.com login ann password s3cret\n",
    ".pypirc": "[pypi]\nusername = __token__\npassword = pypi-AgEI\n",
    ".git-credentials": "https://ann:s3cret@example.com\n",
    ".my.cnf": "[client]\npassword = s3cret\n",
    "kubeconfig": "users:\n- user:\n    client-key-data: LS0t\n",
    "service-account.json": '{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\n"}',
    "client_secret.json": '{"installed": {"client_secret": "GOCSPX-abcdef"}}',
    "aws/credentials": "[default]\naws_secret_access_key = abc\n",
    ".dockercfg": '{"example.com": {"auth": "YW5uOnMzY3JldA=="}}',
    "terraform.tfvars": 'db_password = "correct horse"\n',
    "infra/terraform.tfstate": "{}",
    "data/dump.rdb": "REDIS0011",
    "sops/keys.txt": "AGE-SECRET-KEY-1" + "Q" * 58,
    "deploy_key": "-----BEGIN OPENSSH PRIVATE KEY-----\n" + "b3BlbnNzaC1r" * 3,
    "users.htpasswd": "ann:$apr1$abcdefgh$0123456789abcdefghijkl\n",
    "shop/local_settings.py": "SECRET_KEY = 'c0rrecthorse'\nPASSWORD = 'c0rrecthorse'\n",
    "wp-config.php": "<?php define('DB_PASSWORD', 'c0rrecthorse');\n",
    "appsettings.Production.json": '{"ConnectionStrings": {"Shop": "Server=db;User Id=sa;Password=c0rrecthorse;"}}',
    "config/application-prod.yml": "spring:\n  datasource:\n    password: c0rrecthorse\n",
    ".dev.vars": "STRIPE_KEY=sk_live_" + "a" * 24,
    ".yarnrc.yml": "npmAuthToken: npm_abcdefgh\n",
    "docker/config.json": '{"auths": {"ghcr.io": {"auth": "YW5uOmMwcnJlY3Rob3JzZQ=="}}}',
}
NONE = {
    ".env.example": "PASSWORD=correct horse",
    ".env.production.sample": "PASSWORD=correct horse",
    ".env.development": "VITE_API=/api\nTOKEN_TTL=3600\nPASSWORD=\n",
    ".envrc": "use nix",
    "generated/secrets/.gitignore": "*",
    "generated/secrets/README.md": "",
    "generated/.env.example": "DB_PASSWORD=",
    "tests/server.key": KEY,
    "docs/example/.env": "A=1",
    "server.pem": "-----BEGIN CERTIFICATE-----\n",
    "jwt.key": "-----BEGIN PUBLIC KEY-----\n",
    ".npmrc": "//npm.example.com/:_authToken=${NPM_TOKEN}\nengine-strict=true\n",
    "src/secrets.py": "PASSWORD = 'x'",
    "secrets.yaml": "secrets: {}\n",
    "appsettings.json": '{"ConnectionStrings": {"Shop": "Server=localhost;User Id=sa;Password=Passw0rd;"}}',
    "shop/local_settings.py": "import os\nPASSWORD = os.environ['PASSWORD']\n",
    "config/application.yml": "spring:\n  datasource:\n    password: ${DB_PASSWORD}\n",
    "compose.yaml": "services: {db: {environment: {POSTGRES_PASSWORD: c0rrecthorse}}}\n",
    "truststore.jks": "",
    "id_ed25519.pub": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA ann\n",
    "credentials.json": "{}",
    "../elsewhere/.env": "A=1",
}


def _found(root: Path, files: dict[str, str], output: str = "generated") -> list[str]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return [path for path, _ in secret_files(Beginnings(str(root)), output, files)]


@pytest.mark.parametrize("path", SECRETS)
def test_a_secret_is_one(path: str, tmp_path: Path) -> None:
    assert _found(tmp_path, {path: SECRETS[path]}) == [path]


@pytest.mark.parametrize("path", NONE)
def test_what_is_none(path: str, tmp_path: Path) -> None:
    assert _found(tmp_path / "project", {path: NONE[path]}) == []


def test_the_output_directory_may_be_elsewhere(tmp_path: Path) -> None:
    files = {"secrets/x": "a", "../out/secrets/x": "a", "../out/.env": "a", "../other/secrets/x": "a"}
    assert _found(tmp_path / "project", files, "../out") == ["../out/secrets/x", "../out/.env"]
    assert _found(tmp_path / "flat", {"secrets/x": "a"}, "") == ["secrets/x"]


def test_what_is_not_there_or_a_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "server.key").symlink_to(tmp_path / "outside")
    (tmp_path / "outside").write_text(KEY)
    (tmp_path / "a.key").mkdir()
    assert [*secret_files(Beginnings(str(tmp_path)), "generated", ["server.key", "a.key", "gone.key"])] == []


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A generated project in git, with a database, whose fast path says that all is well."""
    files = {
        **PYTHON_WEB,
        "specs/assertions.json": manifest("web-service", assertion(1, "Sessions are stored in PostgreSQL")),
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    assert command(["generate"], tmp_path, capsys)[0] == 0
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    return tmp_path


@pytest.mark.parametrize("path", ["generated/secrets/db-password", ".env", "generated/.env"])
@pytest.mark.parametrize("style", ["text", "json", "sarif", "github"])
def test_check_fails_when_a_secret_is_staged(
    path: str, style: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["check", "--format", style], project, capsys)[0] == 0
    (project / path).parent.mkdir(exist_ok=True)
    (project / path).write_text("A=hunter2")
    assert command(["check", "--format", style], project, capsys)[0] == 0, "it is there, and not tracked"
    git(project, "add", "-f", path)
    code, said, errors = command(["check", "--format", style], project, capsys)
    assert code == 1
    assert "SC521" in said + errors
    assert path in said + errors
    assert "hunter2" not in said + errors
    if style == "json":
        assert json.loads(said)["state"] == "failed"
    git(project, "rm", "-q", "--cached", path)
    assert command(["check", "--format", style], project, capsys)[0] == 0


def test_both_ways_say_the_same_where_nothing_is_tracked(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)  # there is no quick way with it
    quick = quick_answer(["-C", str(project), "check"])
    assert quick is not None
    (project / ".env").write_text("A=1")
    git(project, "add", "-f", ".env")
    assert quick_answer(["-C", str(project), "check"]) is None


def test_doctor_fails_when_a_secret_is_staged(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def secrets() -> dict[str, bool]:
        said = json.loads(command(["doctor", "--format", "json"], project, capsys)[1])
        return {check["name"]: check["ok"] for check in said["checks"] if check["name"].startswith("secrets")}

    assert secrets() == {"secrets": True}
    (project / ".env").write_text("A=1")
    git(project, "add", "-f", ".env")
    assert secrets() == {"secrets .env": False}
