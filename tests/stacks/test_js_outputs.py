"""What frameworks are told to make: a server, pages, or what a hosting service alone runs; and what only looks like it."""

from __future__ import annotations

import json

import pytest
from stack_cases import request

from speccompile.detect.detection import Detection, detect
from speccompile.plan.image import Copy, Env, ImageRecipe
from speccompile.project.memory import MemoryTree
from speccompile.stacks.javascript.facts import JsFacts

BIN = "/app/node_modules/.bin/"


def found(files: dict[str, str], deps: tuple[str, ...], build: str, start: str = "", lock: str = "") -> Detection:
    """What a project with these files, dependencies and scripts is taken for."""
    scripts = {"build": build, **({"start": start} if start else {})}
    sections = {"dependencies": dict.fromkeys(deps, "1")}
    locks = {"bun.lock": json.dumps({"workspaces": {"": sections}})} if lock == "bun" else {}
    locks = locks or {"package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {"": sections}})}
    return detect(MemoryTree({"package.json": json.dumps({**sections, "scripts": scripts}), **locks, **files}))


def image(detection: Detection) -> ImageRecipe:
    """The image of it."""
    made = detection.stack.recipe(detection.facts, request("web-service", detection, port=4321))
    assert isinstance(made, ImageRecipe)
    return made


def site(made: ImageRecipe) -> str:
    """Where its pages come from."""
    return next(
        step.sources[0] for step in made.stages[-1].steps if isinstance(step, Copy) and step.target == "/app/site/"
    )


SERVERS: dict[str, tuple[dict[str, str], tuple[str, ...], str, tuple[str, ...]]] = {
    "astro, adapter of Node.js": (
        {"astro.config.ts": "import node from '@astrojs/node';\nexport default { adapter: node({ mode: 'standalone' }) }"},
        ("astro", "@astrojs/node"), "astro build", ("node", "dist/server/entry.mjs")),
    "astro, the adapter of a service beside": (
        {"astro.config.mjs": "import node from '@astrojs/node';\nimport vercel from '@astrojs/vercel';\n"
                             "const adapter = process.env.VERCEL ? vercel() : node({ mode: 'standalone' });\nexport default { adapter, output: 'server' }"},
        ("astro", "@astrojs/node", "@astrojs/vercel"), "astro build", ("node", "dist/server/entry.mjs")),
    "svelte 3, configured where Vite is": (
        {"vite.config.ts": "import adapter from '@sveltejs/adapter-node';\nsveltekit({ adapter: adapter({ out: 'server' }) })"},
        ("@sveltejs/kit", "@sveltejs/adapter-node", "vite"), "vite build", ("node", "server/index.js")),
    "nuxt, preset of Node.js": (
        {"nuxt.config.ts": "export default defineNuxtConfig({ nitro: { preset: 'node-cluster' } })"}, ("nuxt",), "nuxt build",
        ("node", ".output/server/index.mjs")),
    "nuxt, a preset in a comment": (
        {"nuxt.config.ts": "export default defineNuxtConfig({\n // nitro: { preset: 'vercel' }\n})"}, ("nuxt",), "nuxt build",
        ("node", ".output/server/index.mjs")),
    "nuxt, the preset of another tool": (
        {"nuxt.config.ts": "export default defineNuxtConfig({ pwa: { pwaAssets: { preset: 'minimal-2023' } } })"}, ("nuxt",), "nuxt build",
        ("node", ".output/server/index.mjs")),
    "nuxt without pages of a server": (
        {"nuxt.config.ts": "export default defineNuxtConfig({ ssr: false })"}, ("nuxt",), "nuxt build",
        ("node", ".output/server/index.mjs")),
    "tanstack with nitro": (
        {"vite.config.ts": "import { nitro } from 'nitro/vite'"}, ("@tanstack/react-start", "nitro"), "vite build",
        ("node", ".output/server/index.mjs")),
    "nitro 3 calls its server node": (
        {"vite.config.ts": "plugins: [nitro({ preset: 'node' })]"}, ("@tanstack/react-start", "nitro"), "vite build",
        ("node", ".output/server/index.mjs")),
    "solid start": ({"app.config.ts": "defineConfig({})"}, ("@solidjs/start", "vinxi"), "vinxi build", ("node", ".output/server/index.mjs")),
    "react router": ({}, ("@react-router/dev", "@react-router/serve"), "react-router build",
                     (f"{BIN}react-router-serve", "build/server/index.js")),
    "react router, elsewhere": (
        {"react-router.config.ts": "export default { ssr: true, buildDirectory: 'out' }"}, ("@react-router/dev", "@react-router/serve"),
        "react-router build", (f"{BIN}react-router-serve", "out/server/index.js")),
    "react router behind Hono": ({}, ("@react-router/dev", "react-router-hono-server"), "react-router build", ("node", "build/server/index.js")),
    "next, a condition on a variable": (
        {"next.config.ts": "output: process.env.STANDALONE === 'true' ? 'standalone' : undefined"}, ("next",), "next build", (f"{BIN}next", "start")),
    "next, for pages on demand": (
        {"next.config.mjs": "output: process.env.STATIC && 'export'"}, ("next",), "next build", (f"{BIN}next", "start")),
    "next, in production": (
        {"next.config.js": "output: process.env.NODE_ENV === 'production' ? 'standalone' : undefined"}, ("next",), "next build", ("node", "server.js")),
    "next, pages in development": (
        {"next.config.js": "const c = { output: process.env.NODE_ENV !== 'production' ? 'export' : 'standalone' }"}, ("next",), "next build", ("node", "server.js")),
    "angular without a script": (
        {"angular.json": '{"projects": {"shop": {"architect": {"build": {"builder": "@angular/build:application", "options": {"ssr": {"entry": "src/server.ts"}}}}}}}'},
        ("@angular/core", "@angular/ssr"), "ng build", ("node", "dist/shop/server/server.mjs")),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_a_server(name: str) -> None:
    """It is started by what the framework made it for."""
    files, deps, build, argv = SERVERS[name]
    detection = found(files, deps, build)
    assert (detection.stack.name, image(detection).command) == ("node", argv)
    assert detection.facts.suggests
    assert detection.facts.suggests[0] == "web-service"


PAGES: dict[str, tuple[dict[str, str], tuple[str, ...], str, str, str | None]] = {
    "astro, an adapter that is not used": ({"astro.config.mjs": "export default {}"}, ("astro", "@astrojs/node"), "astro build", "dist", None),
    "next, exported by TypeScript": ({"next.config.ts": "const c: NextConfig = { output: 'export', distDir: 'web' }"}, ("next",), "next build", "web", None),
    "next, exported in production": (
        {"next.config.mjs": "const isProd = process.env.NODE_ENV === 'production'\nconst c = { output: isProd ? 'export' : undefined }"},
        ("next",), "next build", "out", None),
    "nuxt, by a flag": ({}, ("nuxt",), "nuxt build --prerender", ".output/public", None),
    "nuxt, by a preset": ({"nuxt.config.ts": "nitro: { preset: 'github_pages' }"}, ("nuxt",), "nuxt build", ".output/public", None),
    "solid start, by a preset": ({"app.config.ts": "server: { preset: 'static' }"}, ("@solidjs/start", "vinxi"), "vinxi build", ".output/public", None),
    "tanstack, by a variable": ({}, ("@tanstack/react-start", "nitro"), "NITRO_PRESET=static vite build", ".output/public", None),
    "react router": ({"react-router.config.ts": "export default { ssr: false }"}, ("@react-router/dev", "@react-router/node"), "react-router build", "build/client", "/index.html"),
    "react router, some rendered": (
        {"react-router.config.ts": "export default { ssr: false, prerender: ['/', '/about'] }"}, ("@react-router/dev",), "react-router build",
        "build/client", "/__spa-fallback.html"),
    "react router, others rendered": (
        {"react-router.config.ts": "export default { ssr: false, prerender: ['/about'] }"}, ("@react-router/dev",), "react-router build",
        "build/client", "/index.html"),
    "svelte 3": (
        {"vite.config.ts": "import adapter from '@sveltejs/adapter-static';\nsveltekit({ adapter: adapter({ pages: 'web', fallback: '200.html' }) })"},
        ("@sveltejs/kit", "@sveltejs/adapter-static", "vite"), "vite build", "web", "/200.html"),
    "angular, all rendered by the build": (
        {"angular.json": '{"projects": {"shop": {"architect": {"build": {"builder": "@angular/build:application", "options": {"outputMode": "static", "ssr": {"entry": "s.ts"}}}}}}}'},
        ("@angular/core", "@angular/ssr"), "ng build", "dist/shop/browser", "/index.html"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(PAGES))
def test_pages(name: str) -> None:
    """They are given out from where the framework writes them."""
    files, deps, build, output, page = PAGES[name]
    detection = found(files, deps, build)
    assert detection.stack.name == "static"
    assert site(image(detection)) == f"/app/{output}/"
    assert detection.facts.pages
    assert detection.facts.pages.page == page


SERVICES: dict[str, tuple[dict[str, str], tuple[str, ...], str, str, str]] = {
    "astro": ({"astro.config.mjs": "import vercel from '@astrojs/vercel/serverless'\nexport default { adapter: vercel() }"}, ("astro", "@astrojs/vercel"), "astro build", "Vercel", "@astrojs/node"),
    "astro, adapter of Node.js not used": (
        {"astro.config.mjs": "import cloudflare from '@astrojs/cloudflare'\nexport default { adapter: cloudflare() }"},
        ("astro", "@astrojs/cloudflare", "@astrojs/node"), "astro build", "Cloudflare", "@astrojs/node"),
    "svelte": ({"svelte.config.js": "import adapter from '@sveltejs/adapter-cloudflare'"}, ("@sveltejs/kit", "@sveltejs/adapter-cloudflare"), "vite build", "Cloudflare", "@sveltejs/adapter-node"),
    "svelte, adapter of Node.js not used": (
        {"svelte.config.js": "import adapter from '@sveltejs/adapter-netlify'"}, ("@sveltejs/kit", "@sveltejs/adapter-netlify", "@sveltejs/adapter-node"),
        "vite build", "Netlify", "@sveltejs/adapter-node"),
    "tanstack": ({"vite.config.ts": "import { cloudflare } from '@cloudflare/vite-plugin'"}, ("@tanstack/react-start", "@cloudflare/vite-plugin"), "vite build", "Cloudflare", "nitro"),
    "react router": ({"vite.config.ts": "import { cloudflare } from '@cloudflare/vite-plugin'"}, ("@react-router/dev", "@cloudflare/vite-plugin"), "react-router build", "Cloudflare", "@react-router/serve"),
    "react router without a server": ({}, ("@react-router/dev", "@react-router/node"), "react-router build", "not among the dependencies", "@react-router/serve"),
    "nuxt": ({"nuxt.config.ts": "nitro: { preset: 'cloudflare_module' }"}, ("nuxt",), "nuxt build", '"cloudflare_module"', "node-server"),
    "nuxt, camel": ({"nuxt.config.ts": "nitro: { preset: 'awsLambda' }"}, ("nuxt",), "nuxt build", '"awsLambda"', "node-server"),
    "nuxt, by a flag": ({}, ("nuxt",), "nuxt build --preset=vercel", '"vercel"', "node-server"),
    "nuxt for Bun": ({"nuxt.config.ts": "nitro: { preset: 'bun' }"}, ("nuxt",), "nuxt build", "for Bun", "lock with Bun"),
    "a listener": ({"app.config.ts": "server: { preset: 'node' }"}, ("@solidjs/start", "vinxi"), "vinxi build", '"node"', "node-server"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_what_no_container_runs(name: str) -> None:
    """It is said whose it is, and what to take in its place."""
    files, deps, build, whose, instead = SERVICES[name]
    facts = found(files, deps, build).facts
    (said,) = facts.unstartable
    assert said.code == "SC257"
    assert whose in said.message
    assert instead in said.fix


def test_where_a_preset_stands() -> None:
    """Its own line is cited."""
    (said,) = found(
        {"nuxt.config.ts": "export default {\n  nitro: { preset: 'vercel' },\n}"}, ("nuxt",), "nuxt build"
    ).facts.unstartable
    assert (said.span.path, said.span.line, said.span.column) == ("nuxt.config.ts", 2, 12)


def test_variables_with_a_prefix_are_told_too() -> None:
    """SvelteKit's adapter reads these alone, where it is given a prefix."""
    files = {"svelte.config.js": "import adapter from '@sveltejs/adapter-node';\nadapter({ envPrefix: 'SHELF_' })"}
    made = image(found(files, ("@sveltejs/kit", "@sveltejs/adapter-node"), "vite build"))
    told = dict(pair for step in made.stages[-1].steps if isinstance(step, Env) for pair in step.pairs)
    assert (told["SHELF_HOST"], told["SHELF_PORT"]) == ("0.0.0.0", "4321")


@pytest.mark.parametrize(("external", "installs"), [("", False), (', "externalDependencies": ["pg"]', True)])
def test_angular_brings_what_it_imports(external: str, installs: bool) -> None:
    """But for what its configuration calls external."""
    build = f'{{"builder": "@angular/build:application", "options": {{"ssr": {{"entry": "s.ts"}}{external}}}}}'
    files = {"angular.json": f'{{"projects": {{"shop": {{"architect": {{"build": {build}}}}}}}}}'}
    start = "node dist/shop/server/server.mjs"
    made = image(found(files, ("@angular/core", "@angular/ssr"), "ng build", start))
    assert made.command == ("node", "dist/shop/server/server.mjs")
    copied = {step.target for step in made.stages[-1].steps if isinstance(step, Copy) and step.stage}
    assert copied == {"dist/shop/", *(("node_modules/",) if installs else ())}


def test_what_fastify_is_given_is_what_runs() -> None:
    """The sources that it is compiled from stay outside, and their health route is known."""
    files = {
        "src/app.ts": "export default async (app, options) => { app.get('/healthz', () => 'well') }",
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}}',
    }
    detection = found(files, ("fastify", "fastify-cli"), "tsc", "fastify start -l info dist/app.js")
    assert isinstance(detection.facts, JsFacts)
    assert (detection.facts.entry, detection.facts.source) == ("dist/app.js", "src/app.ts")
    assert detection.facts.health_path == "/healthz"
    assert not {"src/"} & {
        source for step in image(detection).stages[-1].steps if isinstance(step, Copy) for source in step.sources
    }


BY_NODE: dict[str, tuple[dict[str, str], tuple[str, ...], str, str, str]] = {
    "nitro 2 makes Node.js' server": ({}, ("nuxt",), "nuxt build", "node", "node:22-slim"),
    "nitro 2, by its plugin": ({}, ("@tanstack/react-start", "@tanstack/nitro-v2-vite-plugin"), "vite build", "node", "node:22-slim"),
    "nitro 2, told to make Bun's": ({"nuxt.config.ts": "nitro: { preset: 'bun' }"}, ("nuxt",), "nuxt build", "bun", "oven/bun:1-slim"),
    "nitro 3 makes Bun's by itself": ({}, ("@tanstack/react-start", "nitro"), "vite build", "bun", "oven/bun:1-slim"),
    "nitro 3, told to make Node.js'": (
        {"vite.config.ts": "nitro({ preset: 'node_server' })"}, ("@tanstack/react-start", "nitro"), "vite build", "node", "node:22-slim"),
    "react router": (
        {}, ("@react-router/dev", "@react-router/serve"), "react-router build", f"{BIN}react-router-serve", "node:22-slim"),
    "svelte": (
        {"svelte.config.js": "import adapter from 'svelte-adapter-bun'"}, ("@sveltejs/kit", "svelte-adapter-bun"), "vite build", "bun", "oven/bun:1-slim"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BY_NODE))
def test_what_runs_what_bun_has_built(name: str) -> None:
    """Node.js, where what is made loads what is there for Node.js alone; its health check, too."""
    files, deps, build, program, base = BY_NODE[name]
    detection = found(files, deps, build, lock="bun")
    made = image(detection)
    assert detection.stack.name == "bun"
    assert (made.command[0], made.stages[-1].base.reference) == (program, base)
    assert {stage.base.reference for stage in made.stages[:-1]} == {"oven/bun:1"}
    by_node = base.startswith("node:")
    assert made.probe == (("node", "/app/generated/health.mjs") if by_node else ("bun", "/app/generated/health.ts"))
    assert [one.name for one in detection.facts.versions] == (["bun", "node"] if by_node else ["bun"])


def test_which_node_runs_what_bun_has_built() -> None:
    """The manifest's range decides."""
    manifest = {"dependencies": {"nuxt": "4"}, "scripts": {"build": "nuxt build"}, "engines": {"node": ">=24"}}
    files = {"package.json": json.dumps(manifest), "bun.lock": json.dumps({"workspaces": {"": manifest}})}
    assert image(detect(MemoryTree(files))).stages[-1].base.reference == "node:24-slim"


def test_pages_lack_nothing_that_a_start_script_wants() -> None:
    """It shows them to developers: none of what it needs is in the image."""
    manifest = {"devDependencies": {"vite": "7"}, "scripts": {"build": "vite build", "start": "vite preview"}}
    facts = detect(MemoryTree({"package.json": json.dumps(manifest), "index.html": "<p>hello</p>"})).facts
    assert facts.stack == "static"
    assert not [one for one in facts.diagnostics if one.code == "SC256"]
