"""``init`` promises a health path where the sources route one; else it says how to get two, and what it says is read then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from case_folders import command
from projects import GO_WEB, PYTHON_WEB, RUST_WEB
from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree
from speccompile.survey.mounting import _LINES

HANDLED = {
    "express": ("import express from 'express';\nconst app = express();\n", "app.listen(3000);\n"),
    "fastify": ("import Fastify from 'fastify';\nconst app = Fastify();\n", "app.listen({ port: 3000 });\n"),
    "hono": ("import { Hono } from 'hono';\nconst app = new Hono();\n", "export default app;\n"),
    "elysia": ("import { Elysia } from 'elysia';\nconst app = new Elysia();\n", "app.listen(3000);\n"),
    "@koa/router": (
        "import Koa from 'koa';\nimport Router from '@koa/router';\nconst app = new Koa();\nconst router = new Router();\n",
        "app.use(router.routes());\napp.listen(3000);\n",
    ),
}


def _node(dependency: str, source: str) -> dict[str, str]:
    package = {"name": "shop", "version": "1.0.0", "type": "module", "scripts": {"start": "node server.js"}, "dependencies": {dependency: "1.0.0"}}  # fmt: skip
    return {"package.json": json.dumps(package), "server.js": source}


def _python(dependency: str, source: str) -> dict[str, str]:
    return {**PYTHON_WEB, "requirements.txt": f"{dependency}==3.0.0\ngunicorn==22.0.0\n", "app.py": source}


def _go(module: str, made: str, said: str) -> dict[str, str]:
    lines = [made, *said.split("\n"), 'http.ListenAndServe(":3000", nil)']
    body = "".join(f"\t{line}\n" for line in lines)
    source = f'package web\n\nimport (\n\t"net/http"\n\n\t"{module}"\n)\n\nfunc Serve() {{\n{body}}}\n'
    return {
        **GO_WEB,
        "go.mod": f"module example.com/bank\n\ngo 1.22\n\nrequire {module} v1.0.0\n",
        "internal/web/web.go": source,
    }


def _sources(name: str) -> dict[str, str] | None:
    said = "\n".join(_LINES[name])
    if name in HANDLED:
        before, after = HANDLED[name]
        return _node(name, f"{before}{said}\n{after}")
    if name in ("flask", "fastapi", "quart"):
        made = {"flask": "Flask(__name__)", "fastapi": "FastAPI()", "quart": "Quart(__name__)"}[name]
        return _python(name, f"from {name} import {made.partition('(')[0]}\n\napp = {made}\n{said}\n")
    if name == "github.com/gin-gonic/gin":
        return _go(name, "r := gin.Default()", said)
    if name == "github.com/labstack/echo":
        return _go(f"{name}/v4", "e := echo.New()", said)
    if name == "github.com/gofiber/fiber":
        return _go(f"{name}/v2", "app := fiber.New()", said)
    if name == "github.com/go-chi/chi":
        return _go(f"{name}/v5", "r := chi.NewRouter()", said)
    if name == "axum":
        main = f"fn main() {{ let app = Router::new(){''.join(_LINES[name])}; serve(app); }}\n"
        return {**RUST_WEB, "src/main.rs": main}
    return None


@pytest.mark.parametrize("name", [name for name in _LINES if _sources(name)])
def test_what_is_said_is_a_health_route_then(name: str) -> None:
    """Put behind the application as it stands there."""
    sources = _sources(name)
    assert sources is not None
    health = detect(MemoryTree(sources), None, "", None).facts.health
    assert health is not None
    assert health.value == "/livez"


def _written(root: Path, sources: dict[str, str]) -> None:
    for path, text in sources.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def test_a_path_that_is_routed_is_promised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As it is routed, and nothing is said of lines."""
    before, after = HANDLED["express"]
    _written(tmp_path, _node("express", f'{before}app.get("/up/healthz", (q, a) => a.send("ok"));\n{after}'))
    code, said, _ = command(["init", "--yes"], tmp_path, capsys)
    proposed = json.loads((tmp_path / "specs/assertions.json").read_text())["assertions"]
    assert (code, proposed[0]["natural"].split(" answers")[0], "no health route" in said) == (
        0,
        "GET /up/healthz",
        False,
    )


def test_a_path_that_is_not_routed_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lines are said instead; once they are there, the path can be promised, and stands."""
    before, after = HANDLED["express"]
    lock = {"name": "shop", "lockfileVersion": 3, "packages": {"": {"dependencies": {"express": "1.0.0"}}, "node_modules/express": {"version": "1.0.0"}}}  # fmt: skip
    _written(tmp_path, _node("express", before + after) | {"package-lock.json": json.dumps(lock)})
    code, said, _ = command(["init", "--yes"], tmp_path, capsys)
    proposed = json.loads((tmp_path / "specs/assertions.json").read_text())["assertions"]
    assert code == 0
    assert not [one for one in proposed if "health" in one["natural"]]
    assert all(line in said for line in _LINES["express"])
