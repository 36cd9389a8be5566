"""Health routes with something before them, in other languages and spellings than the projects beside this, and what is right for each."""

from __future__ import annotations

from spelling_files import AIOHTTP, SINATRA, URLS, Files, django, express, ktor, python, rails, ruby

_STARLETTE = (
    "from starlette.applications import Starlette\nfrom starlette.routing import Mount, Route\nasync def h(r): ...\n"
)
_LITESTAR = "from litestar import Controller, Litestar, Router, get\n"


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
            main=AIOHTTP + "sub = web.Application()\nsub.add_routes([web.get('/health', h)])\n"
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
            shop__api=URLS + "urlpatterns = [path('health/', print)]\n",
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
        ruby(
            "sinatra", "puma", app=SINATRA, config_ru="require './app'\nmap '/api' do\n  map('/v1') { run App }\nend\n"
        ),
        "/api/v1/health",
    ),
    "rack-urlmap": (
        ruby("sinatra", "puma", app=SINATRA, config_ru="run Rack::URLMap.new('/api' => App)\n"),
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
