"""What a project probably is, for ``init``: a guess with its reason, which a person can overrule."""

from __future__ import annotations

import json
from typing import Any

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.facts import Facts, Suggestion
from speccompile.stacks.manifest import toml_table

SERVERS = frozenset((
    "express", "fastify", "hono", "koa", "elysia", "next", "nuxt", "astro", "@nestjs/core",
    "@hapi/hapi", "polka", "restify", "@remix-run/node", "@sveltejs/kit", "micro", "fastapi", "flask", "django",
    "starlette", "aiohttp", "tornado", "sanic", "bottle", "falcon", "litestar", "quart", "pyramid",
    "uvicorn", "gunicorn", "hypercorn", "granian",
    "@react-router/express", "@react-router/node", "@react-router/serve", "@remix-run/express", "@remix-run/serve", "react-router-hono-server",
    "@tanstack/react-start", "@tanstack/solid-start", "@solidjs/start", "@angular/ssr", "@hono/node-server", "@koa/router", "h3", "nitro",
    "nitropack", "vinxi", "apollo-server", "graphql-yoga", "@feathersjs/express", "@strapi/strapi", "json-server", "@adonisjs/core", "sails", "egg",
))  # fmt: skip
_PIPELINES = frozenset((
    "pandas", "polars", "dbt-core", "apache-airflow", "prefect", "dagster", "luigi", "pyarrow", "duckdb", "dlt", "great-expectations", "apache-beam", "pyspark",
))  # fmt: skip
_LISTENS = regex(
    r"Bun\.serve|createServer\(|\.listen\(|Deno\.serve|\blistenAndServe\w*\(|\bstartStandaloneServer\(|HTTPServer\(|serve_forever|app\.run\(|uvicorn\.run"
)


def guess(tree: Tree, facts: Facts) -> Suggestion:
    """The archetype that *facts* and the manifests in *tree* suggest, and why."""
    if facts.suggests:
        return facts.suggests
    server = sorted(facts.dependencies & SERVERS)
    if server:
        return "web-service", f"it depends on {server[0]}"
    if facts.source and source(tree, facts.source).search(_LISTENS):
        return "web-service", f"{facts.source} listens"
    package, project = _json(tree.read("package.json")), _toml(tree.read("pyproject.toml"))
    if package.get("bin") or project.get("scripts"):
        return "cli-tool", "its manifest installs a command"
    if any(package.get(key) for key in ("exports", "types", "module")) and not facts.runnable:
        return "library", "package.json exports modules and nothing is there to be run"
    pipeline = sorted(facts.dependencies & _PIPELINES)
    if pipeline:
        return "data-pipeline", f"it depends on {pipeline[0]}"
    if not facts.runnable and (package.get("main") or project):
        return "library", "nothing is there to be run"
    return "cli-tool", "it runs and does not listen"


def _json(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _toml(text: str | None) -> dict[str, Any]:
    project = (toml_table(text) or {}).get("project", {})
    return project if isinstance(project, dict) else {}
