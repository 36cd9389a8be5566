"""An edit of a source never installs again what it depends on: read from the engine's build log, for every way of installing."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from stack_cases import CASES, EVERY_STACK, UNBUILT, app, detected, directory, recipe
from test_stack_builds import generate

from speccompile.plan.image import Copy, Run, Step
from tools import need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_STEP = re.compile(r"^#(\d+) \[[^\]]*\] (.*)$")
_STATE = re.compile(r"^#(\d+) (CACHED|DONE)\b")
# What fetches dependencies. Commands that install the project itself (without them) come after the sources.
_INSTALLS = re.compile(
    r"\bRUN\b.*\b(?:npm ci|npm install|pnpm install|yarn install|workspaces focus|bun install|pip (?:--python \S+ )?install|uv sync|poetry install|"
    r"pipenv (?:install|sync)|pdm (?:install|sync)|bundle install|composer install|go mod download|cargo fetch|dotnet restore|"
    r"mix deps\.get|dependency:go-offline|deno install|cargo build)\b"
)
_ITSELF = re.compile(r"--no-deps|--no-editable|\binstall (?:\S+ )*\.(?:\s|$)|\btouch\b")
_NAMED = re.compile(r"(--(?:package|bin)) \S+")
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
        # An image of its own: what is the same as another test's can go with that one's.
        "--label=edited=true",
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


def layers(docker: str, tag: str) -> list[str]:
    """The layers of an image, by their digests."""
    argv = [docker, "image", "inspect", "--format", "{{json .RootFS.Layers}}", tag]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=True)
    return [str(one) for one in json.loads(done.stdout)]


def there(docker: str, tag: str, path: str) -> bool:
    """Whether an image has something at *path*."""
    argv = [docker, "run", "--rm", "--entrypoint", "test", tag, "-e", path]
    done = subprocess.run(argv, capture_output=True, timeout=120, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode == 0


def installs(step: str) -> bool:
    """Whether a step fetches what the sources depend on."""
    return bool(_INSTALLS.search(step) and not _ITSELF.search(step))


def dependencies(case: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What comes before the sources in a case's image: of each stage that installs something its base and, up to there, what is copied and
    installed. Without versions and the names of its programs: they decide nothing about what an edit makes anew."""
    stages = ((stage.base.reference.partition(":")[0], tuple(_said(stage.steps))) for stage in recipe(case).stages)
    return tuple((base, steps) for base, steps in stages if steps)


def _said(steps: Iterable[Step]) -> list[str]:
    """The copies and installations among *steps*, up to the last installation."""
    said = [text for step in steps if (text := _text(step))]
    last = max((number for number, text in enumerate(said) if installs(text)), default=-1)
    return [text for text in said[: last + 1] if text.startswith("COPY ") or installs(text)]


def _text(step: Step) -> str:
    if isinstance(step, Copy):
        return f"COPY {' '.join(step.sources)} {step.target}"
    if isinstance(step, Run):
        return _NAMED.sub(r"\1 NAME", "RUN " + " && ".join(" ".join(map(str, command)) for command in step.commands))
    return ""


BUILT = tuple(case for case in CASES if case not in UNBUILT)
WITHOUT = frozenset((
    "bun-plain-web", "deno-cli", "go-vendored-job", "node-plain-web", "php-cli", "php-job", "php-plain-web", "python-pipeline", "ruby-cli", "ruby-job",
    "static-html-web",
))  # fmt: skip
"""Those that have nothing to install."""

# Of several cases with the same dependencies those whose builds take the least time.
EDITED = (
    "bun-cli", "bun-elysia-web", "bun-web", "bun-workspaces-web", "deno-web", "go-cmd-web", "go-gin-web", "go-workspace-web", "java-maven-cli",
    "java-maven-job", "node-berry-web", "node-cli", "node-npm-workspaces-web", "node-nuxt-web", "node-pnpm-web", "node-web",
    "node-workspaces-web", "node-yarn1-web", "php-composer-web", "python-django-web", "python-pdm-web", "python-pip-web", "python-pipenv-web",
    "python-poetry-web", "python-project-web", "python-uv-cli", "python-uv-workspace-web", "ruby-bundled-web", "rust-job", "rust-workspace-web",
    "static-vite-web",
)  # fmt: skip
"""One case for each way of copying and installing dependencies; what holds for it holds for those of the same steps. All are edited with
``EVERY_STACK``."""

ONE_LAYER = frozenset(("node-web", "python-pip-web", "python-uv-cli"))
"""Cases of which an edit changes one layer of the image, one for each way: what was built, a file, a package."""


TOOLS = {"node-web": "/app/node_modules/typescript", "node-npm-workspaces-web": "/app/node_modules/typescript"}
"""What was installed to build, and is taken away from what runs."""


def test_one_case_is_edited_for_each_way_of_installing() -> None:
    """No way is left out, and what only looks like no installation is found."""
    alike: dict[object, list[str]] = {}
    for case in BUILT:
        alike.setdefault(dependencies(case), []).append(case)
    assert sorted(alike.pop(())) == sorted(WITHOUT)
    assert [cases for cases in alike.values() if len({*cases} & {*EDITED}) != 1] == []
    assert {*EDITED} <= {*BUILT}


@pytest.mark.parametrize("case", sorted({*BUILT} - WITHOUT) if EVERY_STACK else EDITED)
def test_a_source_edit_installs_nothing_again(case: str, tmp_path: Path) -> None:
    """The sources' layer is made anew, that of the dependencies is not."""
    docker, tag = need_engine(), f"speccompile-test-edit:{case}"
    where = generate(case, tmp_path)
    try:
        installed = {step for step in build(docker, where, tag) if installs(step)}
        assert installed
        before = layers(docker, tag)
        assert case not in TOOLS or not there(docker, tag, TOOLS[case])
        edited = where / source(case)
        comment = _COMMENTS.get(edited.suffix, "// edited")
        edited.write_text(f"{edited.read_text('utf-8')}\n{comment} {tmp_path.name}\n", "utf-8")
        again = build(docker, where, tag)
        assert not all(again.values()), "the edit did not reach the image"
        assert [step for step in again if step in installed and not again[step]] == []
        assert installed <= set(again)
        assert case not in ONE_LAYER or len(set(layers(docker, tag)) - set(before)) <= 1
    finally:
        subprocess.run([docker, "image", "rm", "--force", tag], capture_output=True, timeout=60, check=False)
