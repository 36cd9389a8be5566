"""Every generated file, under every linter that looks at such files: silence. And no linter is always silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import INLINE_IGNORE, LINTERS, Linter, context_of, is_known

from tools import ROOT

GENERATED = ROOT / "generated"
FILES = sorted(path for path in GENERATED.rglob("*") if path.is_file())
PAIRS = [(linter, path) for path in FILES for linter in LINTERS if linter.applies(path)]
EXAMPLES = ("bank", "ledger-export", "npm-library", "sessions", "wordcount")


def name(value: Linter | Path) -> str:
    """How a parameter is called in pytest's reports."""
    return value.name if isinstance(value, Linter) else str(value.relative_to(GENERATED))


@pytest.mark.parametrize(("linter", "path"), PAIRS, ids=name)
def test_generated_files_are_clean(linter: Linter, path: Path) -> None:
    """At its strictest, the linter has nothing to say."""
    assert linter.run(path) == ""


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_file_is_looked_at(path: Path) -> None:
    """A file of a new kind needs a linter, or a word that there is none; and no file tells linters to look away."""
    assert is_known(path)
    assert INLINE_IGNORE.findall(path.read_text(encoding="utf-8")) == []


def test_all_examples_are_there() -> None:
    """Nothing is clean because it is missing."""
    assert sorted({path.relative_to(GENERATED).parts[0] for path in FILES}) == list(EXAMPLES)


COMPOSE = """\
name: sample
services:
  api:
    image: nginx
    privileged: true
    environment:
      TOKEN: ${TOKEN}
    colour: blue
"""
WORKFLOW = """\
name: publish
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    colour: blue
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.head_commit.message }}
"""
NGINX = """\
events {}
http {
    server {
        listen 8080;
        server_name one.example.com;
        add_header X-Frame-Options DENY;
        location / {
            add_header X-Other yes;
            return 302 http://$host$uri;
        }
    }
    server {
        listen 8080;
        server_name one.example.com;
    }
}
"""
BAD = {
    "hadolint": ("Dockerfile", "FROM debian:12-slim\nRUN cd /tmp && apt-get install curl\n"),
    "tally": ("Dockerfile", "FROM debian:12-slim AS Base\nCOPY missing.txt /\n"),
    "checkov": ("Dockerfile", "FROM debian:12-slim\nRUN true\n"),
    "compose-lint": ("docker-compose.yml", COMPOSE),
    "dclint": ("docker-compose.yml", COMPOSE),
    "compose-schema": ("docker-compose.yml", COMPOSE),
    "compose-config": ("docker-compose.yml", COMPOSE.replace("    colour: blue\n", "")),
    "yamllint": ("values.yml", "key:   value\n"),
    "nginx": ("nginx.conf", NGINX),
    "gixy": ("nginx.conf", NGINX),
    "crossplane": ("nginx.conf", "events {}\nhttp {\n    server_tokens off\n}\n"),
    "shellcheck": ("health.sh", "cat $1\n"),
    "ruff": ("health.py", '"""Module."""\n\nimport os\n'),
    "mypy": ("health.py", "def probe(port):\n    return port\n"),
    "tsc": ("health.ts", "export const port: number = process.env.PORT;\n"),
    "javac": ("Health.java", "import java.util.*;\nfinal class Health {\n    List raw;\n}\n"),
    "zizmor": ("publish.yml", WORKFLOW),
    "workflow-schema": ("publish.yml", WORKFLOW),
}


@pytest.mark.parametrize("linter", LINTERS, ids=lambda each: each.name)
def test_each_linter_can_fail(linter: Linter, tmp_path: Path) -> None:
    """A linter that says nothing about this would say nothing about anything."""
    filename, text = BAD[linter.name]
    path = tmp_path / filename
    path.write_text(text, encoding="utf-8")
    (tmp_path / ".env.example").write_text("", encoding="utf-8")
    assert linter.applies(path)
    assert linter.run(path) != ""


GOOD = {
    "compose-schema": ("docker-compose.yml", "services:\n  api:\n    image: nginx:1\n"),
    "compose-config": ("docker-compose.yml", "services:\n  api:\n    image: nginx:${TAG:?the tag}\n"),
    "yamllint": ("values.yml", "---\nkey: value\n"),
    "nginx": ("nginx.conf", "pid /tmp/nginx.pid;\nevents {}\n"),
    "crossplane": ("nginx.conf", "events {}\n"),
    "ruff": ("health.py", '"""Module."""\n\nPORT = 1\n'),
    "mypy": ("health.py", "def probe(port: int) -> int:\n    return port\n"),
    "tsc": ("health.mjs", "/** @param {number} port */\nexport const probe = (port) => port + process.pid;\n"),
    "javac": ("Health.java", "final class Health {\n    int port;\n}\n"),
}


@pytest.mark.parametrize("linter", [linter for linter in LINTERS if linter.name in GOOD], ids=lambda each: each.name)
def test_linters_can_be_content(linter: Linter, tmp_path: Path) -> None:
    """Those that are set up here (with an environment, types, a context) fail for what the file says, not for that."""
    filename, text = GOOD[linter.name]
    path = tmp_path / filename
    path.write_text(text, encoding="utf-8")
    (tmp_path / ".env.example").write_text("TAG=1\n", encoding="utf-8")
    assert linter.run(path) == ""


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: S310",
        "x = 1  # type: ignore[x]",
        "// @ts-expect-error",
        "# hadolint ignore=DL3008",
        "# checkov:skip=CKV_DOCKER_2",
        "# dclint disable-file",
        "# yamllint disable",
        "# tally ignore=x",
        "# check=skip=all",
        "# zizmor: ignore[unpinned-uses]",
    ],
)
def test_inline_ignores_are_found(comment: str) -> None:
    """However a linter spells it."""
    assert INLINE_IGNORE.search(comment)


def test_context(tmp_path: Path) -> None:
    """The compose file says where the build context is, relative to itself; the Dockerfile is relative to that."""
    project, output = tmp_path / "project", tmp_path / "out"
    (project / "src").mkdir(parents=True)
    output.mkdir()
    build = "{context: ../project, dockerfile: ../out/Dockerfile}"
    (output / "docker-compose.yml").write_text(f"services:\n  db: {{image: postgres}}\n  api:\n    build: {build}\n")
    assert context_of(output / "Dockerfile") == project.resolve()
    assert context_of(output / "other.Dockerfile") == output
