"""compose.yaml: as people write it, and as it was found in public."""

from __future__ import annotations

from import_cases import file, imported_text, lost, said, services

COMPOSE = """\
name: shop
x-base: &base {restart: always, environment: {LOG_LEVEL: info}}
services:
  api:
    <<: *base
    build: {context: ./api, args: {VERSION: "1"}}
    ports: ["8000:8000"]
    environment:
      DATABASE_URL: postgres://shop:hunter22@db:5432/shop
      CACHE: redis://cache:6379/0
      MODE: ${MODE:-production}
      TOKEN: ${TOKEN}
    depends_on: {db: {condition: service_healthy}, migrate: {condition: service_completed_successfully}}
    volumes: ["data:/data", "./api:/app", "/app/node_modules"]
    healthcheck: {test: ["CMD", "curl", "-f", "http://localhost:8000/healthz"], interval: 10s, retries: 5}
    deploy: {replicas: 2, resources: {limits: {memory: 1.5G, cpus: "0.5"}}}
    labels: ["traefik.http.routers.api.rule=Host(`a.example.com`) && PathPrefix(`/v1`)"]
  migrate: {build: ./api, command: [node, migrate.js]}
  db: {image: "postgres:16-alpine", environment: {POSTGRES_DB: shop, POSTGRES_PASSWORD: hunter22}}
  cache: {image: "redis:7"}
  mail: {image: "axllent/mailpit:v1.27", ports: ["8025:8025"]}
  door: {image: "nginx:1.27", ports: ["80:80"]}
  admin: {image: "adminer", ports: ["8081:8080"]}
"""


def test_compose() -> None:
    """Merged keys, interpolation, addresses of stores, volumes, Traefik's labels; latest is no version."""
    result = imported_text(COMPOSE, "compose.yaml", {"api/server.js": ""})
    found = services(result)
    assert found["api"] == {
        "path": "api",
        "port": 8000,
        "needs": ["db", "cache"],
        "health": {"path": "/healthz", "interval": "10s", "retries": 5},
        "env": {"CACHE": "redis://cache:6379/0", "MODE": "production"},
        "secrets": [{"name": "TOKEN", "as": "env"}],
        "writable": ["/data"],
        "resources": {"memory": "1536M", "cpus": 0.5},
        "replicas": 2,
        "route": {"host": "a.example.com", "path": "/v1"},
        "build": {"args": {"VERSION": "1"}},
    }
    assert found["migrate"] == {"path": "api", "role": "job", "command": ["node", "migrate.js"]}
    assert found["db"] == {"uses": "postgres", "version": "16", "database": "shop"}
    assert set(found) == {"api", "migrate", "db", "cache", "mail"}
    assert [line for line, _ in said(result, "SC164")] == [9, 19]
    assert any("the service admin does not fit" in message for _, message in said(result, "SC168"))
    assert any("the front door is generated" in message for _, message in said(result, "SC162"))


def test_a_reverse_proxy_of_people_is_told_apart_from_their_services() -> None:
    """The compose file that really runs a service behind Traefik: images of its own without a version are not carried, nor invented."""
    result = file("bedrock.compose.yml")
    assert {name: one.get("image") for name, one in services(result).items()} == {
        "cloudbeaver": "dbeaver/cloudbeaver:25.3.3",
        "postgres": None,
    }
    assert len(said(result, "SC168")) == 8


def test_secrets_in_builds_and_commands_are_refused_too() -> None:
    """An argument of a build is public; a command line is seen by whoever sees processes."""
    text = "services: {a: {build: {context: ., args: {NPM_TOKEN: abcdef123456, MODE: fast}}, command: [serve, --password=hunter2222]}}\n"
    result = imported_text(text, "compose.yaml", {"server.js": ""})
    assert services(result)["a"]["build"] == {"args": {"MODE": "fast"}, "secrets": ["NPM_TOKEN"]}
    assert [message for _, message in said(result, "SC164")] == [
        "a: the value of NPM_TOKEN stands here in clear text; it is not carried, and shown nowhere",
        "a: the value of a secret in `command` stands here in clear text; it is not carried, and shown nowhere",
    ]
    assert "hunter2222" not in repr(result)


def test_ports_and_hosts_of_several_services_without_hosts() -> None:
    """Of two that publish ports each gets a host; a third one none."""
    text = "services: {a: {build: a, ports: ['1:8080']}, b: {build: b, ports: ['2:8080']}, c: {build: c}}\n"
    found = services(imported_text(text, "compose.yaml"))
    assert [found[name].get("route", found[name].get("routes")) for name in "abc"] == [
        {"host": "a.localhost"},
        {"host": "b.localhost"},
        [],
    ]


def test_a_port_that_is_no_number_is_named_where_it_stands() -> None:
    """A range, a variable; what is a number beside them is taken."""
    text = "services:\n  a:\n    build: a\n    ports:\n      - 9000-9002:9000-9002\n      - ${PORT:-80}:8080\n      - 90:${INSIDE:-90}\n"
    result = imported_text(text, "compose.yaml")
    assert services(result)["a"]["port"] == 8080
    ports = [one for one in lost(result) if "the port" in one]
    assert ports == ['5: a: the port "9000-9002"', '7: a: the port "${INSIDE:-90}"']


def test_labels() -> None:
    """What other tools read is carried over, of images too; what compose writes itself, or puts together, is said."""
    text = """
services:
  api:
    build: ./api
    labels: {com.example.team: "pays $$5", traefik.enable: "true", com.docker.compose.project: x, com.example.tag: "${TAG}"}
  admin: {image: "adminer:4.8.1", ports: ["8081:8080"], labels: [com.example.watch=no]}
"""
    result = imported_text(text, "compose.yaml", {"api/server.js": ""})
    found = services(result)
    assert found["api"]["labels"] == {"com.example.team": "pays $5"}
    assert found["admin"]["labels"] == {"com.example.watch": "no"}
    said = " ".join(one.message for one in result.diagnostics)
    assert "com.docker.compose.project" in said
    assert "com.example.tag" in said
