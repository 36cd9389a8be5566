"""The bundled examples: what is committed is what the compiler makes of them, and their own tests pass."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools import ROOT, need, need_engine

EXAMPLES = ("bank", "ledger-export", "npm-library", "sessions", "wordcount")
UV = "python3 tests/setup.py"
POSTGRES = "postgres:16-alpine"
PASSWORD = "not a secret"


def speccompile(cwd: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "speccompile", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def files_of(name: str) -> tuple[str, str]:
    """The option that says where an example's artifacts are: outside of it, beside those of the others."""
    return ("-o", f"../../generated/{name}")


def tree(directory: Path) -> dict[str, bytes]:
    """Every file below *directory* by its relative path."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def committed(name: str) -> list[str]:
    """The paths of an example's sources and artifacts that git knows or would add."""
    where = [f"specs/{name}", f"generated/{name}"]
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *where]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in done.stdout.split("\0") if path and (ROOT / path).is_file()]


def copy(name: str, target: Path) -> Path:
    """Copy an example with its artifacts as they are in a fresh clone; the copy of its sources."""
    for path in committed(name):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target / path)
    return target / "specs" / name


def test_these_are_all_examples() -> None:
    """None is forgotten here."""
    assert sorted(path.name for path in (ROOT / "specs").iterdir() if path.is_dir()) == list(EXAMPLES)
    assert sorted(path.name for path in (ROOT / "generated").iterdir()) == list(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_check_is_content(name: str) -> None:
    """The artifacts are up to date and hold every invariant, as they are in this checkout."""
    done = speccompile(
        ROOT, "-C", f"specs/{name}", "check", *files_of(name), CI="true"
    )  # what was remembered is no proof
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", EXAMPLES)
def test_generating_again_changes_nothing(name: str, tmp_path: Path) -> None:
    """Also from nothing, in another place: the same files with the same bytes."""
    sources = copy(name, tmp_path)
    before = tree(tmp_path)
    assert speccompile(tmp_path, "-C", f"specs/{name}", "generate", *files_of(name)).returncode == 0
    assert tree(tmp_path) == before

    shutil.rmtree(tmp_path / "generated")
    (sources / "speccompile.lock").unlink()
    done = speccompile(tmp_path, "-C", f"specs/{name}", "generate", *files_of(name))
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", EXAMPLES)
def test_check_sees_an_edit(name: str, tmp_path: Path) -> None:
    """One more line in any artifact, and check objects to it by name."""
    copy(name, tmp_path)
    artifacts = sorted(path for path in (tmp_path / "generated" / name).rglob("*") if path.is_file())
    assert artifacts
    for artifact in artifacts:
        clean = artifact.read_bytes()
        artifact.write_bytes(clean + b"# edited\n")
        done = speccompile(tmp_path, "-C", f"specs/{name}", "check", *files_of(name))
        assert done.returncode == 1, artifact
        assert artifact.name in done.stdout + done.stderr
        artifact.write_bytes(clean)
    assert speccompile(tmp_path, "-C", f"specs/{name}", "check", *files_of(name)).returncode == 0


@dataclass(frozen=True, slots=True)
class Database:
    """A PostgreSQL server: what an application is told about it."""

    environment: dict[str, str]


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A PostgreSQL server in a container, on loopback."""
    docker, port = need_engine(), free_port()
    secret = tmp_path_factory.mktemp("secrets") / "password"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    settings = [f"--env=POSTGRES_{setting}" for setting in ("USER=app", "DB=app", f"PASSWORD={PASSWORD}")]
    started = subprocess.run(
        [docker, "run", "--detach", "--rm", f"--publish=127.0.0.1:{port}:5432", *settings, POSTGRES],
        capture_output=True,
        text=True,
        check=True,
    )
    container = started.stdout.strip()
    try:
        # Over TCP: the server that the image starts for its own set-up listens on a socket alone.
        ready = [docker, "exec", container, "pg_isready", "--quiet", "--host=127.0.0.1", "--username=app"]
        for _ in range(120):
            if subprocess.run(ready, check=False).returncode == 0:
                break
            time.sleep(0.5)
        else:
            pytest.fail(f"{POSTGRES} did not get ready")
        url = f"postgres://app@127.0.0.1:{port}/app"
        yield Database({"DATABASE_URL": url, "DATABASE_PASSWORD_FILE": str(secret)})
    finally:
        subprocess.run([docker, "rm", "--force", "--volumes", container], capture_output=True, check=True)


def passes(argv: list[str], cwd: Path, environment: dict[str, str]) -> str:
    """Run an example's own tests, which have to pass; what they wrote."""
    done = subprocess.run(
        argv,
        cwd=cwd,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


@pytest.mark.slow
def test_bank(database: Database, tmp_path: Path) -> None:
    """Its unit tests, its API on a real database, its types; none is skipped."""
    bun = need("bun", "python3 tests/setup.py, with npm installed")
    project = copy("bank", tmp_path)
    passes([bun, "install", "--frozen-lockfile"], project, {})
    passes([bun, "run", "--bun", "tsc"], project, {})
    output = passes([bun, "test"], project, database.environment)
    assert "skip" not in output, output


@pytest.mark.slow
def test_sessions(tmp_path: Path) -> None:
    """The server as it is started, on a real Redis; and its types."""
    uv = need("uv", UV)
    need("redis-server", "apt-get install redis-server")
    project = copy("sessions", tmp_path)
    run = [
        uv,
        "run",
        "--no-project",
        "--with-requirements",
        "requirements.txt",
        "--with",
        "pytest",
        "--with",
        "httpx",
        "--with",
        "mypy",
    ]
    environment = {"UV_PYTHON": sys.executable}
    output = passes([*run, "pytest", "-q"], project, environment)
    assert "skipped" not in output, output
    passes([*run, "mypy"], project, environment)


@pytest.mark.slow
def test_wordcount(tmp_path: Path) -> None:
    """The counter and the command line."""
    npm = need("npm", "install Node.js with npm")
    project = copy("wordcount", tmp_path)
    passes([npm, "ci", "--no-audit", "--no-fund"], project, {})
    output = passes([npm, "test"], project, {})
    assert "skipped 0" in output, output


@pytest.mark.slow
def test_ledger_export(database: Database, tmp_path: Path) -> None:
    """The files, and whole runs on a real database; none is skipped."""
    uv = need("uv", UV)
    project = copy("ledger-export", tmp_path)
    environment = database.environment | {"UV_PYTHON": sys.executable}
    run = [uv, "run", "--no-project", "--with-requirements", "requirements.txt", "--with", "pytest"]
    output = passes([*run, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"], project, environment)
    assert "skipped" not in output, output
