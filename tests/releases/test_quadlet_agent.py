"""The agent on a machine whose services are units: a systemd of the test's own, real but for the containers (`own_systemd` says what stands in for them)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from own_systemd import OwnSystemd, own_systemd
from quadlet_projects import example
from release_records import B_DIGEST
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

    def runs(self) -> dict[str, str]:
        """The units of the application that are up, and since which start of theirs."""
        shown = self.systemd.run("systemctl", "show", "--property=Id,ActiveState,InvocationID", f"{_APP}-*.service")
        blocks = (dict(line.split("=", 1) for line in one.splitlines()) for one in shown.stdout.split("\n\n") if one)
        return {one["Id"]: one["InvocationID"] for one in blocks if one.get("ActiveState") == "active"}


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
    assert (after["bank-db.service"], after["bank-proxy.service"]) == (first["bank-db.service"], first["bank-proxy.service"])
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
    systemd.write(f"{_UNITS}/bank-api.container", unit.replace("DropCapability=all\n", ""))
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
