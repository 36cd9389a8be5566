"""Health routes below prefixes, in JavaScript and TypeScript: the whole path where it is known, and none where it is not. Only what answers GET counts."""

from __future__ import annotations

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree

_PACKAGE = '{{"name":"a","version":"1.0.0","scripts":{{"start":"node {}","build":"nest build"}},"dependencies":{{{}}}}}'


def _js(entry: str, packages: tuple[str, ...], files: dict[str, str]) -> dict[str, str]:
    return {"package.json": _PACKAGE.format(entry, ",".join(f'"{one}":"1"' for one in packages)), **files}


def _nest(main: str, controller: str) -> dict[str, str]:
    files = {
        "tsconfig.json": '{"compilerOptions":{"outDir":"dist"}}',
        "src/main.ts": "import {AppModule} from './app.module'; const app = await NestFactory.create(AppModule); "
        + main
        + "; await app.listen(3000);",
        "src/health.controller.ts": controller,
        "src/app.module.ts": "import {HealthController} from './health.controller'; export class AppModule {}",
    }
    return _js("dist/main.js", ("@nestjs/core", "@nestjs/common"), files)


ROUTES: dict[str, tuple[dict[str, str], str | None]] = {
    "nest prefix+version": (
        _nest(
            "app.setGlobalPrefix('api'); app.enableVersioning({type: VersioningType.URI, defaultVersion: '1'})",
            "@Controller('health') export class HealthController { @Get() check(){} }",
        ),
        "/api/v1/health",
    ),
    "nest prefix+ctl version": (
        _nest(
            "app.setGlobalPrefix('api'); app.enableVersioning()",
            "@Controller({path:'health', version:'2'}) export class HealthController { @Get() check(){} }",
        ),
        "/api/v2/health",
    ),
    "nest exclude": (
        _nest(
            "app.setGlobalPrefix('api', {exclude: ['health']})",
            "@Controller('health') export class HealthController { @Get() check(){} }",
        ),
        "/health",
    ),
    "nest neutral": (
        _nest(
            "app.enableVersioning({type: VersioningType.URI})",
            "@Controller({path:'healthz', version: VERSION_NEUTRAL}) export class HealthController { @Get() check(){} }",
        ),
        "/healthz",
    ),
    "nest post": (_nest("", "@Controller('health') export class HealthController { @Post() check(){} }"), None),
    "nest const prefix": (
        _nest(
            "const PREFIX = 'svc'; app.setGlobalPrefix(PREFIX)",
            "@Controller() export class HealthController { @Get('health') check(){} }",
        ),
        "/svc/health",
    ),
    "nest config prefix": (
        _nest(
            "app.setGlobalPrefix(config.get('prefix'))",
            "@Controller() export class HealthController { @Get('health') check(){} }",
        ),
        None,
    ),
    "express var": (
        _js(
            "index.js",
            ("express",),
            {
                "index.js": "const express=require('express'); const app=express(); const API='/api/v2'; const r=require('./routes/index'); app.use(API, r); app.listen(3000)",
                "routes/index.js": "const router=require('express').Router(); router.use('/sys', require('./sys')); module.exports=router;",
                "routes/sys.js": "const {Router}=require('express'); const r=Router(); r.get('/health',(q,s)=>s.send('x')); module.exports=r;",
            },
        ),
        "/api/v2/sys/health",
    ),
    "express template": (
        _js(
            "index.js",
            ("express",),
            {
                "index.js": "import express from 'express'; import {sys} from './sys.js'; const app=express(); const v='v1'; app.use(`/api/${v}`, sys); app.listen(3000)",
                "sys.js": "import {Router} from 'express'; export const sys=Router(); sys.get('/healthz',(q,s)=>s.send('x'));",
            },
        ),
        "/api/v1/healthz",
    ),
    "express env": (
        _js(
            "index.js",
            ("express",),
            {
                "index.js": "const app=require('express')(); app.use(process.env.BASE, require('./sys')); app.listen(3000)",
                "sys.js": "const r=require('express').Router(); r.get('/health',(q,s)=>s.send('x')); module.exports=r;",
            },
        ),
        None,
    ),
    "express post": (
        _js(
            "index.js",
            ("express",),
            {"index.js": "const app=require('express')(); app.post('/health',f); app.listen(3000)"},
        ),
        None,
    ),
    "fastify nested": (
        _js(
            "index.js",
            ("fastify",),
            {
                "index.js": "const app=require('fastify')(); app.register(async (i)=>{ i.register(require('./h'), {prefix:'/sys'}) }, {prefix:'/api'}); app.listen({port:3000, host:'0.0.0.0'})",
                "h.js": "module.exports=async function(f){ f.get('/health', async()=>1) }",
            },
        ),
        "/api/sys/health",
    ),
    "koa": (
        _js(
            "index.js",
            ("koa", "@koa/router"),
            {
                "index.js": "const Koa=require('koa'); const Router=require('@koa/router'); const app=new Koa(); const r=new Router({prefix:'/api'}); r.get('/health', c=>{}); app.use(r.routes()); app.listen(3000)"
            },
        ),
        "/api/health",
    ),
    "hono": (
        _js(
            "index.js",
            ("hono", "@hono/node-server"),
            {
                "index.js": "import {Hono} from 'hono'; import {serve} from '@hono/node-server'; import sys from './sys.js'; const app=new Hono().basePath('/v1'); app.route('/sys', sys); serve(app)",
                "sys.js": "import {Hono} from 'hono'; const s=new Hono(); s.get('/health', c=>c.text('x')); export default s;",
            },
        ),
        "/v1/sys/health",
    ),
    "elysia": (
        _js(
            "index.js",
            ("elysia",),
            {
                "index.js": "import {Elysia} from 'elysia'; new Elysia({prefix:'/api'}).group('/v1', a=>a.get('/health', ()=>'x')).listen(3000)"
            },
        ),
        "/api/v1/health",
    ),
}


@pytest.mark.parametrize("case", ROUTES)
def test_the_whole_path(case: str) -> None:
    """A wrong path would make a healthy service unhealthy; none asks for the root, and is content with any answer."""
    files, path = ROUTES[case]
    assert detect(MemoryTree(files)).facts.health_path == path
