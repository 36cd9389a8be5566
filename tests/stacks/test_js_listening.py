"""Servers in JavaScript that listen on the loopback address are said; those that do not are not."""

from __future__ import annotations

import pytest

from speccompile.project.memory import MemoryTree
from speccompile.stacks.javascript.listening import loopback
from speccompile.stacks.javascript.reached import reached

# Sources (the first one is started), dependencies, and whether there is something to say.
SERVERS: list[tuple[dict[str, str], tuple[str, ...], bool]] = [
    (
        {"s.js": "const app = Fastify();\nawait app.listen({ port: Number(process.env.PORT) || 3000 });"},
        ("fastify",),
        True,
    ),
    ({"s.js": "const app = Fastify();\nawait app.listen({ port: 3000, host: '0.0.0.0' });"}, ("fastify",), False),
    (
        {"s.js": "const app = Fastify();\nawait app.listen({ port: 3000, host: process.env.HOST || '127.0.0.1' });"},
        ("fastify",),
        False,
    ),
    (
        {"s.js": "const app = Fastify();\nawait app.listen({ port: 3000, host: process.env.ADDR || '127.0.0.1' });"},
        ("fastify",),
        True,
    ),
    ({"s.js": "const app = Fastify();\nawait app.listen(3000)"}, ("fastify",), True),
    (
        {"s.js": "const app = require('fastify')({logger:true});\n app.listen(3000, (err, address) => {})"},
        ("fastify",),
        True,
    ),
    (
        {"s.js": "const app = require('fastify')({logger:true});\n app.listen(3000, '0.0.0.0', (err, address) => {})"},
        ("fastify",),
        False,
    ),
    ({"s.js": "const app = express(); app.listen(3000, 'localhost')"}, ("express",), True),
    ({"s.js": "const app = express(); app.listen(3000, () => {})"}, ("express",), False),
    ({"s.js": "const HOST = '127.0.0.1'; const app = express(); app.listen(PORT, HOST, () => {})"}, ("express",), True),
    (
        {
            "s.js": "const HOST = process.env.HOST ?? 'localhost'; const app = express(); app.listen(PORT, HOST, () => {})"
        },
        ("express",),
        False,
    ),
    (
        {
            "s.js": "const { HOST = 'localhost', PORT = 3 } = process.env; const app = express(); app.listen(PORT, HOST, () => {})"
        },
        ("express",),
        False,
    ),
    (
        {
            "s.js": "const { BIND = 'localhost', PORT = 3 } = process.env; const app = express(); app.listen(PORT, BIND, () => {})"
        },
        ("express",),
        True,
    ),
    ({"s.ts": "Bun.serve({ hostname: '127.0.0.1', fetch() {} })"}, (), True),
    ({"s.ts": "Bun.serve({ fetch() {} })"}, (), False),
    ({"s.ts": "serve({ fetch: app.fetch, hostname: 'localhost', port: 3 })"}, (), True),
    (
        {
            "main.ts": "const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter());\nawait app.listen(3000);"
        },
        ("@nestjs/core", "@nestjs/platform-fastify"),
        True,
    ),
    (
        {
            "main.ts": "const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter());\nawait app.listen(3000, '0.0.0.0');"
        },
        ("@nestjs/core", "@nestjs/platform-fastify"),
        False,
    ),
    (
        {
            "s.js": "import {build} from './app.js'; const app = build(); app.listen({port: 1})",
            "app.js": "export const build = () => Fastify()",
        },
        ("fastify",),
        True,
    ),
    ({"s.js": "// app.listen(3000, 'localhost')\nconst app=express(); app.listen(1)"}, ("express",), False),
    (
        {"s.js": "const dev = x ? 'localhost' : '0.0.0.0'; const host = dev; const app=express(); app.listen(1, dev)"},
        ("express",),
        False,
    ),
    ({"s.js": "const http=require('http'); http.createServer((q,r)=>{}).listen(3000, '127.0.0.1')"}, (), True),
    (
        {
            "s.js": "const app = Fastify();\nstart(); async function start(){ try { await app.listen({port:1, host:'::'}) } catch {} }"
        },
        ("fastify",),
        False,
    ),
]


@pytest.mark.parametrize(("files", "dependencies", "said"), SERVERS)
def test_a_server_on_loopback(files: dict[str, str], dependencies: tuple[str, ...], said: bool) -> None:
    """By a literal, a constant, a variable with such a default, or by Fastify's own default."""
    found = loopback(reached(MemoryTree(files), next(iter(files))), frozenset(dependencies))
    assert [one.code for one in found] == (["SC271"] if said else [])


def test_the_fix_names_the_variable() -> None:
    """Where a variable decides, deploy.yaml can set it."""
    source = "const app = express(); app.listen(3000, process.env.BIND || '127.0.0.1')"
    (found,) = loopback(reached(MemoryTree({"s.js": source}), "s.js"), frozenset({"express"}))
    assert "env: {BIND: 0.0.0.0}" in found.fix
