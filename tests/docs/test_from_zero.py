"""docs/from-zero-to-production.md, typed line by line as it stands there, on the engine here; and what it says that comes of it does.

Other than on the page are a port each of the registry and of the front door, and the application's name, so that nobody else's are met.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxy_image import IMAGE as PROXY
from proxy_image import image as proxy_image
from registry_server import free_port, registry
from tools import ROOT, need, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

PAGE = ROOT / "docs/from-zero-to-production.md"
_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NEXT = "--- what is typed next"
_MARK = re.compile(r" +# yours$", re.MULTILINE)
NOT_TYPED = (
    "pipx install git+https://github.com/speccompile/speccompile",
    "pipx install pre-commit",
    "docker run --detach --name registry --publish 127.0.0.1:5000:5000 registry:3",
    "git push",
)
"""What the page has a reader do that is done otherwise here: the programs are those of this checkout, the registry is Debian's."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a reader types in one go, and lines that come of it."""

    script: str
    expected: tuple[str, ...]


def typed(page: str) -> Iterator[Typed]:
    """The blocks of the page, each with what stands below it."""
    script, expected = "", ""
    for language, text in _BLOCK.findall(page):
        if language == "text":
            expected = text
            continue
        if script:
            yield Typed(script, tuple(expected.splitlines()))
        script, expected = text, ""
    yield Typed(script, tuple(expected.splitlines()))


def test_what_is_not_typed_is_known() -> None:
    """And the page marks each of it."""
    lines = PAGE.read_text("utf-8").splitlines()
    assert tuple(_MARK.sub("", line) for line in lines if _MARK.search(line)) == NOT_TYPED


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Somebody who has what the page wants, and leaves nothing behind."""
    docker = need_engine()
    home = tmp_path / "home"
    home.mkdir()
    with registry(tmp_path) as here:
        found = Reader(tmp_path, docker, f"greeter-{uuid.uuid4().hex[:8]}", here.port, free_port())
        found.programs()
        try:
            yield found
        finally:
            found.leave()


@dataclass(frozen=True, slots=True)
class Reader:
    """Types what a page says, below *place*."""

    place: Path
    docker: str
    app: str
    registry_port: int
    port: int

    def programs(self) -> None:
        """Put what the page wants on PATH: the command line knows a front door that is new enough (see proxy_image)."""
        tools = self.place / "bin"
        tools.mkdir()
        for program in (
            self.docker,
            need("docker-compose", "python3 tests/setup.py"),
            need("pre-commit", "python3 tests/setup.py"),
        ):
            (tools / Path(program).name).symlink_to(program)
        newer = subprocess.run(
            [self.docker, "image", "inspect", "--format", "{{.Id}}", proxy_image(self.docker)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        command = tools / "speccompile"
        newest = f"{sys.executable} {ROOT / 'tests/releases/with_newer_proxy.py'} {PROXY} {newer}"
        command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT}:{ROOT}/tests exec {newest} "$@"\n')
        command.chmod(0o755)

    def here(self, text: str) -> str:
        """*text* of the page as it is here."""
        for there, other in (
            ("localhost:5000", f"localhost:{self.registry_port}"),
            ("8080", str(self.port)),
            ("greeter", self.app),
        ):
            text = text.replace(there, other)
        return text

    def types(self, scripts: Sequence[str]) -> list[str]:
        """What each of *scripts* writes, typed in one shell, each of whose lines has to succeed."""
        kept = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith(("GIT_", "PRE_COMMIT", "XDG_")) and name not in ("CI", "PYTHONPATH")
        }
        who = {
            f"GIT_{role}": "reader@example.com"
            for role in ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")
        }
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"\necho {_NEXT}\n".join(map(self.here, scripts))],
            cwd=self.place,
            env=kept | who | {"PATH": f"{self.place / 'bin'}:{os.environ['PATH']}", "HOME": str(self.place / "home")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=3000,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-5000:]
        return done.stdout.split(f"{_NEXT}\n")

    def leave(self) -> None:
        """Take away all that was made on the engine."""
        label = f"label=com.docker.compose.project={self.app}"
        for listed, gone in (
            (["ps", "--all", "--quiet", "--filter", label], ["container", "rm", "--force", "--volumes"]),
            (["network", "ls", "--quiet", "--filter", label], ["network", "rm"]),
            (["image", "ls", "--quiet", f"localhost:{self.registry_port}/{self.app}/*"], ["image", "rm", "--force"]),
            (["image", "ls", "--format", "{{.Repository}}:{{.Tag}}", f"{self.app}/*"], ["image", "rm", "--force"]),
        ):
            said = subprocess.run([self.docker, *listed], capture_output=True, text=True, check=False).stdout
            if ids := sorted(set(said.split())):
                subprocess.run([self.docker, *gone, *ids], capture_output=True, check=False)


def test_the_page_is_true(reader: Reader) -> None:
    """From nothing to a release, a bad one, and back."""
    steps = list(typed(_without_marked(PAGE.read_text("utf-8"))))
    for step, said in zip(steps, reader.types([step.script for step in steps]), strict=True):
        for line in step.expected:
            pattern = ".*".join(map(re.escape, reader.here(line).split("\N{HORIZONTAL ELLIPSIS}")))
            assert re.search(f"^{pattern}$", said, re.MULTILINE), f"{line}\n\n{step.script}\n{said}"


def _without_marked(page: str) -> str:
    return "".join(line for line in page.splitlines(keepends=True) if not _MARK.search(line.rstrip("\n")))
