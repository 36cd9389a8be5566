"""Workspaces of many services: small projects of four kinds, each with its own sources and manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_BUN_WEB = {
    "package.json": '{"name": "web", "version": "1.0.0", "scripts": {"build": "bun build src/index.ts --outdir dist --target bun",'
    ' "start": "bun run dist/index.js"}, "dependencies": {"hono": "4.6.0"}}\n',
    "bun.lock": '{"lockfileVersion": 1, "workspaces": {"": {"name": "web", "dependencies": {"hono": "4.6.0"}}},'
    ' "packages": {"hono": ["hono@4.6.0", "", {}, "sha512-x"]}}\n',
    "tsconfig.json": "{}\n",
    "src/index.ts": 'Bun.serve({ port: Number(process.env.PORT ?? 3000), fetch: () => new Response("ok") });\n',
}
_PYTHON_WEB = {
    "requirements.txt": "flask==3.0.0\ngunicorn==22.0.0\nredis==5.0.0\n",
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
}
_NODE_CLI = {
    "package.json": '{"name": "tool", "version": "2.0.0", "type": "module", "bin": {"tool": "src/cli.js"}}\n',
    "src/cli.js": "#!/usr/bin/env node\nconsole.log(1)\n",
}
_PYTHON_JOB = {"requirements.txt": "psycopg[binary]==3.2.1\n", "main.py": "print('exported')\n"}
_KINDS: tuple[tuple[str, dict[str, str], dict[str, Any]], ...] = (
    ("web-service", _BUN_WEB, {"port": 3000, "needs": ["db"], "secrets": ["API_TOKEN"]}),
    ("web-service", _PYTHON_WEB, {"port": 8000, "needs": ["cache"], "env": {"LOG_LEVEL": "info"}}),
    ("cli-tool", _NODE_CLI, {}),
    ("data-pipeline", _PYTHON_JOB, {"needs": ["db"], "schedule": "0 3 * * *"}),
)
_WORDS = (
    "Requests time out after 30 seconds",
    "The balance of an account is never negative",
    "On SIGTERM it stops taking requests and finishes those that are running",
    "A name is unique",
)


def workspace(root: Path, count: int) -> Path:
    """A project of *count* services in *root*, which must not exist; one file deploy.yaml names them all."""
    services: dict[str, Any] = {"db": {"uses": "postgres", "version": "16"}, "cache": {"uses": "redis"}}
    for number in range(count):
        archetype, sources, facts = _KINDS[number % len(_KINDS)]
        name = f"s{number:04d}"
        _write(root / name, {**sources, "assertions.json": _manifest(archetype, number)})
        services[name] = {"path": name, "assertions": f"{name}/assertions.json", **facts}
        if archetype == "web-service":
            services[name]["route"] = {"host": f"{name}.example.com"}
    _write(root, {"specs/deploy.yaml": json.dumps({"version": 1, "app": "workspace", "services": services}, indent=2)})
    return root


def _manifest(archetype: str, number: int) -> str:
    assertions = [
        {
            "id": f"A-{place:03d}",
            "natural": f"{text} ({number})",
            "type": "safety",
            "category": "behavior",
            "status": "confirmed",
            "source": "benchmark",
        }
        for place, text in enumerate(_WORDS, start=1)
    ]
    return json.dumps({"version": "1.0.0", "archetype": archetype, "assertions": assertions}, indent=2)


def _write(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text, encoding="utf-8")
