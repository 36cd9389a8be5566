"""Health routes with the prefixes under which they are mounted, the hosts that an application answers to, and what cannot be installed."""

from __future__ import annotations

import pytest

from speccompile.project.memory import MemoryTree
from speccompile.stacks.python import requirements
from speccompile.stacks.python import stack as python
from speccompile.stacks.python.facts import PyFacts
from speccompile.stacks.ranges import accepts, intervals

FLASK = {"requirements.txt": "flask==3.0.3\ngunicorn==23.0.0\n"}
FASTAPI = {"requirements.txt": "fastapi==0.111.0\nuvicorn==0.30.1\n"}
DJANGO = {
    "requirements.txt": "django==5.1.4\ngunicorn==23.0.0\n",
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    "shop/__init__.py": "",
    "shop/wsgi.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = None\n",
}
_APP = "from fastapi import FastAPI\nfrom app.api import router\napp = FastAPI()\n"
_API = "from fastapi import APIRouter\nfrom app.health import router as health\nrouter = APIRouter(prefix='/v1')\n"
_HEALTH = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/healthz')\ndef h(): ...\n"


def _facts(files: dict[str, str]) -> PyFacts:
    found = python.detect(MemoryTree(files))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/health')\ndef h(): ...\n"}, "/health"),
        ({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/health')\ndef h(): ...\n"}, None),
        (
            {
                "app/__init__.py": "",
                "app/main.py": _APP + "app.include_router(router, prefix='/api')\n",
                "app/api.py": _API + "router.include_router(health)\n",
                "app/health.py": _HEALTH,
            },
            "/api/v1/healthz",
        ),
        (
            {
                "app/__init__.py": "",
                "app/main.py": _APP + "app.include_router(router, prefix=unknown())\n",
                "app/api.py": _API + "router.include_router(health)\n",
                "app/health.py": _HEALTH,
            },
            None,
        ),
        (
            {
                "main.py": "from fastapi import APIRouter, FastAPI\nAPI = '/x'\napp = FastAPI()\nr = APIRouter()\n"
                "@r.get('/health')\ndef h(): ...\napp.include_router(r, prefix=API)\n"
            },
            "/x/health",
        ),
        (
            {
                "main.py": "from fastapi import APIRouter, FastAPI\napp = FastAPI()\nr = APIRouter()\n"
                "@r.get('/health')\ndef h(): ...\napp.include_router(r, prefix=f'/{name}')\n"
            },
            None,
        ),
        (
            {
                "main.py": "from fastapi import APIRouter, FastAPI\napp = FastAPI()\nr = APIRouter()\n@r.get('/health')\ndef h(): ...\n"
            },
            None,
        ),
    ],
)
def test_routes_of_fastapi(files: dict[str, str], path: str | None) -> None:
    """Prefixes are put together; a path that cannot be told is not asked for."""
    assert _facts({**FASTAPI, **files}).health_path == path


@pytest.mark.parametrize(
    ("rest", "path"),
    [
        (
            "bp = Blueprint('b', __name__, url_prefix='/api')\n@bp.route('/health')\ndef h(): ...\napp.register_blueprint(bp)\n",
            "/api/health",
        ),
        (
            "bp = Blueprint('b', __name__, url_prefix='/a')\n@bp.get('/health')\ndef h(): ...\napp.register_blueprint(bp, url_prefix='/b')\n",
            "/b/health",
        ),
        (
            "bp = Blueprint('b', __name__, url_prefix='/up')\n@bp.get('/')\ndef h(): ...\napp.register_blueprint(bp)\n",
            "/up/",
        ),
        (
            "bp = Blueprint('b', __name__, url_prefix='/shop')\n@bp.get('/')\ndef h(): ...\napp.register_blueprint(bp)\n",
            None,
        ),
        ("@app.route('/')\ndef h(): ...\n", None),
        ("@app.route('/health', methods=['POST'])\ndef h(): ...\n", None),
        ("@app.route('/health', methods=['GET', 'POST'])\ndef h(): ...\n", "/health"),
    ],
)
def test_routes_of_flask(rest: str, path: str | None) -> None:
    """A prefix at the registration stands in the place of the blueprint's own."""
    assert (
        _facts({**FLASK, "app.py": f"from flask import Blueprint, Flask\napp = Flask(__name__)\n{rest}"}).health_path
        == path
    )


@pytest.mark.parametrize(
    ("urls", "path"),
    [
        ("urlpatterns = [path('health/', h)]\n", "/health/"),
        ("urlpatterns = [path('api/', include('ops.urls'))]\n", "/api/ops/healthz"),
        ("inner = [path('health', h)]\nurlpatterns = [path('api/', include((inner, 'x')))]\n", "/api/health"),
        ("urlpatterns = [re_path(r'^(?P<x>a)/', include('ops.urls'))]\n", None),
        ("other = [path('health/', h)]\nurlpatterns = []\n", None),
    ],
)
def test_routes_of_django(urls: str, path: str | None) -> None:
    """Includes are followed, by the list's name and by the module's."""
    files = {
        "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\nALLOWED_HOSTS = ['*']\n",
        "shop/urls.py": urls,
        "ops/__init__.py": "",
        "ops/urls.py": "urlpatterns = [path('ops/healthz', h)]\n",
    }
    assert _facts({**DJANGO, **files}).health_path == path


@pytest.mark.parametrize(
    ("settings", "host", "scheme", "codes"),
    [
        ("ALLOWED_HOSTS = ['*']\n", None, None, []),
        ("ALLOWED_HOSTS = ['shop.example.com']\n", "shop.example.com", None, ["SC295"]),
        ("ALLOWED_HOSTS = ['.example.com']\n", "example.com", None, ["SC295"]),
        ("ALLOWED_HOSTS = ['a.example.com', 'localhost']\n", "localhost", None, []),
        ("ALLOWED_HOSTS = os.environ.get('HOSTS', 'localhost').split(',')\n", "localhost", None, []),
        ("ALLOWED_HOSTS = [f'{APP_NAME}.fly.dev']\n", None, None, ["SC295"]),
        ("ALLOWED_HOSTS = [f'{APP_NAME}.fly.dev', 'localhost']\n", "localhost", None, []),
        ("ALLOWED_HOSTS = ['*']\nSECURE_SSL_REDIRECT = True\n", None, "https", ["SC294"]),
        (
            "ALLOWED_HOSTS = ['*']\nSECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n",
            None,
            "https",
            [],
        ),
    ],
)
def test_what_django_insists_on(settings: str, host: str | None, scheme: str | None, codes: list[str]) -> None:
    """The probe asks as the application wants to be asked, or it is said that nobody can."""
    facts = _facts({**DJANGO, "shop/settings.py": settings})
    assert (facts.answers_to and facts.answers_to.value, facts.asked_over and facts.asked_over.value) == (host, scheme)
    assert [one.code for one in facts.diagnostics if one.code in ("SC294", "SC295")] == codes


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("SECURE_SSL_REDIRECT = True\n", "every request is redirected"),
        (
            "if ON_PLATFORM:\n    A = 1\n\n    SECURE_SSL_REDIRECT = True",
            "in the block of `if ON_PLATFORM:` (line 2) every request",
        ),
        (
            "if DEBUG:\n    A = 1\nelse:  # served\n    SECURE_SSL_REDIRECT = True\n",
            "in the block of `else:` (line 4) every request",
        ),
    ],
)
def test_where_a_redirection_is_said(settings: str, said: str) -> None:
    """A line below a condition holds where the condition does, which nobody here knows."""
    facts = _facts({**DJANGO, "shop/settings.py": f"ALLOWED_HOSTS = ['*']\n{settings}"})
    (found,) = (one.message for one in facts.diagnostics if one.code == "SC294")
    assert found.startswith(said)


@pytest.mark.parametrize(
    "line",
    [
        "x @ file:///home/a/b",
        "-e ../x",
        "pkg-resources==0.0.0",
        "pywin32==306",
        "x @ git+ssh://git@h/x.git",
        "../x",
        "./nowhere",
    ],
)
def test_what_no_build_can_install(line: str) -> None:
    """Each with its fix."""
    (found,) = requirements.read(MemoryTree({"requirements.txt": f"{line}\n"}), "requirements.txt").problems
    assert (found.code, bool(found.fix)) == ("SC292", True)


@pytest.mark.parametrize(
    "line",
    ["-e .", "./lib", 'pywin32==306 ; sys_platform == "win32"', "x @ https://h/x.whl", "x @ git+https://h/x.git"],
)
def test_what_a_build_can_install(line: str) -> None:
    """Nothing is said of it."""
    tree = MemoryTree({"requirements.txt": f"{line}\n", "lib/pyproject.toml": ""})
    assert requirements.read(tree, "requirements.txt").problems == ()


@pytest.mark.parametrize(
    ("text", "line", "fits"),
    [
        (">=3.10, !=3.12.*", "3.12", False),
        (">=3.10, !=3.12.*", "3.13", True),
        (">=3.10, !=3.12.*", "3.11", True),
        (">=3.10, !=3.12.1", "3.12", True),
    ],
)
def test_excluded_lines(text: str, line: str, fits: bool) -> None:
    """A line that is excluded as a whole is not accepted; one release of it changes nothing."""
    accepted = intervals(text)
    assert accepted is not None
    assert accepts(accepted, line) is fits


@pytest.mark.parametrize("text", ["\ufeff3.11\n", "3.11  # what the server has\n", "# pinned\n\n3.11\n"])
def test_pins_are_read_as_they_are_written(text: str) -> None:
    """With a mark at the beginning, and with comments."""
    assert _facts({**FLASK, "app.py": "", ".python-version": text}).runtime.value == "3.11"
