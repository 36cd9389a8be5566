"""Units are deployed to, by an agent and by `deploy`: a systemd of the test's own, real but for the containers (`own_systemd` says what stands in for them)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from release_records import B_DIGEST

from own_systemd import OwnSystemd, own_systemd
from quadlet_projects import example
from speccompile.releases.directory import DirectoryStore
from speccompile.releases.quadlet.engine import ENGINE
from speccompile.releases.record import MadeFrom, Release, Released
from tools import ROOT

_APP = "bank"
_UNITS = f"/etc/containers/systemd/{_APP}"


def _image(name: str, number: int) -> str:
    return f"ghcr.io/acme/{name}@sha256:{number:064x}"


class Machine:
    """A store, and the agent of a machine that looks at it."""

    def __init__(self, systemd: OwnSystemd) -> None:
        self.systemd = systemd
        self.store = DirectoryStore(systemd.there / "store" / _APP / "production")
        done = example("bank")
        self.composition = ENGINE.composition(done.files, done.plan)

    def release(self, versions: Mapping[str, int]) -> int:
        """Record a release of the services that *versions* has, each in a version of its image."""
        number = len(self.store.numbers()) + 1
        last = self.store.read(number - 1).services if number > 1 else {}
        services = {}
        for name, version in versions.items():
            image, text = _image(name, version), self.store.keep(self.composition.parts[name].text.encode())
            before = last.get(name)
            same = before and (before.image, before.artifacts) == (image, text)
            services[name] = Released(
                image=image, artifacts=text, from_release=before.from_release if before and same else number
            )
        self.store.add(
            Release(
                number=number,
                app=_APP,
                environment="production",
                platform="quadlet",
                commit=None,
                specs=B_DIGEST,
                made_at="2026-01-01T00:00:00Z",
                by="ann",
                made_from=MadeFrom(release=None, why="deploy"),
                services=services,
                front_door=self.store.keep(self.composition.routes.encode()),
            )
        )
        return number

    def round(self, *words: str) -> dict[str, Any]:
        """What a round of the agent comes to."""
        argv = [sys.executable, "-m", "speccompile", "agent", "run", "--once", "--format", "json", "--host", "here"]
        argv += ["--platform", "quadlet", "--store", str(self.systemd.there / "store"), "--app", _APP, *words]
        argv += ["-e", "production", "--state", str(self.systemd.there / "state")]
        done = self.systemd.run(*argv, timeout=300, PYTHONPATH=str(ROOT), PATH=os.environ["PATH"])
        assert done.stdout, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        assert (done.returncode == 0) == (found["status"] == "ok"), found
        return found

    def runs(self, app: str = _APP) -> dict[str, str]:
        """The units of the application that are up, and since which start of theirs."""
        shown = self.systemd.run("systemctl", "show", "--property=Id,ActiveState,InvocationID", f"{app}-*.service")
        blocks = (dict(line.split("=", 1) for line in one.splitlines()) for one in shown.stdout.split("\n\n") if one)
        return {one["Id"]: one["InvocationID"] for one in blocks if one.get("ActiveState") == "active"}

    def command(self, project: Path, *words: str) -> tuple[int, Any]:
        """The exit code of speccompile in *project*, and its document."""
        argv = [sys.executable, "-m", "speccompile", "-C", str(project), *words, "--format", "json"]
        path = f"{self.systemd.there}:{os.environ['PATH']}"
        around = {"PYTHONPATH": str(ROOT), "PATH": path, "XDG_STATE_HOME": str(self.systemd.there / "home")}
        done = self.systemd.run(*argv, timeout=300, **around)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine without anything of the application on it."""
    with own_systemd(tmp_path_factory.mktemp("machine")) as systemd:
        yield Machine(systemd)


def _did(found: dict[str, Any]) -> dict[str, str]:
    return {one["service"]: one["action"] for one in found["actions"]}


def test_the_life_of_a_machine(machine: Machine) -> None:
    """One machine through all that may happen to it: each round begins where the last one ended."""
    systemd = machine.systemd
    assert machine.round()["release"] is None

    # A registry that is down is no version's fault: nothing is started, and it is tried again.
    machine.release({"api": 1, "db": 1, "proxy": 1})
    systemd.image(_image("api", 1), "absent")
    found = machine.round()
    assert found["services"]["api"]["state"] == "absent", found
    assert "ghcr.io/acme/api" in found["services"]["api"]["why"]
    systemd.image(_image("api", 1), "good")
    found = machine.round()
    assert (_did(found)["api"], found["status"]) == ("start", "ok"), found
    first = machine.runs()
    assert {"bank-api.service", "bank-db.service", "bank-proxy.service"} <= first.keys()
    assert _did(machine.round()) == dict.fromkeys(("api", "db", "proxy"), "keep")
    assert machine.runs() == first

    # One that never gets well: the old one is back, by itself, and nothing is tried again.
    systemd.image(_image("api", 2), "ends")
    bad = machine.release({"api": 2, "db": 1, "proxy": 1})
    found = machine.round()
    assert _did(found) == {"api": "replace", "db": "keep", "proxy": "keep"}, found
    assert (found["services"]["api"]["state"], found["services"]["api"]["release"]) == ("healthy", 1), found
    after = machine.runs()
    assert (after["bank-db.service"], after["bank-proxy.service"]) == (
        first["bank-db.service"],
        first["bank-proxy.service"],
    )
    found = machine.round()
    assert _did(found)["api"] == "keep"
    assert f"release {bad} did not get well here" in found["services"]["api"]["why"]
    assert machine.store.statuses()["here"].services["api"].release == 1

    # A hand that alters a unit, or stops one, is undone.
    machine.release({"api": 3, "db": 1, "proxy": 1})
    found = machine.round()
    assert (_did(found)["api"], found["status"]) == ("replace", "ok"), found
    unit = systemd.text(f"{_UNITS}/bank-api.container") or ""
    assert _image("api", 3) in unit
    for altered in (unit.replace("DropCapability=all\n", ""), "no unit\n"):
        systemd.write(f"{_UNITS}/bank-api.container", altered)
        found = machine.round()
        assert (_did(found)["api"], found["status"]) == ("replace", "ok"), found
        assert systemd.text(f"{_UNITS}/bank-api.container") == unit
    systemd.run("systemctl", "stop", "bank-api.service")
    found = machine.round()
    assert (_did(found)["api"], found["status"]) == ("repair", "ok"), found

    # What no release has any more goes, its volumes stay.
    machine.release({"db": 1})
    found = machine.round("--grace", "0")
    assert {name for name, action in _did(found).items() if action == "retire"} == {"api", "proxy"}, found
    left = systemd.run("ls", _UNITS).stdout.split()
    assert not [one for one in left if one.startswith(("bank-api", "bank-proxy"))]
    assert "bank_db-data.volume" in left
    assert machine.round()["status"] == "ok"
    assert machine.runs()["bank-db.service"] == first["bank-db.service"]


_FILES: Mapping[str, Any] = {
    "specs/assertions.json": {"version": "1.0.0", "archetype": "web-service", "assertions": []},
    "specs/deploy.yaml": {
        "version": 1,
        "app": "shop",
        "targets": ["quadlet"],
        "environments": {"production": {"on": "quadlet", "releases": "../store"}},
        "services": {"api": {"path": ".", "replicas": 2, "release": [["node", "migrate.js"]]}},
    },
    "package.json": {"name": "shop", "version": "1.0.0", "type": "module", "scripts": {"start": "node server.js"}},
}
_STEP = "shop-api-release_step"
_REPLICAS = {"shop-api_1.service", "shop-api_2.service"}


def _project(directory: Path) -> Path:
    for path, content in _FILES.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(json.dumps(content), encoding="utf-8")
    (directory / "migrate.js").write_text("console.log('migrated')\n", encoding="utf-8")
    (directory / "server.js").write_text(
        "import http from 'node:http';\nhttp.createServer((q, a) => a.end()).listen(process.env.PORT);\n",
        encoding="utf-8",
    )
    return directory


def test_deployments_and_ways_back(machine: Machine, tmp_path: Path) -> None:
    """By `deploy`, on the machine itself: steps once, replicas one after the other, what fails goes back, and a way back of what went well."""
    project, systemd = _project(tmp_path / "project"), machine.systemd
    assert machine.command(project, "generate", "--allow-unverified")[0] == 0

    (front,) = [
        line
        for line in (project / "generated/quadlet/shop-proxy.container").read_text().splitlines()
        if line.startswith("Image=")
    ]
    systemd.built(front.removeprefix("Image="), 99, "good")

    def deployed(number: int, how: str) -> tuple[int, Any]:
        systemd.built("localhost/shop/api:local", number, how)
        code, said = machine.command(project, "deploy", "production", "--allow-unverified")
        assert "deployments" in said, said
        services = {one["service"]: one for one in said["deployments"]["services"]}
        return code, services["api"]

    code, service = deployed(1, "good")
    assert (code, service["status"]) == (0, "deployed"), service
    first = machine.runs("shop")
    assert first.keys() >= _REPLICAS

    before = len(systemd.runs())
    code, service = deployed(2, "ends")
    assert (code, service["status"], service["restored"]) == (1, "failed", True), service
    (systemd.there / "images" / _STEP).unlink(missing_ok=True)

    systemd.image(_STEP, "ends")
    runs = machine.runs("shop")
    code, service = deployed(3, "good")
    assert (code, service["status"]) == (1, "failed"), service
    assert "release step api-release failed" in service["reason"]
    assert {name: runs[name] for name in _REPLICAS} == {name: machine.runs("shop")[name] for name in _REPLICAS}
    assert systemd.runs()[before:].count("shop-api-release_step ends") >= 1

    systemd.image(_STEP, "done")
    code, service = deployed(4, "good")
    assert (code, service["status"]) == (0, "deployed"), service
    assert all(
        f"{4:064x}" in (systemd.text(f"/etc/containers/systemd/shop/shop-api_{one}.container") or "") for one in (1, 2)
    )
    assert machine.command(project, "rollback", "api", "--allow-unverified")[0] == 0
    assert f"{1:064x}" in (systemd.text("/etc/containers/systemd/shop/shop-api_1.container") or "")
    code, said = machine.command(project, "status", "--allow-unverified")
    assert code == 0, said


def test_the_service_that_is_installed_may_do_what_it_has_to(machine: Machine) -> None:
    """As systemd starts it, with all that it is not allowed; its timer waits for the next round."""
    systemd = machine.systemd
    machine.release({"db": 7})
    store = str(systemd.there / "store")
    assert systemd.run("cp", "-r", store, "/run/store").returncode == 0  # /tmp is its own
    argv = [sys.executable, "-m", "speccompile", "agent", "install", "--platform", "quadlet", "--store", "/run/store"]
    done = systemd.run(*argv, "--app", _APP, "-e", "production", "--host", "here", PYTHONPATH=str(ROOT))
    assert done.returncode == 0, done.stderr
    (name,) = [one for one in systemd.run("ls", "/etc/systemd/system").stdout.split() if one.endswith(".service")]
    timer = name.replace(".service", ".timer")
    systemd.run("systemctl", "daemon-reload")
    assert systemd.run("systemctl", "enable", "--now", timer).returncode == 0
    started = systemd.run("systemctl", "start", name, timeout=300)
    status = (
        systemd.text("/run/store/bank/production/hosts/here.json")
        or systemd.run("sh", "-c", "cat /run/store/bank/production/hosts/*").stdout
    )
    assert started.returncode == 0, (started.stderr, status, (systemd.there / "systemd.log").read_text()[-2000:])
    assert '"state": "healthy"' in status
    assert _image("db", 7) in (systemd.text(f"{_UNITS}/bank-db.container") or "")
    assert systemd.run("systemctl", "show", "--value", "--property=ActiveState,SubState", timer).stdout.split() == [
        "active",
        "waiting",
    ]
