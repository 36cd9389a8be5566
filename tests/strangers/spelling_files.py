"""Small trees, one for each framework, around the source that a case is about."""

from __future__ import annotations

import json

Files = dict[str, str | bytes]

AIOHTTP = "from aiohttp import web\nasync def h(r): ...\napp = web.Application()\n"
URLS = "from django.urls import include, path\n"
SINATRA = "require 'sinatra/base'\nclass App < Sinatra::Base\n  get('/health') { 'ok' }\nend\n"


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
        "shop/urls.py": URLS + urls,
        "core/__init__.py": "",
        "core/urls.py": URLS + "urlpatterns = [path('healthz', print)]\n",
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
