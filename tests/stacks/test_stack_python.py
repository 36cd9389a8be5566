"""What is found out about Python projects: installers, applications, servers, system packages, places."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stack_cases import request

from speccompile.plan.image import Copy, Env, ImageRecipe, Run
from speccompile.project.memory import MemoryTree
from speccompile.stacks.detect import Detection, detect
from speccompile.stacks.pysystem import DEBIAN, TABLE

FLASK = "from flask import Flask\n"
WSGI = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")\n'


def of(files: dict[str, str]) -> Detection:
    """What the sources are."""
    return detect(MemoryTree(files))


def made(files: dict[str, str], archetype: str = "web-service", **wishes: Any) -> ImageRecipe:
    """The image of the sources."""
    found = of(files)
    recipe = found.stack.recipe(found.facts, request(archetype, found, **wishes))
    assert isinstance(recipe, ImageRecipe)
    return recipe


def commands(image: ImageRecipe) -> list[tuple[str, ...]]:
    """All commands, in order."""
    runs = (step for stage in image.stages for step in stage.steps if isinstance(step, Run))
    return [tuple(map(str, command)) for run in runs for command in run.commands]


def env(image: ImageRecipe) -> dict[str, str]:
    """The environment of the final stage."""
    return dict(pair for step in image.stages[-1].steps if isinstance(step, Env) for pair in step.pairs)


def codes(files: dict[str, str]) -> list[str]:
    """The codes of what is told besides obstacles."""
    return [one.code for one in of(files).diagnostics]


APPLICATIONS = [
    ("flask", {"app.py": "app = Flask(__name__)"}, "app:app", ""),
    ("flask", {"hello.py": "server = Flask(__name__)"}, "hello:server", ""),
    ("flask", {"shop/__init__.py": "def create_app(config: dict[str, str] | None = None) -> Flask:\n"}, "shop:create_app()", ""),
    ("flask", {"shop/__init__.py": "def build() -> Flask:\n"}, "shop:build()", ""),
    ("flask", {"shop/__init__.py": "def create_app():", "wsgi.py": "app = create_app()"}, "wsgi:app", ""),
    ("flask", {"src/shop/app.py": "app = Flask(__name__)"}, "shop.app:app", "/app/src:"),
    ("flask", {"back-end/app.py": "app = Flask(__name__)"}, "app:app", "/app/back-end:"),
    ("flask", {"backend/app.py": "import models\napp = Flask(__name__)", "backend/models.py": ""}, "app:app", "/app/backend:"),
    ("flask", {"backend/app.py": "from backend import models\napp = Flask(__name__)", "backend/models.py": ""}, "backend.app:app", ""),
    ("flask", {"backend/app/main.py": "app = Flask(__name__)"}, "app.main:app", "/app/backend:"),
    ("flask", {"a/b/app.py": "app = Flask(__name__)", "a/__init__.py": ""}, "a.b.app:app", ""),
    ("flask", {"app.py": "app = application = Flask(__name__)"}, "app:app", ""),
    ("flask", {"app.py": "def make(x):\n    return Flask(x)\napp = make(1)"}, "app:app", ""),
    ("flask", {"tests/app.py": "app = Flask(1)", "test_x.py": "app = Flask(1)", "z.py": "app = Flask(1)"}, "z:app", ""),
    ("flask-restx", {"app.py": "app = Flask(__name__)"}, "app:app", ""),
    ("dash", {"app.py": "app = Dash(__name__)\nserver = app.server\n"}, "app:server", ""),
    ("falcon", {"app.py": "app = falcon.App()"}, "app:app", ""),
    ("bottle", {"app.py": "app = bottle.default_app()"}, "app:app", ""),
]  # fmt: skip


@pytest.mark.parametrize(("framework", "files", "target", "path"), APPLICATIONS)
def test_the_application(framework: str, files: dict[str, str], target: str, path: str) -> None:
    """Where it is, what it is called, and what must be on the path for that."""
    image = made({"requirements.txt": f"{framework}==1\ngunicorn==23.0.0\n", **files})
    assert image.command[-1] == target
    assert env(image)["PYTHONPATH"] == f"{path}/app"


OWN = [
    ("aiohttp", "web.run_app(app)", ("python", "main.py"), 8080),
    ("sanic", "app = Sanic('x')", ("sanic", "main:app", "--host", "0.0.0.0", "--port", "8000"), 8000),
    ("gradio", "demo.launch()", ("python", "main.py"), 7860),
    ("streamlit", "import streamlit as st", (
        "streamlit", "run", "main.py", "--server.port=8501", "--server.address=0.0.0.0", "--server.headless=true",
        "--browser.gatherUsageStats=false"), 8501),
    ("chainlit", "import chainlit", ("chainlit", "run", "main.py", "--headless", "--host", "0.0.0.0", "--port", "8000"), 8000),
    ("tornado", "app.listen(9999)", ("python", "main.py"), 9999),
    ("fastapi", "def start(x):\n    uvicorn.run(x)\n", ("python", "main.py"), 8000),
]  # fmt: skip


@pytest.mark.parametrize(("framework", "source", "argv", "port"), OWN)
def test_frameworks_that_bring_their_server(framework: str, source: str, argv: tuple[str, ...], port: int) -> None:
    """They are told where to listen in their own way, and where they would is known."""
    image = made({"requirements.txt": f"{framework}==1\n", "main.py": source})
    assert (image.command, env(image)["PORT"]) == (argv, str(port))
    assert ("GRADIO_SERVER_PORT" in env(image)) == (framework == "gradio")


def test_the_source_decides_which_framework_it_is() -> None:
    """A frozen list has everything that anything depends on."""
    frozen = "flask==3.0\nfastapi==0.115\nstarlette==0.40\nstreamlit==1.40\ntornado==6\nuvicorn==0.30\n"
    assert made({"requirements.txt": frozen, "x.py": "import streamlit"}).command[0] == "streamlit"
    assert made({"requirements.txt": frozen, "x.py": "app = FastAPI()"}).command[-1] == "x:app"


@pytest.mark.parametrize(("framework", "source", "server", "names"), [
    ("flask", "app = Flask(1)", "waitress-serve", {"waitress==3.0.2"}),
    ("fastapi", "app = FastAPI()", "uvicorn", {"uvicorn==0.35.0", "click==8.1.8", "h11==0.16.0"}),
])  # fmt: skip
def test_a_server_is_added_where_there_is_none(framework: str, source: str, server: str, names: set[str]) -> None:
    """One release of it, recorded; before the project's own dependencies, which win; and it is told."""
    files = {"requirements.txt": f"{framework}==1\n", "main.py": source}
    image = made(files)
    assert image.command[0] == server
    added = next(n for n, words in enumerate(commands(image)) if names <= set(words))
    assert "--no-deps" in commands(image)[added]
    assert "-r" in commands(image)[added + 1]
    assert "SC244" in codes(files)
    assert {f"{one.name}=={one.value}" for one in of(files).facts.tools} == names


PROCFILES = [
    ("web: gunicorn -w 4 shop.wsgi:app --log-file -", ("--workers", "4", "shop.wsgi:app")),
    ("web: gunicorn shop.wsgi", ("-", "shop.wsgi:application")),
    ("release: x\nweb: poetry run gunicorn --bind 0.0.0.0:$PORT --timeout=90 shop.wsgi:app", ("--timeout", "90", "shop.wsgi:app")),
    ("web: gunicorn 'shop.wsgi:make()'", ("-", "shop.wsgi:make()")),
    ("web: gunicorn other:app", ("-", "app:app")),
    ("web: gunicorn shop.wsgi:app && rm -rf /", ("-", "app:app")),
    ("web: gunicorn $(id) shop.wsgi:app", ("-", "app:app")),
    ("web: uvicorn shop.wsgi:app", ("-", "app:app")),
    ("web: gunicorn 'open", ("-", "app:app")),
    ("worker: gunicorn shop.wsgi:app", ("-", "app:app")),
    ("web: python app.py", ("-", "app:app")),
]  # fmt: skip


@pytest.mark.parametrize(("procfile", "end"), PROCFILES)
def test_a_procfile_is_a_hint(procfile: str, end: tuple[str, ...]) -> None:
    """Its application and its workers are taken when they are there; where to listen is for us to say."""
    files = {
        "requirements.txt": "flask==3.0\ngunicorn==23.0.0\n",
        "app.py": "app = Flask(1)",
        "shop/wsgi.py": "",
        "Procfile": procfile,
    }
    argv = made(files).command
    assert argv[-len(end) :] == end
    assert argv[:3] == ("gunicorn", "--bind", "0.0.0.0:8000")


def poetry(header: str, deps: str = "flask = '*'\ngunicorn = '*'") -> dict[str, str]:
    """A project of Poetry's whose lock has *header*."""
    locked = '[[package]]\nname = "flask"\n[[package]]\nname = "gunicorn"\n'
    return {
        "pyproject.toml": f"[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\npython = '^3.10'\n{deps}\n",
        "poetry.lock": f"{header}\n{locked}",
        "app.py": "app = Flask(1)",
    }


@pytest.mark.parametrize(("header", "tools"), [
    ("# This file is automatically @generated by Poetry 2.1.3 and should not be changed by hand.", ("poetry==2.1.3", "poetry-plugin-export==1.9.0")),
    ("# This file is automatically @generated by Poetry 1.4.2 and should not be changed by hand.", ("poetry==1.8.5", "poetry-plugin-export==1.8.0")),
    ("", ("poetry==1.8.5", "poetry-plugin-export==1.8.0")),
    ("# @generated by Poetry 2.1.3;id and", ("poetry==1.8.5", "poetry-plugin-export==1.8.0")),
])  # fmt: skip
def test_the_release_of_poetry(header: str, tools: tuple[str, ...]) -> None:
    """The one that wrote the lock; of the first line the last one, which reads them all."""
    assert ("pip", "install", *tools) in commands(made(poetry(header)))


def test_what_comes_from_git_has_no_hash_and_needs_git() -> None:
    """Which is in the build stage only."""
    files = poetry("")
    files["poetry.lock"] += '[package.source]\ntype = "git"\n'
    said = commands(made(files))
    assert next(words for words in said if words[:2] == ("poetry", "export"))[4] == "--without-hashes"
    assert not [words for words in said if "--require-hashes" in words]
    assert any("git=1:2.39.*" in words for words in said)
    assert not [step for step in made(files).stages[-1].steps if isinstance(step, Run)]


def test_an_optional_dependency_of_poetry_is_not_missed() -> None:
    """It is installed only when it is asked for."""
    assert made(poetry("", "flask = '*'\ngunicorn = '*'\npsycopg2 = {version = '*', optional = true}")).command


@pytest.mark.parametrize(("file", "value"), [("Pipfile", "3.11"), ("setup.py", "3.13")])
def test_the_version_of_python(file: str, value: str) -> None:
    """As Pipfile pins it, as setup.py accepts it."""
    texts = {
        "Pipfile": {"Pipfile": "[requires]\npython_version = '3.11'", "Pipfile.lock": '{"_meta": {"x": 1}}'},
        "setup.py": {"setup.py": "setup(python_requires='>=3.13')"},
    }
    assert of({**texts[file], "main.py": ""}).facts.runtime.value == value


SYSTEM = [
    ("psycopg2==2.9", "libpq-dev=15.*", "libpq5=15.*"),
    ("psycopg2-binary==2.9", None, None),
    ("psycopg==3.2", None, "libpq5=15.*"),
    ("psycopg[binary]==3.2", None, None),
    ("psycopg[c]==3.2", "libpq-dev=15.*", "libpq5=15.*"),
    ("psycopg==3.2\npsycopg-binary==3.2", None, None),
    ("mysqlclient==2.2", "default-libmysqlclient-dev=1.1.*", "libmariadb3=1:10.11.*"),
    ("pillow==11\nlxml==5\ncryptography==44\nnumpy==2", None, None),
    ("git+https://example.com/x.git", "git=1:2.39.*", None),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "build", "run"), SYSTEM)
def test_system_packages(wanted: str, build: str | None, run: str | None) -> None:
    """Only where no wheel brings them; the base is then of the release that they are named for."""
    image = made({"requirements.txt": f"{wanted}\n", "main.py": ""}, "data-pipeline")
    build_words, run_words = ({w for words in commands_of(image, n) for w in words} for n in (0, -1))
    assert (build in build_words) == bool(build)
    assert (run in run_words) == bool(run)
    assert ("apt-get" in run_words) == bool(run)
    assert all(stage.base.reference.endswith(f"-slim-{DEBIAN}") == bool(build or run) for stage in image.stages)


def commands_of(image: ImageRecipe, stage: int) -> list[tuple[str, ...]]:
    """The commands of one stage."""
    return [tuple(map(str, c)) for step in image.stages[stage].steps if isinstance(step, Run) for c in step.commands]


def test_a_wish_for_a_package_takes_the_place_of_the_table_s() -> None:
    """deploy.yaml has the last word."""
    image = made(
        {"requirements.txt": "psycopg==3.2\n", "main.py": ""}, "data-pipeline", runtime_packages=("libpq5=16.*",)
    )
    (install,) = [words for words in commands_of(image, -1) if "install" in words]
    assert [word for word in install if word.startswith("libpq5")] == ["libpq5=16.*"]


def test_the_table_of_system_packages() -> None:
    """Each with a reason, each with a version: names without one drift."""
    for one in TABLE:
        assert one.why
        assert one.build or one.run
        assert all("=" in name and name.endswith("*") for name in (*one.build, *one.run))


SETTINGS = """
BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["KEY"]
URL = env("DATABASE_URL")
WORKERS = config("WORKERS", cast=int)
NAME = os.environ.get("NAME", "x")
INSTALLED_APPS = ["django.contrib.staticfiles"]
"""


@pytest.mark.parametrize(("root", "static"), [
    ('BASE_DIR / "staticfiles"', "staticfiles"),
    ('BASE_DIR / "out" / "static"', "out/static"),
    ('os.path.join(BASE_DIR, "static_root")', "static_root"),
    ('str(BASE_DIR / "staticfiles")  # there', "staticfiles"),
    ('BASE_DIR("staticfiles")', "staticfiles"),
    ('os.environ["X"]', None),
    ('"/var/www"', None),
    ('BASE_DIR / ".." / ".." / "etc"', None),
])  # fmt: skip
@pytest.mark.parametrize("top", ["", "web/"])
def test_static_files_of_django(root: str, static: str | None, top: str) -> None:
    """They are collected in the build where STATIC_ROOT says plainly where; else it is told."""
    files = {
        "requirements.txt": "django==5.1\ngunicorn==23.0\n",
        f"{top}manage.py": WSGI,
        f"{top}site1/wsgi.py": WSGI,
        f"{top}site1/settings.py": f"{SETTINGS}STATIC_ROOT = {root}\n",
    }
    image = made(files)
    ran = [words for words in commands(image) if "collectstatic" in words]
    assert (f"{top}{static}/" in [step.target for step in image.stages[-1].steps if isinstance(step, Copy)]) == bool(
        static
    )
    assert ("SC260" in codes(files)) == (static is None)
    assert image.command[-1] == "site1.wsgi:application"
    assert env(image)["PYTHONPATH"] == ("/app/web:/app" if top else "/app")
    if static:
        assert {"KEY=collectstatic", "DATABASE_URL=sqlite://:memory:", "WORKERS=1", f"{top}manage.py"} <= set(ran[0])
        assert not [word for word in ran[0] if word.startswith("NAME=")]


def test_channels_are_served_as_asgi() -> None:
    """Where the project has them, and the module."""
    files = {"manage.py": WSGI, "site1/asgi.py": WSGI, "site1/wsgi.py": WSGI, "site1/settings.py": ""}
    image = made({"requirements.txt": "django==5\nchannels==4\ndaphne==4\ngunicorn==23\n", **files})
    assert image.command == ("daphne", "-b", "0.0.0.0", "-p", "8000", "site1.asgi:application")


WRITES = [
    ("os.makedirs('uploads', exist_ok=True)", ("/app/uploads",)),
    ("app.config['UPLOAD_FOLDER'] = 'static/uploads'", ("/app/static/uploads",)),
    ("Path('./data/x').mkdir()", ("/app/data/x",)),
    ("url = 'sqlite:///./data/shop.db'", ("/app/data",)),
    ("url = 'sqlite:///shop.db'", ()),
    ("url = 'sqlite:////var/lib/shop.db'", ()),
    ("url = 'sqlite:///:memory:'", ()),
    ("os.makedirs('../x')", ()),
    ("os.makedirs('shop')", ()),
    ("# os.makedirs('uploads')", ()),
    ("app = Flask(1, instance_relative_config=True)", ("/app/instance",)),
]  # fmt: skip


@pytest.mark.parametrize(("line", "writable"), WRITES)
def test_where_a_program_writes(line: str, writable: tuple[str, ...]) -> None:
    """Below its sources, but not over them; what is beside the code is told."""
    files = {"requirements.txt": "six==1\n", "main.py": line, "shop/data.json": ""}
    assert made(files, "data-pipeline").writable == writable
    assert ("SC262" in codes(files)) == (bool(writable) or "///shop.db" in line)


def test_flask_sqlalchemy_keeps_its_files_in_the_instance() -> None:
    """Beside the package."""
    files = {
        "requirements.txt": "flask-sqlalchemy==3\ngunicorn==23\n",
        "src/shop/__init__.py": "app = Flask(1)\nx = 'sqlite:///a.db'",
    }
    assert made(files).writable == ("/app/src/instance",)


def test_what_is_installed_from_the_tree_waits_for_the_sources() -> None:
    """What is not, does not."""
    files = {"requirements.txt": "-e .\nflask==3\ngunicorn==23\n", "setup.py": "", "src/shop/app.py": "app = Flask(1)"}
    build = made(files).stages[0].steps
    installs = [n for n, step in enumerate(build) if isinstance(step, Run) and "-r" in step.commands[-1]]
    sources = [n for n, step in enumerate(build) if isinstance(step, Copy) and "src/" in step.sources]
    assert installs[0] < sources[0] < installs[1]


@pytest.mark.parametrize("files", [
    {"setup.py": "setup(install_requires=['flask', 'gunicorn'])"},
    {"setup.py": "needed = ('flask', 'gunicorn')\nsetuptools.setup(install_requires=needed)"},
    {"setup.py": "setup()", "setup.cfg": "[options]\ninstall_requires =\n  flask\n  gunicorn\n"},
])  # fmt: skip
def test_setup_py(files: dict[str, str]) -> None:
    """Its dependencies are installed before the sources are there; nothing is pinned, which is told."""
    found = {**files, "app.py": "app = Flask(1)"}
    said = commands(made(found))
    assert said.index(next(words for words in said if "/tmp/requirements.txt" in words)) == 2
    assert made(found).command[0] == "gunicorn"
    assert codes(found) == ["SC249"]


def workspace(root: str = "", **sources: str) -> dict[str, str]:
    """A workspace of uv with the packages *sources*, each with a module main."""
    files = {"pyproject.toml": f"{root}[tool.uv.workspace]\nmembers = ['packages/*']\n", "uv.lock": "version = 1\n"}
    for name, source in sources.items():
        needs = json.dumps(["base", "flask", "gunicorn"] if name != "base" else [])
        files[f"packages/{name}/pyproject.toml"] = f"[project]\nname = '{name}'\ndependencies = {needs}\n"
        files[f"packages/{name}/src/{name}/app.py"] = source
    return {**files, "packages/none/x.py": ""}


def test_a_workspace_is_its_closure() -> None:
    """The manifests of all members are needed to read the lock, the sources only of those that are deployed."""
    files = workspace(web="app = Flask(1)", base="", other="")
    files["packages/other/src/other/app.py"] = ""
    image = made(files)
    copied = {source for step in image.stages[-1].steps if isinstance(step, Copy) for source in step.sources}
    assert {"packages/web/", "packages/base/"} <= copied
    assert not {"packages/", "packages/other/"} & copied
    assert image.command[-1] == "web.app:app"
    assert env(image)["PYTHONPATH"] == "/app/packages/web/src:/app"
    manifests = {source for step in image.stages[0].steps if isinstance(step, Copy) for source in step.sources}
    assert {f"packages/{name}/pyproject.toml" for name in ("web", "base", "other")} <= manifests
    assert [words[-2:] for words in commands(image) if "--no-install-workspace" in words] == [
        ("web", "--no-install-workspace")
    ]


def test_a_command_decides_for_all_packages_of_a_workspace() -> None:
    """Where it is unclear which of them is the service."""
    files = workspace(one="app = Flask(1)", two="app = Flask(1)", base="")
    image = made(files, command=("gunicorn", "one.app:app"))
    assert image.command == ("gunicorn", "one.app:app")
    assert [words for words in commands(image) if words[:2] == ("uv", "sync") and "--all-packages" in words]


def test_where_health_is_asked_for_is_found_in_what_is_imported() -> None:
    """A factory, a router, Django's routes."""
    files = {
        "requirements.txt": "fastapi==1\nuvicorn==1\n",
        "api/main.py": "from .routes import health as h\nfrom api.routes.more import (\n    x)\napp = FastAPI()\n",
        "api/routes/__init__.py": "",
        "api/routes/health.py": "@router.get('/healthz')\n",
    }
    assert of(files).facts.health_path == "/healthz"


@pytest.mark.parametrize(("line", "port"), [
    ("redis.Redis(port=6379)", 8000), ("app.run(port=80)", 8000), ("app.run(port=8081)", 8081),
])  # fmt: skip
def test_ports_that_are_not_the_program_s(line: str, port: int) -> None:
    """Those of what it talks to; and those for root, where the server is told another."""
    assert (
        of({"requirements.txt": "flask==3\ngunicorn==23\n", "app.py": f"app = Flask(1)\n{line}\n"}).facts.port == port
    )
