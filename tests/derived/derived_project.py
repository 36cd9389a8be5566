"""A small project of two services, and edits of it."""

from __future__ import annotations

from pathlib import Path

DEPLOY = """version: 1
app: shop
services:
  db: {uses: postgres, version: "16"}
  api: {path: api, assertions: api/assertions.json, port: %d, needs: [db], route: {host: api.example.com}}
  tool: {path: tool, assertions: tool/assertions.json}
"""
MANIFEST = """{"version": "1.0.0", "archetype": "%s", "assertions": [{"id": "A-001", "natural": "Requests time out after %d seconds",
 "type": "safety", "category": "behavior", "status": "confirmed", "source": "test"}]}
"""
FILES = {
    "specs/deploy.yaml": DEPLOY % 3000,
    "api/assertions.json": MANIFEST % ("web-service", 30),
    "api/package.json": '{"name": "api", "type": "module", "scripts": {"start": "node src/index.js"}, "dependencies": {"hono": "4.6.0"}}\n',
    "api/package-lock.json": '{"name": "api", "lockfileVersion": 3, "packages": {"": {"dependencies": {"hono": "4.6.0"}},'
    ' "node_modules/hono": {"version": "4.6.0", "integrity": "sha512-x"}}}\n',
    "api/src/index.js": "import { createServer } from 'node:http';\ncreateServer().listen(process.env.PORT ?? 3000);\n",
    "tool/assertions.json": MANIFEST % ("cli-tool", 30),
    "tool/requirements.txt": "click==8.1.7\n",
    "tool/main.py": "print(1)\n",
}
ANOTHER = DEPLOY + "  more: {path: more, assertions: more/assertions.json}\n"
RENAMED = DEPLOY.replace("  tool: ", "  exporter: ")
ALONE = DEPLOY[: DEPLOY.index("  tool: ")]
OVERLAID = DEPLOY + "environments:\n  staging: {on: compose, replicas: {api: 2}}\n"
PATCH = """version: 1
patches:
  - reason: the importer keeps 900 MiB of prices
    operations: [{op: replace, path: "/services[name=api]/mem_limit", value: 1g}]
"""
EDITS = (
    ("api/src/index.js", "// a comment\n"),
    ("api/src/index.js", "const level = process.env.LOG_LEVEL;\n"),
    ("api/src/more.js", "export const key = process.env.API_KEY;\n"),
    ("tool/main.py", "import os\nprint(os.environ['DATABASE_URL'])\n"),
    ("tool/data/names.txt", "one\n"),
    ("tool/requirements.txt", "click==8.1.8\n"),
    ("specs/deploy.yaml", DEPLOY % 3001),
    ("api/assertions.json", MANIFEST % ("web-service", 45)),
    ("tool/.gitignore", "data/\n"),
    ("api/.npmrc", "engine-strict=true\n"),
    ("notes.md", "# Notes\n"),
    ("specs/deploy.yaml", RENAMED % 3000),
    ("specs/deploy.yaml", ALONE % 3000),
    ("specs/deploy.yaml", OVERLAID % 3000),
)


def put(root: Path, path: str, text: str) -> None:
    """Write a file of the project."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def project(root: Path) -> Path:
    """The project, as it is before anybody edits it."""
    for path, text in FILES.items():
        put(root, path, text)
    return root
