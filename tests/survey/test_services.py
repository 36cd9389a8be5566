"""Which directories are services, and what they are."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from survey_cases import proposed

from speccompile.detect.detection import Candidate, Detection, detect
from speccompile.project.disk import DiskTree
from speccompile.project.memory import MemoryTree
from speccompile.stacks.facts import Chosen, Program
from speccompile.survey.composefile import ComposeFile
from speccompile.survey.found import Found
from speccompile.survey.processes import started
from speccompile.survey.services import find

SERVER = "require('node:http').createServer((_, r) => r.end('ok')).listen(process.env.PORT || 3000);\n"
PYTHON = "from flask import Flask\n\napp = Flask(__name__)\n"
FLASK = "flask==3.0.3\ngunicorn==22.0.0\n"


def package(name: str, **more: Any) -> str:
    """A package.json."""
    return json.dumps({"name": name, "version": "1.0.0", **more})


def server(directory: str, **more: Any) -> dict[str, str]:
    """A web service for Node.js."""
    below = f"{directory}/" if directory else ""
    return {
        f"{below}package.json": package(directory or "root", scripts={"start": "node server.js"}, **more),
        f"{below}server.js": SERVER,
    }


def named(files: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Directory and archetype of each service that is found."""
    return {one.found.name: (one.found.directory, one.found.archetype) for one in proposed(files).services}


def test_a_project_of_one_service_is_as_it_was() -> None:
    """Whatever lies in its other directories without a manifest."""
    files = {**server(""), "tools/run.js": SERVER, "scripts/main.py": "", "src/app.js": SERVER}
    assert named(files) == {"app": ("", "web-service")}


@pytest.mark.parametrize(
    "folder", ["examples/a", "test/app", "node_modules/x", ".hidden/y", "docs/site", "vendor/z", "templates/new"]
)
def test_what_shows_or_tests_the_project_is_no_service(folder: str) -> None:
    """Even with a manifest and a start script."""
    assert named({**server("api"), **server(folder)}) == {"api": ("api", "web-service")}


def test_a_workspace_may_have_docs_for_a_member() -> None:
    """What is declared counts for more than a name; an example is none all the same."""
    files = {
        "package.json": package("x", workspaces=["apps/*", "examples/*"]),
        **server("apps/docs"),
        **server("apps/web"),
        **server("examples/a"),
    }
    assert named(files) == {"docs": ("apps/docs", "web-service"), "web": ("apps/web", "web-service")}


@pytest.mark.parametrize(
    "declaration",
    [
        {"pnpm-workspace.yaml": "packages:\n  - 'sites/**'\n  - '!sites/b'\n", "package.json": "{}"},
        {"package.json": package("x", workspaces={"packages": ["sites/a"]})},
        {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["sites/*"]\nexclude = ["sites/b"]\n'},
        {"Cargo.toml": '[workspace]\nmembers = ["./sites/a/"]\n'},
        {"go.work": "go 1.22\n\nuse (\n\t./sites/a // the one\n\t./lib\n)\n"},
        {"pom.xml": "<project><modules>\n<module>sites/a</module></modules></project>"},
        {"settings.gradle.kts": 'include(":sites:a")\n'},
    ],
    ids=lambda files: next(iter(files)),
)
def test_members_are_what_the_tools_declare(declaration: dict[str, str]) -> None:
    """``a`` is a member by each of these, so that its reason says so; ``b`` is not."""
    found = proposed({**declaration, **server("sites/a"), **server("sites/b")}).services
    reasons = {one.found.directory: one.found.why for one in found}
    assert reasons == {"sites/a": "it is a member of the workspace", "sites/b": "it has a manifest of its own"}


def test_libraries_and_tools_are_passed_over() -> None:
    """With a word on each."""
    files = {
        **server("apps/api"),
        "packages/ui/package.json": package("ui", exports="./a.js"),
        "packages/cli/package.json": package("cli", bin="cli.js"),
        "packages/cli/cli.js": "console.log(1)\n",
    }
    found = proposed(files)
    assert [one.found.name for one in found.services] == ["api"]
    assert {one.directory: one.why.split(":")[0] for one in found.passed_over} == {
        "packages/cli": "it does not listen, and nothing says that it runs beside the others",
        "packages/ui": "a library",
    }


@pytest.mark.parametrize(
    ("image", "setting", "said"),
    [
        ("mysql:8.4", "MYSQL_ROOT_PASSWORD: x", True),
        ("mariadb:10.6.4-focal", "MYSQL_ROOT_PASSWORD_FILE: /run/secrets/db", True),
        ("mysql:8.4", "MYSQL_ROOT_PASSWORD: x, MYSQL_USER: shop", False),
        ("postgres:16", "POSTGRES_PASSWORD: x", False),
    ],
)
def test_a_program_that_logs_in_as_root_is_told_that_it_does_not_here(image: str, setting: str, said: bool) -> None:
    """What is made here has a user for the program, and nobody knows root's password."""
    text = f"services:\n  web: {{build: ., depends_on: [db]}}\n  db: {{image: {image!r}, environment: {{{setting}}}}}\n"
    found = proposed({**server(""), "compose.yaml": text})
    db = next(one for one in found.compose.services if one.name == "db")
    assert any("root alone logs in" in one for one in db.unused) is said


def test_a_server_at_the_root_and_one_below() -> None:
    """Both are services, unless the root's scripts go into the other: then that is made for the root."""
    both = {"requirements.txt": FLASK, "app.py": PYTHON, **server("frontend")}
    assert named(both) == {"app": ("", "web-service"), "frontend": ("frontend", "web-service")}
    inside = {**server("", dependencies={}), **server("client")}
    inside["package.json"] = package("x", scripts={"start": "node server.js", "build": "cd client && npm run build"})
    assert named(inside) == {"app": ("", "web-service")}


def test_a_root_that_starts_what_is_below_is_none() -> None:
    """The member of a workspace is the service, not the workspace."""
    root = '[project]\nname = "x"\nversion = "1"\ndependencies = ["flask==3.0.3", "gunicorn==22.0.0"]\n'
    files = {"pyproject.toml": root, "site/__init__.py": "", "site/app.py": PYTHON}
    assert named(files) == {"app": ("", "web-service")}
    assert named({**files, "site/requirements.txt": FLASK}) == {"site": ("site", "web-service")}


def test_a_solution_of_one_program_is_that_program() -> None:
    """Below the root, too: the directory of the solution starts what is found in that of the project."""
    project = '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>\n'
    line = 'Project("{F}") = "shop", "shop\\shop.csproj", "{7}"\nEndProject\n'
    files = {
        "app/shop.sln": f"Microsoft Visual Studio Solution File, Format Version 12.00\n{line}",
        "app/shop/shop.csproj": project,
        "app/shop/Program.cs": "var app = WebApplication.CreateBuilder(args).Build();\napp.Run();\n",
        "compose.yaml": "services:\n  web:\n    build: app/shop\n    ports: ['80:8080']\n",
    }
    assert named(files) == {"web": ("app/shop", "web-service")}


def test_a_compose_file_names_services_and_tells_what_runs() -> None:
    """A worker has no port; the Dockerfile's directory counts where the context is the project."""
    files = {
        "compose.yaml": "services:\n  shop: {build: {context: ., dockerfile: web/Dockerfile}, ports: ['80:3000']}\n  mail: {build: mailer}\n",
        **server("web"),
        "mailer/package.json": package("m", scripts={"start": "node run.js"}),
        "mailer/run.js": "setInterval(() => {}, 1000)\n",
    }
    assert named(files) == {"shop": ("web", "web-service"), "mail": ("mailer", "data-pipeline")}


def test_a_procfile_tells_of_workers() -> None:
    """Of those that need no shell; releases and the server itself are none."""
    text = "web: gunicorn app:app\nrelease: flask db upgrade\nworker: celery -A app worker\nodd: cd x && run\n"
    found = proposed({"requirements.txt": FLASK, "app.py": PYTHON, "Procfile": text}).services
    assert [(one.found.name, one.found.command) for one in found] == [
        ("app", None),
        ("worker", ("celery", "-A", "app", "worker")),
    ]


def test_a_stack_may_make_several_programs() -> None:
    """Those that listen or work are services, tools are none."""
    tree = MemoryTree(server("cmd"))
    seen = detect(tree.below("cmd"), None, "cmd")
    programs = (
        Program("admin", ("web-service", "it listens"), Chosen("port", "9000", "main.go:5")),
        Program("lint", ("cli-tool", "it is one")),
        Program("sweep", ("data-pipeline", "it is one")),
    )
    facts = replace(seen.facts, programs=programs)
    one = Found(
        name="",
        directory="cmd",
        detection=Detection(Candidate(seen.stack, facts), (), ()),
        archetype="web-service",
        reason="",
        why="",
    )
    found = [(each.name, each.command, each.port) for each in started(tree, one, ComposeFile("", ()))]
    assert found == [("", None, 3000), ("admin", ("admin",), 9000), ("sweep", ("sweep",), 3000)]


def test_names_are_never_alike() -> None:
    """Directories of one name get their parents' in front, and none takes the proxy's."""
    files = {**server("a/api"), **server("b/api"), **server("proxy")}
    assert named(files).keys() == {"api", "b-api", "proxy-2"}


@pytest.mark.parametrize(
    "text",
    ["", "services:", "services: 7", "services: {a: {build: ../..}}", "services: {b: {build: x, ports: 3, environment: [1, null], depends_on: 5, command: {}}}",
     "a: &x [*x]", "\t", "services: {A b: {build: .}}", "services: {a: {build: {context: '$X', dockerfile: 5}, image: ['x']}}", "- x", "services: {a: {image: '://'}}"],
)  # fmt: skip
def test_a_compose_file_may_be_anything(text: str) -> None:
    """What cannot be understood is as if it were not there."""
    assert named({"docker-compose.yml": text, **server("")}) == {"app": ("", "web-service")}


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": '{"workspaces": [5, null, "' + "*/" * 150 + '"]}'},
        {"package.json": '{"workspaces": {"packages": "x"}}', "pnpm-workspace.yaml": "packages: x"},
        {
            "pyproject.toml": "[tool.uv]\nworkspace = 5\n",
            "Cargo.toml": "[workspace]\nmembers = 7\n",
            "go.work": "use (\n",
            "pom.xml": "<module>",
        },
        {"Procfile": "worker:\n: x\nworker: '\n", "requirements.txt": FLASK, "app.py": PYTHON},
        {"package.json": '{"workspaces": ["' + "**/" * 60 + 'x"]}', "a/b/c/d/package.json": "{}"},
        {"package.json": '{"workspaces": ["' + "**/*/" * 30 + 'x"]}', "a/b/c/d/e/f/g/h/i/j/k/l/x/package.json": "{}"},
        {"package.json": '{"workspaces": ["' + "**/" * 5000 + 'x"]}', "a/package.json": "{}"},
    ],
)
def test_declarations_may_be_anything(files: dict[str, str]) -> None:
    """Nothing raises, nothing takes long."""
    proposed({**files, **server("api")})


@pytest.mark.parametrize("link", ["self", "lib/up"])
def test_a_link_to_a_directory_above_it_is_no_service(link: str, tmp_path: Path) -> None:
    """What is there was seen where it is."""
    for path, text in {**server(""), "lib/x.js": ""}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    (tmp_path / link).symlink_to("../" * link.count("/") or ".")
    assert [one.directory for one in find(DiskTree(tmp_path), ComposeFile("", ())).services] == [""]
