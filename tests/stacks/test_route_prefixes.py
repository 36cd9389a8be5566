"""Health routes below prefixes, in Java, Python and Rust: the whole path where it is known, and none where it is not. Only what answers GET counts."""

from __future__ import annotations

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree

_POM = "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version><dependencies>{}</dependencies></project>"
_APP = "package a; @SpringBootApplication public class App { public static void main(String[] x) { SpringApplication.run(App.class, x); } }"


def _spring(packages: tuple[str, ...], controller: str = "", properties: str = "", yaml: str = "") -> dict[str, str]:
    one = "<dependency><groupId>g</groupId><artifactId>{}</artifactId><version>1</version></dependency>"
    return {
        "pom.xml": _POM.format("".join(one.format(name) for name in packages)),
        "src/main/java/a/App.java": _APP,
        "src/main/java/a/web/Health.java": f"package a.web;\n{controller}",
        "src/main/resources/application.properties": properties,
        **({"src/main/resources/application.yml": yaml} if yaml else {}),
    }


def _rust(package: str, source: str) -> dict[str, str]:
    return {
        "Cargo.toml": f'[package]\nname="a"\nversion="1.0.0"\nedition="2021"\n[dependencies]\n{package}="1"\n',
        "Cargo.lock": 'version = 3\n[[package]]\nname = "a"\nversion = "1.0.0"\n',
        "src/main.rs": source,
    }


def _python(packages: tuple[str, ...], files: dict[str, str]) -> dict[str, str]:
    return {"requirements.txt": "".join(f"{one}==1.0\n" for one in packages), **files}


_MVC, _ACTUATOR = "spring-boot-starter-web", "spring-boot-starter-actuator"

ROUTES: dict[str, tuple[dict[str, str], str | None]] = {
    "spring ctx": (
        _spring(
            (
                _MVC,
                _ACTUATOR,
            ),
            properties="server.servlet.context-path=/shop\nmanagement.endpoints.web.base-path=/manage\n",
        ),
        "/shop/manage/health",
    ),
    "spring ctl": (
        _spring(
            (_MVC,),
            '@RestController @RequestMapping("/api/v1") public class Health { @GetMapping("/health") public String h(){return "x";} }',
        ),
        "/api/v1/health",
    ),
    "spring ctl+ctx": (
        _spring(
            (_MVC,),
            '@RestController\n@RequestMapping(path = "/api")\npublic class Health {\n @RequestMapping(value="/healthz", method=RequestMethod.GET) public String h(){return "x";} }',
            properties="server.servlet.context-path=/shop\n",
        ),
        "/shop/api/healthz",
    ),
    "spring post": (
        _spring(
            (_MVC,), '@RestController public class Health { @PostMapping("/health") public String h(){return "x";} }'
        ),
        None,
    ),
    "spring webflux": (
        _spring(
            (
                "spring-boot-starter-webflux",
                _ACTUATOR,
            ),
            yaml="spring:\n  webflux:\n    base-path: /flux\n",
        ),
        "/flux/actuator/health",
    ),
    "spring mvc servlet path": (
        _spring(
            (_MVC,),
            '@RestController public class Health { @GetMapping("/health") public String h(){return "x";} }',
            yaml="spring:\n  mvc:\n    servlet:\n      path: /m\n",
        ),
        "/m/health",
    ),
    "spring mgmt base": (
        _spring(
            (
                _MVC,
                _ACTUATOR,
            ),
            properties="management.endpoints.web.base-path=/\nmanagement.endpoints.web.path-mapping.health=healthcheck\n",
        ),
        "/healthcheck",
    ),
    "spring placeholder": (
        _spring(
            (_MVC,),
            '@RestController @RequestMapping("${api.base}") public class Health { @GetMapping("/health") public String h(){return "x";} }',
        ),
        None,
    ),
    "fastapi chain": (
        _python(
            ("fastapi", "uvicorn"),
            {
                "main.py": "from fastapi import FastAPI\nfrom api import router\napp=FastAPI()\napp.include_router(router, prefix='/api')\n",
                "api/__init__.py": "from fastapi import APIRouter\nfrom .sys import r\nrouter=APIRouter(prefix='/v1')\nrouter.include_router(r)\n",
                "api/sys.py": "from fastapi import APIRouter\nr=APIRouter(prefix='/sys')\n@r.get('/health')\ndef h(): return 1\n",
            },
        ),
        "/api/v1/sys/health",
    ),
    "fastapi settings": (
        _python(
            ("fastapi", "uvicorn"),
            {
                "main.py": "from fastapi import FastAPI\nfrom sys1 import r\nfrom cfg import settings\napp=FastAPI()\napp.include_router(r, prefix=settings.API)\n",
                "cfg.py": "class S:\n    API: str = '/api'\nsettings=S()\n",
                "sys1.py": "from fastapi import APIRouter\nr=APIRouter()\n@r.get('/health')\ndef h(): return 1\n",
            },
        ),
        "/api/health",
    ),
    "fastapi const": (
        _python(
            ("fastapi", "uvicorn"),
            {
                "main.py": "from fastapi import FastAPI\nfrom sys1 import r\nP='/api/v3'\napp=FastAPI(root_path='/x')\napp.include_router(r, prefix=P)\n",
                "sys1.py": "from fastapi import APIRouter\nr=APIRouter()\n@r.get('/health')\ndef h(): return 1\n",
            },
        ),
        "/api/v3/health",
    ),
    "fastapi mount": (
        _python(
            ("fastapi", "uvicorn"),
            {
                "main.py": "from fastapi import FastAPI\nsub=FastAPI()\n@sub.get('/health')\ndef h(): return 1\napp=FastAPI()\napp.mount('/sub', sub)\n"
            },
        ),
        "/sub/health",
    ),
    "fastapi post": (
        _python(
            ("fastapi", "uvicorn"),
            {"main.py": "from fastapi import FastAPI\napp=FastAPI()\n@app.post('/health')\ndef h(): return 1\n"},
        ),
        None,
    ),
    "flask bp": (
        _python(
            ("flask", "gunicorn"),
            {
                "app.py": "from flask import Flask\nfrom sysbp import bp\napp=Flask(__name__)\napp.register_blueprint(bp, url_prefix='/api')\n",
                "sysbp.py": "from flask import Blueprint\nbp=Blueprint('s',__name__,url_prefix='/ignored')\n@bp.route('/health')\ndef h(): return 'x'\n",
            },
        ),
        "/api/health",
    ),
    "flask bp own": (
        _python(
            ("flask", "gunicorn"),
            {
                "app.py": "from flask import Flask\nfrom sysbp import bp\ndef create_app():\n    app=Flask(__name__)\n    app.register_blueprint(bp)\n    return app\n",
                "sysbp.py": "from flask import Blueprint\nbp=Blueprint('s',__name__,url_prefix='/sys')\n@bp.get('/health')\ndef h(): return 'x'\n",
            },
        ),
        "/sys/health",
    ),
    "flask methods post": (
        _python(
            ("flask", "gunicorn"),
            {
                "app.py": "from flask import Flask\napp=Flask(__name__)\n@app.route('/health', methods=['POST'])\ndef h(): return 'x'\n"
            },
        ),
        None,
    ),
    "django chain": (
        _python(
            ("django", "gunicorn"),
            {
                "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE','p.settings')\n",
                "p/__init__.py": "",
                "p/settings.py": "ROOT_URLCONF='p.urls'\nWSGI_APPLICATION='p.wsgi.application'\n",
                "p/wsgi.py": "application=1\n",
                "p/urls.py": "from django.urls import path, include\nurlpatterns=[path('api/', include('core.urls'))]\n",
                "core/__init__.py": "",
                "core/urls.py": "from django.urls import path, include\nurlpatterns=[path('sys/', include('core.sysurls'))]\n",
                "core/sysurls.py": "from django.urls import path\nurlpatterns=[path('health/', v)]\n",
            },
        ),
        "/api/sys/health/",
    ),
    "axum nest": (
        _rust(
            "axum",
            'fn main(){ let api = Router::new().route("/health", get(h)); let app = Router::new().nest("/api", api); axum::serve(l, app); }',
        ),
        "/api/health",
    ),
    "axum plain": (
        _rust("axum", 'fn main(){ let app = Router::new().route("/health", get(h)); axum::serve(l, app); }'),
        "/health",
    ),
    "axum fn": (
        _rust(
            "axum",
            'fn main(){ let app = Router::new().nest("/v1", routes()); axum::serve(l, app); }\nfn routes() -> Router { Router::new().route("/healthz", get(h)) }',
        ),
        "/v1/healthz",
    ),
    "axum post": (
        _rust("axum", 'fn main(){ let app = Router::new().route("/health", post(h)); axum::serve(l, app); }'),
        None,
    ),
    "actix scope": (
        _rust(
            "actix-web",
            'fn main(){ HttpServer::new(|| App::new().service(web::scope("/api").route("/health", web::get().to(h)))).bind(("0.0.0.0", 8080)); }',
        ),
        "/api/health",
    ),
    "actix attr": (
        _rust(
            "actix-web",
            '#[get("/health")]\nasync fn health() -> &\'static str { "x" }\nfn main(){ HttpServer::new(|| App::new().service(web::scope("/api").service(health))).bind(("0.0.0.0", 8080)); }',
        ),
        "/api/health",
    ),
    "actix attr plain": (
        _rust(
            "actix-web",
            '#[get("/health")]\nasync fn health() -> &\'static str { "x" }\nfn main(){ HttpServer::new(|| App::new().service(health)).bind(("0.0.0.0", 8080)); }',
        ),
        "/health",
    ),
}


@pytest.mark.parametrize("case", ROUTES)
def test_the_whole_path(case: str) -> None:
    """A wrong path would make a healthy service unhealthy; none asks for the root, and is content with any answer."""
    files, path = ROUTES[case]
    assert detect(MemoryTree(files)).facts.health_path == path
