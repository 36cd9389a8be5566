"""Copies that can be brought back: a row is written, copied, lost, and there again; for the stores whose images this engine has."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from projects import BUN_WEB, assertion, compiled, manifest
from proxy_image import compose_arguments
from speccompile.catalog import CATALOG
from tools import missing, need, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_PASSWORD = 'it\'s "so" $ecret'
_TEXTS = {"postgres": "Orders are stored in postgres", "redis": "Carts are stored in Redis"}
_ASK = {
    "postgres": ("sh", "-c", 'PGPASSWORD="$POSTGRES_PASSWORD" psql -h 127.0.0.1 -U "$POSTGRES_USER" -Atc "$0" "$POSTGRES_DB"'),
    "redis": ("sh", "-c", 'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli $0'),
}  # fmt: skip
_WRITE = {"postgres": "CREATE TABLE orders (number int); INSERT INTO orders VALUES (42)", "redis": "set cart 42"}
_READ = {"postgres": "SELECT number FROM orders", "redis": "get cart"}
_LOSE = {"postgres": "DROP TABLE orders", "redis": "flushall"}


class Stack:
    """A store of one kind in a compose file that copies it, up and running."""

    def __init__(self, kind: str, directory: Path) -> None:
        self.kind, self.directory, self.docker = kind, directory, need_engine()
        self.project = f"speccompile-test-{uuid.uuid4().hex[:8]}"
        backup = "The database is backed up every night and backups are kept for 30 days"
        compilation = compiled(BUN_WEB, manifest("web-service", assertion(1, _TEXTS[kind]), assertion(2, backup)))
        self.store = next(iter(compilation.plan.stores)).workload.name
        (directory / "docker-compose.yml").write_text(compilation.files["docker-compose.yml"], encoding="utf-8")
        (directory / "nginx.conf").write_text("", encoding="utf-8")

    def compose(self, *argv: str) -> str:
        """What compose says."""
        password = f"{self.store.upper().replace('-', '_')}_PASSWORD"
        environment = {**os.environ, "PATH": f"{Path(self.docker).parent}:{os.environ['PATH']}", password: _PASSWORD}
        files = ("-f", "docker-compose.yml", *compose_arguments(self.docker, self.directory / "docker-compose.yml"))
        command = [need("docker-compose", "python3 tests/setup.py"), "-p", self.project, *files, *argv]
        done = subprocess.run(
            command, cwd=self.directory, env=environment, capture_output=True, text=True, timeout=200, check=False
        )
        return done.stdout + done.stderr

    def ask(self, what: str) -> str:
        """What the store answers."""
        argv = [self.docker, "exec", f"{self.project}-{self.store}-1", *_ASK[self.kind], what]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
        return (done.stdout + done.stderr).strip()

    def job(self, *argv: str) -> str:
        """What the job says that copies."""
        return self.compose("run", "--rm", "--no-TTY", f"{self.store}-backup", *argv)


@pytest.fixture(params=sorted(_TEXTS), scope="module")
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A healthy store with a row in it."""
    kind = request.param
    found = Stack(kind, tmp_path_factory.mktemp(kind))
    image = CATALOG[kind].tag.format(version=CATALOG[kind].version)
    if subprocess.run([found.docker, "image", "inspect", image], capture_output=True, check=False).returncode:
        missing(f"the image {image}", f"docker pull {image}")
    try:
        said = found.compose("up", "-d", "--wait", found.store)
        assert "error" not in found.ask(_WRITE[kind]).lower(), said
        assert found.ask(_READ[kind]) == "42", said
        yield found
    finally:
        found.compose("--profile", "*", "down", "--volumes", "--timeout", "1")


def test_a_copy_brings_back_what_was_lost(stack: Stack) -> None:
    """Dump, lose, restore: the row is back."""
    made = stack.job()
    assert ".dump" in made, made
    assert ".dump" in stack.job("list")
    stack.ask(_LOSE[stack.kind])
    assert stack.ask(_READ[stack.kind]) != "42"
    said = stack.job("restore", "latest")
    assert stack.ask(_READ[stack.kind]) == "42", said


@pytest.mark.parametrize("name", ["../secret", "none.dump", "/etc/passwd"])
def test_only_a_copy_is_brought_back(stack: Stack, name: str) -> None:
    """No path, and nothing that is not there."""
    before = stack.ask(_READ[stack.kind])
    assert name not in stack.job("restore", name).splitlines()
    assert stack.ask(_READ[stack.kind]) == before
