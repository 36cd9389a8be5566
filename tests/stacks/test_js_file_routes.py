"""Health routes that are files, by the conventions of the frameworks."""

from __future__ import annotations

import pytest

from speccompile.project.memory import MemoryTree
from speccompile.stacks.javascript import packagejson
from speccompile.stacks.javascript.fileroutes import health

GET = "export async function GET() { return new Response('ok') }\n"
HANDLER = "export default function handler(req, res) { res.json({}) }\n"
NITRO = "export default defineEventHandler(() => 'ok')\n"
LOADER = "export const loader = () => new Response('ok')\n"

ROUTES: list[tuple[str, dict[str, str], str | None]] = [
    ("next", {"app/healthz/route.ts": GET}, "/healthz"),
    ("next", {"src/app/(ops)/api/health/route.js": GET}, "/api/health"),
    ("next", {"app/api/health/route.ts": "export const GET = async () => new Response('ok')\n"}, "/api/health"),
    ("next", {"app/api/health/route.ts": "export async function POST() {}\n"}, None),
    ("next", {"app/api/health/route.ts": "// export async function GET\n"}, None),
    ("next", {"app/[tenant]/health/route.ts": GET}, None),
    ("next", {"app/health/page.tsx": "export default function Page() {}\n"}, None),
    ("next", {"pages/api/health.ts": HANDLER}, "/api/health"),
    ("next", {"src/pages/api/healthz/index.js": HANDLER}, "/api/healthz"),
    ("next", {"app/healthz/route.ts": GET, "next.config.mjs": "export default { basePath: '/shop' }\n"}, "/shop/healthz"),
    ("nuxt", {"server/routes/healthz.get.ts": NITRO}, "/healthz"),
    ("nuxt", {"server/routes/healthz.post.ts": NITRO}, None),
    ("nuxt", {"server/api/health.ts": NITRO}, "/api/health"),
    ("@sveltejs/kit", {"src/routes/healthz/+server.ts": GET}, "/healthz"),
    ("@sveltejs/kit", {"src/routes/healthz/+page.svelte": "<p>ok</p>"}, None),
    ("astro", {"src/pages/health.ts": "export const GET = () => new Response('ok')\n"}, "/health"),
    ("astro", {"src/pages/api/v1/health.json.ts": "export const GET = 1\n"}, None),
    ("@solidjs/start", {"src/routes/api/healthz.ts": GET}, "/api/healthz"),
    ("@remix-run/serve", {"app/routes/healthz.tsx": LOADER}, "/healthz"),
    ("@remix-run/serve", {"app/routes/api.health.ts": LOADER}, "/api/health"),
    ("@remix-run/serve", {"app/routes/healthz.ts": "export const action = () => null\n"}, None),
    (
        "@react-router/serve",
        {"app/routes.ts": 'export default [index("home.tsx"), route("healthz", "routes/healthz.ts")]\n'},
        "/healthz",
    ),
    (
        "@react-router/serve",
        {"app/routes.ts": 'export default [...prefix("ops", [route("healthz", "routes/healthz.ts")])]\n'},
        None,
    ),
    (
        "@react-router/serve",
        {"app/routes.ts": "export default flatRoutes()\n", "app/routes/healthz.ts": LOADER},
        "/healthz",
    ),
    ("@react-router/serve", {"app/routes/healthz.ts": LOADER, "app/routes.ts": "export default []\n"}, None),
    (
        "@tanstack/react-start",
        {"src/routes/healthz.ts": 'export const Route = createFileRoute("/healthz")({ server: { handlers: { GET: () => 1 } } })\n'},
        "/healthz",
    ),
    (
        "@tanstack/react-start",
        {"src/routes/healthz.ts": 'export const Route = createFileRoute("/healthz")({ server: { handlers: { POST: () => 1 } } })\n'},
        None,
    ),
    ("@angular/ssr", {"src/pages/health.ts": GET}, None),
]  # fmt: skip


@pytest.mark.parametrize(("framework", "files", "path"), ROUTES)
def test_the_route_is_the_file(framework: str, files: dict[str, str], path: str | None) -> None:
    tree = MemoryTree({"package.json": '{"name": "a"}', **files})
    package = packagejson.read(tree)
    assert package is not None
    found = health(tree, package, framework)
    assert (found.value if found else None) == path
    if found and found.span:
        assert found.span.path in files


def test_what_cannot_lead_to_one_is_not_looked_into() -> None:
    """Thousands of pages are not listed for it."""
    pages = {f"app/shop/{number}/health/route.ts": GET for number in range(50)}
    tree = MemoryTree({"package.json": '{"name": "a"}', **pages})
    package = packagejson.read(tree)
    assert package is not None
    assert health(tree, package, "next") is None
