"""What images of Python projects have besides dependencies: system packages, static files, places to write, workspaces."""

from __future__ import annotations

import json

import pytest
from python_projects import codes, commands, env, made, of

from speccompile.plan.image import Copy, Env, ImageRecipe, Run
from speccompile.stacks.python.debian import DEBIAN, TABLE
from speccompile.stacks.written import own_directories

WSGI = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")\n'

SYSTEM = [
    ("psycopg2==2.9", "libpq-dev=15.*", "libpq5=15.*"),
    ("psycopg2-binary==2.9.10", None, None),
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
    ("os.makedirs('uploads', exist_ok=True)", ("uploads",)),
    ("app.config['UPLOAD_FOLDER'] = 'static/uploads'", ("static/uploads",)),
    ("Path('./data/x').mkdir()", ("data/x",)),
    ("url = 'sqlite:///./data/shop.db'", ("data",)),
    ("url = 'sqlite:///shop.db'", ()),
    ("url = 'sqlite:////var/lib/shop.db'", ()),
    ("url = 'sqlite:///:memory:'", ()),
    ("os.makedirs('a/b'); os.makedirs('a')", ("a",)),
    ("os.makedirs('../x')", ()),
    ("os.makedirs('shop')", ()),
    ("# os.makedirs('uploads')", ()),
    ("app = Flask(1, instance_relative_config=True)", ("instance",)),
]  # fmt: skip


@pytest.mark.parametrize(("line", "owned"), WRITES)
def test_where_a_program_writes(line: str, owned: tuple[str, ...]) -> None:
    """Directories below its sources, but not over them, are there and its own."""
    files = {"requirements.txt": "six==1\n", "main.py": line, "shop/data.json": ""}
    assert own_directories(of(files).facts.written) == owned
    there = [words[8:] for words in commands(made(files, "data-pipeline")) if words[0] == "install"]
    assert there == ([owned] if owned else [])


def test_flask_sqlalchemy_keeps_its_files_in_the_instance() -> None:
    """Beside the package."""
    files = {
        "requirements.txt": "flask-sqlalchemy==3\ngunicorn==23\n",
        "src/shop/__init__.py": "app = Flask(1)\nx = 'sqlite:///a.db'",
    }
    assert own_directories(of(files).facts.written) == ("src/instance",)


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


BACKENDS = [
    ("hatchling", "hatchling.build", "", True),
    ("hatchling", "hatchling.build", "[tool.hatch.build.hooks.custom]\npath = 'hook.py'\n", False),
    ("hatchling', 'hatch-vcs", "hatchling.build", "", False),
    ("setuptools>=61', 'wheel", "setuptools.build_meta", "", True),
    ("setuptools<60", "setuptools.build_meta", "", False),
    ("setuptools<64", "setuptools.build_meta", "", False),
    ("setuptools<81", "setuptools.build_meta", "", True),
    ("setuptools==58.1", "setuptools.build_meta", "", False),
    ("setuptools', 'cython", "setuptools.build_meta", "", False),
    ("flit_core >=2,<4", "flit_core.buildapi", "", True),
    ("flit_core <3.4", "flit_core.buildapi", "", False),
    ("poetry-core>=1.0.0,<2.0.0", "poetry.core.masonry.api", "", True),
    ("poetry-core", "poetry.core.masonry.api", "[tool.poetry.build]\nscript = 'b.py'\n", False),
    ("uv_build>=0.8,<0.9", "uv_build", "", True),
    ("maturin", "maturin", "", False),
    ("meson-python", "mesonpy", "", False),
]


@pytest.mark.parametrize(("requires", "backend", "tool", "linked"), BACKENDS)
def test_sources_that_stay_are_in_the_image_once(requires: str, backend: str, tool: str, linked: bool) -> None:
    """Where the build back end can make a package of them where they lie, and makes no file of its own."""
    image = made({**packaged(requires, backend, tool), "shop/app.py": "app = Flask(1)", "shop/__init__.py": ""})
    (words,) = [words for words in commands(image) if words[:3] == ("uv", "pip", "install")]
    assert words[-2:] == (("--editable", ".") if linked else (words[-2], "."))
    assert ("--editable" in words) == linked
    # What changes with each edit comes last: the package, or the sources.
    assert final(image)[-1] == (".venv/" if not linked else "shop/")
    assert "shop/" in final(image)


def packaged(requires: str, backend: str, tool: str = "") -> dict[str, str]:
    """The manifest and the lock of a package."""
    project = "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['flask', 'gunicorn']\n"
    system = f"[build-system]\nrequires = ['{requires}']\nbuild-backend = '{backend}'\n"
    locked = "".join(f'[[package]]\nname = "{name}"\nversion = "1"\n' for name in ("django", "flask", "gunicorn"))
    return {"pyproject.toml": project + system + tool, "uv.lock": f"version = 1\n{locked}"}


def final(image: ImageRecipe) -> list[str]:
    """Where the last stage copies to, in order."""
    return [step.target for step in image.stages[-1].steps if isinstance(step, Copy)]


@pytest.mark.parametrize(("files", "linked"), [
    ({"src/shop/app.py": "app = Flask(1)"}, False),
    ({"shop/app.py": "app = Flask(1)", "setup.py": ""}, False),
    ({"shop/app.py": "app = Flask(1)"}, True),
])  # fmt: skip
def test_a_package_is_installed_apart_from_what_it_depends_on(files: dict[str, str], linked: bool) -> None:
    """So that the layer of the dependencies stays as it is; what src/ holds is in the image as a package only."""
    image = made({**packaged("setuptools", "setuptools.build_meta"), **files})
    assert [stage.name for stage in image.stages] == ["deps", "build", "final"]
    copies = [step for step in image.stages[-1].steps if isinstance(step, Copy) and step.target == ".venv/"]
    assert [(copy.stage, copy.sources) for copy in copies] == [
        ("deps", ("/app/.venv/",)),
        ("build", ("/opt/project/",)),
    ]
    assert [words for words in commands(image) if "--editable" in words] == (
        [words for words in commands(image) if "--prefix" in words] if linked else []
    )
    assert "src/" not in final(image)


def test_members_of_a_workspace_that_are_no_packages_are_not_installed() -> None:
    """As uv itself does; the others are, each as its build back end can."""
    files = workspace(web="app = Flask(1)", base="", more="")
    system = "[build-system]\nrequires = ['{0}']\nbuild-backend = '{0}{1}'\n"
    files["packages/web/pyproject.toml"] += system.format("hatchling", ".build")
    image = made(files)
    (words,) = [words for words in commands(image) if "--prefix" in words]
    assert words[-2:] == ("--editable", "./packages/web")
    files["packages/base/pyproject.toml"] += "[tool.uv]\npackage = true\n"
    (words,) = [words for words in commands(made(files)) if "--prefix" in words]
    assert words[-3:] == ("./packages/base", "--editable", "./packages/web")


@pytest.mark.parametrize(("required", "stage"), [("-e .\nsix==1\n", 0), ("six==1\n", 1)])
def test_a_version_from_git_is_given_where_the_package_is_built(required: str, stage: int) -> None:
    """With the requirements, or in the stage of its own."""
    manifest = packaged("setuptools', 'setuptools-scm", "setuptools.build_meta")["pyproject.toml"]
    files = {
        "requirements.txt": required,
        "pyproject.toml": f"{manifest}[project.scripts]\nshop = 'shop.cli:main'\n",
        "shop/cli.py": "def main(): pass\n",
    }
    told = [step for step in made(files, "data-pipeline").stages[stage].steps if isinstance(step, Env)]
    assert "SETUPTOOLS_SCM_PRETEND_VERSION" in dict(pair for step in told for pair in step.pairs)


def test_static_files_are_collected_with_the_package_itself() -> None:
    """In a stage whose environment goes nowhere."""
    files = {
        **packaged("hatchling", "hatchling.build"),
        "manage.py": WSGI,
        "site1/wsgi.py": WSGI,
        "site1/settings.py": f'{SETTINGS}STATIC_ROOT = BASE_DIR / "collected"\n',
    }
    files["pyproject.toml"] = files["pyproject.toml"].replace("flask", "django")
    image = made(files)
    said = commands(image)
    (collected,) = [n for n, words in enumerate(said) if "collectstatic" in words]
    assert said[collected - 1] == ("cp", "-a", "/opt/project/.", ".venv/")
    assert final(image).index("collected/") < final(image).index("site1/")


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


def test_what_is_imported_belongs_to_the_image_whatever_it_is_called() -> None:
    """Names that are usually papers and samples; tests stay outside."""
    files = {
        "requirements.txt": "django==5.1\ngunicorn==23.0\n",
        "manage.py": WSGI.replace("site1", "example"),
        "example/wsgi.py": WSGI.replace("site1", "example"),
        "example/settings.py": "",
        "docs/apps.py": "",
        "docs/models.py": "",
        "samples/x.py": "",
        "tests/x.py": "",
    }
    targets = {step.target for step in made(files).stages[-1].steps if isinstance(step, Copy)}
    assert {"example/", "docs/"} <= targets
    assert not {"samples/", "tests/"} & targets
