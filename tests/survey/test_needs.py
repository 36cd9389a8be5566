"""What services need: backing services, each other, variables; and where they are reached."""

from __future__ import annotations

import json

import pytest
from survey_cases import proposed
from test_services import FLASK, PYTHON, SERVER, server

from speccompile.project.memory import MemoryTree
from speccompile.survey import deployfile
from speccompile.survey.composekept import kept
from speccompile.survey.proposal import Proposal

SPRING = {
    "pom.xml": "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version><dependencies><dependency>"
    "<groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId><version>3.3.0</version></dependency></dependencies></project>",
    "src/main/java/Main.java": "public class Main { public static void main(String[] a) { } }",
}
PROFILES = {
    "src/main/resources/application-mysql.properties": "spring.datasource.url=${MYSQL_URL:jdbc:mysql://localhost/pets}\n",
    "src/main/resources/application-postgres.properties": "spring.datasource.url=${POSTGRES_URL:jdbc:postgresql://localhost/pets}\n",
}


def stores(found: Proposal) -> list[tuple[str, str, str | None]]:
    """Name, kind and version of each."""
    return [(store.name, store.kind, store.version) for store in found.stores]


def needs(found: Proposal) -> dict[str, list[str]]:
    """What each service needs."""
    return {one.found.name: [name for name, _ in one.needs] for one in found.services}


def env(found: Proposal, name: str) -> dict[str, str]:
    """The variables of the service *name*."""
    return next(dict(one.env) for one in found.services if one.found.name == name)


def routes(found: Proposal) -> dict[str, str | None]:
    """The paths of the services."""
    return {one.found.name: one.route.path if one.route else None for one in found.services}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (server("", dependencies={"pg": "8"}), [("db", "postgres", None)]),
        (server("", dependencies={"ioredis": "5", "mongoose": "8"}), [("mongo", "mongodb", None), ("redis", "redis", None)]),
        ({**server(""), "prisma/schema.prisma": 'datasource db {\n  provider = "mysql"\n}\n'}, [("db", "mysql", None)]),
        ({**server(""), "prisma/schema.prisma": 'datasource db {\n  provider = "sqlite"\n}\n'}, []),
        ({**server(""), ".env.example": "DATABASE_URL=postgresql+psycopg://me:pw@data/x\n"}, [("data", "postgres", None)]),
        ({**server(""), ".env.example": "# DATABASE_URL=postgres://me@data/x\nDATABASE_URL=file:x.db\n"}, []),
        ({**server(""), ".env": "DATABASE_URL=postgres://me:secret@data/x\n"}, []),
        ({**server(""), "src/config.js": "connect(process.env.MONGO_URI)\n"}, [("mongo", "mongodb", None)]),
        ({**server("", dependencies={"@aws-sdk/client-s3": "3"}), "s3.js": "c(process.env.S3_ENDPOINT)\n"}, [("s3", "minio", None)]),
        ({**server("", dependencies={"@aws-sdk/client-s3": "3"}), "s3.js": "c(process.env.S3_BUCKET, process.env.AWS_REGION)\n"}, []),
        ({**server("", dependencies={"@clickhouse/client": "1"})}, [("clickhouse", "clickhouse", None)]),
        ({**server(""), "server.test.js": "connect('redis://cache:6379')\n"}, []),
        ({"requirements.txt": f"{FLASK}celery==5\nkombu==5\nredis==5\n", "app.py": PYTHON}, [("redis", "redis", None)]),
        # all that is installed: kombu brings a client of RabbitMQ, whatever its broker is
        ({"requirements.txt": f"{FLASK}amqp==5.1\ncelery==5\nkombu==5\nredis==5\n", "app.py": PYTHON}, [("redis", "redis", None)]),
        ({"requirements.txt": f"{FLASK}amqp==5.1\n", "app.py": PYTHON}, [("queue", "rabbitmq", None)]),
        ({"requirements.txt": f"{FLASK}sqlalchemy==2\n", "app.py": PYTHON}, []),
        # profiles have alternatives; one profile has what is meant
        ({**SPRING, **PROFILES}, []),
        ({**SPRING, "src/main/resources/application-prod.properties": PROFILES["src/main/resources/application-mysql.properties"]}, [("db", "mysql", None)]),
    ],
)  # fmt: skip
def test_sources_tell_of_backing_services(files: dict[str, str], expected: list[tuple[str, str, str | None]]) -> None:
    """By client, by provider, by URL, by variable; not by a secret file, a test, a comment, what may well do without."""
    assert stores(proposed(files)) == expected


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("postgres:15-alpine", ("data", "postgres", "15")),
        ("bitnami/postgresql:16.2.0", ("data", "postgres", "16.2.0")),
        ("postgres:9.6", ("data", "postgres", None)),
        ("postgres", ("data", "postgres", None)),
        ("docker.io/library/postgres:17@sha256:00", ("data", "postgres", "17")),
    ],
)
def test_a_compose_file_tells_name_and_version(image: str, expected: tuple[str, str, str | None]) -> None:
    """The version only where the catalogue's image of it is known to work."""
    files = {
        "compose.yml": json.dumps(
            {"services": {"x": {"build": ".", "depends_on": ["data"]}, "data": {"image": image}}}
        ),
        **server(""),
    }
    assert stores(proposed(files)) == [expected]


@pytest.mark.parametrize(
    ("image", "environment", "names"),
    [
        ("postgres:16", "POSTGRES_DB: shop\n      POSTGRES_USER: clerk", ("shop", "clerk")),
        ("postgres:16", 'POSTGRES_DB: "${DB:-shop}"\n      POSTGRES_USER: "${WHO}"', ("shop", None)),
        ("mysql:8", "MYSQL_DATABASE: shop\n      MYSQL_USER: root", ("shop", None)),
        ("postgres:16", 'POSTGRES_DB: "a b; drop"', (None, None)),
        ("postgres:16", "POSTGRES_PASSWORD: x", (None, None)),
        # Programs that are handed the password alone have the image's own user written into them.
        (
            "postgres:16",
            "POSTGRES_DB: shop\n      POSTGRES_PASSWORD_FILE: /run/secrets/db-password",
            ("shop", "postgres"),
        ),
    ],
)
def test_names_on_which_programs_may_insist_are_kept(
    image: str, environment: str, names: tuple[str | None, str | None]
) -> None:
    """Those that the compose file gives to the store, defaults of variables among them."""
    compose = f"services:\n  web: {{build: ., depends_on: [store]}}\n  store:\n    image: {image}\n    environment:\n      {environment}\n"
    found = proposed({"compose.yaml": compose, **server("")})
    (store,) = found.stores
    assert (store.database, store.user) == names
    written = deployfile.text(found, deployfile.Manifests(), None)
    assert ("    database: shop  # as in compose.yaml" in written, f"    user: {names[1]}  #" in written) == (
        names[0] is not None,
        names[1] is not None,
    )


def test_the_server_that_is_there_is_taken() -> None:
    """A client of MySQL talks to MariaDB as well."""
    text = "services: {x: {build: ., depends_on: [db]}, db: {image: 'mariadb:10.11'}}"
    assert stores(proposed({"compose.yml": text, **server("", dependencies={"mysql2": "3"})})) == [
        ("db", "mariadb", "10.11")
    ]


def test_several_drivers_are_one_database() -> None:
    """Those of others are there to choose from; a name, a URL or a compose file says which is meant."""
    both = server("", dependencies={"pg": "8", "mysql2": "3"})
    assert stores(proposed(both)) == [("db", "postgres", None)]
    (store,) = proposed(both).stores
    assert "mysql2 is there, too" in store.needed_by[0][1]
    named = {**both, "server.js": f"process.env.MYSQL_HOST;\n{SERVER}"}
    assert stores(proposed(named)) == [("db", "mysql", None)]
    each = {**both, "server.js": f"process.env.MYSQL_HOST, process.env.PGHOST;\n{SERVER}"}
    assert [kind for _, kind, _ in stores(proposed(each))] == ["postgres", "mysql"]


def test_variables_of_stores_are_left_to_the_wiring() -> None:
    """It sees what the sources read by itself, the password among it; nothing of it has to stand in deploy.yaml."""
    source = f"const {{ DB_HOST, DB_USER, PGPORT, DB_PASSWORD }} = process.env;\nconst url = process.env.DATABASE_URL;\n{SERVER}"
    found = proposed({**server("", dependencies={"pg": "8"}), "server.js": source})
    assert env(found, "app") == {}
    assert stores(found) == [("db", "postgres", None)]


def test_settings_of_a_compose_file_are_kept_and_secrets_are_not() -> None:
    """Nor what is for development, and what comes from elsewhere."""
    text = """
services:
  x:
    build: .
    environment: {GREETING: hi, LIMIT: 5, NODE_ENV: development, API_KEY: abc, FROM: $THERE, LINK: "postgres://me:pw@db/x", PORT: 80}
"""
    assert env(proposed({"compose.yml": text, **server("")}), "x") == {"GREETING": "hi", "LIMIT": "5"}


def test_services_that_call_each_other() -> None:
    """By variable, by host; never in a circle, and no browser's code."""
    files = {
        **server("web"),
        "web/server.js": f"const a = process.env.API_URL, p = process.env.PAY_HOST;\n{SERVER}",
        **server("api"),
        "api/server.js": f'fetch("http://pay:3000/x");\n{SERVER}',
        **server("pay"),
        "pay/server.js": f'fetch("http://api:3000/y");\n{SERVER}',
        **server("pages", dependencies={"react": "18"}),
        "pages/app.jsx": "fetch(import.meta.env.VITE_API_URL || 'http://api:3000')",
    }
    found = proposed(files)
    assert needs(found) == {"api": ["pay"], "pages": [], "pay": [], "web": ["api", "pay"]}
    assert env(found, "web") == {"PAY_HOST": "pay"}


def test_the_only_other_server_is_the_backend() -> None:
    """But a service's own address is not another's."""
    files = {**server("site"), "site/server.js": f"const u = process.env.BACKEND_URL;\n{SERVER}", **server("core")}
    files["core/server.js"] = f"const mine = process.env.CORE_URL, theirs = process.env.FRONTEND_URL;\n{SERVER}"
    found = proposed(files)
    assert (needs(found), env(found, "site")) == ({"core": [], "site": ["core"]}, {"BACKEND_URL": "http://core:3000"})


FRONT = {**server("web"), **server("api", dependencies={"express": "4"})}


@pytest.mark.parametrize(
    ("files", "path", "stripped"),
    [
        ({}, "/api", False),
        ({"web/vite.config.ts": "proxy: { '/v1': 'http://localhost:3000' }"}, "/v1", False),
        (
            {"web/vite.config.ts": "proxy: { '/x': { target: 'http://api:3000', rewrite: (p) => p.slice(2) } }"},
            "/x",
            True,
        ),
        (
            {"web/next.config.js": "[{ source: '/back/:path*', destination: 'http://127.0.0.1:3000/back/:path*' }]"},
            "/back",
            False,
        ),
        (
            {"web/src/setupProxy.js": "app.use(createProxyMiddleware('/rest', { target: 'http://api:3000' }))"},
            "/rest",
            False,
        ),
        ({"nginx/nginx.conf": "location /srv/ { proxy_pass http://api:3000; }"}, "/srv", False),
        (
            {"nginx/nginx.conf": "upstream u { server api:3000; }\nlocation /srv/ { proxy_pass http://u/; }"},
            "/srv",
            True,
        ),
        ({"web/vite.config.ts": "proxy: { '/else': 'https://api.example.com' }"}, "/api", False),
    ],
)
def test_routes_are_what_the_tree_says(files: dict[str, str], path: str, stripped: bool) -> None:
    """Else a service's own name; the frontend has the root."""
    found = proposed({**FRONT, **files})
    assert routes(found) == {"api": path, "web": "/"}
    assert [one.route.stripped for one in found.services if one.route] == [stripped, False]


def test_routes_are_those_of_the_sources() -> None:
    """Where no proxy says otherwise."""
    files = {**server("web"), **server("core"), "core/routes.js": "router.get('/api/things', list)\n"}
    assert routes(proposed(files)) == {"core": "/api", "web": "/"}
    files["web/vite.config.js"] = "proxy: { '/x': { target: 'http://core:3000', rewrite: f } }"
    assert routes(proposed(files)) == {"core": "/x", "web": "/"}


def test_sites_that_are_alike_have_hosts() -> None:
    """None of them is the frontend, so that a path would be wrong for each."""
    found = proposed({**server("vote"), **server("result")})
    assert [(one.route.host, one.route.path) for one in found.services if one.route] == [
        ("result.localhost", "/"),
        ("vote.localhost", "/"),
    ]


def test_a_single_service_needs_no_route() -> None:
    """It has the root by default."""
    assert routes(proposed(server("api"))) == {"api": None}


def test_opaque_values_of_a_compose_file_stay_there() -> None:
    """Whatever they are called: their names are secrets of the service, their values are written nowhere."""
    text = """
services:
  x:
    build: .
    environment: {GREETING: hello-to-all-of-you-there, JWT_SECRET: hunter2, PEPPER: 9f86d081884c7d659a2feaa0c55ad015, SALT: Zm9vYmFyQmF6MTIzNDU2Nzg5, SHORT: c4n4ry7Zq9XkP2mV8,
      ZONE: eu-central-1, OPTIONS: '{"user": "u", "password": "hunter2"}', STORE: "Server=db;User Id=sa;Password=hunter2;"}
"""
    found = proposed({"compose.yml": text, **server("")})
    (service,) = found.services
    assert env(found, "x") == {"GREETING": "hello-to-all-of-you-there", "ZONE": "eu-central-1"}
    assert service.secrets == ("JWT_SECRET", "OPTIONS", "PEPPER", "SALT", "SHORT", "STORE")


@pytest.mark.parametrize("test", [
    ("CMD", "curl", "-u", "me:hunter2", "https://api.example.com/"), "CMD-SHELL curl -H 'X-Key: hunter2' https://api.example.com", "hunter2=$(x) check",
])  # fmt: skip
def test_a_check_that_is_not_kept_is_told_without_its_arguments(test: object) -> None:
    """They can hold a password, and a terminal or a log is told them."""
    _, besides = kept(MemoryTree({}), None, {"healthcheck": {"test": test}}, {})
    assert besides in (("healthcheck (curl)",), ("healthcheck (a command)",))


SQL_STORE = "services:\n  db:\n    image: {}\n"
SPRING_SQL = {
    **SPRING,
    "pom.xml": SPRING["pom.xml"].replace(
        "</dependencies>",
        "<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>"
        "<dependency><groupId>com.mysql</groupId><artifactId>mysql-connector-j</artifactId></dependency></dependencies>",
    ),
    **PROFILES,
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"compose.yaml": SQL_STORE.format("postgres:16")}, "postgres"),
        ({"compose.yaml": SQL_STORE.format("mysql:8.4")}, "mysql"),
        ({"compose.yaml": SQL_STORE.format("postgres:16"), "src/main/resources/application.properties": "spring.profiles.active=mysql\n"}, None),
        ({"compose.yaml": SQL_STORE.format("postgres:16"), **dict.fromkeys(PROFILES, "server.port=1\n")}, None),
    ],
)  # fmt: skip
def test_the_profile_of_the_database_that_is_there(files: dict[str, str], expected: str | None) -> None:
    """Without it a program of Spring starts with the database that it has in memory, and with that one's schema."""
    [one] = proposed({**SPRING_SQL, **files}).services
    assert dict(one.env).get("SPRING_PROFILES_ACTIVE") == expected


FLASKR = {
    "pyproject.toml": '[project]\nname = "flaskr"\nversion = "1"\ndependencies = ["flask==3.0.3", "gunicorn==22.0.0"]\n',
    "flaskr/__init__.py": "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n",
}


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ('@click.command("init-db")\n@with_appcontext\ndef init_db_command():\n    init_db()\n', "init-db"),
        (
            "@app.cli.command()\n@click.option('--drop', is_flag=True)\ndef initdb(drop):\n    db.create_all()\n",
            "initdb",
        ),
        ("@click.command()\ndef create_tables_command():\n    db.create_all()\n", "create-tables"),
        ('@click.command("greet")\ndef init_db():\n    pass\n', None),
        ('# @click.command("init-db")\n# def init_db_command(): ...\n', None),
    ],
)
def test_a_command_that_makes_the_tables_is_named(text: str, command: str | None) -> None:
    """With the line that runs it: nobody else does."""
    [one] = proposed({**FLASKR, "flaskr/db.py": f"import click\n\n\n{text}"}).services
    said = [line for line in one.found.unused if "makes the tables" in line]
    assert [f"run --rm app flask --app flaskr:create_app {command}; " in line for line in said] == (
        [True] if command else []
    )
