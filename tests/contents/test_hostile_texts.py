"""Texts that nobody writes, in every kind of file that is read: they take time that grows with their length, not with its square."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress

import pytest

from projects import manifest
from speccompile.errors import Refused
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.project.memory import MemoryTree

SPECS = {"specs/assertions.json": manifest("web-service"), "specs/deploy.yaml": "app: shop\n"}
NODE = {
    "package.json": '{"name": "a", "main": "server.js", "dependencies": {"express": "4"}}',
    "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
    "server.js": "require('express')().listen(3000)\n",
}
PYTHON = {"requirements.txt": "flask==3.0.0\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
GO = {"go.mod": "module a\n\ngo 1.22\n", "main.go": "package main\nfunc main() {}\n"}
RUST = {
    "Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\n',
    "Cargo.lock": "version = 3\n",
    "src/main.rs": "fn main() {}\n",
}
DOTNET = {"A.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>', "Program.cs": "class A {}\n"}
PHP = {"composer.json": "{}", "index.php": "<?php\n"}
POM = """\
<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId><version>1</version>
<properties><maven.compiler.release>21</maven.compiler.release></properties></project>
"""
RUBY = {"Gemfile": "source 'x'\n", "config.ru": "run A\n"}
FILES: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(("package.json", "package-lock.json", "server.js", ".gitignore", ".npmrc"), NODE),
    **dict.fromkeys((".env.example", "app.json", "Dockerfile", "docker-compose.yml", "fly.toml", "render.yaml"), NODE),
    **dict.fromkeys(("Procfile", "requirements.txt", "app.py", "pyproject.toml", "poetry.lock"), PYTHON),
    **dict.fromkeys(("go.mod", "main.go"), GO),
    **dict.fromkeys(("Cargo.toml", "src/main.rs"), RUST),
    **dict.fromkeys(("A.csproj", "Program.cs", "nuget.config"), DOTNET),
    **dict.fromkeys(("composer.json", "index.php"), PHP),
    **dict.fromkeys(("Gemfile", "app.rb"), RUBY),
    "pom.xml": {"src/main/java/A.java": "class A {}\n"},
    "src/main/java/Main.java": {"pom.xml": POM},
    "config.ru": RUBY,
    "mix.exs": {},
    "deno.json": {"main.ts": "Deno.serve()\n"},
    "index.html": {},
}
_LONG = 40_000
PIECES = (
    "a", " ", "\n", '"', "(", "{", "[", "\\", "<a>", 'b="c" ', "a b=1\n", '{"a":', "app.get('/x',f);", "process.env.X ",
    "a.", "*a", "/a", "`${", "/*", 'A="', "http://a:", "a@b:",
)  # fmt: skip


# What is looked for, many times: a file, what makes somebody look, and the piece.
LOOKED_FOR = (
    ("app.py", "", "bind(a.h)\n"),
    ("app.py", "import grpc\ngrpc.server(x)\nadd_insecure_port(x)\n", "listen(h)\n"),
    ("app.py", "from starlette.applications import Starlette\n", 'Route("/health", f)\n'),
    ("app.py", "from starlette.applications import Starlette\n", 'Mount("/a", x),Route("/health", f,\n'),
    ("app.py", "from litestar import Litestar\n", ' @get("/health")\nclass A(Controller)\n'),
    ("config.ru", "run A\n", 'map "/a" do\n'),
    ("src/main/java/Main.java", "class Main { static void main() { Javalin.create();\n", 'route(b) { "/health";\n'),
)


def _of(piece: str, length: int) -> str:
    return piece * (length // len(piece))


def _seconds(path: str, text: str) -> float:
    files = {**SPECS, **FILES[path], path: text}
    start = time.process_time()
    with suppress(Refused):
        compile_project(MemoryTree(files), Surroundings(None, ("shop",), allow_unverified=False))
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES)
def test_time_grows_with_the_length(path: str) -> None:
    """Four times as long a text takes no more than eight times as long: with its square it would be sixteen. What takes no more than many times what
    an empty one does is not measured twice."""
    usual = min(_seconds(path, "") for _ in range(2)) + 0.01
    slow = {one: taken for one in PIECES if (taken := _seconds(path, _of(one, _LONG))) > 20 * usual}
    again = {one: (_seconds(path, _of(one, _LONG // 4)), taken) for one, taken in slow.items()}
    odd = [one for one, (short, long) in again.items() if long > 8 * short]
    assert {one: pair for one in odd if (pair := _least(path, one))[1] > 8 * pair[0]} == {}


def _least(path: str, piece: str) -> tuple[float, float]:
    """The seconds that a short text of *piece* takes, and one four times as long: the least of three times each, in turns, as a busy machine's caches and
    clocks only add."""
    taken = [(_seconds(path, _of(piece, _LONG // 4)), _seconds(path, _of(piece, _LONG))) for _ in range(3)]
    return min(short for short, _ in taken), min(long for _, long in taken)


@pytest.mark.parametrize(("path", "head", "piece"), LOOKED_FOR)
def test_time_grows_with_what_is_looked_for(path: str, head: str, piece: str) -> None:
    """The same, of pieces that a reader goes after."""
    pairs = [[_seconds(path, head + _of(piece, length)) for length in (_LONG // 4, _LONG)] for _ in range(3)]
    short, long = (min(each) for each in zip(*pairs, strict=True))
    assert long < 8 * short
