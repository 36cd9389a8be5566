"""What strangers hit, in other languages and spellings than the projects beside this: small trees, and what is right for each."""

from __future__ import annotations

import json

Files = dict[str, str | bytes]

_STARLETTE = (
    "from starlette.applications import Starlette\nfrom starlette.routing import Mount, Route\nasync def h(r): ...\n"
)
_AIOHTTP = "from aiohttp import web\nasync def h(r): ...\napp = web.Application()\n"
_LITESTAR = "from litestar import Controller, Litestar, Router, get\n"
_URLS = "from django.urls import include, path\n"


def package(dependencies: dict[str, str], **more: object) -> Files:
    """A package of npm's that is started as ``node server.js``, with its lock."""
    named = {"name": "acme", "version": "1.0.0", "scripts": {"start": "node server.js"}, "dependencies": dependencies}
    locked = {f"node_modules/{name}": {"version": version} for name, version in dependencies.items()}
    root = {"name": "acme", "version": "1.0.0", "dependencies": dependencies}
    lock = {"name": "acme", "lockfileVersion": 3, "packages": {"": root, **locked}}
    return {"package.json": json.dumps({**named, **more}), "package-lock.json": json.dumps(lock)}


def express(server: str | bytes, **others: str) -> Files:
    """A server of Express."""
    return {
        **package({"express": "4.19.2"}),
        "server.js": server,
        **{f"{name}.js": text for name, text in others.items()},
    }


def python(framework: str, **sources: str) -> Files:
    """A program in Python; two underscores in a name are a directory."""
    pins = f"{framework}==1.0\nuvicorn==0.30.6\n"
    return {"requirements.txt": pins, **{f"{name.replace('__', '/')}.py": text for name, text in sources.items()}}


def django(urls: str, **sources: str) -> Files:
    """A project of Django with its URL configuration."""
    return {
        "requirements.txt": "django==5.0.6\ngunicorn==22.0.0\n",
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/__init__.py": "",
        "shop/settings.py": "ALLOWED_HOSTS = ['*']\nROOT_URLCONF = 'shop.urls'\n",
        "shop/wsgi.py": "application = None\n",
        "shop/urls.py": _URLS + urls,
        "core/__init__.py": "",
        "core/urls.py": _URLS + "urlpatterns = [path('healthz', print)]\n",
        **{f"{name.replace('__', '/')}.py": text for name, text in sources.items()},
    }


def ruby(*gems: str, **sources: str | bytes) -> Files:
    """A program in Ruby with its lock; ``config_ru`` is config.ru."""
    asked = "".join(f'gem "{one}"\n' for one in gems)
    lock = "GEM\n  remote: https://gems.example.com/\n  specs:\n" + "".join(f"    {one} (1.0)\n" for one in gems)
    lock += "\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n" + "".join(f"  {one}\n" for one in gems)
    names = {"config_ru": "config.ru"}
    return {
        "Gemfile": f'source "https://gems.example.com"\n{asked}',
        "Gemfile.lock": lock,
        **{names.get(name, f"{name.replace('__', '/')}.rb"): text for name, text in sources.items()},
    }


def rails(routes: str) -> Files:
    """An application of Rails with its routes."""
    application = "module Shop\n  class Application < Rails::Application\n  end\nend\n"
    drawn = f"Rails.application.routes.draw do\n{routes}end\n"
    return ruby(
        "rails", "puma", config__application=application, config__routes=drawn, config_ru="run Rails.application\n"
    )


def ktor(routing: str) -> Files:
    """A server of Ktor with its routing."""
    program = f"package a\nfun main() {{\n  embeddedServer(Netty, port = 8080) {{\n    routing {{\n{routing}}}\n  }}.start(wait = true)\n}}\n"
    return {
        "build.gradle.kts": 'plugins { application }\napplication { mainClass.set("a.AppKt") }\n'
        'dependencies { implementation("io.ktor:ktor-server-netty:2.3.12") }\n',
        "settings.gradle.kts": 'rootProject.name = "acme"\n',
        "src/main/kotlin/a/App.kt": program,
    }


_APP = "require 'sinatra/base'\nclass App < Sinatra::Base\n  get('/health') { 'ok' }\nend\n"

# The route that is asked, and None where it cannot be told: then it is / and no answer is wrong.
HEALTH: dict[str, tuple[Files, str | None]] = {
    "starlette-mount": (
        python(
            "starlette", main=_STARLETTE + "app = Starlette(routes=[Mount('/api', routes=[Route('/health', h)])])\n"
        ),
        "/api/health",
    ),
    "starlette-lists": (
        python(
            "starlette",
            main=_STARLETTE + "v1 = [Route('/health', h)]\napi = [Mount('/v1', routes=v1)]\n"
            "app = Starlette(routes=[Mount('/api', routes=api)])\n",
        ),
        "/api/v1/health",
    ),
    "starlette-alias": (
        python(
            "starlette",
            main=_STARLETTE + "from sub import routes as inner\napp = Starlette(routes=[Mount('/in', routes=inner)])\n",
            sub=_STARLETTE + "routes = [Route('/healthz', h)]\n",
        ),
        "/in/healthz",
    ),
    "starlette-computed": (
        python("starlette", main=_STARLETTE + "app = Starlette(routes=[Mount(BASE, routes=[Route('/health', h)])])\n"),
        None,
    ),
    "starlette-post": (
        python("starlette", main=_STARLETTE + "app = Starlette(routes=[Route('/health', h, methods=['POST'])])\n"),
        None,
    ),
    "starlette-beside": (
        python("starlette", main=_STARLETTE + "app = Starlette(routes=[Mount('/static'), Route('/health', h)])\n"),
        "/health",
    ),
    "aiohttp-subapp": (
        python(
            "aiohttp",
            main=_AIOHTTP + "sub = web.Application()\nsub.add_routes([web.get('/health', h)])\n"
            "app.add_subapp('/api/', sub)\nweb.run_app(app)\n",
        ),
        "/api/health",
    ),
    "litestar-router": (
        python(
            "litestar",
            main=_LITESTAR + "@get('/health')\nasync def health() -> str: ...\n"
            "api = Router(path='/api', route_handlers=[health])\napp = Litestar(route_handlers=[api])\n",
        ),
        "/api/health",
    ),
    "litestar-controller": (
        python(
            "litestar",
            main=_LITESTAR + "class Sys(Controller):\n    path = '/sys'\n\n    @get('/health')\n"
            "    async def health(self) -> str: ...\n\napp = Litestar([Sys])\n",
        ),
        "/sys/health",
    ),
    "flask-restful-prefix": (
        python(
            "flask",
            app="from flask import Flask\nfrom flask_restful import Api\napp = Flask(__name__)\n"
            "api = Api(app, prefix='/api')\napi.add_resource(Health, '/health')\n",
        ),
        None,
    ),
    "fastapi-in-starlette": (
        python(
            "fastapi",
            main="from fastapi import FastAPI\nfrom starlette.routing import Mount\nsub = FastAPI()\n"
            "@sub.get('/health')\ndef h(): ...\napp = Starlette(routes=[Mount('/api', app=sub)])\n",
        ),
        "/api/health",
    ),
    "django-module": (
        django("from core import urls as core\nurlpatterns = [path('c/', include(core))]\n"),
        "/c/healthz",
    ),
    "django-list": (
        django("from core.urls import urlpatterns as core\nurlpatterns = [path('c/', include(core))]\n"),
        "/c/healthz",
    ),
    "django-relative": (
        django(
            "from . import api\nurlpatterns = [path('c/', include(api))]\n",
            shop__api=_URLS + "urlpatterns = [path('health/', print)]\n",
        ),
        "/c/health/",
    ),
    "django-pair": (
        django("v1 = [path('core/', include('core.urls'))]\nurlpatterns = [path('api/', include((v1, 'v1')))]\n"),
        "/api/core/healthz",
    ),
    "rails-namespace": (
        rails("  namespace :api do\n    scope '/v1' do\n      get 'health', to: 'h#x'\n    end\n  end\n"),
        "/api/v1/health",
    ),
    "rails-path": (rails("  namespace :admin, path: 'ops' do\n    get :health, to: 'h#x'\n  end\n"), "/ops/health"),
    "rails-module": (rails("  scope module: :svc do\n    get 'health', to: 'h#x'\n  end\n"), "/health"),
    "rails-behind": (
        rails("  namespace :api do\n    resources :users do\n      get :x\n    end\n  end\n  get 'up', to: 'h#x'\n"),
        "/up",
    ),
    "rails-host": (rails("  constraints(host: 'a.example') do\n    get 'health', to: 'h#x'\n  end\n"), None),
    "rails-locale": (rails("  scope '/:locale' do\n    get 'health', to: 'h#x'\n  end\n"), None),
    "rails-development": (
        rails("  if Rails.env.development?\n    get 'healthz', to: 'h#x'\n  end\n  get 'readyz', to: 'h#x'\n"),
        "/readyz",
    ),
    "rack-map": (
        ruby("sinatra", "puma", app=_APP, config_ru="require './app'\nmap '/api' do\n  map('/v1') { run App }\nend\n"),
        "/api/v1/health",
    ),
    "rack-urlmap": (
        ruby("sinatra", "puma", app=_APP, config_ru="run Rack::URLMap.new('/api' => App)\n"),
        "/api/health",
    ),
    "sinatra-namespace": (
        ruby(
            "sinatra", "puma", app="require 'sinatra'\nnamespace '/api' do\n  get '/health' do\n    'ok'\n  end\nend\n"
        ),
        "/api/health",
    ),
    "latin-1-javascript": (
        express(b"// caf\xe9\nconst app = require('express')();\napp.get('/health', f);\napp.listen(3000);\n"),
        "/health",
    ),
    "fiber-chain": (
        {
            "go.mod": "module acme\n\ngo 1.22\n\nrequire github.com/gofiber/fiber/v2 v2.52.5\n",
            "main.go": 'package main\n\nimport "github.com/gofiber/fiber/v2"\n\nfunc main() {\n\tapp := fiber.New()\n'
            '\tv1 := app.Group("/api").Group("/v1")\n\tv1.Get("/healthz", f)\n\tapp.Listen(":3000")\n}\n',
        },
        "/api/v1/healthz",
    ),
    "express-several-paths": (
        express(
            "const express = require('express');\nconst app = express();\nconst r = express.Router();\n"
            "r.get('/health', f);\napp.use(['/api', '/v2'], r);\napp.listen(3000);\n"
        ),
        "/api/health",
    ),
    "express-pattern": (
        express(
            "const express = require('express');\nconst app = express();\nconst r = express.Router();\n"
            "r.get('/health', f);\napp.use(/^\\/api/, r);\napp.listen(3000);\n"
        ),
        None,
    ),
    "flask-namespace": (
        python(
            "flask",
            app="from flask import Flask\nfrom flask_restx import Api, Namespace, Resource\napp = Flask(__name__)\n"
            "ns = Namespace('sys', path='/sys')\n@ns.route('/health')\nclass H(Resource): ...\n",
        ),
        None,
    ),
    "flask-dispatcher": (
        python(
            "flask",
            app="from flask import Flask\ninner = Flask('i')\n@inner.get('/health')\ndef h(): ...\napp = Flask(__name__)\n"
            "app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {'/inner': inner})\n",
        ),
        "/inner/health",
    ),
    "ktor-nested": (ktor('route("/api") {\n  route("/v1") {\n    get("/health") { ok() }\n  }\n}\n'), "/api/v1/health"),
    "ktor-beside": (ktor('route("/api") {\n  get("/x") { ok() }\n}\nget("/health") { ok() }\n'), "/health"),
    "ktor-post": (ktor('post("/health") { ok() }\n'), None),
    "ktor-computed": (ktor('route(BASE) {\n  get("/health") { ok() }\n}\n'), None),
}

_CRATE: Files = {
    "Cargo.toml": '[package]\nname = "acme"\nversion = "0.1.0"\nedition = "2021"\n',
    "Cargo.lock": 'version = 3\n\n[[package]]\nname = "acme"\nversion = "0.1.0"\n',
    "src/main.rs": "fn main() {}\n",
}
_LISTENS = "const app = require('express')();\n"
_GRPC: Files = {"requirements.txt": "grpcio==1.65.4\n"}
_HTTP = "from http.server import BaseHTTPRequestHandler, HTTPServer\n"

# The code of what is said of a server that listens where nobody reaches it, and a word of it; "" where nothing is wrong.
LOOPBACK: dict[str, tuple[Files, str, str]] = {
    "express-of-module": (
        express(
            _LISTENS + "const config = require('./config');\napp.listen(config.port, config.http.host);\n",
            config="module.exports = { port: 3000, http: { host: process.env.BIND || '127.0.0.1' } };\n",
        ),
        "SC271",
        "BIND",
    ),
    "express-imported": (
        express(
            _LISTENS + "const { HOST } = require('./config');\napp.listen(3000, HOST);\n",
            config="const HOST = 'localhost';\nmodule.exports = { HOST };\n",
        ),
        "SC271",
        "localhost",
    ),
    "express-told": (
        express(
            _LISTENS + "const config = require('./config');\napp.listen(3000, config.host);\n",
            config="module.exports = { host: process.env.HOST || '127.0.0.1', db: { host: 'localhost' } };\n",
        ),
        "",
        "",
    ),
    "hapi": (
        {
            **package({"@hapi/hapi": "21.3.0"}),
            "server.js": "const Hapi = require('@hapi/hapi');\nconst server = Hapi.server({ port: 3000, host: 'localhost' });\nserver.start();\n",
        },
        "SC271",
        "localhost",
    ),
    "clap": (
        {
            **_CRATE,
            "src/main.rs": '#[derive(Parser)]\nstruct Args {\n    #[arg(long, default_value = "127.0.0.1:3000")]\n    listen: String,\n}\n'
            "fn main() {\n    std::net::TcpListener::bind(Args::parse().listen);\n}\n",
        },
        "SC271",
        "loopback",
    ),
    "clap-database": (
        {
            **_CRATE,
            "src/main.rs": '#[derive(Parser)]\nstruct Args {\n    #[arg(long, default_value = "localhost:5432")]\n    database: String,\n}\n'
            "fn main() {\n    connect(Args::parse().database);\n}\n",
        },
        "",
        "",
    ),
    "python-constant": (
        python("aiohttp", main=_AIOHTTP + "HOST = '127.0.0.1'\nweb.run_app(app, host=HOST)\n"),
        "SC263",
        "127.0.0.1",
    ),
    "python-environment": (
        python("aiohttp", main="import os\n" + _AIOHTTP + "web.run_app(app, host=os.getenv('BIND', 'localhost'))\n"),
        "SC263",
        "BIND",
    ),
    "python-argument": (
        python(
            "rich",
            main=_HTTP + "p.add_argument('--host', default='localhost')\na = p.parse_args()\n"
            "HTTPServer((a.host, 8000), BaseHTTPRequestHandler).serve_forever()\n",
        ),
        "SC263",
        "--host",
    ),
    "python-asyncio": (
        python("rich", main="import asyncio\nasync def main():\n    await asyncio.start_server(f, '::1', 8888)\n"),
        "SC263",
        "::1",
    ),
    "python-client": (
        python("aiohttp", main=_AIOHTTP + "s = socket.create_connection(('127.0.0.1', 9))\nweb.run_app(app)\n"),
        "",
        "",
    ),
    "puma-bind": (
        ruby("sinatra", "puma", app=_APP, config_ru="run App\n", config__puma="bind 'tcp://127.0.0.1:9292'\n"),
        "SC271",
        "127.0.0.1",
    ),
    "puma-variable": (
        ruby(
            "sinatra",
            "puma",
            app=_APP,
            config_ru="run App\n",
            config__puma="bind \"tcp://#{ENV.fetch('BINDING', '127.0.0.1')}:9292\"\n",
        ),
        "SC271",
        "BINDING",
    ),
    "puma-everywhere": (
        ruby("sinatra", "puma", app=_APP, config_ru="run App\n", config__puma="bind 'tcp://0.0.0.0:9292'\n"),
        "",
        "",
    ),
    "ruby-socket": (
        ruby(app="require 'socket'\ns = TCPServer.new('localhost', 8080)\nloop { s.accept }\n"),
        "SC271",
        "localhost",
    ),
    "grpc-python": (
        {
            **_GRPC,
            "server.py": "import grpc\ns = grpc.server(pool)\ns.add_insecure_port('localhost:50051')\ns.start()\n",
        },
        "SC271",
        "localhost",
    ),
    "grpc-node": (
        {
            **package({"@grpc/grpc-js": "1.11.1"}),
            "server.js": "const ADDRESS = '127.0.0.1:50051';\nnew grpc.Server().bindAsync(ADDRESS, c, f);\n",
        },
        "SC271",
        "127.0.0.1",
    ),
    "grpc-everywhere": (
        {
            **_GRPC,
            "server.py": "import grpc\nc = grpc.insecure_channel('localhost:1')\ns = grpc.server(pool)\n"
            "s.add_insecure_port('[::]:50051')\ns.start()\n",
        },
        "",
        "",
    ),
}

_SITE = package({"vite": "5.4.0"}, scripts={"build": "vite build"})

# The path that pages are served below.
BASES: dict[str, tuple[str, str]] = {
    "constant": ("const BASE = '/admin/'\nexport default defineConfig(() => ({ base: BASE }))\n", "/admin"),
    "same-name": ("const base = '/sub/'\nexport default { base, plugins: [] }\n", "/sub"),
    "environment": ("export default { base: process.env.BASE_PATH || '/sub/' }\n", "/sub"),
    "another": ("const database = '/sub/'\nexport default { plugins: [] }\n", ""),
}


def site(configuration: str) -> Files:
    """Pages that Vite builds."""
    return {**_SITE, "index.html": "<div></div>", "vite.config.js": configuration}


_PROJECT = '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>'
_POM = (
    "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId><version>1</version>"
    "<properties><maven.compiler.release>17</maven.compiler.release></properties></project>"
)


def below(directory: str, files: Files) -> Files:
    """*files* in a directory of their own."""
    return {f"{directory}/{path}": text for path, text in files.items()}


# The pin above the service, and what is taken for it: the tool and its version.
PINS: dict[str, tuple[Files, str, str]] = {
    "rust-toolchain": (
        {"rust-toolchain.toml": '[toolchain]\nchannel = "1.79"\n', **below("api", _CRATE)},
        "rust",
        "1.79",
    ),
    "global-json": (
        {
            "global.json": '{"sdk": {"version": "9.0.100"}}',
            **below(
                "api", {"Svc.csproj": _PROJECT, "Program.cs": "var app = WebApplication.CreateBuilder(args).Build();\n"}
            ),
        },
        "dotnet-sdk",
        "9.0",
    ),
    "mise-java": (
        {"mise.toml": '[tools]\njava = "temurin-21"\n', **below("api", {"pom.xml": _POM, "src/main/java/A.java": ""})},
        "java",
        "21",
    ),
    "mise-config": (
        {
            ".config/mise/config.toml": '[tools]\nnode = "20"\n',
            **below("api", express("require('express')().listen(3000);\n")),
        },
        "node",
        "20",
    ),
}

_POETRY = '[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.11"\n'
_UV = '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = []\n'

# What is said of projects that no build can install as they are, at which file.
NOT_INSTALLED: dict[str, tuple[Files, str, str]] = {
    "pipfile-windows": (
        {"Pipfile": '[packages]\npywin32 = "==306"\n', "Pipfile.lock": "{}", "app.py": ""},
        "SC292",
        "Pipfile",
    ),
    "poetry-macos": ({"pyproject.toml": f'{_POETRY}pyobjc-core = "10.3"\n', "app.py": ""}, "SC292", "pyproject.toml"),
    "uv-darwin": (
        {
            "pyproject.toml": f"{_UV}[tool.uv]\nenvironments = [\"sys_platform == 'darwin'\"]\n",
            "uv.lock": "version = 1\n",
            "app.py": "",
        },
        "SC292",
        "pyproject.toml",
    ),
    "gem-token": (
        {
            **ruby("sinatra", app="require 'sinatra'\n"),
            "Gemfile": 'source "https://#{ENV[\'GEM_TOKEN\']}@gems.example.com"\ngem "sinatra"\n',
        },
        "SC293",
        "Gemfile",
    ),
    "ssh-cargo": (
        {
            **_CRATE,
            "Cargo.lock": f'{_CRATE["Cargo.lock"]!s}\n[[package]]\nname = "lib"\nversion = "0.1.0"\nsource = "git+ssh://git@git.example.com/lib.git#0123"\n',
        },
        "SC493",
        "Cargo.lock",
    ),
    "ssh-gem": (
        {
            **ruby("sinatra", app="require 'sinatra'\n"),
            "Gemfile.lock": "GIT\n  remote: git@git.example.com:acme/lib.git\n  specs:\n    lib (1.0)\n\nDEPENDENCIES\n  sinatra\n",
        },
        "SC493",
        "Gemfile.lock",
    ),
    "ssh-npm": (
        {
            **package({"lib": "git+ssh://git@git.example.com/acme/lib.git"}),
            "server.js": "require('http').createServer().listen(3000);\n",
        },
        "SC493",
        "package-lock.json",
    ),
    "latin-1-go": (
        {"go.mod": "module a\n\ngo 1.22\n", "main.go": b"package main\n\n// \xe9\nfunc main() {}\n"},
        "SC146",
        "main.go",
    ),
    "latin-1-rust": ({**_CRATE, "src/main.rs": b"// \xe9\nfn main() {}\n"}, "SC146", "src/main.rs"),
}
