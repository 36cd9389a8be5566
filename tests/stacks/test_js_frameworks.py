"""What is started of projects as they are in the wild: frameworks, TypeScript, no start script at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stack_cases import request

from speccompile.detect.detection import detect
from speccompile.errors import Refused
from speccompile.plan.image import Copy, Env, ImageRecipe, Run
from speccompile.project.memory import MemoryTree
from speccompile.stacks.javascript import node as node_stack
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.javascript.making import compiles_with_md4

BIN = "/app/node_modules/.bin/"


def made(files: dict[str, str], dev: tuple[str, ...] = (), deps: tuple[str, ...] = (), **data: Any) -> ImageRecipe:
    """The image of a project with these files and dependencies."""
    sections = {"dependencies": dict.fromkeys(deps, "1"), "devDependencies": dict.fromkeys(dev, "1")}
    manifest, lock = {**sections, **data}, {"packages": {"": sections}}
    tree = MemoryTree({"package.json": json.dumps(manifest), "package-lock.json": json.dumps(lock), **files})
    found = detect(tree, "node")
    assert isinstance(found.facts, JsFacts)
    recipe = found.stack.recipe(found.facts, request("web-service", found, port=4321))
    assert isinstance(recipe, ImageRecipe)
    return recipe


def final(image: ImageRecipe) -> dict[str, str]:
    """What is copied into the final stage from others, by target."""
    return {step.target: str(step.stage) for step in image.stages[-1].steps if isinstance(step, Copy) and step.stage}


def environment(image: ImageRecipe) -> dict[str, str]:
    """The variables of the final stage."""
    return dict(pair for step in image.stages[-1].steps if isinstance(step, Env) for pair in step.pairs)


NEXT: dict[str, Any] = {
    "dev": ("eslint",),
    "deps": ("next",),
    "scripts": {"build": "next build", "start": "next start"},
}
FRAMEWORKS: list[tuple[str, dict[str, str], dict[str, Any], tuple[str, ...], set[str]]] = [
    ("next", {}, NEXT, (f"{BIN}next", "start"), {"node_modules/", ".next/"}),
    ("next without start", {}, {**NEXT, "scripts": {"build": "next build", "dev": "next dev"}},
     (f"{BIN}next", "start"), {"node_modules/", ".next/"}),
    ("next standalone", {"next.config.ts": "const c = {\n  output: 'standalone',\n}"}, NEXT,
     ("node", "server.js"), {"./", ".next/static/"}),
    ("next standalone, conditional", {"next.config.js": "output: process.env.CI ? 'x' : \"standalone\""}, NEXT,
     ("node", "server.js"), {"./", ".next/static/"}),
    ("next standalone, by hand", {"next.config.js": "output: 'standalone'"},
     {**NEXT, "scripts": {"build": "next build", "start": "node .next/standalone/server.js"}},
     ("node", "server.js"), {"./", ".next/static/"}),
    ("next standalone in a comment", {"next.config.js": "// output: 'standalone'"}, NEXT,
     (f"{BIN}next", "start"), {"node_modules/", ".next/"}),
    ("next with a server of its own", {"server.js": ""},
     {**NEXT, "scripts": {"build": "next build", "start": "NODE_ENV=production node server.js"}},
     ("node", "server.js"), {"node_modules/", ".next/"}),
    ("nuxt", {"nuxt.config.ts": ""}, {"deps": ("nuxt",), "scripts": {"build": "nuxt build", "start": "nuxt start"}},
     ("node", ".output/server/index.mjs"), {".output/"}),
    ("nuxt without start", {}, {"dev": ("nuxt",), "scripts": {"build": "nuxt build", "preview": "nuxt preview"}},
     ("node", ".output/server/index.mjs"), {".output/"}),
    ("svelte", {"svelte.config.js": "import adapter from '@sveltejs/adapter-node'"},
     {"dev": ("@sveltejs/kit", "@sveltejs/adapter-node", "vite"), "scripts": {"build": "vite build", "preview": "vite preview"}},
     ("node", "build/index.js"), {"build/"}),
    ("svelte elsewhere", {"svelte.config.js": "adapter({ out: 'server' })"},
     {"dev": ("@sveltejs/kit", "@sveltejs/adapter-node", "vite"), "deps": ("pg",), "scripts": {"build": "vite build", "start": "node server"}},
     ("node", "server/index.js"), {"server/", "node_modules/"}),
    ("astro", {"astro.config.mjs": "adapter: node({ mode: 'standalone' })"},
     {"deps": ("astro", "@astrojs/node"), "scripts": {"build": "astro build", "start": "astro dev", "preview": "astro preview"}},
     ("node", "dist/server/entry.mjs"), {"dist/", "node_modules/"}),
    ("remix", {"vite.config.ts": ""},
     {"deps": ("@remix-run/serve",), "dev": ("@remix-run/dev",),
      "scripts": {"build": "remix vite:build", "start": "remix-serve ./build/server/index.js"}},
     (f"{BIN}remix-serve", "build/server/index.js"), {"build/", "node_modules/"}),
    ("react router without start", {},
     {"deps": ("@react-router/serve",), "scripts": {"build": "react-router build", "dev": "react-router dev"}},
     (f"{BIN}react-router-serve", "build/server/index.js"), {"build/", "node_modules/"}),
    ("nest", {"src/main.ts": "", "tsconfig.json": '{"compilerOptions": {"outDir": "./dist"}}'},
     {"deps": ("@nestjs/core",), "dev": ("@nestjs/cli",), "scripts": {"build": "nest build", "start": "nest start"}},
     ("node", "dist/main.js"), {"dist/", "node_modules/"}),
    ("nest, production", {"src/main.ts": ""},
     {"deps": ("@nestjs/core",), "dev": ("@nestjs/cli",), "scripts": {
         "build": "nest build", "start": "nest start", "start:dev": "nest start --watch", "start:prod": "node dist/main"}},
     ("node", "dist/main"), {"dist/", "node_modules/"}),
    ("angular", {}, {"deps": ("@angular/ssr",), "scripts": {
        "build": "ng build", "start": "ng serve", "serve:ssr:shop": "node dist/shop/server/server.mjs"}},
     ("node", "dist/shop/server/server.mjs"), {"dist/", "node_modules/"}),
    ("typescript, compiled into dist/src", {"src/a.ts": "", "seed.ts": "", "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}}'},
     {"deps": ("koa",), "scripts": {"build": "tsc", "start": "ts-node src/a.ts"}},
     ("node", "dist/src/a.js"), {"dist/", "node_modules/"}),
    ("typescript, from a root directory", {"src/a.ts": "", "seed.ts": "",
      "tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "./src"}}'},
     {"deps": ("koa",), "scripts": {"build": "tsc", "start": "nodemon --exec ts-node src/a.ts"}},
     ("node", "dist/a.js"), {"dist/", "node_modules/"}),
    ("typescript, bundled", {"src/a.ts": ""}, {"deps": ("koa",), "dev": ("tsup",), "scripts": {"build": "tsup src/a.ts", "start": "tsx src/a.ts"}},
     ("node", "dist/a.js"), {"dist/", "node_modules/"}),
    ("typescript, bundled for a module", {"src/a.ts": ""},
     {"deps": ("koa",), "type": "module", "scripts": {"build": "tsup src/a.ts --format cjs", "dev": "tsx src/a.ts"}},
     ("node", "dist/a.cjs"), {"dist/", "node_modules/"}),
    ("typescript, translated as it runs", {"src/a.ts": ""}, {"deps": ("koa",), "dev": ("tsx",), "scripts": {"dev": "tsx watch src/a.ts"}},
     (f"{BIN}tsx", "src/a.ts"), {"node_modules/"}),
    ("typescript without a script", {"src/index.ts": ""}, {"deps": ("koa", "tsx")}, (f"{BIN}tsx", "src/index.ts"), {"node_modules/"}),
    ("only nodemon", {"server.js": ""}, {"deps": ("koa",), "dev": ("nodemon",), "scripts": {"dev": "nodemon server.js"}},
     ("node", "server.js"), {"node_modules/"}),
    ("no dependencies to run", {"src/index.ts": ""},
     {"dev": ("typescript",), "scripts": {"build": "tsc --outDir dist", "start": "node dist/index.js"}},
     ("node", "dist/index.js"), {"dist/"}),
    ("nx", {"project.json": '{"targets": {"build": {"options": {"outputPath": "dist/api", "main": "src/main.ts"}}}}', "src/main.ts": ""},
     {"deps": ("express",), "dev": ("nx",), "scripts": {"build": "nx build", "start": "nx serve"}},
     ("node", "dist/api/main.js"), {"dist/api/", "node_modules/"}),
    ("what loads a translator itself", {"index.js": "require('ts-node/register');\nrequire('./src/main');\n", "src/main.ts": ""},
     {"dev": ("ts-node",), "scripts": {"start": "node index.js"}}, ("node", "index.js"), {"node_modules/"}),
    ("vite preview", {}, {"dev": ("vite",), "scripts": {"build": "vite build", "start": "vite preview --port 3000"}},
     (f"{BIN}vite", "preview", "--port", "4321", "--host", "0.0.0.0"), {"dist/", "node_modules/"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "data", "argv", "copied"), [row[1:] for row in FRAMEWORKS], ids=[row[0] for row in FRAMEWORKS]
)
def test_what_is_started(files: dict[str, str], data: dict[str, Any], argv: tuple[str, ...], copied: set[str]) -> None:
    """The server that is made for production, and what it needs."""
    image = made(files, **data)
    assert image.command == argv
    assert set(final(image)) == copied
    assert environment(image)["PORT"] == "4321"


def test_a_standalone_next_is_reachable() -> None:
    """It reads HOSTNAME, which an engine sets to something else; its cache can be written."""
    image = made({"next.config.js": "output: 'standalone'", "public/a.txt": "", "app/page.js": ""}, **NEXT)
    assert environment(image)["HOSTNAME"] == "0.0.0.0"
    assert image.writable == ("/app/.next/cache",)
    assert [step.target for step in image.stages[-1].steps if isinstance(step, Copy)][1:] == [
        "public/",
        "./",
        ".next/static/",
    ]


def test_a_framework_in_the_development_dependencies_makes_a_server_all_the_same() -> None:
    """As ``init`` is told."""
    sections = {"devDependencies": {"@sveltejs/kit": "2", "@sveltejs/adapter-node": "5"}}
    files = {"package.json": json.dumps({**sections, "scripts": {"build": "vite build"}}), "svelte.config.js": ""}
    assert detect(MemoryTree(files)).facts.suggests == ("web-service", "@sveltejs/kit builds a server")


REFUSED = [
    ({"svelte.config.js": "adapter-auto"}, {"dev": ("@sveltejs/kit", "@sveltejs/adapter-auto"), "scripts": {"build": "vite build"}}, ["SC257"]),
    ({"astro.config.mjs": "output: 'server'"}, {"deps": ("astro",), "scripts": {"build": "astro build"}}, ["SC257"]),
    ({}, {"deps": ("koa",), "scripts": {"start": "ts-node src/a.ts"}}, ["SC241"]),
]  # fmt: skip


@pytest.mark.parametrize(("files", "data", "codes"), REFUSED)
def test_what_makes_no_server(files: dict[str, str], data: dict[str, Any], codes: list[str]) -> None:
    """It is said what is missing."""
    with pytest.raises(Refused) as refused:
        made(files, **data)
    assert [one.code for one in refused.value.diagnostics] == codes


def test_prisma() -> None:
    """The client is generated where everything is installed, and again into what is needed to run."""
    schema = {"prisma/schema.prisma": 'generator client { provider = "prisma-client-js" }', "a.js": ""}
    image = made(schema, deps=("@prisma/client",), dev=("prisma",), scripts={"start": "node a.js"})
    install, deps, last = image.stages
    assert [install.name, deps.name] == ["install", "deps"]
    runs = [" ".join(map(str, words)) for step in deps.steps if isinstance(step, Run) for words in step.commands]
    assert runs[-1].endswith("prisma generate")
    (mount,) = [one for step in deps.steps if isinstance(step, Run) for one in step.mounts if one.kind == "bind"]
    assert ("from", "install") in mount.options
    assert "openssl=3.*" in [
        word for step in last.steps if isinstance(step, Run) for words in step.commands for word in words
    ]
    installed = made(schema, deps=("@prisma/client", "prisma"), scripts={"start": "node a.js"})
    assert [stage.name for stage in installed.stages] == ["deps", "final"]
    own = made(
        {**schema, "prisma/schema.prisma": '  output = "../generated"'},
        deps=("@prisma/client",),
        scripts={"start": "node a.js"},
    )
    assert not [step for step in own.stages[0].steps if isinstance(step, Run) and "generate" in str(step.commands)]


def test_native_packages() -> None:
    """What compiles them in the build, what they are linked against at run time; deploy.yaml's version is the one."""
    sections = {"dependencies": {"pg-native": "3", "x": "github:a/x"}}
    files = {"package.json": json.dumps({**sections, "scripts": {"start": "node a.js"}}), "a.js": "",
             "package-lock.json": json.dumps({"packages": {"": sections}})}  # fmt: skip
    found = detect(MemoryTree(files))
    image = found.stack.recipe(found.facts, request("web-service", found, build_packages=("libpq-dev=15.*",)))
    deps, last = ([word for step in stage.steps if isinstance(step, Run) for words in step.commands for word in words]
                  for stage in image.stages)  # fmt: skip
    assert {"libpq-dev=15.*", "python3=3.*", "git=1:*"} <= set(deps)
    assert "libpq-dev=1*" not in deps
    assert "libpq5=1*" in last


@pytest.mark.parametrize(
    ("name", "wanted", "node", "old"),
    [
        ("@vue/cli-service", "^4.5.0", "22", True),
        ("@vue/cli-service", "~5.0.8", "22", False),
        ("react-scripts", "4.0.3", "20", True),
        ("webpack", "latest", "22", False),
    ],
)
def test_builds_with_webpack_4_get_their_digest(name: str, wanted: str, node: str, old: bool) -> None:
    """Node.js 17 and later give MD4 only on demand."""
    text = json.dumps({"scripts": {"build": "x"}, "devDependencies": {name: wanted}, "engines": {"node": node}})
    found = node_stack.detect(MemoryTree({"package.json": text, "package-lock.json": "{}", "index.js": ""}))
    assert found is not None
    assert compiles_with_md4(found) is old


def test_what_lies_in_public_before_remix_builds_into_it() -> None:
    """It is there when the build begins, and in what is served."""
    files = {
        "remix.config.js": "module.exports = {}\n",
        "public/favicon.ico": "x",
        "app/root.jsx": "export default 1\n",
    }
    scripts = {"build": "remix build", "start": "remix-serve build"}
    recipe = made(files, deps=("@remix-run/serve",), dev=("@remix-run/dev",), scripts=scripts)
    copies = {stage.name: [step for step in stage.steps if isinstance(step, Copy)] for stage in recipe.stages}
    assert any("public/" in copy.sources for copy in copies["build"])
    assert [copy.sources for copy in copies["final"] if copy.target == "public/"] == [("/app/public/",)]
