"""Every invariant can fail: for each SC9xx code an alteration of an artifact, or of a plan, that makes it object."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from projects import (
    BUN_WEB,
    NODE_CLI,
    PHP_WEB,
    PYTHON_JOB,
    PYTHON_WEB,
    RUST_WEB,
    VITE_WEB,
    assertion,
    compiled,
    manifest,
)
from speccompile.codes import swarm
from speccompile.codes.families import CODES
from speccompile.diagnostics import Diagnostic
from speccompile.pipeline import Compilation
from speccompile.plan.package import Setting
from speccompile.plan.plan import Plan
from speccompile.proving import verify_files
from speccompile.targets import DEFAULT, chosen
from speccompile.verify import consistency

_WEB = manifest(
    "web-service",
    assertion(1, "Orders are stored in postgres"),
    assertion(2, "Rate limiting allows 50 requests per second"),
    assertion(3, "Requests carry a valid API token"),
)
_JOB = manifest("data-pipeline", assertion(1, "Only one run at a time exports records, nightly to postgres"))
_LIBRARY = {
    "package.json": '{\n  "name": "money",\n  "version": "1.0.0",\n  "license": "MIT",\n  "type": "module",\n'
    '  "scripts": {\n    "build": "tsc"\n  },\n'
    '  "devDependencies": {\n    "typescript": "5.6.3"\n  }\n}\n',
    "package-lock.json": '{\n  "lockfileVersion": 3,\n  "packages": {\n    "": {\n      "devDependencies": {"typescript": "5.6.3"}\n'
    '    },\n    "node_modules/typescript": {"version": "5.6.3"}\n  }\n}\n',
    "tsconfig.json": '{"compilerOptions": {"rootDir": "src", "outDir": "dist", "declaration": true, "module": "nodenext"}}\n',
    "src/index.ts": "export const one = 1;\n",
}
_PROJECTS: dict[str, tuple[Any, ...]] = {
    "bun": (BUN_WEB, _WEB),
    "python": (PYTHON_WEB, _WEB),
    "rust": (RUST_WEB, _WEB),
    "tool": (NODE_CLI, manifest("cli-tool", constraints=["no-network"])),
    "job": (PYTHON_JOB, _JOB),
    "library": (_LIBRARY, manifest("library")),
    "php": (PHP_WEB, _WEB),
    "site": (VITE_WEB, manifest("web-service")),
    "guarded": (
        BUN_WEB,
        manifest("web-service"),
        {
            "tls": {"certificate": "TLS_CERTIFICATE", "key": "TLS_KEY"},
            "services": {
                "app": {
                    "path": ".",
                    "routes": [
                        {"path": "/staff", "basic_auth": "STAFF"},
                        {"path": "/shop.Pay", "grpc": True},
                        {"path": "/media", "files": {"directory": "/app/media"}},
                    ],
                    "writable": ["/app/media"],
                }
            },
        },
    ),
}

# Code, project, file, what stands there (once at least), what stands there instead of the first of it.
_TEXTS = (
    ("SC587", "guarded", "nginx.conf", "            disable_symlinks on from=/srv/app-app-media;\n", ""),
    ("SC820", "guarded", "nginx.conf", "            auth_basic_user_file /run/secrets/staff;\n", ""),
    ("SC821", "guarded", "nginx.conf", "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_protocols TLSv1 TLSv1.2 TLSv1.3;"),
    ("SC822", "guarded", "nginx.conf", "    grpc_hide_header X-Powered-By;\n", ""),
    ("SC900", "library", "package.json.patch", "@@ -", "@@ "),
    ("SC902", "library", "package.json.patch", '"access": "public"', '"access": "restricted"'),
    ("SC906", "library", "npm-publish.yml", 'name: "Build and test"', 'name: "Build"'),
    ("SC907", "library", "npm-publish.yml", "permissions: {}", "permissions: write-all"),
    ("SC908", "library", "npm-publish.yml", "npm ci", "echo ${{ github.event.head_commit.message }}; npm ci"),
    ("SC910", "bun", "Dockerfile", "WORKDIR /app", "(WORKDIR /app)"),
    ("SC911", "bun", "Dockerfile", "STOPSIGNAL SIGTERM", "STOPSIGNAL SIGINT"),
    ("SC912", "tool", "Dockerfile", "COPY src/", "RUN npm ci\nCOPY src/"),
    ("SC913", "bun", "Dockerfile", "USER 10001:10001", "USER root"),
    ("SC914", "bun", "Dockerfile", "EXPOSE 3000", "RUN bun install\nEXPOSE 3000"),
    ("SC915", "bun", "Dockerfile", "COPY package.json bun.lock ./", "COPY src/ src/\nCOPY package.json bun.lock ./"),
    ("SC916", "bun", "Dockerfile", " --frozen-lockfile", ""),
    ("SC917", "bun", "Dockerfile", 'CMD ["bun", "dist/index.js"]', "CMD bun dist/index.js"),
    ("SC918", "bun", "Dockerfile", "FROM oven/bun:1-slim", "FROM oven/bun"),
    ("SC919", "bun", "Dockerfile", "NODE_ENV=production", "API_TOKEN=production"),
    ("SC920", "bun", "Dockerfile", '["bun", "/app/generated/health.ts", "live"]', '["curl", "http://localhost"]'),
    ("SC921", "bun", "Dockerfile", "EXPOSE 3000", "EXPOSE 3001"),
    ("SC922", "bun", "Dockerfile", 'com.spec-driven.verified="false"', 'com.spec-driven.verified="true"'),
    ("SC923", "bun", "Dockerfile", "COPY tsconfig.json ./", "COPY secret.json ./"),
    ("SC924", "bun", "Dockerfile", "# syntax=docker/dockerfile:1\n", ""),
    (
        "SC925",
        "bun",
        "Dockerfile",
        "RUN bun run build",
        "RUN --mount=type=secret,id=X,required=true \\\n    bun run build",
    ),
    ("SC926", "php", "serve.sh", "umask 077", "umask 000"),
    ("SC930", "bun", "Dockerfile.dockerignore", "!tsconfig.json", "!tsconfig.json\n!README.md"),
    ("SC931", "bun", "Dockerfile.dockerignore", "**/.[nN][pP][mM][rR][cC]", "**/.[nN][pP][mM][rR][cC]\n!.npmrc"),
    ("SC932", "bun", "Dockerfile.dockerignore", "!src\n", ""),
    ("SC933", "bun", "Dockerfile.dockerignore", "!tsconfig.json", "!tsconfig.json\n!specs"),
    ("SC938", "bun", ".gitignore", "secrets/", "secrets/\n*.yml"),
    ("SC939", "bun", ".gitignore", "secrets/", "/secret/"),
    ("SC940", "bun", "docker-compose.yml", "services:", "services: ["),
    ("SC941", "bun", "docker-compose.yml", "name: bank", "name: other"),
    ("SC942", "bun", "docker-compose.yml", "read_only: true", "read_only: false"),
    ("SC943", "bun", "docker-compose.yml", "    pids_limit: 256\n", ""),
    ("SC944", "bun", "docker-compose.yml", "condition: service_healthy", "condition: service_started"),
    ("SC945", "bun", "docker-compose.yml", "API_TOKEN_FILE: /run/secrets/api-token", "API_TOKEN: swordfish"),
    ("SC946", "bun", "docker-compose.yml", "    internal: true", "    internal: false"),
    ("SC947", "bun", "docker-compose.yml", "${DB_PASSWORD:?see .env.example}", "${OTHER:?see .env.example}"),
    ("SC948", "job", "docker-compose.yml", 'restart: "no"', "restart: always"),
    ("SC949", "bun", "docker-compose.yml", '        max-size: "10m"\n', ""),
    ("SC950", "bun", "docker-compose.yml", '      timeout: "5s"\n', ""),
    ("SC951", "bun", "docker-compose.yml", "nginx:1.28-alpine${PROXY_DIGEST:+@sha256:${PROXY_DIGEST:-}}", "nginx"),
    ("SC952", "job", "docker-compose.yml", "    container_name: project-app\n", ""),
    ("SC953", "bun", "docker-compose.yml", "  db-data: {}\n", ""),
    ("SC960", "bun", ".env.example", "DB_DIGEST=", "export DB_DIGEST"),
    ("SC961", "bun", ".env.example", "HTTP_PORT=8080", "HTTP_PORT=8081"),
    ("SC962", "bun", ".env.example", "./secrets/api-token", "b3c1f5e8"),
    ("SC965", "job", "crontab", "0 3 * * *", "0 3 *"),
    ("SC966", "job", "crontab", "0 3 * * *", "0 4 * * *"),
    ("SC967", "job", "crontab", "flock --nonblock .app.lock ", ""),
    ("SC970", "bun", "nginx.conf", "events {", "events {{"),
    ("SC971", "bun", "nginx.conf", "pid /tmp/nginx.pid;", "pid /run/nginx.pid;"),
    ("SC972", "bun", "nginx.conf", "client_body_timeout 10s;", ""),
    ("SC973", "bun", "nginx.conf", "server app:3000", "server db:3000"),
    ("SC974", "bun", "nginx.conf", "proxy_pass http://app_3000;", "proxy_pass http://app:3000;"),
    ("SC975", "bun", "nginx.conf", "X-Forwarded-For $remote_addr", "X-Forwarded-For $http_x_forwarded_for"),
    ("SC976", "bun", "nginx.conf", "rate=50r/s", "rate=500r/s"),
    ("SC977", "bun", "nginx.conf", "server_tokens off;", "server_tokens off; gzip on;"),
    ("SC978", "bun", "nginx.conf", "server_tokens off;", "server_tokens on;"),
    ("SC979", "bun", "nginx.conf", "listen 8080 default_server;", "listen 8080;"),
    ("SC981", "bun", "health.ts", "import ", "import  "),
    ("SC982", "bun", "health.ts", "3000", "3001"),
    ("SC983", "python", "health.py", "import ", "import flask\nimport "),
    ("SC984", "python", "health.py", "import ", "import (\nimport "),
    ("SC985", "site", "site.conf", "http {", "http {{"),
    ("SC986", "site", "site.conf", "gzip on;", "gzip off;"),
    ("SC987", "site", "site.conf", "daemon off;", "daemon on;"),
    (
        "SC988",
        "site",
        "site.conf",
        "default no-cache;",
        'default no-cache; "~^/" "public, max-age=31536000, immutable";',
    ),
    ("SC989", "site", "site.conf", "return 404;", "return 200;"),
    ("SC954", "bun", "docker-compose.yml", 'timeout: "5s"', 'timeout: "0s"'),
    ("SC955", "bun", "docker-compose.yml", "/app/generated/health.ts", "/app/health.ts"),
    ("SC956", "bun", ".env.example", "HTTP_PORT=8080", "PORT=8080"),
    ("SC957", "bun", "docker-compose.yml", "condition: service_healthy", "condition: service_completed_successfully"),
    ("SC958", "bun", "docker-compose.yml", "    internal: true", "    internal: false"),
    ("SC995", "bun", "nginx.conf", "server app:3000", "server app:3001"),
    ("SC996", "bun", "docker-compose.yml", "target: /etc/nginx/nginx.conf", "target: /etc/nginx/conf.d/nginx.conf"),
    ("SC997", "bun", "docker-compose.yml", "/run/postgresql:size", "/run/other:size"),
    ("SC998", "bun", "docker-compose.yml", "@db:5432", "@localhost:5432"),
    ("SC999", "bun", "docker-compose.yml", 'mem_limit: "512m"', 'mem_limit: "512k"'),
)


def _without(*paths: str) -> Callable[[Compilation], tuple[Diagnostic, ...]]:
    """What is found when files are missing."""
    return lambda done: verify_files(done.plan, {p: t for p, t in done.files.items() if p not in paths}, DEFAULT)


def _no_origin(done: Compilation) -> tuple[Diagnostic, ...]:
    first, *rest = done.artifacts
    return consistency.verify(done.plan, (replace(first, origins={}), *rest))


def _uncited(done: Compilation) -> tuple[Diagnostic, ...]:
    return consistency.verify(done.plan, ())


def _parameterless(done: Compilation) -> tuple[Diagnostic, ...]:
    plan: Plan = replace(done.plan, parameters=())
    return consistency.verify(plan, done.artifacts)


def _patch_that_sets(keys: tuple[str, ...], value: object) -> Callable[[Compilation], tuple[Diagnostic, ...]]:
    """What is found when the plan of the patch is wrong and the patch does what it says."""

    def look(done: Compilation) -> tuple[Diagnostic, ...]:
        (package,) = done.plan.packages
        others = tuple(setting for setting in package.settings if setting.keys != keys)
        wrong = Setting(keys=keys, value=json.dumps(value), why="", origin=package.origin)
        plan: Plan = replace(done.plan, packages=(replace(package, settings=(*others, wrong)),))
        (target,) = chosen(("package",))
        return target.verify(plan, {artifact.path: artifact.text for artifact in target.emit(plan)})

    return look


def _renamed(old: str, new: str) -> Callable[[Compilation], tuple[Diagnostic, ...]]:
    """What is found when the compose file calls an image otherwise."""

    def look(done: Compilation) -> tuple[Diagnostic, ...]:
        changed = [replace(one, text=one.text.replace(old, new)) for one in done.artifacts]
        assert [one.text for one in changed] != [one.text for one in done.artifacts]
        return consistency.verify(done.plan, changed)

    return look


_TYPES, _ESM = {"types": "./dist/index.d.ts"}, {"import": "./dist/index.js"}

# Code, project, how the whole of a compilation is spoilt and looked at.
_WHOLES = (
    ("SC901", "library", _patch_that_sets(("license",), "ISC")),
    ("SC903", "library", _patch_that_sets(("exports",), {".": _ESM | _TYPES})),
    ("SC904", "library", _patch_that_sets(("exports",), {".": _TYPES | {"import": "./dist/other.js"}})),
    ("SC905", "library", _patch_that_sets(("scripts", "postinstall"), "node setup.js")),
    ("SC909", "library", _without("npm-publish.yml")),
    ("SC980", "bun", _without("health.ts")),
    ("SC990", "bun", _no_origin),
    ("SC991", "bun", _uncited),
    ("SC992", "bun", _parameterless),
    ("SC994", "bun", _renamed("${APP_IMAGE:-bank/app}", "${APP_IMAGE:-ghcr.io/acme/bank/app}")),
)
# Not of the emitted artifacts, but of those on disk: the case folder of its name.
_ON_DISK = {"SC993"}


@cache
def _compiled(name: str) -> Compilation:
    done = compiled(*_PROJECTS[name])
    assert done.defects == ()
    return done


@pytest.mark.parametrize(("code", "project", "path", "old", "new"), _TEXTS, ids=[row[0] for row in _TEXTS])
def test_invariant_can_fail(code: str, project: str, path: str, old: str, new: str) -> None:
    """The altered text violates it; the finding is about that file."""
    done = _compiled(project)
    assert old in done.files[path]
    found = verify_files(done.plan, {**done.files, path: done.files[path].replace(old, new, 1)}, DEFAULT)
    assert (code, path) in {(finding.code, Path(finding.span.path).name) for finding in found}


@pytest.mark.parametrize(("code", "project", "look"), _WHOLES, ids=[row[0] for row in _WHOLES])
def test_invariant_of_the_whole_can_fail(
    code: str, project: str, look: Callable[[Compilation], tuple[Diagnostic, ...]]
) -> None:
    """The spoilt whole violates it."""
    assert code in {finding.code for finding in look(_compiled(project))}


def test_every_invariant_is_here() -> None:
    """None is left out, none is here twice."""
    here = [row[0] for row in (*_TEXTS, *_WHOLES)]
    of_stacks = {code.id for code in swarm.CODES}  # tests/swarm alters these
    assert sorted(here) == sorted(
        {code for code in CODES if code.startswith(("SC587", "SC82", "SC9"))} - _ON_DISK - of_stacks
    )
