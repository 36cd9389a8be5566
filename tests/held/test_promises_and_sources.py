"""A promise that the sources deny is contradicted, with both places; what is not sure is none: a note at most."""

from __future__ import annotations

import json

import pytest

from projects import GO_WEB, PYTHON_WEB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing

PROMISE = "GET /healthz returns 200 when the service is healthy"


def _node(framework: str, **sources: str) -> dict[str, str]:
    package = {
        "name": "bank", "version": "0.1.0", "type": "module", "scripts": {"start": "node server.js"}, "dependencies": {framework: "1.0.0"},
    }  # fmt: skip
    lock = {"name": "bank", "lockfileVersion": 3, "packages": {"": {"dependencies": {framework: "1.0.0"}}, f"node_modules/{framework}": {"version": "1.0.0"}}}  # fmt: skip
    files = {name.replace("__", "/") + ".js": text for name, text in sources.items()}
    return {"package.json": json.dumps(package), "package-lock.json": json.dumps(lock), **files}


def _express(routes: str, **others: str) -> dict[str, str]:
    text = f'import express from "express";\nconst app = express();\n{routes}\napp.listen(process.env.PORT ?? 3000);\n'
    return _node("express", server=text, **others)


def _python(dependency: str, text: str) -> dict[str, str]:
    return {
        **PYTHON_WEB,
        "requirements.txt": f"{dependency}==3.0.0\ngunicorn==22.0.0\nuvicorn==0.30.0\n",
        "pyproject.toml": PYTHON_WEB["pyproject.toml"].replace("flask==3.0.0", f"{dependency}==3.0.0"),
        "app.py": text,
    }


def _flask(routes: str) -> dict[str, str]:
    return _python("flask", f"from flask import Flask\n\napp = Flask(__name__)\n{routes}\n")


def _gin(routes: str) -> dict[str, str]:
    web = f'package web\n\nimport "github.com/gin-gonic/gin"\n\nfunc Serve() {{\n\tr := gin.Default()\n{routes}\n\tr.Run(":3000")\n}}\n'
    return {
        **GO_WEB,
        "go.mod": GO_WEB["go.mod"].replace("github.com/go-chi/chi/v5 v5.0.12", "github.com/gin-gonic/gin v1.9.1"),
        "go.sum": "github.com/gin-gonic/gin v1.9.1 h1:x=\ngithub.com/gin-gonic/gin v1.9.1/go.mod h1:y=\n",
        "internal/web/web.go": web,
    }


GET = "(req, res) => res.json([])"
ANSWER = "def answer():\n    return {}\n"
ROUTER = f'import express from "express";\nconst router = express.Router();\nrouter.get("/health", {GET});\nexport default router;\n'


DENIED = [
    ("no health at all", _express(f'app.get("/accounts", {GET});'), PROMISE, "server.js:3"),
    ("another health", _express(f'app.get("/accounts", {GET});\napp.get("/health", {GET});'), PROMISE, "server.js:4"),
    ("below a prefix", _express('import health from "./health.js";\napp.use("/api", health);', health=ROUTER), PROMISE.replace("healthz", "health"), "health.js:3"),
    ("a parameter elsewhere", _express(f'app.get("/accounts/:id", {GET});\napp.get("/accounts", {GET});'), PROMISE, "server.js:4"),
    ("a comment", _express(f'// app.get("/healthz", h)\napp.get("/accounts", {GET});'), PROMISE, "server.js:4"),
    ("fastify", _node("fastify", server='import Fastify from "fastify";\nconst app = Fastify();\napp.get("/health", async () => "ok");\napp.listen({ port: Number(process.env.PORT ?? 3000), host: "0.0.0.0" });\n'), PROMISE, "server.js:3"),
    ("flask", _flask(f'@app.get("/accounts")\n{ANSWER}'), PROMISE, "app.py:4"),
    ("flask, another", _flask(f'@app.get("/health")\n{ANSWER}'), PROMISE, "app.py:4"),
    ("fastapi", _python("fastapi", f'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/health")\n{ANSWER}'), PROMISE, "app.py:6"),
    ("gin", _gin('\tr.GET("/accounts", list)\n\tr.GET("/ping", ping)'), PROMISE, "internal/web/web.go:7"),
]  # fmt: skip


@pytest.mark.parametrize(("sources", "text", "where"), [row[1:] for row in DENIED], ids=[row[0] for row in DENIED])
def test_a_path_that_the_sources_do_not_route_is_a_contradiction(
    sources: dict[str, str], text: str, where: str
) -> None:
    """An error at the assertion that names the place in the sources."""
    with pytest.raises(Refused) as refused:
        compiled(sources, manifest("web-service", assertion(1, text)))
    (error,) = [one for one in refused.value.diagnostics if one.severity.value == "error"]
    assert (error.code, error.span.path) == ("SC391", "specs/assertions.json")
    assert where in [f"{one.span.path}:{one.span.line}" for one in error.related]


def _standing(sources: dict[str, str], text: str = PROMISE) -> tuple[Standing, list[str], Compilation]:
    compilation = compiled(sources, manifest("web-service", assertion(1, text)))
    (account,) = compilation.standings
    return account.standing, [one.code for one in compilation.notes if one.code == "SC575"], compilation


ROUTED = [
    ("plainly", _express(f'app.get("/healthz", {GET});')),
    ("with a slash", _express(f'app.get("/healthz/", {GET});')),
    ("flask", _flask(f'@app.get("/healthz")\n{ANSWER}')),
    ("gin", _gin('\tr.GET("/healthz", ping)')),
]


@pytest.mark.parametrize("sources", [row[1] for row in ROUTED], ids=[row[0] for row in ROUTED])
def test_a_path_that_is_routed_is_enforced(sources: dict[str, str]) -> None:
    """Without a word."""
    assert _standing(sources)[:2] == (Standing.ENFORCED, [])


UNSURE = [
    ("a computed path", _express(f'const at = "/health" + "z";\napp.get(at, {GET});')),
    ("a path of the environment", _express(f'app.get(process.env.HEALTH_PATH, {GET});\napp.get("/a", {GET});')),
    ("a template", _express(f'app.get(`${{base}}/healthz`, {GET});\napp.get("/a", {GET});')),
    ("a regular expression", _express(f'app.get(/^\\/healthz$/, {GET});\napp.get("/a", {GET});')),
    ("a parameter at the root", _express(f'app.get("/:page", {GET});\napp.get("/a", {GET});')),
    ("everything", _express(f'app.get("*", {GET});\napp.get("/a", {GET});')),
    ("everything, named", _express(f'app.get("/*rest", {GET});\napp.get("/a", {GET});')),
    ("files", _express(f'app.use(express.static("public"));\napp.get("/a", {GET});')),
    ("a proxy", _express(f'app.use(createProxyMiddleware({{ target }}));\napp.get("/a", {GET});')),
    ("a list of routes", _express(f'for (const at of ["/a", "/healthz"]) app.get(at, {GET});\napp.get("/b", {GET});')),
    ("another router", _express('import health from "./health.js";\napp.use(health);', health=ROUTER.replace("/health", "/healthz").replace("router.get", "(await pick()).get"))),
    ("mounted twice", _express('import health from "./health.js";\napp.use("/api", health);\napp.use(health);', health=ROUTER.replace("/health", "/healthz"))),
    ("a dependency", _node("express", server=f'import express from "express";\nimport health from "express-healthcheck";\nconst app = express();\napp.use(health());\napp.get("/a", {GET});\napp.listen(process.env.PORT ?? 3000);\n')),
    ("no routes", _express("")),
    ("no router", _node("ws", server='import { createServer } from "node:http";\ncreateServer((q, a) => a.end()).listen(process.env.PORT ?? 3000);\n')),
    ("what speaks of health", _express(f'app.get("/a", {GET});\nregisterProbes(app, livenessProbe);')),
    ("flask, everything", _flask(f'@app.route("/<path:page>")\n{ANSWER}@app.get("/a")\n{ANSWER}')),
    ("flask, a parameter", _flask(f'@app.route("/<page>")\n{ANSWER}@app.get("/a")\n{ANSWER}')),
    ("flask, before", _flask(f'@app.before_request\n{ANSWER}@app.get("/a")\n{ANSWER}')),
    ("gin, the rest", _gin('\tr.GET("/accounts", list)\n\tr.NoRoute(page)')),
    ("gin, a group", _gin('\tg := r.Group(prefix)\n\tg.GET("/healthz", list)')),
]  # fmt: skip


@pytest.mark.parametrize("sources", [row[1] for row in UNSURE], ids=[row[0] for row in UNSURE])
def test_what_cannot_be_told_is_a_note(sources: dict[str, str]) -> None:
    """Never an error, and the health check asks the path."""
    if "express-healthcheck" in sources.get("server.js", ""):
        package = json.loads(sources["package.json"])
        package["dependencies"]["express-healthcheck"] = "1.0.0"
        lock = json.loads(sources["package-lock.json"])
        lock["packages"][""] = {"dependencies": package["dependencies"]}
        lock["packages"]["node_modules/express-healthcheck"] = {"version": "1.0.0"}
        sources = {**sources, "package.json": json.dumps(package), "package-lock.json": json.dumps(lock)}
    standing, notes, _ = _standing(sources)
    assert (standing, notes) == (Standing.ENFORCED, ["SC575"])


def test_a_promise_without_a_path_is_not_compared() -> None:
    """«A health endpoint» is whatever there is."""
    assert _standing(_express(f'app.get("/accounts", {GET});'), "The service has a health check endpoint")[1] == []


def test_what_is_not_settled_is_foreseen_to_be_denied() -> None:
    """As things are it would be contradicted: nothing to say yes to."""
    sources = _express(f'app.get("/accounts", {GET});')
    compilation = compiled(
        sources, manifest("web-service", assertion(1, PROMISE, status="pending")), allow_unverified=True
    )
    assert [one.standing for one in compilation.standings] == [Standing.UNSETTLED]


LISTENS = "The service listens on port 9090"


def _listening(text: str) -> dict[str, str]:
    return _node("ws", server=f'import {{ createServer }} from "node:http";\n{text}\n')


def test_a_port_that_the_sources_do_not_use_is_a_contradiction() -> None:
    """They listen on another one, and read no PORT."""
    with pytest.raises(Refused) as refused:
        compiled(
            _listening("createServer((q, a) => a.end()).listen(3000);"), manifest("web-service", assertion(1, LISTENS))
        )
    (error,) = [one for one in refused.value.diagnostics if one.code == "SC391"]
    assert [(one.span.path, one.span.line) for one in error.related] == [("server.js", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "createServer((q, a) => a.end()).listen(9090);",
        "createServer((q, a) => a.end()).listen(process.env.PORT ?? 3000);",
        "const { PORT = 3000 } = process.env;\ncreateServer((q, a) => a.end()).listen(PORT);",
        "const port = 3000;\ncreateServer((q, a) => a.end()).listen(process.env.PORT || port);",
        "const port = 3000;\ncreateServer((q, a) => a.end()).listen(process.env.HTTP_PORT || port);",
        "const options = parse(process.argv, { port: 3000 });\ncreateServer((q, a) => a.end()).listen(options.port);",
        'import config from "./config.js";\ncreateServer((q, a) => a.end()).listen(config.port);',
        "createServer((q, a) => a.end()).listen(at);",
    ],
)  # fmt: skip
def test_a_port_that_may_be_used_is_none(text: str) -> None:
    """The promise is told to the program, which may heed it."""
    assert _standing(_listening(text), LISTENS)[0] is Standing.ENFORCED
