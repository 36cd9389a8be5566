"""What is asked of the artifacts as a system: content with what is emitted, and each question can be answered with no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from plan_mutants import BESIDES, PROJECTS, project

from projects import BUN_WEB, PYTHON_WEB, compiled, manifest
from speccompile.errors import Refused
from speccompile.verify import system
from speccompile.verify.system.parsed import COMPOSE
from speccompile.verify.system.parsed import system as parsed


def _found(name: str, changed: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Code, path and message of what is found when *changed* are the texts of some files."""
    done = project(name)
    findings = system.verify({**done.files, **changed}, done.plan.layout.output)
    return [(f.code, f.span.path.rpartition("/")[2], f.message) for f in findings]


@pytest.mark.parametrize("name", sorted({**PROJECTS, **BESIDES}))
def test_what_is_emitted_is_sound(name: str) -> None:
    """No findings."""
    assert _found(name, {}) == []


def test_without_a_compose_file_there_is_no_system() -> None:
    """Nothing is asked."""
    assert system.verify({"Dockerfile": "FROM scratch\n"}, "generated") == ()


def test_what_cannot_be_read_is_somebody_elses_finding() -> None:
    """Here it is none, and no error."""
    assert _found("bank", {COMPOSE: "services: ["}) == []
    assert _found("bank", {"nginx.conf": "events {{"}) == []
    assert _found("bank", {"health.ts": "const PORT = `"}) == []


# The check, the code, the project, the file, what stands there, what stands there instead of the first of it.
_SABOTAGE: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("addresses.asked", "SC995", "bank", COMPOSE, "bank@db:5432", "bank@db:5433"),
    ("addresses.asked", "SC995", "bank", COMPOSE, "bank@db:5432", "bank@database:5432"),
    ("addresses.asked", "SC995", "bank", COMPOSE, "postgres://bank@db:5432", "mysql://bank@db"),
    ("addresses.asked", "SC995", "bank", COMPOSE, "postgres://bank@db:5432", "http://api:3001"),
    ("addresses.asked", "SC995", "rust-mysql", COMPOSE, "    networks:\n      - backend\n      - edge", "    networks:\n      - edge"),
    ("addresses.passed_on", "SC995", "bank", "nginx.conf", "server api:3000", "server nobody:3000"),
    ("addresses.passed_on", "SC995", "bank", "nginx.conf", "server api:3000", "server api"),
    ("caddy.configured", "SC996", "bun-caddy", COMPOSE, "file: ./Caddyfile", "file: ./Dockerfile.caddy"),
    ("caddy.configured", "SC996", "bun-caddy", COMPOSE, "target: /etc/caddy/Caddyfile", "target: /etc/Caddyfile"),
    ("caddy.passed_on", "SC995", "bun-caddy", "Caddyfile", "name app", "name nobody"),
    ("caddy.passed_on", "SC995", "bun-caddy", "Caddyfile", "port 3000", "port 3001"),
    ("caddy.reached", "SC995", "bun-caddy", COMPOSE, "target: 8080", "target: 80"),
    ("caddy.ended", "SC954", "bun-caddy", "Caddyfile", "grace_period 64s", "grace_period 65s"),
    ("ports.agreed", "SC995", "bank", COMPOSE, 'PORT: "3000"', 'PORT: "3001"'),
    ("ports.agreed", "SC995", "bank", "health.ts", "const PORT = 3000", "const PORT = 3001"),
    ("ports.agreed", "SC995", "static-vite-web", "site.conf", "listen 8080", "listen 8081"),
    ("ports.agreed", "SC995", "python-django-web", "Dockerfile", "0.0.0.0:8000", "0.0.0.0:8001"),
    ("ports.published", "SC995", "bank", COMPOSE, "target: 8080", "target: 80"),
    ("ports.published", "SC995", "bank", COMPOSE, "127.0.0.1:8080", "127.0.0.1:8081"),
    ("mounts.configured", "SC996", "bank", COMPOSE, "file: ./nginx.conf", "file: ./proxy.conf"),
    ("mounts.configured", "SC996", "static-vite-web", "Dockerfile", '"/etc/nginx/nginx.conf"]', '"/etc/nginx/site.conf"]'),
    ("mounts.filled", "SC996", "static-vite-web", "site.conf", "root /app/site", "root /srv/site"),
    ("mounts.kept", "SC996", "sessions", COMPOSE, "target: /data", "target: /var/data"),
    ("mounts.kept", "SC996", "bank", COMPOSE, "PGDATA: /var/lib/postgresql/data/pgdata", "PGDATA: /pgdata"),
    ("mounts.secrets", "SC996", "bank", COMPOSE, "/run/secrets/admin-token", "/run/secrets/admin"),
    ("mounts.secrets", "SC996", "bank", COMPOSE, "POSTGRES_PASSWORD_FILE: /run/secrets/", "POSTGRES_PASSWORD_FILE: /etc/"),
    ("writable.writable", "SC997", "bank", COMPOSE, '    tmpfs:\n      - "/tmp:size=64m,mode=1777"\n', ""),
    ("writable.writable", "SC997", "ledger-export", COMPOSE, "STATE_DIR: /var/lib/state", "STATE_DIR: /app/state"),
    ("writable.writable", "SC997", "ledger-export", COMPOSE, "      - /run/exclusive\n", "      - /run/lock\n"),
    ("writable.served", "SC997", "bank", "nginx.conf", "pid /tmp/nginx.pid", "pid /run/nginx.pid"),
    ("writable.served", "SC997", "static-vite-web", "site.conf", "pid /tmp/nginx.pid;\n", ""),
    ("loopback.bound", "SC998", "bank", "Dockerfile", "HOST=0.0.0.0", "HOST=localhost"),
    ("loopback.bound", "SC998", "python-django-web", "Dockerfile", "0.0.0.0:8000", "127.0.0.1:8000"),
    ("loopback.served", "SC998", "bank", "nginx.conf", "listen 8080", "listen 127.0.0.1:8080"),
    ("loopback.sought", "SC998", "bank", COMPOSE, "bank@db:5432", "bank@127.0.0.1:5432"),
    ("bounds.limits", "SC999", "bank", COMPOSE, 'mem_limit: "512m"', 'mem_limit: "5m"'),
    ("bounds.limits", "SC999", "bank", COMPOSE, "cpus: 1\n", "cpus: 0\n"),
    ("bounds.limits", "SC999", "bank", COMPOSE, "pids_limit: 256", "pids_limit: 7"),
    ("bounds.limits", "SC999", "sessions", COMPOSE, "192mb", "1gb"),
    ("bounds.waits", "SC954", "bank", COMPOSE, 'stop_grace_period: "10s"', 'stop_grace_period: "0s"'),
    ("bounds.waits", "SC954", "bank", COMPOSE, "retries: 3", "retries: 0"),
    ("bounds.waits", "SC954", "bank", COMPOSE, 'interval: "30s"', 'interval: "0s"'),
    ("bounds.served", "SC954", "bank", "nginx.conf", "proxy_read_timeout 60s", "proxy_read_timeout 0s"),
    ("bounds.served", "SC954", "bank", "nginx.conf", "worker_shutdown_timeout 64s", "worker_shutdown_timeout 65s"),
    ("probes.started", "SC955", "bank", COMPOSE, "/app/generated/health.ts", "/app/health.ts"),
    ("probes.started", "SC955", "bank", "Dockerfile", 'CMD ["bun", "/app/generated', 'CMD ["node", "/app/generated'),
    ("probes.told", "SC955", "bank", "health.ts", '"DATABASE_URL"', '"POSTGRES_URL"'),
    ("slots.slots", "SC956", "bank", ".env.example", "DB_DIGEST=", "DB_PIN="),
    ("slots.slots", "SC956", "bank", COMPOSE, "${HTTP_PORT:-8080}", "${PORT:-8080}"),
    ("slots.slots", "SC956", "python-django-web", ".env.example", "DB_PASSWORD=\n", "DB_PASSWORD=swordfish\n"),
    ("slots.demanded", "SC956", "bank", COMPOSE, 'file: "${ADMIN_TOKEN_FILE:?see .env.example}"', "file: ./token"),
    ("order.waits", "SC957", "bank", COMPOSE, "      db:\n        condition", "      database:\n        condition"),
    ("order.waits", "SC957", "bank", COMPOSE, "service_healthy", "service_completed_successfully"),
    ("order.asks", "SC957", "bank", COMPOSE, "    depends_on:\n      db:\n        condition: service_healthy\n", ""),
    ("order.runs", "SC957", "ledger-export", "crontab", "--no-TTY export", "--no-TTY import"),
    ("order.runs", "SC957", "ledger-export", COMPOSE, "    profiles:\n      - jobs\n", ""),
    ("exposure.published", "SC958", "bank", COMPOSE, "    restart: unless-stopped", "    ports:\n      - target: 3000\n    restart: unless-stopped"),
    ("exposure.inside", "SC958", "bank", COMPOSE, "    internal: true", "    internal: false"),
    ("exposure.between", "SC958", "bank", COMPOSE, "protocol: tcp\n    networks:\n", "protocol: tcp\n    networks:\n      - backend\n"),
    ("exposure.between", "SC958", "sessions", COMPOSE, "  edge: {}", "  edge:\n    internal: true"),
)  # fmt: skip


@pytest.mark.parametrize(("check", "code", "name", "path", "old", "new"), _SABOTAGE)
def test_every_question_can_be_answered_with_no(
    check: str, code: str, name: str, path: str, old: str, new: str
) -> None:
    """By the check that asks it, with its code, of artifacts that it is content with otherwise."""
    files = project(name).files
    assert old in files[path]
    changed = {**files, path: files[path].replace(old, new, 1)}
    made = parsed(changed, project(name).plan.layout.output)
    assert made is not None
    (asks,) = (one for one in system.CHECKS if _name(one) == check)
    assert code in {finding.code.id for finding in asks(made)}


def _name(check: Any) -> str:
    return f"{check.__module__.rpartition('.')[2]}.{check.__name__}"


def test_every_check_has_a_sabotage() -> None:
    """None is left out."""
    assert {row[0] for row in _SABOTAGE} == {_name(check) for check in system.CHECKS}


def test_findings_have_places_and_fixes() -> None:
    """At the line that is wrong, as seen from the project."""
    done = project("bank")
    text = done.files[COMPOSE].replace("bank@db:5432", "bank@db:5433", 1)
    (finding,) = system.verify({**done.files, COMPOSE: text}, done.plan.layout.output)
    assert text.split("\n")[finding.span.line - 1].strip().startswith("DATABASE_URL:")
    assert finding.span.path == "../../generated/bank/docker-compose.yml"
    assert "speccompile generate" in finding.fix


@pytest.mark.parametrize(
    ("deploy", "code", "fix"),
    [
        ({"env": {"HOST": "127.0.0.1"}}, "SC998", "0.0.0.0"),
        ({"env": {"DATABASE_URL": "postgres://localhost/bank"}}, "SC998", "at its name"),
        ({"env": {"DATABASE_URL": "postgres://elsewhere/bank"}}, "SC995", "full name of a host"),
        ({"env": {"STATE_DIR": "/data"}}, "SC997", "writable"),
    ],
)
def test_what_deploy_yaml_asks_for_is_refused_there(deploy: dict[str, Any], code: str, fix: str) -> None:
    """It is no bug of the compiler's."""
    with pytest.raises(Refused) as refused:
        compiled(BUN_WEB, manifest("web-service"), {"services": {"app": deploy}})
    (found,) = (d for d in refused.value.diagnostics if d.code == code)
    assert found.span.path == "specs/deploy.yaml"
    assert fix in found.fix


@pytest.mark.parametrize(("bind", "code"), [("127.0.0.1:8000", "SC998"), ("0.0.0.0:9000", "SC995")])
def test_a_command_that_cannot_be_reached_is_refused(bind: str, code: str) -> None:
    """So is what a program is started with."""
    deploy = {"services": {"app": {"command": ["gunicorn", "--bind", bind, "app:app"]}}}
    with pytest.raises(Refused) as refused:
        compiled(PYTHON_WEB, manifest("web-service"), deploy)
    assert code in {d.code for d in refused.value.diagnostics}


def test_services_may_ask_each_other_and_stores_are_needed() -> None:
    """An address that deploy.yaml gives makes nobody wait; a backing service has to be waited for."""
    sources = {
        **{f"a/{path}": text for path, text in BUN_WEB.items()},
        **{f"b/{path}": text for path, text in PYTHON_WEB.items()},
    }
    other = {
        "path": "b",
        "assertions": "specs/assertions.json",
        "env": {"A_URL": "http://a:3000"},
        "route": {"path": "/b"},
    }
    one: dict[str, Any] = {"path": "a", "assertions": "specs/assertions.json", "env": {"B_URL": "http://b:8000/"}}
    services = {"a": one, "b": other, "cache": {"uses": "redis"}}
    assert compiled(sources, manifest("web-service"), {"services": services}).defects == ()
    one["env"]["CACHE"] = "redis://cache:6379"
    with pytest.raises(Refused) as refused:
        compiled(sources, manifest("web-service"), {"services": services})
    assert {(d.code, d.span.path) for d in refused.value.diagnostics if d.code >= "SC9"} <= {
        ("SC957", "specs/deploy.yaml"),
        ("SC995", "specs/deploy.yaml"),
    }
    one["needs"] = ["cache"]
    assert compiled(sources, manifest("web-service"), {"services": services}).defects == ()


def test_what_the_fixes_say_is_right() -> None:
    """Followed to the letter, nothing is found."""
    good: dict[str, Any] = {
        "writable": ["/data"],
        "env": {"HOST": "0.0.0.0", "STATE_DIR": "/data", "DATABASE_URL": "postgres://db.example.com/bank"},
    }
    assert compiled(BUN_WEB, manifest("web-service"), {"services": {"app": good}}).defects == ()
    command = {"port": 9000, "command": ["gunicorn", "--bind", "0.0.0.0:9000", "app:app"]}
    assert compiled(PYTHON_WEB, manifest("web-service"), {"services": {"app": command}}).defects == ()
