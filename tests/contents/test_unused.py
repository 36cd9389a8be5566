"""What the sources say about how they are run, and nothing is made of: named where it is so, and nothing is said of what is used, or what deploy.yaml says."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from contents_of import compilation
from test_wanted import NODE, PYTHON

from projects import compiled, manifest

SCRIPTS = [
    ({"start": "node server.js", "queue": "node queue.js"}, {}, "queue"),
    # what a script that is run runs, before and after it too
    ({"start": "npm run serve:all", "serve:all": "node server.js", "build": "run-s css js", "css": "a", "js": "b", "postbuild": "c"}, {}, ""),
    ({"start": "node server.js", "postinstall": "node x.js", "prepare": "husky"}, {}, ""),
    # by which people work on the sources, in any of the ways to join words
    ({"start": "node server.js", "test:unit": "a", "dev-server": "b", "lintAll": "c", "typecheck": "d", "db:seed:dev": "e"}, {}, ""),
    # the same program under another name, with or without its suffix
    ({"start": "node server.js", "start:prod": "node server.js", "start:live": "node server"}, {}, ""),
    ({"start": "node server.js", "db:push": "prisma db push"}, {"release": [["node_modules/.bin/prisma", "db", "push"]]}, ""),
    ({"start": "node server.js", "db:push": "prisma db push"}, {"release": [["node_modules/.bin/prisma", "migrate", "deploy"]]}, "db:push"),
]  # fmt: skip
POE = PYTHON | {"pyproject.toml": '[tool.poe.tasks]\nreindex = "python -m search"\nlint = "ruff check"\n'}
PROCFILES = [
    (NODE, "web: node server.js\n", {}, ""),
    (NODE, "web: node migrate.js && node server.js\nconsole: node\n", {}, "web"),
    (NODE, "web: ./start.sh\n", {"command": ["node", "server.js"]}, ""),
    (NODE, "web: node server.js\nrelease: node migrate.js\n", {"release": [["node", "migrate.js"]]}, ""),
    (
        NODE,
        "web: node server.js\nrelease: node migrate.js && node seed.js\n",
        {"release": [["node", "migrate.js"]]},
        "release",
    ),
    (NODE, "web: node server.js\nclock: node clock.js\n", {}, "clock"),
    (PYTHON, "web: gunicorn --workers 2 app:app\n", {}, ""),
    (PYTHON, "web: flask upgrade && gunicorn app:app\n", {}, "web"),
]
SET = [
    ({"app.json": '{"env": {"GREETING": "hello", "PORT": "1", "NODE_VERSION": "20"}}'}, {}, "GREETING (of app.json)"),
    ({"app.json": '{"env": {"GREETING": "hello"}}'}, {"env": {"GREETING": "hi"}}, ""),
    ({"app.json": '{"env": {"GREETING": "hello"}}'}, {"secrets": ["GREETING"]}, ""),
    # the operator is asked for it
    ({"app.json": '{"env": {"GREETING": "hello"}}', ".env.example": "GREETING=\n"}, {}, ""),
    ({"fly.toml": "[env]\nTONE = 'a'\n", "app.json": '{"env": {"TONE": {}, "MOOD": "b"}}'}, {}, "TONE, MOOD (of app.json)"),
    ({"render.yaml": "services:\n  - envVars:\n      - key: TONE\n        generateValue: true\n      - fromGroup: x\n"}, {}, "TONE (of render.yaml)"),
    ({"app.yaml": "runtime: nodejs\nenv_variables:\n  TONE: a\n"}, {}, "TONE (of app.yaml)"),
    ({"app.json": '{"env": ["x"]}', "fly.toml": "[env", "render.yaml": "services: 1\n"}, {}, ""),
]  # fmt: skip
PLATFORMS = [
    ({"railway.json": '{"deploy": {"startCommand": "a", "healthcheckPath": "/b"}}'}, {}, "railway.json (startCommand, healthcheckPath)"),
    ({"railway.json": '{"deploy": {"startCommand": "a", "healthcheckPath": "/b"}}'}, {"command": ["node", "server.js"]}, "railway.json (healthcheckPath)"),
    ({"railway.toml": "[build]\nbuilder = 'x'\n"}, {}, ""),
    ({"fly.toml": "[deploy]\nrelease_command = 'a'\n[mounts]\nsource = 'b'\n"}, {"release": [["a"]]}, "fly.toml (mounts)"),
    ({"nixpacks.toml": "[phases.setup]\naptPkgs = ['ffmpeg']\n"}, {}, "nixpacks.toml (aptPkgs)"),
    ({"vercel.json": '{"rewrites": [{"source": "/a"}], "headers": []}'}, {}, "vercel.json (rewrites)"),
    ({"heroku.yml": "release:\n  image: web\n", "app.json": '{"addons": ["heroku-postgresql"]}'}, {}, "app.json (addons), heroku.yml (release)"),
]  # fmt: skip
DOCKERFILES = [
    ("FROM node:22\nRUN apt-get -y install ffmpeg=7:6.0 git \\\n  && rm -rf /x\n", {}, "installs ffmpeg"),
    ("FROM node:22-alpine\nRUN apk add --no-cache --virtual .build-deps python3 make vips\n", {}, "installs vips"),
    ("FROM node:22\nRUN apt-get install -y ffmpeg\n", {"packages": {"runtime": ["ffmpeg"]}}, ""),
    ("FROM node:22\n# RUN apt-get install -y ffmpeg\nRUN npm ci\n", {}, ""),
    (
        "FROM node:22\nENV THEME dark blue\nENV A_B=1 PATH=/x:$PATH NODE_ENV=production\n",
        {"env": {"A_B": "2"}},
        "sets THEME",
    ),
    ('FROM node:22\nENTRYPOINT ["/app/docker/entrypoint.sh"]\nCMD ["node", "server.js"]\n', {}, "starts entrypoint.sh"),
    ('FROM node:22\nENTRYPOINT ["/entrypoint.sh"]\n', {"release": [["node", "migrate.js"]]}, ""),
]
PINS = [
    (NODE, {".nvmrc": "22\n", ".node-version": "v22.3.0\n"}, ""),
    (NODE, {".nvmrc": "22\n", ".node-version": "20\n"}, '.node-version pins node "20"'),
    (NODE, {".nvmrc": "22\n", "mise.toml": "[tools]\nnode = '24'\n"}, 'mise.toml pins node "24"'),
    (
        NODE,
        {
            ".nvmrc": "20\n",
            "Dockerfile": "FROM --platform=linux/amd64 docker.io/library/node:20.1-slim AS a\nFROM nginx:1.27\n",
        },
        "",
    ),
    (NODE, {".nvmrc": "20\n", "Dockerfile": "FROM node:${VERSION}\n"}, ""),
    (NODE, {"Dockerfile": "FROM node:12\n"}, "node:12"),
    (PYTHON, {".python-version": "3.13\n", "Dockerfile": "FROM python:3.11-slim\n"}, "python:3.11"),
    (PYTHON, {"Dockerfile": "FROM python:3\n"}, ""),
]


def said(files: dict[str, str], code: str, service: Mapping[str, object] | None = None) -> str:
    """What the notes of *code* say of a project of one service."""
    made = compilation(files, "web-service", **(service or {}))
    found = [note.message for note in made.notes if note.code == code]
    assert len(found) <= 1
    return "".join(found)


@pytest.mark.parametrize(("scripts", "service", "expected"), SCRIPTS)
def test_scripts(scripts: dict[str, str], service: dict[str, object], expected: str) -> None:
    """Those that nothing reaches, by no name of deploy.yaml either."""
    package = json.dumps({"name": "app", "version": "1.0.0", "scripts": scripts})
    assert said(NODE | {"package.json": package}, "SC551", service).rpartition(": ")[2] == expected


def test_scripts_of_other_tools() -> None:
    """Those of task runners in pyproject.toml too."""
    assert said(POE, "SC551").endswith(": reindex")


@pytest.mark.parametrize(("files", "procfile", "service", "expected"), PROCFILES)
def test_processes(files: dict[str, str], procfile: str, service: dict[str, object], expected: str) -> None:
    """Lines of which deploy.yaml has nothing; a web process that does more than its server."""
    assert said(files | {"Procfile": procfile}, "SC552", service).rpartition(": ")[2] == expected


@pytest.mark.parametrize(("files", "service", "expected"), SET)
def test_variables(files: dict[str, str], service: dict[str, object], expected: str) -> None:
    """By their names: no value is in a message."""
    message = said(NODE | files, "SC553", service)
    assert message.endswith(expected)
    assert bool(message) == bool(expected)
    assert "hello" not in message


@pytest.mark.parametrize(("files", "service", "expected"), PLATFORMS)
def test_platforms(files: dict[str, str], service: dict[str, object], expected: str) -> None:
    """By the keys that have something, but for those of which deploy.yaml says the same."""
    assert said(NODE | files, "SC554", service).rpartition("reads it: ")[2] == expected


@pytest.mark.parametrize(("dockerfile", "service", "expected"), DOCKERFILES)
def test_dockerfiles(dockerfile: str, service: dict[str, object], expected: str) -> None:
    """What is needed where the program runs: no compilers, and nothing that is declared."""
    assert said(NODE | {"Dockerfile": dockerfile}, "SC555", service).rpartition("Dockerfile, which ")[2] == expected


@pytest.mark.parametrize(("files", "besides", "expected"), PINS)
def test_pins(files: dict[str, str], besides: dict[str, str], expected: str) -> None:
    """A second pin of another release line, a Dockerfile's base image among them."""
    message = said(files | besides, "SC550")
    assert expected in message
    assert bool(message) == bool(expected)


def test_a_pin_is_followed_when_its_fix_is() -> None:
    """What the fix for a Dockerfile's version writes is what is taken then."""
    made = compilation(NODE | {"Dockerfile": "FROM node:20\n"})
    (fix,) = [note.fix for note in made.notes if note.code == "SC550"]
    assert fix.endswith("or, to stay with 20, write 20 into .nvmrc")
    assert said(NODE | {"Dockerfile": "FROM node:20\n", ".nvmrc": "20\n"}, "SC550") == ""


def test_processes_of_one_directory_are_asked_about_once() -> None:
    """A worker of the same sources is no second service that lacks what the first does; its line of the Procfile is used."""
    services = {"app": {}, "worker": {"role": "worker", "command": ["node", "worker.js"], "assertions": "worker.json"}}
    files = NODE | {
        "Procfile": "web: node server.js\nworker: node worker.js --all\nclock: node clock.js\n",
        "worker.js": "1\n",
        "worker.json": manifest("data-pipeline"),
        "app.json": '{"env": {"TONE": "1"}}',
    }
    made = compiled(files, manifest("web-service"), {"version": 1, "services": services})
    assert [note.message.rpartition(": ")[2] for note in made.notes if note.code == "SC552"] == ["clock"]
    assert sum(note.code == "SC553" for note in made.notes) == 1
