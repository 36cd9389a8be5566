"""Start scripts as argument vectors."""

from __future__ import annotations

import json

import pytest

from speccompile.project.memory import MemoryTree
from speccompile.stacks import launch
from speccompile.stacks.launch import Launch, NotPlain
from speccompile.stacks.packagejson import PackageJson, read


def package(start: str, **more: object) -> PackageJson:
    """A package.json with a start script."""
    scripts = {"start": start, "serve": "node server.js", "loop": "npm run loop", **more}
    found = read(
        MemoryTree(
            {
                "package.json": json.dumps(
                    {
                        "main": "lib/main.js",
                        "scripts": scripts,
                        "dependencies": {"next": "1", "@nestjs/cli": "1"},
                        "devDependencies": {"tsx": "1"},
                    }
                )
            }
        )
    )
    assert found is not None
    return found


PLAIN = [
    ("node", "node dist/index.js", ("node", "dist/index.js"), "dist/index.js"),
    ("node", "node ./dist/index", ("node", "./dist/index"), "dist/index"),
    ("node", "node .", ("node", "lib/main.js"), "lib/main.js"),
    ("node", "node --enable-source-maps -r dotenv/config a.js --x y", (
        "node", "--enable-source-maps", "-r", "dotenv/config", "a.js", "--x", "y"), "a.js"),
    ("node", "node --env-file=.env --watch a.js", ("node", "a.js"), "a.js"),
    ("node", "npm run serve", ("node", "server.js"), "server.js"),
    ("node", "yarn serve", ("node", "server.js"), "server.js"),
    ("node", "npm run serve -- --fast", ("node", "server.js", "--fast"), "server.js"),
    ("node", "npm run build && node dist/a.js", ("node", "dist/a.js"), "dist/a.js"),
    ("node", "tsc -p . && node dist/a.js", ("node", "dist/a.js"), "dist/a.js"),
    ("node", 'node "my file.js"', ("node", "my file.js"), "my file.js"),
    ("node", "next start -p 3001", ("/app/node_modules/.bin/next", "start", "-p", "3001"), None),
    ("node", "npx next start", ("/app/node_modules/.bin/next", "start"), None),
    ("node", "nest start", ("/app/node_modules/.bin/nest", "start"), None),
    ("bun", "bun run dist/index.js", ("bun", "dist/index.js"), "dist/index.js"),
    ("bun", "bun src/index.ts", ("bun", "src/index.ts"), "src/index.ts"),
    ("bun", "bun run serve", ("bun", "server.js"), "server.js"),
    ("bun", "bun --hot src/index.ts", ("bun", "src/index.ts"), "src/index.ts"),
    ("bun", "tsx src/index.ts", ("bun", "src/index.ts"), "src/index.ts"),
]  # fmt: skip


@pytest.mark.parametrize(("interpreter", "start", "argv", "entry"), PLAIN)
def test_plain(interpreter: str, start: str, argv: tuple[str, ...], entry: str | None) -> None:
    """The same program, without a shell and a package manager."""
    found = launch.of_script("start", package(start), interpreter)
    assert found == Launch(argv, (), entry)


def test_the_environment_of_a_script() -> None:
    """With or without cross-env; what a script sets that is run by another stays."""
    found = launch.of_script("start", package("cross-env A=1 npm run x", x="B=2 A=3 node a.js"), "node")
    assert found == Launch(("node", "a.js"), (("A", "1"), ("B", "2")), "a.js")


@pytest.mark.parametrize(
    "start",
    [
        "node a.js | tee log",
        "prisma migrate deploy && node a.js",
        "node $FILE",
        "node a.js > log",
        "node a.js; rm -rf /",
        "node `id`",
        "node 'open",
        "pm2 start a.js",
        "tsx src/a.ts",
        "ts-node src/a.ts",
        "npm run loop",
        "./start.sh",
        "serve -s build",
        "node",
        "A=1",
        "npx",
        "DB_PASSWORD=x node a.js",
        "API_KEY=x node a.js",
        "bun x",
    ],
)
def test_not_plain(start: str) -> None:
    """It needs a shell, or what is not there in production; a secret does not belong into an image."""
    assert isinstance(launch.of_script("start", package(start), "node"), NotPlain)
