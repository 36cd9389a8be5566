"""What strangers hit, in other languages and spellings than the projects beside this: small trees, and what is right for each."""

from __future__ import annotations

from spelling_files import AIOHTTP, SINATRA, Files, express, package, python, ruby

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
        python("aiohttp", main=AIOHTTP + "HOST = '127.0.0.1'\nweb.run_app(app, host=HOST)\n"),
        "SC263",
        "127.0.0.1",
    ),
    "python-environment": (
        python("aiohttp", main="import os\n" + AIOHTTP + "web.run_app(app, host=os.getenv('BIND', 'localhost'))\n"),
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
        python("aiohttp", main=AIOHTTP + "s = socket.create_connection(('127.0.0.1', 9))\nweb.run_app(app)\n"),
        "",
        "",
    ),
    "puma-bind": (
        ruby("sinatra", "puma", app=SINATRA, config_ru="run App\n", config__puma="bind 'tcp://127.0.0.1:9292'\n"),
        "SC271",
        "127.0.0.1",
    ),
    "puma-variable": (
        ruby(
            "sinatra",
            "puma",
            app=SINATRA,
            config_ru="run App\n",
            config__puma="bind \"tcp://#{ENV.fetch('BINDING', '127.0.0.1')}:9292\"\n",
        ),
        "SC271",
        "BINDING",
    ),
    "puma-everywhere": (
        ruby("sinatra", "puma", app=SINATRA, config_ru="run App\n", config__puma="bind 'tcp://0.0.0.0:9292'\n"),
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
    "pipfile-windows-braces": (
        {"Pipfile": '[packages]\n"pywin32 {a}" = "==306"\n', "Pipfile.lock": "{}", "app.py": ""},
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
