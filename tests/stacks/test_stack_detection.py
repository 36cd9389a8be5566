"""Which stack sources are, and what is told when it is unclear or nothing can be made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from stack_cases import request

from speccompile.detect.detection import detect
from speccompile.errors import Refused
from speccompile.plan.image import ImageRecipe
from speccompile.project.memory import MemoryTree
from speccompile.source import Span
from speccompile.stacks.javascript.facts import JsFacts

LOCK = '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"hono": "^4"}}}}'
BUN_LOCK = '{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {"hono": "^4",},}}, "packages": {},}'


def package(**data: Any) -> str:
    """A package.json that depends on something."""
    return json.dumps({"dependencies": {"hono": "^4"}, **data})


def problems(files: Mapping[str, str], archetype: str = "web-service", **wishes: Any) -> list[str]:
    """The codes that stand in the way of an image."""
    found = detect(MemoryTree(files))
    try:
        made = found.stack.recipe(found.facts, request(archetype, found, **wishes))
    except Refused as refused:
        return [one.code for one in refused.diagnostics]
    assert isinstance(made, ImageRecipe)
    return []


STACKS = [
    ({"package.json": package(), "bun.lock": BUN_LOCK, "index.ts": ""}, "bun", []),
    ({"package.json": package(), "bun.lockb": "", "index.ts": ""}, "bun", []),
    ({"package.json": package(), "bun.lock": BUN_LOCK, "package-lock.json": LOCK, "index.js": ""}, "bun", ["node"]),
    ({"package.json": package(packageManager="bun@1.2.0"), "index.ts": ""}, "bun", []),
    ({"package.json": package(packageManager="bun@1.2.0"), "package-lock.json": LOCK, "index.js": ""}, "node", []),
    ({"package.json": package(), "package-lock.json": LOCK, "index.js": ""}, "node", []),
    ({"package.json": package(), "package-lock.json": LOCK, "requirements.txt": "", "main.py": ""}, "python", []),
    ({"package.json": package(), "server.js": "", "requirements.txt": "", "main.py": ""}, "node", ["python"]),
    ({"pyproject.toml": "[project]\nname = 'a'"}, "python", []),
    ({"main.py": ""}, "python", []),
    ({"setup.py": ""}, "python", []),
]  # fmt: skip


@pytest.mark.parametrize(("files", "taken", "others"), STACKS)
def test_the_stack(files: dict[str, str], taken: str, others: list[str]) -> None:
    """The first that finds something to start, and what else finds something."""
    found = detect(MemoryTree(files))
    assert found.stack.name == taken
    assert [one.stack.name for one in found.others] == others
    assert found.facts.reason


def test_the_other_one_can_be_chosen() -> None:
    """``stack`` in deploy.yaml."""
    files = {"package.json": package(), "server.js": "", "requirements.txt": "", "main.py": ""}
    assert detect(MemoryTree(files), "python").stack.name == "python"


def test_nothing() -> None:
    """The message shows what is there and what is supported."""
    found = detect(MemoryTree({"CMakeLists.txt": "", "src/main.c": ""}), None, "services/a")
    assert found.taken is None
    (one,) = found.diagnostics
    assert (one.code, one.span) == ("SC234", Span("services/a"))
    assert all(word in one.message for word in ("CMakeLists.txt", "src/", "bun:", "node:", "python:"))
    with pytest.raises(ValueError, match="no stack"):
        _ = found.stack


@pytest.mark.parametrize(("wanted", "code", "fix"), [("pyton", "SC235", "python?"), ("bun", "SC236", "stack: python")])
def test_a_wish_that_cannot_be_met(wanted: str, code: str, fix: str) -> None:
    """It is told at the place of the wish."""
    asked = Span("specs/deploy.yaml", 4, 5)
    found = detect(MemoryTree({"main.py": ""}), wanted, "", asked)
    (one,) = found.diagnostics
    assert (one.code, one.span, found.taken) == (code, asked, None)
    assert fix in one.fix


MEMBER = "[project]\nname='a'\n"
TROUBLE = [
    ({"package.json": "{", "index.js": ""}, ["SC237"]),
    ({"package.json": "[1]", "index.js": ""}, ["SC237"]),
    ({"pyproject.toml": "[", "main.py": ""}, ["SC237"]),
    ({"package.json": package(), "index.js": ""}, ["SC238"]),
    ({"package.json": package(), "index.js": "", "pnpm-lock.yaml": ""}, ["SC248"]),
    ({"package.json": package(), "index.js": "", "yarn.lock": ""}, ["SC248"]),
    ({"package.json": package(), "index.js": "", "package-lock.json": "<<<<<<<"}, ["SC248"]),
    ({"package.json": package(dependencies={"x": "1"}), "index.js": "", "package-lock.json": LOCK}, ["SC239"]),
    ({"package.json": package(dependencies={"hono": "^5"}), "index.js": "", "package-lock.json": LOCK}, ["SC239"]),
    ({"package.json": package(dependencies={"hono": "^4", "x": "1"}), "index.ts": "", "bun.lock": BUN_LOCK}, ["SC239"]),
    ({"package.json": package(dependencies={"x": "file:../x"}), "index.js": "", "package-lock.json": LOCK}, ["SC239", "SC259"]),
    ({"package.json": package(packageManager="pnpm@9.0.0"), "index.js": ""}, ["SC238"]),
    ({"package.json": package(engines={"node": "<10"}), "index.js": "", "package-lock.json": LOCK}, ["SC252"]),
    ({"package.json": "{}"}, ["SC240"]),
    ({"package.json": '{"scripts": {"start": "a | b"}}'}, ["SC241"]),
    ({"package.json": '{"scripts": {"start": "node dist/a.js"}}'}, ["SC242"]),
    ({"package.json": '{"scripts": {"start": "node ../a.js"}}'}, ["SC242"]),
    ({"package.json": '{"main": "a.ts"}', "a.ts": ""}, ["SC243"]),
    ({"requirements.txt": "fastapi==1.0\nuvicorn==1.0", "app.py": ""}, ["SC245"]),
    ({"requirements.txt": "django==5.0\ngunicorn==23.0"}, ["SC245"]),
    ({"pyproject.toml": "[project]\nname = 'a'"}, ["SC240"]),
    ({"pyproject.toml": "[project]\nname='a'\ndependencies=['x']\n[tool.uv]\ndev-dependencies=[]", "main.py": ""}, ["SC238"]),
    ({"pyproject.toml": "[project]\nname='a'\ndependencies=['x']", "main.py": "", "uv.lock": "version = 1\n"}, ["SC248"]),
    ({"pyproject.toml": "[project]\nname='a'\ndependencies=['x']", "main.py": "",
      "uv.lock": 'version = 1\n\n[[package]]\nname = "y"\n'}, ["SC239"]),
    ({"pyproject.toml": "[tool.uv.workspace]\nmembers=['*']", "a/pyproject.toml": MEMBER, "a/main.py": "",
      "b/pyproject.toml": MEMBER, "b/main.py": "", "uv.lock": "version = 1\n"}, ["SC251"]),
    ({"pyproject.toml": "[tool.poetry]\nname='a'", "poetry.lock": "", "main.py": ""}, ["SC248"]),
    ({"pyproject.toml": "[tool.poetry.dependencies]\nx='*'", "main.py": ""}, ["SC238"]),
    ({"pyproject.toml": "[tool.poetry.dependencies]\nx='*'", "poetry.lock": '[[package]]\nname = "y"\n', "main.py": ""}, ["SC239"]),
    ({"pyproject.toml": "[project]\nname='a'\ndependencies=['x']", "pdm.lock": "<<<<<<<", "main.py": ""}, ["SC248"]),
    ({"pyproject.toml": "[project]\nname='a'\ndependencies=['x']", "pdm.lock": '[[package]]\nname = "x"\npath = "./x"\n',
      "main.py": ""}, ["SC261"]),
    ({"poetry.lock": '[[package]]\nname = "y"\n', "main.py": ""}, ["SC248"]),
    ({"Pipfile": "[packages]\nx='*'", "Pipfile.lock": "{", "main.py": ""}, ["SC248"]),
    ({"Pipfile": "[packages]\nx='*'", "main.py": ""}, ["SC238"]),
    ({"environment.yml": "", "main.py": ""}, ["SC250"]),
    ({"app.py": "import os\nfrom flask import Flask\napp = Flask(1)"}, ["SC238"]),
    ({"Pipfile": "[", "Pipfile.lock": '{"_meta": {"x": 1}}', "main.py": ""}, ["SC237"]),
    ({"setup.py": "from setuptools import setup\nsetup(install_requires=open('x').read())", "main.py": ""}, ["SC261"]),
]  # fmt: skip


@pytest.mark.parametrize(("files", "codes"), TROUBLE)
def test_what_stands_in_the_way(files: dict[str, str], codes: list[str]) -> None:
    """No image, but a diagnostic with a fix; never a silent unlocked installation."""
    assert problems(files) == codes


@pytest.mark.parametrize(
    "files", [files for files, codes in TROUBLE if codes[0] in ("SC240", "SC241", "SC242", "SC243", "SC245")]
)
def test_a_command_is_a_way_out_where_only_the_command_is_missing(files: dict[str, str]) -> None:
    """As the fix says."""
    assert problems(files, command=("sleep", "1")) == []


def test_without_dependencies_no_lock_is_needed() -> None:
    """There is nothing to lock."""
    assert problems({"package.json": '{"scripts": {"start": "node a.js"}}', "a.js": ""}) == []


def test_unpinned_requirements_are_a_warning() -> None:
    """It still works."""
    files = {"requirements.txt": "flask\ngunicorn==23.0.0\n", "app.py": "app = Flask(__name__)\n"}
    found = detect(MemoryTree(files))
    assert [(one.code, one.severity.value, one.span.line) for one in found.diagnostics] == [("SC249", "warning", 1)]
    assert problems(files) == []


SERVERS = [
    ("uvicorn", "fastapi", "app = FastAPI()", ("uvicorn", "--host", "0.0.0.0", "--port", "9", "main:app")),
    ("hypercorn", "quart", "app = Quart(__name__)", ("hypercorn", "--bind", "0.0.0.0:9", "--access-logfile", "-", "main:app")),
    ("granian", "litestar", "app = Litestar([])", ("granian", "--interface", "asgi", "--host", "0.0.0.0", "--port", "9", "main:app")),
    ("waitress", "flask", "def create_app():\n    ...", ("waitress-serve", "--listen=0.0.0.0:9", "--call", "main:create_app")),
    ("gunicorn", "flask", "application: Flask = flask.Flask(__name__)", (
        "gunicorn", "--bind", "0.0.0.0:9", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-", "main:application")),
    ("six", "fastapi[standard]", "api = fastapi.FastAPI()", ("uvicorn", "--host", "0.0.0.0", "--port", "9", "main:api")),
]  # fmt: skip


@pytest.mark.parametrize(("server", "framework", "source", "argv"), SERVERS)
def test_the_server_of_a_python_application(server: str, framework: str, source: str, argv: tuple[str, ...]) -> None:
    """The one that is among the dependencies, on all addresses, at the port that is asked for."""
    files = {"requirements.txt": f"{framework}==1.0\n{server}==1.0\n", "main.py": f"{source}\n"}
    found = detect(MemoryTree(files))
    made = found.stack.recipe(found.facts, request("web-service", found, port=9))
    assert made.command == argv
    assert made.needs_init == (server == "waitress")


PORTS = [
    ("index.ts", "Bun.serve({ port: Number(process.env.PORT ?? 4000) })", 4000),
    ("index.ts", 'const port = parseInt(process.env.PORT || "4001", 10)', 4001),
    ("index.ts", 'const port = process.env["PORT"] ?? 4002', 4002),
    ("index.ts", "const { HOST, PORT = 4003 } = process.env", 4003),
    ("index.ts", "app.listen(4004)", 4004),
    ("index.ts", "app.listen({ port: 4005, host: 'x' })", 4005),
    ("index.ts", "// port: 4006", 3000),
    ("index.ts", "app.listen(99999)", 3000),
    ("main.py", 'port = int(os.environ.get("PORT", "4007"))', 4007),
    ("main.py", 'port = int(os.getenv("PORT", 4008))', 4008),
    ("main.py", 'port = int(os.environ.get("PORT") or 4009)', 4009),
    ("main.py", "uvicorn.run(app, port=4010)", 4010),
    ("main.py", "# port=4011", 8000),
]


@pytest.mark.parametrize(("path", "line", "port"), PORTS)
def test_the_port_of_a_source(path: str, line: str, port: int) -> None:
    """The default of PORT; else a number in the source; else the usual one."""
    manifest = {"package.json": '{"engines": {"bun": "1"}}'} if path == "index.ts" else {}
    assert detect(MemoryTree({**manifest, path: f"\n{line}\n"})).facts.port == port


ROUTES = [
    ('app.get("/health", ok)', "/health"),
    ("app.get('/healthz', ok)", "/healthz"),
    ('if (url.pathname === "/readyz") {', "/readyz"),
    ('await fetch("/health")', None),
    ('const url = "http://other" + "/health"', None),
    ('// app.get("/health")', None),
    ('app.get("/healthy-food")', None),
]


@pytest.mark.parametrize(("line", "path"), ROUTES)
def test_the_health_route_of_a_source(line: str, path: str | None) -> None:
    """A literal of the usual names that is not what somebody else is asked for."""
    assert detect(MemoryTree({"package.json": '{"engines": {"bun": "1"}}', "index.ts": line})).facts.health_path == path


ALLOWED = [
    "src/a.ts",
    "lib/b/c.js",
    "public/x.png",
    "config.json",
    "tsconfig.json",
    "migrations/1.sql",
    "vite.config.ts",
    "notes/a.md",
]
REFUSED = [
    ".env", ".env.production", "server.pem", "id_rsa", "tests/a.ts", "a.test.ts", "Dockerfile", "docker-compose.yml", "README.md",
    "node_modules/x/index.js", "secrets.json", "my-credentials.json", "service-account-1.json", ".git/config", "coverage/a.js", ".npmrc",
    "jest.config.js", "specs/assertions.json", "generated/health.ts", "terraform.tfvars", "--from=x.js", "we*ird/a.js",
]  # fmt: skip


def test_the_allow_list() -> None:
    """Code, data and assets are in; secrets, tests, papers and what is made anew are not."""
    manifest = '{"scripts": {"start": "node src/a.js"}}'
    files = {**dict.fromkeys((*ALLOWED, *REFUSED), ""), "package.json": manifest, "src/a.js": ""}
    found = detect(MemoryTree(files))
    made = found.stack.recipe(found.facts, request("data-pipeline", found))
    tops = {path.rstrip("/") for path in made.context}
    assert tops == {"package.json", *(path.partition("/")[0] for path in ALLOWED)}
    assert [one.code for one in found.diagnostics] == ["SC247", "SC247"]


OUTPUTS = [
    ("tsc", {"tsconfig.json": '{"compilerOptions": {"outDir": "./out-ts"}}'}, "out-ts"),
    ("bun build src/a.ts --outdir=build2", {}, "build2"),
    ("esbuild src/a.ts --bundle --outfile=bundle/a.js", {}, "bundle"),
    ("vite build", {"vite.config.ts": "export default { build: { outDir: 'web' } }"}, "web"),
    ("vite build", {}, "dist"),
    ("next build", {}, ".next"),
    ("npm run compile", {"tsconfig.json": '{"compilerOptions": {"outDir": "lib-out"}}'}, "lib-out"),
    ("tsc --noEmit", {}, None),
    ("tsc --outDir ../outside", {}, None),
]


@pytest.mark.parametrize(("build", "files", "made"), OUTPUTS)
def test_where_a_build_writes(build: str, files: dict[str, str], made: str | None) -> None:
    """From the script, and from the configuration of the tools in it."""
    manifest = {"scripts": {"start": "node src/a.js", "build": build, "compile": "tsc"}}
    found = detect(MemoryTree({"package.json": json.dumps(manifest), "src/a.js": "", **files}))
    stages = [stage.name for stage in found.stack.recipe(found.facts, request("data-pipeline", found)).stages]
    assert isinstance(found.facts, JsFacts)
    assert found.facts.made == ((made,) if made else ())
    assert ("build" in stages) == (made is not None)
    assert [one.code for one in found.diagnostics] == ([] if made else ["SC246"])
