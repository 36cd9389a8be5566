"""The other formats: what each carries, and faults that public files showed."""

from __future__ import annotations

import json

import pytest
from import_cases import file, imported_text, lost, said, services
from ruamel.yaml import YAML

from speccompile.errors import Refused
from speccompile.frontends.importers import FORMATS
from speccompile.frontends.importers.registry import Importer


def test_backenderer_as_it_is_documented() -> None:
    """Three lines: the route is /OWNER/APP."""
    result = file("seed.backenderer.yml")
    assert services(result)["todo-api"] == {
        "path": ".",
        "port": 5000,
        "route": {"path": "/user123/todo-api", "strip": True},
    }


def test_backenderer_of_version_1() -> None:
    """One app from sources, several images: an image is not reached from outside, and that is said."""
    assert services(file("single-app.yaml"))["hello-web"] == {
        "path": ".",
        "port": 8080,
        "route": {"host": "hello.yourdomain.com"},
    }
    certified = YAML(typ="safe", pure=True).load(file("single-app.yaml").text)
    assert certified["tls"] == {"acme": {"contact": "you@example.com"}}
    result = file("multi-app.yaml")
    assert "6: `tls_email`" in lost(result)
    assert services(result)["api"] == {"image": "ghcr.io/your-org/backenderer-api:1.2.3", "port": 8000}
    assert '10: api: the host "api.yourdomain.com"' in lost(result)


def test_images_whose_sources_are_here_are_built_and_reached() -> None:
    """The directory has the app's name."""
    text = "multi_app: true\nmode: image\nregistry: ghcr\napps: [{name: api, server_name: a.example.com, container_port: 8000, image_uri: 'x/api:1'}]\n"
    found = services(imported_text(text, "backenderer.yml", {"api/main.py": ""}))
    assert found["api"] == {"path": "api", "port": 8000, "route": {"host": "a.example.com"}}


def test_a_service_of_the_mini_paas() -> None:
    """Its secrets are in a file of its machine, so that only their place is known."""
    result = file("add-service.json")
    assert services(result)["my-new-service"] == {
        "path": ".",
        "port": 8080,
        "env": {"AREA": "Live"},
        "route": {"host": "myservice.example.com"},
    }
    assert lost(result) == ["1: my-new-service: `hosts`", "1: my-new-service: `envFile`"]


def test_a_procfile() -> None:
    """$PORT becomes a port, `release` a step, other processes workers."""
    text = "# all\nweb: node server.js --port $PORT\nworker: node work.js\nrelease: node migrate.js && node seed.js\nnightly: sh -c 'a | b'\n"
    result = imported_text(text, "Procfile")
    assert services(result) == {
        "web": {
            "path": ".",
            "port": 8080,
            "command": ["node", "server.js", "--port", "8080"],
            "release": [["node", "migrate.js"], ["node", "seed.js"]],
        },
        "worker": {"path": ".", "role": "worker", "command": ["node", "work.js"]},
        "nightly": {"path": ".", "role": "worker"},
    }
    assert lost(result) == ["5: nightly: its command"]


def test_a_line_that_the_stack_reads_itself_is_left_to_it() -> None:
    """Gunicorn's options are kept by what builds the image."""
    text = "web: gunicorn app:app --workers 3\n"
    assert services(imported_text(text, "Procfile"))["web"] == {"path": "."}


SCORE = """\
apiVersion: score.dev/v1b1
metadata: {name: shop}
containers:
  main:
    image: .
    variables:
      DB_HOST: ${resources.db.host}
      DB_PORT: ${resources.db.port}
      DB_PASSWORD: ${resources.db.password}
      NAME: ${metadata.name}
      PRICE: $$5
      GONE: ${resources.nope.host}
    resources: {limits: {cpu: 250m, memory: 1.5Gi}}
    readinessProbe: {httpGet: {path: /ready, port: 8080}}
service: {ports: {http: {port: 80, targetPort: 8080}}}
resources:
  db: {type: postgres}
  www: {type: route, params: {host: shop.example.com, path: /, port: 80}}
"""


def test_score() -> None:
    """References, limits, probes, resources; a fraction of a gibibyte in mebibytes."""
    result = imported_text(SCORE, "score.yaml")
    assert services(result) == {
        "shop": {
            "path": ".",
            "port": 8080,
            "needs": ["db"],
            "health": {"path": "/ready"},
            "env": {"DB_HOST": "db", "DB_PORT": "5432", "NAME": "shop", "PRICE": "$5"},
            "resources": {"cpus": 0.25, "memory": "1536M"},
            "route": {"host": "shop.example.com"},
        },
        "db": {"uses": "postgres"},
    }
    assert [line for line, _ in said(result, "SC165")] == [12]
    assert lost(result) == ["9: shop: DB_PASSWORD"]


FLY = """\
app = "shop"
primary_region = "fra"
[processes]
app = "node server.js"
jobs = "node jobs.js"
[env]
LOG_LEVEL = "info"
PORT = "8080"
[http_service]
internal_port = 8080
processes = ["app"]
[[http_service.checks]]
interval = 10000
grace_period = "5s"
path = "/healthz"
[deploy]
release_command = "node migrate.js"
[[mounts]]
source = "data"
destination = "/data/"
[[vm]]
memory = "1gb"
cpus = 1
"""


def test_fly() -> None:
    """Processes are services, a volume is writable, milliseconds are seconds, a slash at the end is none."""
    found = services(imported_text(FLY, "fly.toml"))
    assert found["app"] == {
        "path": ".",
        "port": 8080,
        "command": ["node", "server.js"],
        "release": [["node", "migrate.js"]],
        "health": {"path": "/healthz", "interval": "10s", "start_period": "5s"},
        "env": {"LOG_LEVEL": "info"},
        "writable": ["/data"],
        "resources": {"cpus": 1, "memory": "1G"},
    }
    assert found["jobs"] == {
        "path": ".",
        "role": "worker",
        "command": ["node", "jobs.js"],
        "env": {"LOG_LEVEL": "info"},
    }


def test_services_of_fly_with_a_handler_for_http_are_no_loss() -> None:
    """`protocol = "tcp"` is what flyctl wrote for years, for web services too."""
    web = 'app = "a"\n[[services]]\ninternal_port = 8080\nprotocol = "tcp"\n[[services.ports]]\nport = 443\nhandlers = ["tls", "http"]\n'
    assert lost(imported_text(web, "fly.toml")) == []
    assert lost(imported_text(web.replace('"tls", "http"', ""), "fly.toml")) == ["4: a: `protocol`"]


RENDER = """\
services:
  - type: web
    name: web
    runtime: python
    rootDir: web
    startCommand: gunicorn app:app --bind 0.0.0.0:$PORT
    preDeployCommand: python manage.py migrate
    healthCheckPath: /healthz
    domains: [shop.example.com]
    envVars:
      - {key: DATABASE_URL, fromDatabase: {name: main, property: connectionString}}
      - {key: SECRET_KEY, generateValue: true}
      - {key: EMPTY}
      - {key: API, fromService: {name: api, type: pserv, property: hostport}}
      - {fromGroup: shared}
  - {type: pserv, name: api, runtime: node, rootDir: api}
  - {type: cron, name: nightly, runtime: python, rootDir: web, schedule: 0 3 * * *, startCommand: python nightly.py}
databases: [{name: main, databaseName: shop, postgresMajorVersion: "15"}]
envVarGroups: [{name: shared, envVars: [{key: LOG_LEVEL, value: info}]}]
"""


def test_render() -> None:
    """References to databases, services and groups; what nobody is to reach has no route; a variable without a value is the operator's."""
    found = services(imported_text(RENDER, "render.yaml", {"web/app.py": "", "api/server.js": ""}))
    assert found["web"] == {
        "path": "web",
        "port": 10000,
        "command": ["gunicorn", "app:app", "--bind", "0.0.0.0:10000"],
        "release": [["python", "manage.py", "migrate"]],
        "needs": ["main", "api"],
        "health": {"path": "/healthz"},
        "env": {"API": "api:10000", "LOG_LEVEL": "info"},
        "secrets": [{"name": "SECRET_KEY", "as": "env"}, {"name": "EMPTY", "as": "env"}],
        "route": {"host": "shop.example.com"},
    }
    assert found["api"] == {"path": "api", "port": 10000, "routes": []}
    assert found["nightly"] == {
        "path": "web",
        "archetype": "data-pipeline",
        "schedule": "0 3 * * *",
        "command": ["python", "nightly.py"],
    }
    assert found["main"] == {"uses": "postgres", "version": "15", "database": "shop"}


def test_app_json_and_the_procfile_beside_it() -> None:
    """Every process needs the add-ons, and has the variables."""
    text = json.dumps(
        {
            "name": "Shop",
            "env": {"SECRET": {"generator": "secret"}, "LEVEL": {"value": "info"}, "OPTIONAL": {"required": False}},
            "addons": ["heroku-postgresql:mini", {"plan": "papertrail"}],
            "formation": {"web": {"quantity": 2}, "worker": {"quantity": 1}, "gone": {"quantity": 1}},
            "scripts": {"postdeploy": "node seed.js"},
        }
    )
    result = imported_text(text, "app.json", {"Procfile": "web: node a.js\nworker: node b.js\n"})
    both = {"needs": ["db"], "env": {"LEVEL": "info"}, "secrets": [{"name": "SECRET", "as": "env"}]}
    assert services(result) == {
        "web": {"path": ".", "command": ["node", "a.js"], "release": [["node", "seed.js"]], **both, "replicas": 2},
        "worker": {"path": ".", "role": "worker", "command": ["node", "b.js"], **both},
        "db": {"uses": "postgres"},
    }
    assert '1: the add-on "papertrail"' in lost(result)
    assert '1: the process "gone"' in lost(result)


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_every_format_says_what_becomes_of_its_keys(one: Importer) -> None:
    """No key has two fates."""
    assert one.title
    for keys in one.keys:
        assert keys.carried
        assert not set(keys.carried) & (set(keys.lost) | set(keys.needless))
        assert not set(keys.lost) & set(keys.needless)


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("settings.yaml", "a: 1\n", "SC160"),
        ("app.json", '{"expo": {"name": "x"}}', "SC160"),
        ("notes.txt", "x", "SC160"),
        ("fly.toml", "a = \n", "SC161"),
        ("app.json", "{", "SC105"),
        ("compose.yaml", "a: [\n", "SC106"),
        ("compose.yaml", "- 1\n", "SC171"),
        ("compose.yaml", "services: {}\n", "SC172"),
        ("Procfile", "", "SC172"),
    ],
)
def test_what_cannot_be_imported_is_said(path: str, text: str, code: str) -> None:
    """With a code, and never a traceback; Expo's app.json is not Heroku's."""
    with pytest.raises(Refused) as refused:
        imported_text(text, path)
    assert code in {one.code for one in refused.value.diagnostics}


@pytest.mark.parametrize(
    ("path", "text", "said_of"),
    [
        (
            "fly.toml",
            'app = "a"\nkill_signal = "SIGINT"\n[env]\nPORT = "8080"\nA = {b = "c"}\n[http_service]\ninternal_port = 3000\n'
            '[[mounts]]\nsource = "d"\ndestination = "/d"\nauto_extend_size_threshold = 80\n[[vm]]\ncpu_kind = "shared"\nzzz = 1\n',
            {2: "SC162", 4: "SC162", 5: "SC162", 9: "SC163", 11: "SC162", 13: "SC163", 14: "SC162"},
        ),
        (
            "render.yaml",
            "services:\n  - type: web\n    name: w\n    disk:\n      name: d\n      mountPath: /d\n      sizeGB: 5\n"
            "    envVars:\n      - key: A\n        value: b\n        previewValue: c\n",
            {5: "SC163", 7: "SC162", 11: "SC163"},
        ),
        (
            "compose.yaml",
            "services:\n  w:\n    build: .\n    healthcheck:\n      test: curl http://localhost:3000/h\n      start_interval: 5s\n"
            "    deploy:\n      resources:\n        limits:\n          pids: 9\n        reservations:\n          devices: [{capabilities: [gpu]}]\n",
            {6: "SC163", 10: "SC163", 12: "SC162"},
        ),
        (
            "score.yaml",
            "apiVersion: score.dev/v1b1\nmetadata: {name: w}\ncontainers:\n  w:\n    image: .\nresources:\n  db:\n    type: postgres\n"
            "    class: large\n    id: shared\n",
            {9: "SC162", 10: "SC163"},
        ),
    ],
)
def test_keys_of_keys_that_are_carried_are_accounted_for(path: str, text: str, said_of: dict[int, str]) -> None:
    """Each in its own line: what of a disk, a check or a machine nothing is made of."""
    found = {one.span.line: one.code for one in imported_text(text, path).diagnostics}
    assert {line: found.get(line) for line in said_of} == said_of


def test_what_only_a_shell_does_is_no_step() -> None:
    """`cd` is no program, and what comes after it is meant to be called elsewhere."""
    text = "web: cd server && npm start\nrelease: cd packages/prisma && npx prisma migrate deploy\n"
    result = imported_text(text, "Procfile")
    assert services(result) == {"web": {"path": "."}}
    assert lost(result) == ["1: web: its command", "2: web: its release command"]


def test_two_probes_of_score_ask_two_paths() -> None:
    """Whether it lives is another question than whether it is ready."""
    probes = "    livenessProbe: {httpGet: {path: /live, port: 8080}}\nservice:"
    result = imported_text(SCORE.replace("service:", probes, 1), "score.yaml")
    assert services(result)["shop"]["health"] == {"live": "/live", "ready": "/ready"}
