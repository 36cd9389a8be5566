"""Where the health route of a server in JavaScript is, with the prefixes of routers, plugins and controllers."""

from __future__ import annotations

import pytest

from speccompile.project.memory import MemoryTree
from speccompile.stacks.javascript.health import health
from speccompile.stacks.javascript.reached import reached

# What it is, the sources (the first one is started), and the path; None where none is surely right.
ROUTES: list[tuple[str, dict[str, str], str | None]] = [
    (
        "express, nested by require",
        {
            "s.js": "const app = require('express')();\napp.use('/api', require('./routes'));",
            "routes/index.js": "const {Router}=require('express'); const r=Router(); r.use('/v1', require('./v1')); module.exports=r",
            "routes/v1.js": "const r=require('express').Router(); r.get('/healthz', f); module.exports = r",
        },
        "/api/v1/healthz",
    ),
    ("express at the root", {"s.js": "const app = express(); app.get('/health', f)"}, "/health"),
    ("POST only", {"s.js": "const app = express(); app.post('/health', f)"}, None),
    (
        "a prefix that nobody can tell",
        {"s.js": "const api = express.Router(); const app=express(); api.get('/health', f); app.use(cfg.prefix, api)"},
        None,
    ),
    (
        "a router at /health",
        {
            "s.js": "import app from './app'; app.listen(3)",
            "app.ts": "import express from 'express'; import healthRoutes from './routes/health'\nconst app = express();\napp.use(cors());\napp.use('/health', healthRoutes);\nexport default app;",
            "routes/health.ts": "import { Router } from 'express';\nconst router = Router();\nrouter.get('/', (req,res)=>res.send('ok'));\nexport default router",
        },
        "/health",
    ),
    (
        "fastify with a prefix",
        {
            "s.js": "const app = Fastify(); app.register(routes, {prefix:'/api'}); async function routes(fastify, o) { fastify.get('/health', async () => ({})) }"
        },
        "/api/health",
    ),
    (
        "fastify, an inline plugin",
        {
            "s.js": "const app = Fastify({logger:true}); app.register(async (app) => {\n app.get('/health', f) }, { prefix: '/v2' })"
        },
        "/v2/health",
    ),
    (
        "fastify, other files",
        {
            "s.js": "import Fastify from 'fastify'\nimport r from './r.js'\nconst app = Fastify(); await app.register(r, { prefix: '/v2' })",
            "r.js": "export default async function (fastify) { fastify.get('/health', f); fastify.register(import('./x.js'), {prefix:'x'}) }",
            "x.js": "export default async (f) => { f.get('/livez', g)}",
        },
        "/v2/health",
    ),
    (
        "fastify, a route by method",
        {
            "s.js": "import r from './r.js'\nconst app = Fastify(); app.register(r)",
            "r.js": "export default async function (fastify) { fastify.route({ method: 'GET', url: '/health', handler: f }) }",
        },
        "/health",
    ),
    (
        "fastify, loaded from a directory",
        {
            "s.js": "import autoload from '@fastify/autoload'\nconst app = Fastify(); app.register(autoload, {dir:'routes'}); "
        },
        None,
    ),
    (
        "koa with a prefix",
        {
            "s.js": "const Router = require('@koa/router'); const app=new Koa(); const router = new Router({ prefix: '/api' }); router.get('/health', ctx => {}); app.use(router.routes()).use(router.allowedMethods())"
        },
        "/api/health",
    ),
    (
        "koa, nested",
        {
            "s.js": "const app=new Koa(); const a = new Router(); const b = new Router(); b.get('/healthz', f); a.use('/v1', b.routes()); app.use(a.routes());"
        },
        "/v1/healthz",
    ),
    (
        "hono with basePath",
        {
            "s.ts": "const app = new Hono().basePath('/api')\napp.get('/health', (c) => c.text('ok'))\nexport default app"
        },
        "/api/health",
    ),
    (
        "hono, other file",
        {
            "s.ts": "import { health } from './health'\nconst app = new Hono()\napp.route('/api/health', health)\nserve(app)",
            "health.ts": "export const health = new Hono()\nhealth.get('/', (c) => c.json({}))",
        },
        "/api/health",
    ),
    ("hono, a chain", {"s.ts": "const app = new Hono().get('/', f).get('/healthz', f)"}, "/healthz"),
    (
        "elysia, a group",
        {"s.ts": "new Elysia().group('/api', app => app.get('/health', () => 'ok')).listen(3000)"},
        "/api/health",
    ),
    (
        "elysia with a prefix",
        {
            "s.ts": "import {r} from './r'; const app = new Elysia().use(r).listen(3000)",
            "r.ts": "export const r = new Elysia({ prefix: '/v1' }).get('/health', () => 'x')",
        },
        "/v1/health",
    ),
    (
        "a constant prefix",
        {
            "s.js": "const P='/api/v2'; const app=express(); const api=express.Router(); app.use(P, api); api.route('/health').get(f)"
        },
        "/api/v2/health",
    ),
    (
        "a function that is given the application",
        {
            "s.js": "const routes=require('./r'); const app=express(); routes(app)",
            "r.js": "module.exports = (app) => { app.get('/api/health', f) }",
        },
        "/api/health",
    ),
    (
        "a function with a router of its own",
        {
            "s.js": "import {setup} from './r.js'; const app=express(); setup(app)",
            "r.js": "export function setup(app) { const r = express.Router(); r.get('/health', f); app.use('/x', r) }",
        },
        "/x/health",
    ),
    ("a handler by use", {"s.js": "const app = express(); app.use('/health', (q,r)=>r.send('x'))"}, "/health"),
    (
        "a router that nothing mounts",
        {"s.js": "const app = express(); const r = express.Router(); r.get('/health', f);"},
        None,
    ),
    (
        "somebody else is asked",
        {"s.js": "const app = express(); fetch.get('/health', f); axios.get('/health', {})"},
        None,
    ),
    (
        "a computed prefix",
        {"s.js": "const app = express(); app.use(`${base}/api`, r); const r = express.Router(); r.get('/health', f);"},
        None,
    ),
    (
        "behind another handler",
        {
            "s.ts": "import { apiRouter } from './api'; const app = express(); app.use('/api', auth, apiRouter)",
            "api.ts": "import * as h from './h'; export const apiRouter = Router(); apiRouter.use(h.router)",
            "h.ts": "export const router = Router(); router.get('/health', f)",
        },
        "/api/health",
    ),
    (
        "nest",
        {
            "src/main.ts": "import { AppModule } from './app.module';\nasync function bootstrap() { const app = await NestFactory.create(AppModule); app.setGlobalPrefix('api'); await app.listen(3000); }",
            "src/app.module.ts": "import { HealthController } from './health/health.controller';",
            "src/health/health.controller.ts": "@Controller('health')\nexport class H {\n @Get()\n @HealthCheck()\n check() {}\n}",
        },
        "/api/health",
    ),
    (
        "nest, excluded",
        {
            "src/main.ts": "import './h'; app.setGlobalPrefix('api', { exclude: ['health'] })",
            "src/h.ts": "@Controller('health') export class H { @Get() check() {} }",
        },
        "/health",
    ),
    (
        "nest with versions",
        {
            "src/main.ts": "import './h'; app.setGlobalPrefix('api'); app.enableVersioning()",
            "src/h.ts": "@Controller({ path: 'health', version: '1' }) export class H { @Get('live') check() {} }",
        },
        "/api/v1/health/live",
    ),
    (
        "nest, a prefix that nobody can tell",
        {
            "src/main.ts": "import './h'; app.setGlobalPrefix(process.env.P)",
            "src/h.ts": "@Controller('health') export class H { @Get() check() {} }",
        },
        None,
    ),
    (
        "nest, POST only",
        {"src/main.ts": "import './h';", "src/h.ts": "@Controller('health') export class H { @Post() check() {} }"},
        None,
    ),
    (
        "a compared path",
        {"s.js": "http.createServer((q, r) => { if (q.url === '/health') r.end() }).listen(1)"},
        "/health",
    ),
    ("a table of routes", {"s.ts": "Bun.serve({ routes: {\n '/healthz': new Response('ok'),\n} })"}, "/healthz"),
    ("a list of paths", {"s.ts": "const open = ['/health']; app.use(auth(open))"}, None),
]


@pytest.mark.parametrize(
    ("files", "path"), [(files, path) for _, files, path in ROUTES], ids=[name for name, _, _ in ROUTES]
)
def test_the_health_route(files: dict[str, str], path: str | None) -> None:
    """Only what answers GET counts, and only a path of which every part is known."""
    found = health(reached(MemoryTree(files), next(iter(files))))
    assert (found.value if found else None) == path


@pytest.mark.parametrize(
    "text",
    ["app.use(", "a.b(" * 400, "new Hono().get(" + "(" * 500, "const a = a; a.use('/x', a); a.get('/health', f)"],
)
def test_odd_sources_never_raise(text: str) -> None:
    """What is cut off, nested without end, or mounted on itself."""
    health(reached(MemoryTree({"index.js": f"import './index.js'\n{text}"}), "index.js"))
