"""Every invariant of units can fail, whatever the plan says: an alteration that makes it object, and the plan's own units, at which none does."""

from __future__ import annotations

import pytest

from quadlet_projects import NAMES, made
from speccompile.proving import verify_files
from speccompile.targets import chosen
from speccompile.verify.invariants import CATALOGUE

# Code, project, unit, what stands there, what stands there instead.
_TEXTS = (
    ("SC830", "bun-web", "bank-db.container", "[Container]", "[Container"),
    ("SC830", "bun-web", "bank-db.container", "Pull=missing", "Pull=missing\\"),
    ("SC831", "bun-web", "bank-db.container", "Description=bank: db", "Description=bank: dc"),
    ("SC832", "bun-web", "bank-db.container", "ReadOnly=true\n", ""),
    ("SC832", "bun-web", "bank-db.container", "ReadOnlyTmpfs=false\n", ""),
    ("SC832", "bun-web", "bank-db.container", "DropCapability=all", "DropCapability=CAP_CHOWN"),
    ("SC832", "bun-web", "bank-db.container", "DropCapability=all", "DropCapability=all\nAddCapability=all"),
    ("SC832", "bun-web", "bank-db.container", "User=999", "User=0"),
    ("SC832", "bun-web", "bank-db.container", "Group=999\n", ""),
    ("SC832", "bun-web", "bank-db.container", "PodmanArgs=--cpus=1", "PodmanArgs=--cpus=1 --privileged"),
    ("SC832", "bun-web", "bank-db.container", "LogDriver=", "SecurityLabelDisable=true\nLogDriver="),
    ("SC833", "bun-web", "bank-db.container", "PidsLimit=256\n", ""),
    ("SC833", "bun-web", "bank-db.container", "PidsLimit=256", "PidsLimit=0"),
    ("SC833", "bun-web", "bank-db.container", "PodmanArgs=--cpus=1\n", ""),
    ("SC834", "python-web", "shop-api_1.container", "mode=0400", "mode=0444"),
    ("SC834", "python-web", "shop-api_1.container", "EMPTY=", "DB_PASSWORD=x"),
    ("SC834", "python-web", "shop-api_1.container", "EMPTY=", "URL=postgres://a:b@db"),
    ("SC834", "python-web", "shop-api_1.container", "EMPTY=", "URL=${DB_PASSWORD}"),
    ("SC834", "python-web", "shop-api_1.container", "/run/secrets/api-token", "/run/secrets/other"),
    ("SC835", "bun-web", "bank-db.container", "LogDriver=", "PublishPort=5432:5432\nLogDriver="),
    ("SC835", "bun-web", "bank-proxy.container", "${BIND_ADDRESS}:${HTTP_PORT}:8080", "8080:8080"),
    ("SC835", "bun-web", "bank-db.container", "Network=bank_backend.network", "Network=host"),
    ("SC835", "bun-web", "bank-db.container", "Network=bank_backend.network", "Network=bank_edge.network"),
    ("SC835", "bun-web", "bank-db.container", "Network=bank_backend.network\n", ""),
    ("SC836", "bun-web", "bank-db.container", "docker.io/library/postgres", "postgres"),
    ("SC836", "bun-web", "bank-db.container", "postgres:16-bookworm", "postgres:latest"),
    ("SC836", "bun-web", "bank-app.container", "Pull=never", "Pull=always"),
    ("SC837", "bun-web", "bank-db.container", "Notify=healthy\n", ""),
    ("SC837", "bun-web", "bank-db.container", 'HealthCmd=["pg_isready", ', 'HealthCmd="pg_isready", '),
    ("SC837", "bun-web", "bank-db.container", "HealthTimeout=5s\n", ""),
    ("SC837", "bun-web", "bank-db.container", "HealthOnFailure=none", "HealthOnFailure=kill"),
    ("SC837", "bun-web", "bank-app.container", "HealthOnFailure=kill", "HealthOnFailure=none"),
    ("SC837", "python-job", "project-app.container", "LogDriver=", "Notify=healthy\nLogDriver="),
    ("SC838", "bun-web", "bank-db.container", "Restart=always", "Restart=no"),
    ("SC838", "bun-web", "bank-db.container", "StartLimitIntervalSec=0\n", ""),
    ("SC838", "bun-web", "bank-db.container", "TimeoutStopSec=70", "TimeoutStopSec=60"),
    ("SC838", "bun-web", "bank-db.container", "StopSignal=SIGINT\n", ""),
    ("SC838", "python-job", "project-app.container", "Restart=on-failure", "Restart=always"),
    ("SC838", "python-job", "project-app.container", "Type=oneshot\n", ""),
    ("SC839", "bun-web", "bank-app.container", "Requires=bank-db.service\n", ""),
    ("SC839", "bun-web", "bank-app.container", "bank-db.service", "bank-dc.service"),
    ("SC839", "bun-web", "bank-db.container", "[Unit]\n", "[Unit]\nRequires=bank-app.service\nAfter=bank-app.service\n"),
    ("SC839", "python-job", "project-app.timer", "project-app.service", "project-db.service"),
    ("SC839", "python-job", "project-app.container", "TimeoutStopSec=40", "TimeoutStopSec=40\n\n[Install]\nWantedBy=default.target"),
    ("SC840", "bun-web", "bank-db.container", "Volume=bank_db-data.volume", "Volume=/etc"),
    ("SC840", "bun-web", "bank-db.container", "Volume=bank_db-data.volume", "Volume=other.volume"),
    ("SC840", "bun-web", "bank-proxy.container", ":ro,Z", ":rw"),
    ("SC841", "bun-web", "bank-db.container", "ContainerName=bank-db", "ContainerName=bank-db%h"),
    ("SC841", "bun-web", "bank-db.container", "POSTGRES_USER=bank", "POSTGRES_USER=$USER"),
    ("SC841", "bun-web", "bank-db.container", "POSTGRES_USER=bank", "POSTGRES_USER=${NOBODY}"),
    ("SC841", "python-web", "shop-api_1.container", "ExecStartPre=/usr/bin/test -n ${EXTERNAL_PAYMENT_PROCESSOR_URL}\n", ""),
    ("SC842", "bun-web", "bank-db.container", "LogDriver=journald", "LogDriver=k8s-file"),
    ("SC843", "bun-web", "nginx.conf", "server_tokens off;", "server_tokens on;"),
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_none_objects_to_what_the_plan_says(name: str) -> None:
    """Each holds for every project here."""
    done = made(name)
    assert verify_files(done.plan, done.files, chosen(("quadlet",))) == ()


@pytest.mark.parametrize(("code", "project", "unit", "old", "new"), _TEXTS)
def test_each_notices(code: str, project: str, unit: str, old: str, new: str) -> None:
    """A unit that is wrong in one way."""
    done, path = made(project), f"quadlet/{unit}"
    assert old in done.files[path]
    altered = {**done.files, path: done.files[path].replace(old, new, 1)}
    assert code in {one.code for one in verify_files(done.plan, altered, chosen(("quadlet",)))}


def test_each_is_tried() -> None:
    """All codes about units are in the table above."""
    assert {code for code, *_ in _TEXTS} == set(dict(CATALOGUE)["quadlet"])
