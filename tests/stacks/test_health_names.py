"""What people call the route that says whether a server is well: a name that is known in one language is known in all."""

from __future__ import annotations

import pytest
from test_route_prefixes import _POM, _python, _rust, _spring

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree

NAMES = (
    "/health", "/healthz", "/healthy", "/health_check", "/health-check", "/healthcheck", "/health-checks", "/_health", "/__health", "/livez", "/readyz",
    "/liveness", "/readiness", "/alive", "/up", "/health/live", "/health/ready",
)  # fmt: skip
OTHERS = ("/healthy-food", "/live", "/health/tips", "/alive-and-kicking", "/my_healthz_page", "/up-to-date", "/upload")
NODE = {"package.json": '{"name": "a", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4.19.2"}}'}
GO = {"go.mod": "module example.com/a\n\ngo 1.24\n"}
PLAIN = 'class App { public static void main(String[] a) { s = HttpServer.create(x, 0); s.createContext("%s", h); } }'
SERVERS: dict[str, dict[str, str]] = {
    "express": {**NODE, "server.js": 'const app = require("express")();\napp.get("%s", h);\napp.listen(3000);\n'},
    "node": {**NODE, "server.js": 'require("http").createServer((q, r) => { if (q.url === "%s") r.end(); }).listen(3000);\n'},
    "flask": _python(("flask", "gunicorn"), {"app.py": "from flask import Flask\napp = Flask(__name__)\n@app.get('%s')\ndef h(): ...\n"}),
    "fastapi": _python(("fastapi", "uvicorn"), {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('%s')\ndef h(): ...\n"}),
    "go": {**GO, "main.go": 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.HandleFunc("%s", h)\n\thttp.ListenAndServe(":8080", nil)\n}\n'},
    "spring": _spring(("spring-boot-starter-web",), '@RestController\npublic class Health {\n @GetMapping("%s") public String h() { return "x"; }\n}'),
    "java": {"pom.xml": _POM.format(""), "src/main/java/App.java": PLAIN},
    "actix": _rust("actix-web", 'fn main() { HttpServer::new(|| App::new().route("%s", web::get().to(h))).bind(("0.0.0.0", 8080)); }'),
    "axum": _rust("axum", 'fn main() { let app = Router::new().route("%s", get(h)); axum::serve(l, app); }'),
    "sinatra": {"Gemfile": "gem 'sinatra'\n", "config.ru": "run Sinatra::Application\n", "app.rb": "require 'sinatra'\nget '%s' do\n  'ok'\nend\n"},
    "slim": {"index.php": "<?php\n$app->get('%s', fn () => 1);\n"},
}  # fmt: skip

# Their routes are told from other texts by nothing.
TEXTS = ("java",)


def _route(server: str, name: str) -> str | None:
    files = {path: text.replace("%s", name) for path, text in SERVERS[server].items()}
    return detect(MemoryTree(files)).facts.health_path


@pytest.mark.parametrize("server", SERVERS)
def test_every_name_is_known_in_every_language(server: str) -> None:
    names = [name for name in NAMES if name != "/up" or server not in TEXTS]
    assert {name: _route(server, name) for name in names} == {name: name for name in names}


@pytest.mark.parametrize("server", SERVERS)
def test_what_only_looks_like_one_is_none(server: str) -> None:
    assert {name: _route(server, name) for name in OTHERS} == dict.fromkeys(OTHERS)
