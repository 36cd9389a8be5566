"""The generated .gitignore: our reader reads it as git does, and it says what git must leave out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects import BUN_WEB, HTML_WEB, NODE_CLI, assertion, compiled, manifest
from speccompile.verify.readers.gitignore import read
from tools import need

PATHS = (
    ".env", ".env.production", ".env.example", "secrets/db-password", "secrets", "secrets.yml", "docker-compose.yml",
    "api/.env", "api/secrets/x", "api/Dockerfile", "a.env", "deep/down/.env.local", "x/secrets/y/z", "env",
)  # fmt: skip
PATTERNS = st.sampled_from([
    ".env", ".env.*", "!.env.example", "secrets/", "/secrets/", "secrets", "!secrets/", "*", "!*/", "*.yml", "/.env", "api/", "api/*",
    "**/secrets", "api/**", "?env", "# a comment", "", "!.env", "deep/down",
])  # fmt: skip


def ignored(root: Path, text: str) -> set[str]:
    """Those of the paths that git leaves out."""
    git = need("git", "apt-get install git")
    (root / ".gitignore").write_text(text)
    asked = "\n".join(PATHS)
    command = [git, "-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index", "--stdin"]
    done = subprocess.run(command, cwd=root, input=asked, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return set(done.stdout.splitlines())


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with all of the paths in it."""
    subprocess.run([need("git", "apt-get install git"), "init", "--quiet"], cwd=tmp_path, check=True)
    for path in PATHS:
        if path != "secrets":
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).touch()
    return tmp_path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(lines=st.lists(PATTERNS, max_size=5))
def test_the_reader_reads_as_git_does(lines: list[str], repository: Path) -> None:
    text = "\n".join(lines) + "\n"
    document = read(text)
    files = {path for path in PATHS if path != "secrets"}
    assert {path for path in files if document.ignores(path)} == ignored(repository, text) & files


def test_what_is_generated(repository: Path) -> None:
    done = compiled(BUN_WEB, manifest("web-service", assertion(1, "Orders are stored in postgres")))
    left_out = ignored(repository, done.files[".gitignore"])
    assert {".env", ".env.production", "secrets/db-password", "api/.env", "api/secrets/x"} <= left_out
    assert not {".env.example", "docker-compose.yml", "api/Dockerfile", "secrets.yml"} & left_out


def test_services_share_one() -> None:
    specs = {"services": {"a": {"path": "a"}, "b": {"path": "b"}}}
    sources = {f"{name}/{path}": text for name in "ab" for path, text in HTML_WEB.items()}
    done = compiled(
        sources,
        manifest("web-service"),
        {**specs, "services": {n: {**s, "route": {"path": f"/{n}"}} for n, s in specs["services"].items()}},
    )
    assert [path for path in done.files if path.endswith(".gitignore")] == [".gitignore"]


def test_the_projects_own_is_the_users() -> None:
    specs = manifest("web-service", assertion(1, "Orders are stored in postgres"))
    done = compiled(BUN_WEB, specs, output="")
    assert ".gitignore" not in done.files
    (note,) = (note for note in done.notes if note.code == "SC520")
    assert note.fix == "add to .gitignore, a line each: .env, secrets/"
    half = compiled({**BUN_WEB, ".gitignore": "dist\n.env\n"}, specs, output="")
    assert [note.fix for note in half.notes if note.code == "SC520"] == ["add to .gitignore, a line each: secrets/"]
    enough = compiled({**BUN_WEB, ".gitignore": ".env*\n/secrets/\n"}, specs, output="")
    assert not [note for note in enough.notes if note.code == "SC520"]


def test_a_tool_without_containers_has_none() -> None:
    library = {
        "pyproject.toml": '[project]\nname = "x"\nversion = "1.0.0"\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
        "src/x/__init__.py": "",
    }
    assert ".gitignore" not in compiled(library, manifest("library")).files
    assert ".gitignore" in compiled(NODE_CLI, manifest("cli-tool")).files
