"""``speccompile import``: where it writes, what it says, how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from import_cases import FILES

from case_folders import command, contents
from report_documents import conforms
from speccompile.cli import main as group

FLY = 'app = "shop"\nprimary_region = "fra"\n[http_service]\ninternal_port = 8080\n'
SECRETS = (
    "QkjUgNfZxbCSiG8tuqtdOxlzrQxYe70NoBVoeEtg",
    "5d86d0740b6fbc29e9d7f3f8747adcff91a1e8f8ae8075580302e6aeac1a614f",
)
FLASK = {
    "backend/requirements.txt": "flask==3.0.3\ngunicorn==22.0.0\npsycopg[binary]==3.1.18\n",
    "backend/app.py": "import os\nfrom flask import Flask\n\napp = Flask(__name__)\nDB = os.environ['DATABASE_URL']\nKEY = os.environ['JWT_SECRET_KEY']\n",
}
SERVER = "require('node:http').createServer((_, r) => r.end(process.env.NEXT_PUBLIC_API_URL)).listen(process.env.PORT || 3000);\n"


def project(root: Path, **files: str) -> Path:
    """A directory with *files*."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_deploy_yaml_is_printed_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings stand on the other stream."""
    root = project(tmp_path, **{"fly.toml": FLY})
    before = contents(root)
    code, out, errors = command(["import", "fly.toml"], root, capsys)
    assert (code, out) == (0, 'version: 1\napp: shop\nservices:\n  shop:\n    path: "."\n    port: 8080\n')
    assert "fly.toml:2:1: note[SC163]" in errors
    assert contents(root) == before


def test_write_puts_it_where_the_compiler_reads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a manifest, where there is none; a second time nothing is changed."""
    root = project(tmp_path, **{"fly.toml": FLY})
    code, out, _ = command(["import", "fly.toml", "--write"], root, capsys)
    assert (code, out) == (0, "created specs/deploy.yaml\ncreated specs/assertions.json\n")
    before = contents(root)
    code, out, errors = command(["import", "fly.toml", "--write"], root, capsys)
    assert (code, out, contents(root)) == (1, "", before)
    assert "specs/deploy.yaml is there already" in errors


def test_a_place_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written over there, either."""
    root = project(tmp_path, **{"fly.toml": FLY})
    assert command(["import", "fly.toml", "-o", "mine.yaml"], root, capsys)[:2] == (0, "created mine.yaml\n")
    assert (root / "mine.yaml").read_text().startswith("version: 1\n")
    assert command(["import", "fly.toml", "-o", "mine.yaml"], root, capsys)[0] == 1
    assert command(["import", "fly.toml", "-o", "a", "--write"], root, capsys)[0] == 2
    assert command(["import", "gone.toml"], root, capsys)[0] == 2
    (root / "link.yaml").symlink_to(root / "nowhere")
    assert command(["import", "fly.toml", "-o", "link.yaml"], root, capsys)[0] == 1
    assert not (root / "nowhere").exists()


def test_a_file_is_what_it_is_called_where_it_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also through a link; and its paths count from where it is, those of a file elsewhere from the project."""
    root = project(tmp_path / "p", **{"specs/assertions.json": "{}", "web/server.js": ""})
    project(tmp_path, **{"elsewhere.txt": "web: node server.js\n"})
    (root / "web/Procfile").symlink_to(tmp_path / "elsewhere.txt")
    code, out, _ = command(["-C", "web", "import", "Procfile"], root, capsys)
    assert (code, "path: web\n" in out) == (0, True)
    code, out, _ = command(["import", "../elsewhere.txt", "--from", "procfile"], root, capsys)
    assert (code, 'path: "."\n' in out) == (0, True)
    assert command(["import", "web"], root, capsys)[0] == 1


def test_as_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As its schema says, when it succeeds, when values are refused, when all is."""
    root = project(tmp_path, **{"fly.toml": FLY, "odd.toml": "a = \n"})
    shutil.copy(FILES / "written-back.aramb.toml", root)
    for name, status, code in (
        ("fly.toml", "ok", 0),
        ("written-back.aramb.toml", "refused-values", 1),
        ("odd.toml", "refused", 1),
    ):
        ended, out, _ = command(["import", name, "--format", "json"], root, capsys)
        document = json.loads(out)
        assert (ended, document["status"]) == (code, status)
        conforms("import", document)
    document = json.loads(command(["import", "fly.toml", "--format", "json"], root, capsys)[1])
    (left,) = document["not_carried"]
    assert (left["path"], left["line"], left["column"], left["what"]) == ("fly.toml", 2, 1, "`primary_region`")
    assert left["why"]
    assert left["todo"]


@pytest.mark.parametrize("style", ["text", "json"])
def test_values_of_secrets_are_printed_nowhere(style: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither in deploy.yaml nor in what is said of the file, nor as a line of it."""
    shutil.copy(FILES / "written-back.aramb.toml", tmp_path)
    code, out, errors = command(["import", "written-back.aramb.toml", "--format", style], tmp_path, capsys)
    assert code == 1
    assert "JWT_SECRET_KEY" in out + errors
    assert not [one for one in SECRETS if one in out + errors]


def test_what_was_imported_generates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A real file with its tree: import, and generate."""
    for name in ("user-app", "admin-app"):
        package = {"name": name, "version": "1.0.0", "scripts": {"start": "node server.js"}}
        lock = {
            "name": name,
            "version": "1.0.0",
            "lockfileVersion": 3,
            "packages": {"": {"name": name, "version": "1.0.0"}},
        }
        project(
            tmp_path,
            **{
                f"{name}/package.json": json.dumps(package),
                f"{name}/package-lock.json": json.dumps(lock),
                f"{name}/server.js": SERVER,
            },
        )
    project(tmp_path, **FLASK)
    shutil.copy(FILES / "cyclic.aramb.toml", tmp_path / "aramb.toml")
    assert command(["import", "aramb.toml", "--write", "--domain", "example.com"], tmp_path, capsys)[0] == 0
    code, _, errors = command(["generate"], tmp_path, capsys)
    assert (code, errors) == (0, "")
    compose = (tmp_path / "generated/docker-compose.yml").read_text()
    assert "https://qr-user-app.example.com,https://qr-admin-app.example.com" in compose
    nginx = (tmp_path / "generated/nginx.conf").read_text()
    assert "server_name qr-backend.example.com;" in nginx


def test_the_fixes_are_followed_to_the_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A format that is named, a domain, a value that is taken out."""
    root = project(tmp_path, **{"other.toml": FLY.replace('primary_region = "fra"\n', "")})
    shutil.copy(FILES / "written-back.aramb.toml", root / "aramb.toml")
    (root / "mine").write_text(FLY)
    assert "SC160" in command(["import", "mine"], root, capsys)[2]
    assert command(["import", "mine", "--from", "fly"], root, capsys)[0] == 0
    assert "`--domain example.com`" in command(["import", "aramb.toml"], root, capsys)[2]
    errors = command(["import", "aramb.toml", "--domain", "example.com"], root, capsys)[2]
    assert "does not say under which name" not in errors
    text = (root / "aramb.toml").read_text()
    for secret in SECRETS:
        text = text.replace(secret, "")
    (root / "aramb.toml").write_text(text)
    code, _, errors = command(["import", "aramb.toml"], root, capsys)
    assert (code, "SC164" in errors) == (0, False)


def test_the_help_has_an_example() -> None:
    """As every command's."""
    one = group.get_command(group.make_context("speccompile", [], resilient_parsing=True), "import")
    assert one is not None
    assert "Example: speccompile import" in (one.help or "")
