"""An edit of a source never installs again what it depends on: read from the engine's build log, for every case."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from stack_cases import CASES, UNBUILT, app, detected, directory
from test_stack_builds import generate

from tools import need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_STEP = re.compile(r"^#(\d+) \[[^\]]*\] (.*)$")
_STATE = re.compile(r"^#(\d+) (CACHED|DONE)\b")
# What fetches dependencies. Commands that install the project itself (without them) come after the sources.
_INSTALLS = re.compile(
    r"\bRUN\b.*\b(?:npm ci|npm install|pnpm install|yarn install|workspaces focus|bun install|pip install|uv sync|poetry install|"
    r"pipenv (?:install|sync)|pdm (?:install|sync)|bundle install|composer install|go mod download|cargo fetch|dotnet restore|"
    r"mix deps\.get|dependency:go-offline|deno install|cargo build)\b"
)
_ITSELF = re.compile(r"--no-deps|--no-editable|\binstall (?:\S+ )*\.(?:\s|$)|\btouch\b")
_COMMENTS = {".py": "# edited", ".rb": "# edited", ".ex": "# edited", ".html": "<!-- edited -->"}
_CODE = (".py", ".js", ".mjs", ".ts", ".go", ".rs", ".java", ".rb", ".php", ".cs", ".ex", ".html")


def source(case: str) -> str:
    """A source of the case's service, as seen from the project."""
    found = detected(case).facts.source
    if found:
        return "/".join(filter(None, (directory(case), found)))
    root = app(case)
    files = (path.relative_to(root).as_posix() for path in sorted(root.rglob("*")) if path.suffix in _CODE)
    return next(path for path in files if not re.search(r"(^|/)(tests?|specs|docs)/", path))


def build(docker: str, where: Path, tag: str) -> dict[str, bool]:
    """The steps of a build, and whether each came from the cache."""
    argv = [
        docker,
        "build",
        "--progress=plain",
        "--tag",
        tag,
        "--file",
        str(where / "generated/Dockerfile"),
        str(where),
    ]
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        env={"DOCKER_BUILDKIT": "1", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    names: dict[str, str] = {}
    cached: dict[str, bool] = {}
    for line in (done.stdout + done.stderr).splitlines():
        if step := _STEP.match(line):
            names[step[1]] = step[2]
        elif (state := _STATE.match(line)) and state[1] in names:
            cached[names[state[1]]] = cached.get(names[state[1]], True) and state[2] == "CACHED"
    return cached


# Their images are made of the steps of node-sveltekit-web, node-next-web and static-vite-web, and their builds take a minute each.
ALIKE = frozenset(
    (
        "bun-react-router-web", "bun-tanstack-start-web", "node-angular-web", "node-astro-web", "node-nest-web", "node-next-start-web",
        "node-nuxt-web", "node-react-router-web", "node-solid-start-web", "node-tanstack-start-web", "static-astro-web", "static-next-web",
        "static-react-router-web",
    )
)  # fmt: skip


def test_what_is_alike_is_there() -> None:
    assert set(CASES) >= ALIKE


@pytest.mark.parametrize("case", [case for case in CASES if case not in UNBUILT and case not in ALIKE])
def test_a_source_edit_installs_nothing_again(case: str, tmp_path: Path) -> None:
    """The sources' layer is made anew, that of the dependencies is not."""
    docker, tag = need_engine(), f"speccompile-test-edit:{case}"
    where = generate(case, tmp_path)
    try:
        installs = {step for step in build(docker, where, tag) if _INSTALLS.search(step) and not _ITSELF.search(step)}
        edited = where / source(case)
        comment = _COMMENTS.get(edited.suffix, "// edited")
        edited.write_text(f"{edited.read_text('utf-8')}\n{comment} {tmp_path.name}\n", "utf-8")
        again = build(docker, where, tag)
        assert not all(again.values()), "the edit did not reach the image"
        assert [step for step in again if step in installs and not again[step]] == []
        assert installs <= set(again)
    finally:
        subprocess.run([docker, "image", "rm", "--force", tag], capture_output=True, timeout=60, check=False)
