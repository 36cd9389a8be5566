"""Start scripts as argument vectors."""

from __future__ import annotations

import json

import pytest

from speccompile.project.memory import MemoryTree
from speccompile.stacks.javascript import launch
from speccompile.stacks.javascript.launch import Launch, NotPlain
from speccompile.stacks.javascript.packagejson import PackageJson, read


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
                        "devDependencies": {"tsx": "1", "vite": "6"},
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
    ("bun", "bun run dist/index.js", ("bun", "dist/index.js"), "dist/index.js"),
    ("bun", "bun src/index.ts", ("bun", "src/index.ts"), "src/index.ts"),
    ("bun", "bun run serve", ("bun", "server.js"), "server.js"),
    ("bun", "bun --hot src/index.ts", ("bun", "src/index.ts"), "src/index.ts"),
    ("bun", "tsx src/index.ts", ("bun", "src/index.ts"), "src/index.ts"),
]  # fmt: skip


# What is common in the wild: (script, what starts, what of the devDependencies that needs).
WILD = [
    ("nodemon a.js", ("node", "a.js"), ()),
    ("nodemon", ("node", "lib/main.js"), ()),
    ("node --env-file .env a.js", ("node", "a.js"), ()),
    ("nodemon --watch src --ext ts,json --exec 'tsx src/a.ts'", ("/app/node_modules/.bin/tsx", "src/a.ts"), ("tsx",)),
    ("nodemon --exec tsx src/a.ts", ("/app/node_modules/.bin/tsx", "src/a.ts"), ("tsx",)),
    ("nodemon --exec node --inspect a.js", ("node", "a.js"), ()),
    ("pm2 start a.js", ("node", "a.js"), ()),
    ("pm2-runtime start a.js --name api -i max", ("node", "a.js"), ()),
    ("pm2-runtime a.js", ("node", "a.js"), ()),
    ("forever start a.js", ("node", "a.js"), ()),
    ("tsx src/a.ts", ("/app/node_modules/.bin/tsx", "src/a.ts"), ("tsx",)),
    ("tsx watch src/a.ts", ("/app/node_modules/.bin/tsx", "src/a.ts"), ("tsx",)),
    ("tsx --env-file .env src/a.ts", ("/app/node_modules/.bin/tsx", "src/a.ts"), ("tsx",)),
    ("ts-node -r tsconfig-paths/register src/a.ts", ("/app/node_modules/.bin/ts-node", "src/a.ts"), ("ts-node",)),
    ("node --import tsx src/a.ts", ("node", "--import", "tsx", "src/a.ts"), ("tsx",)),
    ("node a.js | pino-pretty -c", ("node", "a.js"), ()),
    ("dotenv -e .env -- node a.js", ("node", "a.js"), ()),
    ("env-cmd -f .env.production node a.js", ("node", "a.js"), ()),
    ("env-cmd ./.env node a.js", ("node", "a.js"), ()),
    ("dotenvx run -- node a.js", ("node", "a.js"), ()),
    ("yarn node a.js", ("node", "a.js"), ()),
    ("pnpm exec next start", ("/app/node_modules/.bin/next", "start"), ()),
    ("yarn next start", ("/app/node_modules/.bin/next", "start"), ()),
    ("node_modules/.bin/next start", ("/app/node_modules/.bin/next", "start"), ()),
    ("next start -p $PORT", ("/app/node_modules/.bin/next", "start", "-p", "${PORT}"), ()),
    ("vite preview", ("/app/node_modules/.bin/vite", "preview", "--host", "0.0.0.0", "--port", "${PORT}"), ("vite",)),
    ("vite preview --port 80", ("/app/node_modules/.bin/vite", "preview", "--port", "80", "--host", "0.0.0.0"), ("vite",)),
    ("npm run lint && npm run build:server && node a.js", ("node", "a.js"), ()),
    ("rimraf dist && tsc && node dist/a.js", ("node", "dist/a.js"), ()),
    ("node migrate.js && node a.js", ("/bin/sh", "-c", "node migrate.js && exec node a.js"), ()),
    ("cd server && node a.js", ("/bin/sh", "-c", "cd server && exec node a.js"), ()),
    ("next info && node 'a b.js'", None, ()),
    ("run-s serve", ("node", "server.js"), ()),
    ("npm-run-all build:* serve", ("node", "server.js"), ()),
    ("run-p serve loop", None, ()),
]  # fmt: skip


@pytest.mark.parametrize(("start", "argv", "missing"), WILD)
def test_common_scripts(start: str, argv: tuple[str, ...] | None, missing: tuple[str, ...]) -> None:
    """Wrappers, watchers, builds and printers around the one command that serves."""
    found = launch.of_script("start", package(start), "node")
    if argv is None:
        assert isinstance(found, NotPlain)
        return
    assert isinstance(found, Launch)
    assert (found.argv, found.missing) == (argv, missing)


def test_a_file_below_another_directory() -> None:
    """What runs there is where the shell has gone."""
    found = launch.of_script("start", package("cd server && node a.js"), "node")
    assert isinstance(found, Launch)
    assert found.entry == "server/a.js"


_STEPS = (("node_modules/.bin/prisma", "migrate", "deploy"), ("node", "seed.js"))


@pytest.mark.parametrize(
    ("script", "argv"),
    [
        ("/app/node_modules/.bin/prisma migrate deploy && exec node a.js", ("node", "a.js")),
        ("cd api && /app/node_modules/.bin/prisma migrate deploy && exec node a.js", ("/bin/sh", "-c", "cd api && exec node a.js")),
        ("/app/node_modules/.bin/prisma migrate deploy && node seed.js && exec node a.js ${PORT}", ("node", "a.js", launch.PORT)),
        ("/app/node_modules/.bin/prisma db push && exec node a.js", ("/bin/sh", "-c", "/app/node_modules/.bin/prisma db push && exec node a.js")),
    ],
)  # fmt: skip
def test_what_a_release_runs_no_start_runs_again(script: str, argv: tuple[str, ...]) -> None:
    """Else each instance would migrate as it starts, beside the others."""
    assert launch.without(Launch(("/bin/sh", "-c", script)), _STEPS).argv == argv


def test_a_plain_start_stays_as_it_is() -> None:
    """It is no chain of commands, whatever a release runs."""
    plain = Launch(("node", "a.js"))
    assert launch.without(plain, _STEPS) is plain


def test_the_port_of_a_variable() -> None:
    """Its default is the port that the server listens on by itself."""
    found = launch.of_script("start", package("next start -p ${PORT:-3456}"), "node")
    assert found == Launch(("/app/node_modules/.bin/next", "start", "-p", "${PORT}"), (("PORT", "3456"),))


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
        "pm2 start ecosystem.config.js",
        "nodemon --exec 'open",
        "node a.js & node b.js",
        "cd /etc && node $(id)",
        "rm -rf / && node a.js",
        "next dev",
        "vite",
        "nest start",
        "nest start --watch",
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
