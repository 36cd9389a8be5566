"""How passwords and other secrets get to the programs: what the sources read decides, and everybody gets the same value."""

from __future__ import annotations

import json
from typing import Any

import pytest

from projects import BUN_WEB, GO_WEB, JAVA_WEB, PYTHON_JOB, PYTHON_WEB, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.handover import Way
from speccompile.plan.workload import Literal, Workload

SEE = ":?see .env.example}"


def _deploy(*kinds: str, secrets: Any = (), env: Any = None) -> dict[str, Any]:
    stores = {kind: {"uses": kind} for kind in kinds}
    return {
        "version": 1,
        "app": "bank",
        "services": {"api": {"needs": list(kinds), "secrets": list(secrets), "env": env or {}}, **stores},
    }


def _node(source: str, *packages: str) -> dict[str, str]:
    """A server on Node.js with *source*."""
    locked = {f"node_modules/{name}": {"version": "1.0.0"} for name in packages}
    wanted = dict.fromkeys(packages, "1.0.0")
    return {
        "package.json": json.dumps(
            {"name": "bank", "version": "1.0.0", "scripts": {"start": "node server.js"}, "dependencies": wanted}
        ),
        "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {"": {"dependencies": wanted}, **locked}}),
        "server.js": f'require("http").createServer().listen(process.env.PORT || 3000);\n{source}\n',
    }


def _python(source: str, *packages: str) -> dict[str, str]:
    lines = "".join(f"{name}==1.0.0\n" for name in ("flask", "gunicorn", *packages))
    return {**PYTHON_WEB, "requirements.txt": lines, "config.py": f"import os\n{source}\n"}


def _result(sources: dict[str, str], deploy: dict[str, Any]) -> Compilation:
    result = compiled(sources, manifest("web-service"), deploy)
    assert result.defects == ()
    return result


def _of(result: Compilation, name: str) -> dict[str, str]:
    """The environment of *name*, with slots as compose has them, and the paths of files."""
    boxes: list[Workload] = [s.workload for s in result.plan.services if s.workload]
    (box,) = [box for box in (*boxes, *(store.workload for store in result.plan.stores)) if box.name == name]
    told = {
        e.name: e.value if isinstance(e, Literal) else f"{e.before}${{{e.parameter}{SEE}{e.after}"
        for e in box.environment
    }
    return told | {use.variable: f"file {use.name}" for use in box.secrets if use.variable}


def _given(sources: dict[str, str], deploy: dict[str, Any]) -> dict[str, str]:
    found = _of(_result(sources, deploy), "api")
    return {name: value for name, value in found.items() if name != "PORT"}


DB = "${POSTGRES_PASSWORD" + SEE


@pytest.mark.parametrize(
    ("sources", "url"),
    [
        (_node("new Pool({ connectionString: process.env.DATABASE_URL })", "pg"), f"postgres://bank:{DB}@postgres:5432/bank"),
        (_python('engine = create_engine(os.environ["DATABASE_URL"])', "sqlalchemy", "psycopg"), f"postgresql+psycopg://bank:{DB}@postgres:5432/bank"),
        (_python('engine = create_engine(os.environ["DATABASE_URL"])', "sqlalchemy", "psycopg2-binary"), f"postgresql://bank:{DB}@postgres:5432/bank"),
        (_python('e = create_async_engine(os.environ["DATABASE_URL"])', "sqlmodel", "asyncpg"), f"postgresql+asyncpg://bank:{DB}@postgres:5432/bank"),
        (_python('url = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://")', "sqlalchemy", "asyncpg"),
         f"postgresql://bank:{DB}@postgres:5432/bank"),
        ({**_python('u = os.environ["DATABASE_URL"]', "sqlalchemy", "asyncpg"), ".env.example": "DATABASE_URL=postgresql://me@localhost/x\n"},
         f"postgresql://bank:{DB}@postgres:5432/bank"),
        ({**_node("process.env.DATABASE_URL", "@prisma/client", "pg"), ".env.example": "DATABASE_URL=postgresql://u:p@localhost/x\n"},
         f"postgresql://bank:{DB}@postgres:5432/bank"),
        (_python('u = os.getenv("DATABASE_URL", "postgresql+psycopg2://me@localhost/x")', "sqlalchemy", "psycopg2-binary"),
         f"postgresql+psycopg2://bank:{DB}@postgres:5432/bank"),
    ],
)  # fmt: skip
def test_one_url_with_the_password(sources: dict[str, str], url: str) -> None:
    """Where a URL is read it has the password, and the scheme that the driver wants; a scheme that the code makes itself stays plain."""
    result = _result(sources, _deploy("postgres"))
    assert _of(result, "api")["DATABASE_URL"] == url
    assert _of(result, "postgres")["POSTGRES_PASSWORD"] == DB
    (handed,) = result.plan.handovers
    assert (handed.way, handed.reason) == (Way.ENVIRONMENT, "it reads DATABASE_URL")
    assert result.plan.secrets == ()


def test_a_file_where_one_is_read() -> None:
    """Both get the same file; the URL has no password."""
    result = _result(
        _node("read(process.env.DATABASE_PASSWORD_FILE), process.env.DATABASE_URL", "pg"), _deploy("postgres")
    )
    assert _of(result, "api")["DATABASE_URL"] == "postgres://bank@postgres:5432/bank"
    assert _of(result, "api")["DATABASE_PASSWORD_FILE"] == "file postgres-password"
    assert _of(result, "postgres")["POSTGRES_PASSWORD_FILE"] == "file postgres-password"
    (service,) = result.plan.services
    assert service.health
    assert [(need.variable, need.password) for need in service.health.needs] == [
        ("DATABASE_URL", "DATABASE_PASSWORD_FILE")
    ]


def test_separate_variables() -> None:
    """Each that is read is given, under its name; the URL is there for the health module all the same."""
    source = 'HOST, PORT, USER = os.environ["DB_HOST"], os.environ["DB_PORT"], os.environ["DB_USER"]\nP, N = os.environ["DB_PASSWORD"], os.environ["DB_NAME"]'
    assert _given(_python(source, "psycopg"), _deploy("postgres")) == {
        "DATABASE_URL": f"postgresql://bank:{DB}@postgres:5432/bank",
        "DB_HOST": "postgres", "DB_NAME": "bank", "DB_PASSWORD": DB, "DB_PORT": "5432", "DB_USER": "bank",
    }  # fmt: skip


def test_libpq_s_own_variables() -> None:
    """PGHOST has no underscore."""
    given = _given(_node("const { PGHOST, PGUSER, PGPASSWORD, PGDATABASE } = process.env;", "pg"), _deploy("postgres"))
    assert (given["PGHOST"], given["PGUSER"], given["PGPASSWORD"], given["PGDATABASE"]) == (
        "postgres",
        "bank",
        DB,
        "bank",
    )


def _java(*artifacts: str) -> dict[str, str]:
    listed = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><version>1.0.0</version></dependency>"
        for group, _, name in (artifact.partition(":") for artifact in artifacts)
    )
    pom = JAVA_WEB["pom.xml"].replace("</project>", f"<dependencies>{listed}</dependencies></project>")
    return {**JAVA_WEB, "pom.xml": pom}


def test_spring_reads_its_variables_by_itself() -> None:
    """User and password are apart then; the health module gets a URL that it can read."""
    sources = _java("org.springframework.boot:spring-boot-starter-web", "org.postgresql:postgresql")
    given = _given(sources, _deploy("postgres"))
    assert given["SPRING_DATASOURCE_URL"] == "jdbc:postgresql://postgres:5432/bank"
    assert (given["SPRING_DATASOURCE_USERNAME"], given["SPRING_DATASOURCE_PASSWORD"]) == ("bank", DB)
    assert given["HEALTH_POSTGRES_URL"] == f"postgres://bank:{DB}@postgres:5432/bank"


def test_jdbc_has_the_login_in_its_query() -> None:
    """Where nothing else carries it."""
    sources = {
        **_java("org.postgresql:postgresql"),
        "src/main/java/Db.java": 'class Db { String url = System.getenv("DATABASE_URL"); }\n',
    }
    given = _given(sources, _deploy("postgres"))
    assert given["DATABASE_URL"] == f"jdbc:postgresql://postgres:5432/bank?user=bank&password={DB}"


def test_go_s_driver_of_mysql_wants_no_url() -> None:
    """A data source name; the probe gets a URL."""
    go = {
        **GO_WEB,
        "go.mod": GO_WEB["go.mod"] + "require github.com/go-sql-driver/mysql v1.8.1\n",
        "go.sum": GO_WEB["go.sum"]
        + "github.com/go-sql-driver/mysql v1.8.1 h1:x=\ngithub.com/go-sql-driver/mysql v1.8.1/go.mod h1:y=\n",
        "db.go": 'package main\n\nimport "os"\n\nvar dsn = os.Getenv("DB_DSN")\n',
    }
    given = _given(go, _deploy("mysql"))
    assert given["DB_DSN"] == "bank:${MYSQL_PASSWORD" + SEE + "@tcp(mysql:3306)/bank?parseTime=true"
    assert given["HEALTH_MYSQL_URL"] == "mysql://bank:${MYSQL_PASSWORD" + SEE + "@mysql:3306/bank"


def test_lib_pq_is_told_that_there_is_no_tls() -> None:
    """It insists on it otherwise; pgx does not."""
    go = {
        **GO_WEB,
        "go.mod": GO_WEB["go.mod"] + "require github.com/lib/pq v1.10.9\n",
        "go.sum": GO_WEB["go.sum"] + "github.com/lib/pq v1.10.9 h1:x=\ngithub.com/lib/pq v1.10.9/go.mod h1:y=\n",
    }
    assert _given(go, _deploy("postgres"))["DATABASE_URL"] == f"postgres://bank:{DB}@postgres:5432/bank?sslmode=disable"


@pytest.mark.parametrize(
    ("source", "way", "url"),
    [
        ("createClient({ url: process.env.REDIS_URL })", Way.ENVIRONMENT, "redis://:${REDIS_PASSWORD" + SEE + "@redis:6379/0"),
        ("new Redis(process.env.REDIS_HOST)", Way.NONE, "redis://redis:6379/0"),
        ("new Redis({ host: process.env.REDIS_HOST, password: process.env.REDIS_PASSWORD })", Way.ENVIRONMENT,
         "redis://:${REDIS_PASSWORD" + SEE + "@redis:6379/0"),
        ('new Redis("redis://redis:6379")', Way.NONE, "redis://redis:6379/0"),
        ("read(process.env.REDIS_PASSWORD_FILE)", Way.FILE, "redis://redis:6379/0"),
    ],
)  # fmt: skip
def test_redis_has_a_password_where_one_can_be_given(source: str, way: Way, url: str) -> None:
    """A program that says where it is and nothing of a password would be locked out; the reason is in the plan."""
    result = _result(_node(source, "ioredis"), _deploy("redis"))
    (handed,) = result.plan.handovers
    assert (handed.way, _of(result, "api")["REDIS_URL"]) == (way, url)
    assert handed.reason
    (store,) = result.plan.stores
    assert store.workload.command[0] == ("redis-server" if way is Way.NONE else "sh")


def test_nats_of_javascript_takes_no_login_from_a_url() -> None:
    """So there is none, and the plan says why; Python's does."""
    (mute,) = _result(_node("connect({ servers: process.env.NATS_URL })", "nats"), _deploy("nats")).plan.handovers
    assert (mute.way, "takes no login" in mute.reason) == (Way.NONE, True)
    given = _given(_python('u = os.environ["NATS_URL"]', "nats-py"), _deploy("nats"))
    assert given["NATS_URL"] == "nats://bank:${NATS_PASSWORD" + SEE + "@nats:4222"


def _two(first: str, second: str, name: str, kind: str, needs: list[str]) -> Compilation:
    """``api`` with the source *first*, which needs *needs*, and *name* with the source *second*, which needs a store of *kind* called like it."""
    sources = {"api": first, name: second}
    files = {
        f"{who}/{path}": text
        for who, source in sources.items()
        for path, text in _node(source, "pg", "ioredis").items()
    }
    other = {"path": name, "assertions": "one.json", "needs": [kind] if second else [], "route": {"path": f"/{name}"}}
    api = {"path": "api", "assertions": "one.json", "needs": needs, "route": {"path": "/api"}}
    deploy = {"version": 1, "app": "bank", "services": {"api": api, name: other, kind: {"uses": kind}}}
    return compiled({**files, "one.json": manifest("web-service")}, "", deploy)


def test_what_one_service_cannot_give_nobody_must() -> None:
    """One Redis, two services: the one that has no password decides."""
    result = _two("process.env.REDIS_URL", "process.env.REDIS_HOST", "web", "redis", ["redis"])
    assert {one.way for one in result.plan.handovers} == {Way.NONE}
    assert _of(result, "api")["REDIS_URL"] == "redis://redis:6379/0"


def test_deploy_yaml_decides_otherwise() -> None:
    """In both directions."""
    source = _node("process.env.DATABASE_URL", "pg")
    given = _given(source, _deploy("postgres", secrets=[{"name": "DATABASE_PASSWORD", "as": "file"}]))
    assert given == {
        "DATABASE_URL": "postgres://bank@postgres:5432/bank",
        "DATABASE_PASSWORD_FILE": "file postgres-password",
    }
    file = _node("process.env.DB_PASSWORD_FILE", "pg")
    given = _given(file, _deploy("postgres", secrets=[{"name": "DB_PASSWORD", "as": "env"}]))
    assert given == {"DATABASE_URL": f"postgres://bank:{DB}@postgres:5432/bank", "DB_PASSWORD": DB}


def test_what_deploy_yaml_sets_is_left_alone() -> None:
    """A host of one's own is not overwritten."""
    given = _given(
        _node("process.env.DB_HOST, process.env.DB_PASSWORD", "pg"), _deploy("postgres", env={"DB_HOST": "pooler"})
    )
    assert (given["DB_HOST"], given["DB_PASSWORD"]) == ("pooler", DB)


def test_the_variable_of_a_service_is_not_a_store_s() -> None:
    """A service called cache and a Redis: CACHE_URL is the service's."""
    result = _two("process.env.CACHE_URL", "", "cache", "redis", ["redis", "cache"])
    assert _of(result, "api")["CACHE_URL"] == "http://cache:3000"
    assert result.defects == ()


@pytest.mark.parametrize(
    ("source", "entry", "expected", "note"),
    [
        ("process.env.STRIPE_API_KEY", "STRIPE_API_KEY", {"STRIPE_API_KEY": "${STRIPE_API_KEY" + SEE}, False),
        (
            "read(process.env.STRIPE_API_KEY_FILE)",
            "STRIPE_API_KEY",
            {"STRIPE_API_KEY_FILE": "file stripe-api-key"},
            False,
        ),
        (
            "const file = (name) => process.env[`${name}_FILE`];\nfile('STRIPE_API_KEY');",
            "STRIPE_API_KEY",
            {"STRIPE_API_KEY_FILE": "file stripe-api-key"},
            False,
        ),
        (
            "const file = (name) => process.env[name + '_FILE'];\nfile('OTHER_KEY'); process.env['STRIPE_API_KEY']",
            "STRIPE_API_KEY",
            {"STRIPE_API_KEY": "${STRIPE_API_KEY" + SEE},
            False,
        ),
        ("", "STRIPE_API_KEY", {"STRIPE_API_KEY_FILE": "file stripe-api-key"}, True),
        ("", {"name": "STRIPE_API_KEY", "as": "env"}, {"STRIPE_API_KEY": "${STRIPE_API_KEY" + SEE}, False),
        (
            "process.env.STRIPE_API_KEY",
            {"name": "STRIPE_API_KEY", "as": "file"},
            {"STRIPE_API_KEY_FILE": "file stripe-api-key"},
            False,
        ),
    ],
)
def test_other_secrets(source: str, entry: Any, expected: dict[str, str], note: bool) -> None:
    """As they are read; where nobody can tell, a file, and that is said."""
    result = _result(_node(source), _deploy(secrets=[entry]))
    assert {name: value for name, value in _of(result, "api").items() if name != "PORT"} == expected
    assert ("SC376" in {one.code for one in result.notes}) == note


def test_a_comment_reads_nothing() -> None:
    """Neither a comment nor a test decides."""
    sources = {
        **_node("// process.env.DATABASE_PASSWORD_FILE", "pg"),
        "test/db.test.js": "process.env.DATABASE_PASSWORD_FILE",
    }
    assert "DATABASE_PASSWORD_FILE" not in _given(sources, _deploy("postgres"))


def test_one_password_in_two_ways_is_said() -> None:
    """Compose cannot make a file of a variable under a read-only root."""
    result = _two("process.env.DATABASE_URL", "process.env.DATABASE_PASSWORD_FILE", "web", "postgres", ["postgres"])
    assert "SC377" in {one.code for one in result.notes}
    assert {"POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE"} <= {slot.name for slot in result.plan.parameters}
    assert result.defects == ()


def test_every_line_that_a_reading_changes_cites_it() -> None:
    """explain leads from DATABASE_URL to the line that reads it."""
    result = _result(_node("\nprocess.env.DATABASE_URL", "pg"), _deploy("postgres"))
    (compose,) = [artifact for artifact in result.artifacts if artifact.path == "docker-compose.yml"]
    number = next(n for n, line in enumerate(compose.text.split("\n"), 1) if "DATABASE_URL" in line)
    cited = {(cause.span.path, cause.span.line) for origin in compose.origins[number] for cause in origin.causes}
    assert ("server.js", 3) in cited


def test_jobs_get_it_too() -> None:
    """A pipeline has no health module, and needs no URL for one."""
    sources = {**PYTHON_JOB, "main.py": 'import os\nprint(os.environ["DATABASE_URL"])\n'}
    result = compiled(sources, manifest("data-pipeline"), _deploy("postgres"))
    assert _of(result, "api")["DATABASE_URL"] == f"postgresql://bank:{DB}@postgres:5432/bank"


@pytest.mark.parametrize(
    "entry", [{"name": "X"}, {"name": "X", "as": "vault"}, {"as": "env"}, {"name": "X", "as": "env", "value": "geheim"}]
)
def test_an_entry_says_its_name_and_its_way(entry: dict[str, str]) -> None:
    """Anything else is refused; never with the value in the message."""
    with pytest.raises(Refused) as refused:
        compiled(BUN_WEB, manifest("web-service"), _deploy(secrets=[entry]))
    assert "geheim" not in str([one.message for one in refused.value.diagnostics])
