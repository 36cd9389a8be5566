"""What strangers' projects have that no list has: queues with their workers, lines of a Procfile with variables, the variable that chooses a database's
driver, a schema of Prisma's in a place of its own, databases in files."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from survey_cases import proposed

LOCKED = {"express": "4.19.2"}
SERVER = "const app = require('express')();\napp.listen(3000);\n"
FLASK = "from flask import Flask\napp = Flask(__name__)\n"
GEMS = "GEM\n  remote: https://gems.example.com/\n  specs:\n    puma (6.4.2)\n    rails (7.1.3)\n    sqlite3 (1.7.3)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  puma\n  rails\n  sqlite3\n"


def node(*dependencies: str, files: Mapping[str, str] | None = None, **manifest: object) -> dict[str, str]:
    """A server of Express with further *dependencies* and *files*."""
    wanted = {**LOCKED, **dict.fromkeys(dependencies, "1.0.0")}
    packages = {"": {"name": "shop", "dependencies": wanted}} | {
        f"node_modules/{name}": {"version": version} for name, version in wanted.items()
    }
    scripts = {"start": "node server.js"}
    whole: dict[str, object] = {"name": "shop", "scripts": scripts, "dependencies": wanted, **manifest}
    lock = {"name": "shop", "lockfileVersion": 3, "packages": packages}
    return {
        "package.json": json.dumps(whole),
        "package-lock.json": json.dumps(lock),
        "server.js": SERVER,
        **(files or {}),
    }


def flask(*dependencies: str, **files: str) -> dict[str, str]:
    """An application of Flask with further *dependencies*; *files* are modules."""
    wanted = "".join(f"{name}==1.0\n" for name in ("flask", "gunicorn", *dependencies))
    return {"requirements.txt": wanted, "app.py": FLASK, **{f"{name}.py": text for name, text in files.items()}}


def rails(**files: str) -> dict[str, str]:
    """An application of Rails that keeps its database in a file."""
    production = "production:\n  adapter: sqlite3\n  database: storage/production.sqlite3\n"
    return {
        "Gemfile": 'gem "rails"\ngem "puma"\ngem "sqlite3"\n',
        "Gemfile.lock": GEMS,
        "config.ru": "run Rails.application\n",
        "config/application.rb": "",
        "config/database.yml": production,
        **files,
    }


CHOOSING = "const knex = require('knex')({client: process.env.DB_CLIENT || 'better-sqlite3'});\n"
WORKERS = {
    "dramatiq": (
        flask("dramatiq", tasks="import dramatiq\n\n@dramatiq.actor\ndef go():\n    pass\n"),
        ("dramatiq", "tasks"),
    ),
    "huey": (
        flask("huey", tasks="from huey import RedisHuey\nqueue = RedisHuey()\n"),
        ("huey_consumer.py", "tasks.queue"),
    ),
    "arq": (flask("arq", worker="class WorkerSettings:\n    functions = []\n"), ("arq", "worker.WorkerSettings")),
    "taskiq": (
        flask(
            "taskiq", "taskiq-redis", tasks="from taskiq_redis import ListQueueBroker\nbroker = ListQueueBroker('')\n"
        ),
        ("taskiq", "worker", "tasks:broker"),
    ),
    "a script": (
        node("bullmq", scripts={"start": "node server.js", "worker": "node jobs.js"}, files={"jobs.js": ""}),
        ("node", "jobs.js"),
    ),
    "a file": (node("bullmq", files={"worker.js": "new Worker('mail', go);\n"}), ("node", "worker.js")),
    "a variable": (
        flask("rq") | {"Procfile": "web: gunicorn app:app\nworker: rq worker default --url $REDIS_URL\n"},
        ("/bin/sh", "-c", "exec rq worker default --url $REDIS_URL"),
    ),
}
NO_WORKERS = {
    "nothing to do": flask("dramatiq"),
    "no queue": node(scripts={"start": "node server.js", "worker": "node jobs.js"}, files={"jobs.js": ""}),
    "more than variables": flask() | {"Procfile": "web: gunicorn app:app\nworker: python w.py $X | tee log\n"},
    "a command in it": flask() | {"Procfile": "web: gunicorn app:app\nworker: python w.py $(cat token)\n"},
}


@pytest.mark.parametrize("case", WORKERS)
def test_a_queue_has_its_worker(case: str) -> None:
    """It runs beside the server, until it is stopped."""
    files, command = WORKERS[case]
    [worker] = [one.found for one in proposed(files).services if one.found.role == "worker"]
    assert worker.command == command


@pytest.mark.parametrize("case", NO_WORKERS)
def test_no_worker_is_made_of_less(case: str) -> None:
    """A library without work for it is none, and neither is a line that a shell would make more of."""
    assert [one.found.role for one in proposed(NO_WORKERS[case]).services] == [None]


def test_rq_without_a_line_is_named() -> None:
    """Its worker has to be told where its Redis is, in words that only its owner has."""
    files = flask("rq", "redis", queue="from rq import Queue\n")
    [server] = proposed(files).services
    assert any("uses RQ" in one for one in server.found.unused)


@pytest.mark.parametrize(
    ("files", "kind", "env"),
    [
        (node("knex", "pg", "mysql2", files={"server.js": CHOOSING + SERVER}), "postgres", {"DB_CLIENT": "pg"}),
        (
            node("knex", "pg", "mysql2", files={"server.js": CHOOSING.replace("better-sqlite3", "mysql2") + SERVER}),
            "mysql",
            {},
        ),
        (
            node("typeorm", "pg", files={"server.js": "const type = process.env.DB_TYPE;\n" + SERVER}),
            "postgres",
            {"DB_TYPE": "postgres"},
        ),
    ],
)
def test_the_variable_that_chooses_the_driver(files: dict[str, str], kind: str, env: dict[str, str]) -> None:
    """A default that is a database decides which is proposed; else the variable is set to the one that is."""
    found = proposed(files)
    assert [one.kind for one in found.stores] == [kind]
    assert dict(found.services[0].env) == env


def test_a_word_that_nobody_knows_is_asked_for() -> None:
    """Where the library's words are not known, the variable is named."""
    found = proposed(node("pg", "mysql2", files={"server.js": CHOOSING + SERVER}))
    assert any(one.startswith("DB_CLIENT, which server.js:1 reads") for one in found.services[0].unused)


SCHEMA = 'datasource db {\n  provider = "mysql"\n  url = env("DATABASE_URL")\n}\n'
OF_PRISMA = {
    "package.json": ({"prisma": {"schema": "database/schema.prisma"}}, {"database/schema.prisma": SCHEMA}),
    "prisma.config.ts": (
        {},
        {
            "prisma.config.ts": "export default { schema: path.join('database', 'schema.prisma') }\n",
            "database/schema.prisma": SCHEMA,
        },
    ),
    "several files": ({}, {"prisma/schema/main.prisma": SCHEMA, "prisma/schema/user.prisma": "model A {}\n"}),
}


@pytest.mark.parametrize("case", OF_PRISMA)
def test_the_schema_of_prisma_is_where_it_is_said_to_be(case: str) -> None:
    """And its migrations are beside it."""
    manifest, files = OF_PRISMA[case]
    place = "prisma/schema" if case == "several files" else "database"
    found = proposed(
        node("prisma", "@prisma/client", files={**files, f"{place}/migrations/1/migration.sql": ""}, **manifest)
    )
    assert [one.kind for one in found.stores] == ["mysql"]
    assert found.services[0].release[0].command == ("node_modules/.bin/prisma", "migrate", "deploy")


def test_a_database_in_a_file_is_migrated_and_kept() -> None:
    """Rails makes one in storage/, with or without uploads beside it."""
    [server] = proposed(rails(**{"db/migrate/1_a.rb": ""})).services
    assert [path for path, _ in server.writable] == ["/app/storage"]
    assert server.release[0].command == ("bundle", "exec", "rake", "db:migrate")


def test_a_workspace_of_go_is_compiled_at_its_root() -> None:
    """Where one module wants another; each of its servers is a service."""
    main = 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n'
    wants = "\n\ngo 1.22\n\nrequire a.b/lib v0.0.0\n"
    files = {
        "go.work": "go 1.22\nuse (\n\t./api\n\t./admin\n\t./lib\n)\n",
        "lib/go.mod": "module a.b/lib\n\ngo 1.22\n",
        "lib/lib.go": "package lib\n",
    }
    for name in ("api", "admin"):
        files |= {f"{name}/go.mod": f"module a.b/{name}{wants}", f"{name}/main.go": main}
    found = proposed(files).services
    assert [(one.found.directory, one.found.command) for one in found] == [("", None), ("", ("admin",))]
