"""Small projects in memory, one a stack and archetype, for tests that compile."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.memory import MemoryTree

BUN_WEB = {
    "package.json": json.dumps(
        {
            "name": "bank",
            "version": "0.1.0",
            "description": "Accounts and transfers",
            "license": "MIT",
            "scripts": {"build": "bun build src/index.ts --outdir dist --target bun", "start": "bun run dist/index.js"},
            "dependencies": {"hono": "4.6.0"},
        }
    ),
    "bun.lock": '{\n  "lockfileVersion": 1,\n  "workspaces": {"": {"name": "bank", "dependencies": {"hono": "4.6.0"}}},\n'
    '  "packages": {"hono": ["hono@4.6.0", "", {}, "sha512-x"]}\n}\n',
    "tsconfig.json": "{}",
    "src/index.ts": 'Bun.serve({ port: Number(process.env.PORT ?? 3000), fetch: () => new Response("ok") });\n',
}
PYTHON_WEB = {
    "pyproject.toml": '[project]\nname = "sessions"\nversion = "1.0.0"\nrequires-python = ">=3.12"\ndependencies = ["flask==3.0.0", "gunicorn==22.0.0"]\n',
    "requirements.txt": "flask==3.0.0\ngunicorn==22.0.0\nredis==5.0.0\n",
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
}
RUST_WEB = {
    "Cargo.toml": '[package]\nname = "sessions"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\naxum = "0.8"\n',
    "Cargo.lock": 'version = 4\n\n[[package]]\nname = "axum"\nversion = "0.8.1"\n\n'
    '[[package]]\nname = "sessions"\nversion = "1.0.0"\ndependencies = [\n "axum",\n]\n',
    "src/main.rs": 'fn main() { serve("0.0.0.0:3000"); }\n',
}
JAVA_WEB = {
    "pom.xml": "<project><groupId>com.example</groupId><artifactId>ledger</artifactId><version>1.0.0</version></project>\n",
    "src/main/java/App.java": "class App {\n    public static void main(String[] arguments) {\n        serve(8080);\n    }\n}\n",
}
PHP_WEB = {
    "composer.json": '{"name": "acme/shop", "require": {"php": "^8.2"}}\n',
    "public/index.php": "<?php\n\nif ($_SERVER['REQUEST_URI'] === '/health') {\n    exit('ok');\n}\n",
}
RUBY_WEB = {
    "Gemfile": 'source "https://gems.example.com"\n\ngem "puma"\n',
    "Gemfile.lock": "GEM\n  remote: https://gems.example.com/\n  specs:\n    puma (6.6.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  puma\n",
    "config.ru": 'run ->(_) { [200, {}, ["hello"]] }\n',
}
NODE_CLI = {
    "package.json": json.dumps(
        {"name": "wordcount", "version": "2.0.0", "type": "module", "bin": {"wordcount": "src/cli.js"}}
    ),
    "src/cli.js": "#!/usr/bin/env node\nconsole.log(1)\n",
}
VITE_WEB = {
    "package.json": json.dumps(
        {
            "name": "board",
            "version": "1.0.0",
            "private": True,
            "scripts": {"dev": "vite", "build": "vite build"},
            "devDependencies": {"vite": "7.1.0"},
        }
    ),
    "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {"devDependencies": {"vite": "7.1.0"}}, "node_modules/vite": {"version": "7.1.0"}}}\n',
    "index.html": '<!doctype html>\n<script type="module" src="/src/main.js"></script>\n',
    "src/main.js": "document.title = location.pathname;\n",
}
HTML_WEB = {"index.html": "<!doctype html>\n<title>Hello</title>\n", "style.css": "body { margin: 0 }\n"}
PYTHON_JOB = {
    "requirements.txt": "psycopg[binary]==3.2.1\n",
    "main.py": "print('exported')\n",
}
GO_WEB = {
    "go.mod": "module example.com/bank\n\ngo 1.22\n\nrequire github.com/go-chi/chi/v5 v5.0.12\n",
    "go.sum": "github.com/go-chi/chi/v5 v5.0.12 h1:x=\ngithub.com/go-chi/chi/v5 v5.0.12/go.mod h1:y=\n",
    "main.go": 'package main\n\nimport "example.com/bank/internal/web"\n\nfunc main() { web.Serve() }\n',
    "internal/web/web.go": 'package web\n\nimport (\n\t"net/http"\n\n\t"github.com/go-chi/chi/v5"\n)\n\n'
    'func Serve() {\n\thttp.ListenAndServe(":3000", chi.NewRouter())\n}\n',
}


def assertion(number: int, natural: str, **fields: Any) -> dict[str, Any]:
    """A confirmed assertion, as the manifest writes it."""
    return {
        "id": f"A-{number:03d}",
        "natural": natural,
        "type": "safety",
        "category": "behavior",
        "status": "confirmed",
        "source": "test",
        **fields,
    }


def manifest(archetype: str, *assertions: dict[str, Any], **fields: Any) -> str:
    """A manifest's text."""
    return json.dumps(
        {"version": "1.0.0", "archetype": archetype, "assertions": list(assertions), **fields},
        indent=2,
        ensure_ascii=False,
    )


def compiled(
    sources: Mapping[str, str | bytes],
    specs: str,
    deploy: Mapping[str, Any] | None = None,
    *,
    output: str | None = None,
    allow_unverified: bool = False,
    targets: tuple[str, ...] = (),
) -> Compilation:
    """The compilation of a project in memory; deploy.yaml is written as JSON, which is YAML."""
    files: dict[str, str | bytes] = {**sources, "specs/assertions.json": specs}
    if deploy is not None:
        files["specs/deploy.yaml"] = json.dumps(deploy, indent=2, ensure_ascii=False)
    return compile_project(MemoryTree(files), Surroundings(output, ("srv", "project"), allow_unverified), targets)
