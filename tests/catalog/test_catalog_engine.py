"""Backing services on a real engine, as compose runs them: they become healthy, take their password, keep their data, and their probes can fail.

Each with its password in a file, in the environment, and, where it can be, without any. MySQL, MariaDB and NATS are checked statically only, MongoDB is run in tests/stores.
"""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from backing_stores import backing
from proxy_image import compose_arguments
from speccompile.backends import compose, dotenv
from speccompile.catalog import CATALOG
from speccompile.lower.naming import variable
from speccompile.plan.handover import Way
from speccompile.plan.plan import Layout, Plan
from speccompile.plan.workload import Parameter, Secret
from speccompile.provenance import because
from tools import missing, need, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_WHY = because("SC300")
_PASSWORD = 'it\'s a $ecret % "here" \\ there'
_KINDS = ("postgres", "redis", "rabbitmq")
_WAYS = (*((kind, way) for kind in _KINDS for way in (Way.FILE, Way.ENVIRONMENT)), ("redis", Way.NONE))


def _plan(kind: str, way: Way) -> Plan:
    """A plan with one store and nothing else."""
    (store,) = backing("ledger-export", [("store", kind)], way, _WHY)
    secrets = tuple(
        Secret(name=use.name, parameter=variable(use.name, "file"), origin=_WHY) for use in store.workload.secrets
    )
    slots = [
        Parameter(
            name=s.parameter,
            purpose="a secret",
            default=None,
            example=f"./secrets/{s.name}",
            requested_by=("store",),
            origin=_WHY,
        )
        for s in secrets
    ]
    if way is Way.ENVIRONMENT:
        slots.append(
            Parameter(
                name="STORE_PASSWORD",
                purpose="it",
                default=None,
                example="",
                secret=True,
                requested_by=("store",),
                origin=_WHY,
            )
        )
    slots.append(
        Parameter(name=store.pin, purpose="a digest", default="", example="none", requested_by=("store",), origin=_WHY)
    )
    layout = Layout(output=".", context=".", output_in_context="", project_in_context="", names=0, origin=_WHY)
    return Plan(
        app="ledger-export",
        layout=layout,
        services=(),
        stores=(store,),
        externals=(),
        ingress=None,
        packages=(),
        secrets=secrets,
        parameters=tuple(slots),
        versions=(),
        assertions=(),
        origin=_WHY,
    )


class Stack:
    """One store, up and running."""

    def __init__(self, kind: str, way: Way, directory: Path) -> None:
        self.plan, self.way, self.directory, self.docker = _plan(kind, way), way, directory, need_engine()
        self.project = f"speccompile-test-{uuid.uuid4().hex[:8]}"
        for artifact in (*compose.emit(self.plan), *dotenv.emit(self.plan)):
            (directory / artifact.path).write_text(artifact.text, encoding="utf-8")
        if way is Way.ENVIRONMENT:
            quoted = _PASSWORD.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
            with (directory / ".env.example").open("a", encoding="utf-8") as example:
                example.write(f'STORE_PASSWORD="{quoted}"\n')
        (directory / "secrets").mkdir(mode=0o700)
        for secret in self.plan.secrets:
            file = directory / "secrets" / secret.name
            file.write_text(f"{_PASSWORD}\n", encoding="utf-8")
            file.chmod(0o444)

    def compose(self, *argv: str, timeout: int = 200) -> str:
        """Run compose; this build of it ends with 0 whatever happens, so what it says is given back."""
        files = ("-f", "docker-compose.yml", *compose_arguments(self.docker, self.directory / "docker-compose.yml"))
        command = [
            need("docker-compose", "python3 tests/setup.py"),
            "-p",
            self.project,
            "--env-file",
            ".env.example",
            *files,
            *argv,
        ]
        environment = {**os.environ, "PATH": f"{Path(self.docker).parent}:{os.environ['PATH']}"}
        done = subprocess.run(
            command, cwd=self.directory, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )
        return done.stdout + done.stderr

    def ask(self, *argv: str, timeout: int = 60) -> subprocess.CompletedProcess[str]:
        """Run *argv* in the store's container."""
        return subprocess.run(
            [self.docker, "exec", self.container, *argv], capture_output=True, text=True, timeout=timeout, check=False
        )

    def inspect(self, what: str) -> str:
        """A property of the container."""
        done = subprocess.run(
            [self.docker, "inspect", "-f", what, self.container], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    @property
    def container(self) -> str:
        """The container's name."""
        return f"{self.project}-store-1"


@pytest.fixture(params=_WAYS, ids=lambda param: f"{param[0]}-{param[1].value}", scope="module")
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A healthy store of each kind."""
    kind, way = request.param
    found = Stack(kind, way, tmp_path_factory.mktemp(kind))
    image = found.plan.stores[0].base.reference
    if subprocess.run([found.docker, "image", "inspect", image], capture_output=True, check=False).returncode:
        missing(f"the image {image}", f"docker pull {image}")
    try:
        said = found.compose("up", "-d", "--wait", "--wait-timeout", "150")
        assert found.inspect("{{.State.Health.Status}}") == "healthy", said + found.compose("logs")
        yield found
    finally:
        found.compose("down", "--volumes", "--timeout", "5")


def test_it_is_healthy_and_confined(stack: Stack) -> None:
    """With a read-only root, no capability, its numeric user, and no way out of its network."""
    assert (
        stack.inspect("{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}")
        == "true [ALL] [no-new-privileges:true]"
    )
    assert stack.inspect("{{.RestartCount}} {{.State.OOMKilled}}") == "0 false"
    assert stack.ask("sh", "-c", 'echo "$(id -u):$(id -g)"').stdout.strip() == "999:999"
    assert stack.ask("sh", "-c", "touch /x").returncode != 0
    mounted = stack.inspect("{{range .Mounts}}{{.Type}} {{.Destination}} {{end}}").split()
    assert mounted.count("volume") == 1, "an anonymous volume would lose its data"


def test_the_network_is_internal(stack: Stack) -> None:
    """Nothing goes out, nothing is published."""
    done = subprocess.run(
        [stack.docker, "network", "inspect", "-f", "{{.Internal}}", f"{stack.project}_backend"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "true"
    assert stack.inspect("{{.HostConfig.PortBindings}}") == "map[]"


def _works(stack: Stack, password: str) -> bool:
    """Whether a client gets in with *password* as the application's user, and finds its database."""
    match stack.plan.stores[0].kind:
        case "postgres":
            done = stack.ask(
                "env",
                f"PGPASSWORD={password}",
                "sh",
                "-c",
                'psql -h "$(hostname)" -U ledger_export -d ledger_export -tAc "select current_database()"',
            )
            return done.stdout.strip() == "ledger_export"
        case "rabbitmq":
            vhosts = stack.ask("rabbitmqctl", "-q", "list_vhosts").stdout
            return (
                "ledger_export" in vhosts
                and stack.ask("rabbitmqctl", "authenticate_user", "ledger_export", password).returncode == 0
            )
        case _:
            login = () if stack.way is Way.NONE else ("env", f"REDISCLI_AUTH={password}")
            return stack.ask(*login, "redis-cli", "config", "get", "appendonly").stdout.split() == ["appendonly", "yes"]


def test_the_application_gets_in(stack: Stack) -> None:
    """With the operator's password, whatever is in it; with no other. No argument of a program has it."""
    assert _works(stack, _PASSWORD)
    if stack.way is not Way.NONE:
        assert not _works(stack, "wrong")
    argv = stack.ask("sh", "-c", "cat /proc/[0-9]*/cmdline").stdout + stack.inspect(
        "{{.Config.Cmd}} {{.Config.Labels}}"
    )
    assert "$ecret" not in argv.replace("\0", " ")


def _damage(stack: Stack) -> None:
    """Make the server deaf, without ending its container."""
    if stack.plan.stores[0].kind == "rabbitmq":
        stack.ask("rabbitmqctl", "stop_app")
    else:
        subprocess.run([stack.docker, "kill", "-s", "STOP", stack.container], capture_output=True, check=True)


def _repair(stack: Stack) -> None:
    if stack.plan.stores[0].kind == "rabbitmq":
        stack.ask("rabbitmqctl", "start_app")
    else:
        subprocess.run([stack.docker, "kill", "-s", "CONT", stack.container], capture_output=True, check=True)


def _probe(stack: Stack) -> bool:
    """Whether the probe, as it stands in the compose file, is content in its time."""
    check = stack.plan.stores[0].workload.probes
    assert check is not None
    return stack.ask("timeout", str(check.timeout), *check.ready).returncode == 0


def test_the_probe_can_fail(stack: Stack) -> None:
    """A server that does not answer is not healthy; one that answers again is."""
    assert _probe(stack)
    _damage(stack)
    try:
        assert not _probe(stack)
    finally:
        _repair(stack)
    assert _probe(stack)


def _as_redis(stack: Stack) -> tuple[str, ...]:
    return () if stack.way is Way.NONE else ("env", f"REDISCLI_AUTH={_PASSWORD}")


def test_data_outlives_the_container(stack: Stack) -> None:
    """A container that is made anew has the data of the one before it; the password is asked for still."""
    write, read, wanted = {
        "postgres": (
            ("psql", "-U", "ledger_export", "-c", "create table kept (x int)"),
            ("psql", "-U", "ledger_export", "-tAc", "select count(*) from kept"),
            "0",
        ),
        "redis": (
            (*_as_redis(stack), "redis-cli", "set", "kept", "yes"),
            (*_as_redis(stack), "redis-cli", "get", "kept"),
            "yes",
        ),
        "rabbitmq": (
            ("rabbitmqctl", "add_vhost", "kept"),
            ("sh", "-c", "rabbitmqctl -q list_vhosts | grep -x kept"),
            "kept",
        ),
    }[stack.plan.stores[0].kind]
    assert stack.ask(*write).returncode == 0
    said = stack.compose("up", "-d", "--wait", "--force-recreate", "--wait-timeout", "150")
    assert stack.inspect("{{.State.Health.Status}}") == "healthy", said
    assert stack.ask(*read).stdout.strip() == wanted
    assert _works(stack, _PASSWORD)


def test_only_what_is_in_the_catalogue_is_left_unrun() -> None:
    """The kinds that no test here runs are those whose documentation says so."""
    assert set(CATALOG) - set(_KINDS) == {
        "mysql", "mariadb", "mongodb", "nats", "valkey", "memcached", "opensearch", "elasticsearch", "kafka", "mailpit", "minio", "clickhouse",
    }  # fmt: skip
