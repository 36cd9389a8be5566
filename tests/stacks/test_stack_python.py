"""What is found out about Python projects: installers, applications, servers."""

from __future__ import annotations

import json

import pytest
from python_projects import codes, commands, env, made, of

from speccompile.plan.image import Run

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


@pytest.mark.parametrize(("wanted", "added"), [
    ("gunicorn==20.1.0", True),
    ("gunicorn==19", True),
    ("gunicorn==20.1.0\nsetuptools==60", False),
    ("gunicorn==23.0.0", False),
    ("gunicorn", False),
])  # fmt: skip
def test_what_an_old_server_imports_and_does_not_pin(wanted: str, added: bool) -> None:
    """pkg_resources went with setuptools 82: the last release that has it is added, and it is told."""
    files = {"requirements.txt": f"flask==3.0\n{wanted}\n", "app.py": "app = Flask(1)"}
    assert any("setuptools==80.9.0" in words for words in commands(made(files))) == added
    assert ("SC249" in codes(files)) == (added or wanted == "gunicorn")


def test_what_an_old_lock_does_not_pin_is_added_too() -> None:
    """Pipenv leaves setuptools out of its locks."""
    lock = {"_meta": {"x": 1}, "default": {"flask": {"version": "==2.0"}, "gunicorn": {"version": "==20.1.0"}}}
    files = {
        "Pipfile": "[packages]\nflask = '*'\ngunicorn = '*'",
        "Pipfile.lock": json.dumps(lock),
        "app.py": "app = Flask(1)",
    }
    assert any("setuptools==80.9.0" in words for words in commands(made(files)))


@pytest.mark.parametrize(("files", "version", "source"), [
    ({"requirements.txt": "asyncpg==0.28.0\nnumpy==2.1.0\n"}, "3.11", "wheels of asyncpg 0.28.0"),
    ({"requirements.txt": "asyncpg==0.28.0\npsycopg2-binary==2.8.6\n"}, "3.11", "wheels of asyncpg 0.28.0"),
    ({"requirements.txt": "asyncpg==0.29.0\npsycopg2-binary>=2\n"}, "3.12", "default"),
    ({"requirements.txt": "asyncpg==0.28.0\n", ".python-version": "3.13"}, "3.13", ".python-version"),
    ({"pyproject.toml": "[project]\nname='x'\nrequires-python='>=3.9'\ndependencies=['asyncpg==0.27']"}, "3.11",
     "pyproject.toml requires-python and wheels of asyncpg 0.27"),
    ({"pyproject.toml": "[project]\nname='x'\nrequires-python='>=3.12'\ndependencies=['asyncpg==0.27']"}, "3.12",
     "pyproject.toml requires-python"),
])  # fmt: skip
def test_the_newest_python_with_wheels(files: dict[str, str], version: str, source: str) -> None:
    """Where nothing pins Python, what is pinned for it says which it was made for."""
    runtime = of({**files, "main.py": ""}).facts.runtime
    assert (runtime.value, runtime.source) == (version, source)


@pytest.mark.parametrize(("pins", "python", "needs"), [
    ("psycopg2-binary==2.8.6", "3.11", {"libpq-dev=15.*", "gcc=4:12.*"}),
    ("psycopg2-binary==2.9.9", "3.12", set()),
    ("psycopg2-binary==2.9.9", "3.13", {"libpq-dev=15.*"}),
    ("uvloop==0.14.0", "3.12", {"gcc=4:12.*", "make=4.3-*"}),
    ("psycopg2-binary", "3.13", set()),
])  # fmt: skip
def test_what_has_no_wheels_is_compiled(pins: str, python: str, needs: set[str]) -> None:
    """The compiler is in the build stage only."""
    image = made({"requirements.txt": pins, "main.py": "", ".python-version": python}, "data-pipeline")
    words = {word for command in commands(image) for word in command}
    assert needs <= words
    assert ("apt-get" in words) == bool(needs)
    final = [step for step in image.stages[-1].steps if isinstance(step, Run)]
    assert "gcc" not in str(final)
