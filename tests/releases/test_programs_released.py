"""Programs without an image are deployed and followed: a systemd of the test's own runs them, in the bounds that the compiler writes; nothing stands in for anything."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from own_systemd import OwnSystemd, own_systemd
from tools import ROOT, missing

_SPECS: dict[str, Any] = {
    "specs/assertions.json": {"version": "1.0.0", "archetype": "web-service", "assertions": []},
    "package.json": {"name": "shop", "version": "1.0.0", "type": "module", "scripts": {"start": "node server.js"}},
}
_WELL = '#!/bin/sh\n[ -r "$(dirname "$0")/../words" ] || exit 4\ntouch /var/lib/shop/{0} || exit 5\nexec sleep 1000000\n'
_PROGRAMS = "/opt/speccompile/shop"


class Host:
    """A machine, a project that is deployed on it, and the store that its agent looks at."""

    def __init__(self, systemd: OwnSystemd, project: Path) -> None:
        self.systemd, self.project = systemd, project

    def deploy(self, *words: str) -> tuple[int, dict[str, Any]]:
        """What `deploy` ends with, and its document."""
        return self._command("-C", str(self.project), "deploy", "production", "--allow-unverified", *words)

    def round(self, *words: str) -> dict[str, Any]:
        """What a round of the agent comes to."""
        store = ("--store", str(self.project.parent / "store"), "--state", str(self.systemd.there / "state"))
        named = ("--app", "shop", "-e", "production", "--host", "here", "--platform", "quadlet")
        code, found = self._command("agent", "run", "--once", *store, *named, *words)
        assert (code == 0) == (found["status"] == "ok"), found
        return found

    def starts(self) -> str:
        """The first word of what the unit starts."""
        shown = self.systemd.run("systemctl", "show", "--property=ExecStart", "--value", "shop-web.service").stdout
        return shown.partition("path=")[2].partition(" ;")[0]

    def state(self) -> str:
        """How the unit is."""
        return self.systemd.run("systemctl", "is-active", "shop-web.service").stdout.strip()

    def versions(self) -> list[str]:
        """The archives that are here."""
        return [one for one in self.systemd.run("ls", _PROGRAMS).stdout.split() if not one.endswith(".seal")]

    def _command(self, *words: str) -> tuple[int, dict[str, Any]]:
        path = f"{self.systemd.there}:{os.environ['PATH']}"
        around = {"PYTHONPATH": str(ROOT), "PATH": path, "XDG_STATE_HOME": str(self.systemd.there / "home")}
        argv = (sys.executable, "-m", "speccompile", *words, "--format", "json")
        done = self.systemd.run(*argv, timeout=300, **around)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)


def _project(directory: Path, artifact: dict[str, Any]) -> Path:
    service = {"path": ".", "port": 3000, "artifact": artifact, "writable": ["/var/lib/shop"]}
    files = {
        **_SPECS,
        "specs/deploy.yaml": {
            "version": 1,
            "app": "shop",
            "targets": ["quadlet"],
            "proxy": "none",
            "environments": {"production": {"on": "quadlet", "releases": "../store"}},
            "services": {"web": service},
        },
    }
    for path, content in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(json.dumps(content), encoding="utf-8")
    (directory / "server.js").write_text("import 'node:http';\n", encoding="utf-8")
    return directory


def _built(project: Path, program: str) -> None:
    """Let the project have built *program*."""
    (project / "dist/bin").mkdir(parents=True, exist_ok=True)
    (project / "dist/words").write_text("read me\n", encoding="utf-8")
    (project / "dist/bin/web").write_text(program, encoding="utf-8")
    (project / "dist/bin/web").chmod(0o755)


@pytest.fixture(scope="module")
def systemd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSystemd]:
    """A machine without anything on it."""
    with own_systemd(tmp_path_factory.mktemp("machine")) as there:
        yield there


def test_the_life_of_a_program_without_an_image(systemd: OwnSystemd, tmp_path: Path) -> None:
    """Deployed, altered by hand, replaced by one that does not run, gone back from, and taken away."""
    host = Host(systemd, _project(tmp_path / "project", {"path": "dist", "program": "bin/web"}))
    _built(host.project, _WELL.format("one"))
    assert host._command("-C", str(host.project), "generate", "--allow-unverified")[0] == 0
    code, found = host.deploy()
    assert (code, found["release"]) == (0, 1), found
    (first,) = host.versions()
    assert (host.state(), host.starts()) == ("active", f"{_PROGRAMS}/{first}/bin/web")

    # The agent finds it as it is; a hand in its files, or in its unit, is undone.
    did = host.round()
    assert [one["action"] for one in did["actions"]] == ["keep"], did
    for altered in (f"{_PROGRAMS}/{first}/bin/web", "/etc/systemd/system/shop-web.service"):
        was = systemd.text(altered) or ""
        systemd.write(altered, was.replace("DynamicUser=yes", "DynamicUser=no").replace("exec sleep", "exec  sleep"))
        did = host.round()
        assert [one["action"] for one in did["actions"]] == ["replace"], did
        assert (did["status"], host.state(), systemd.text(altered)) == ("ok", "active", was)

    # One that does not run: what ran before runs again, and is what the agent keeps.
    _built(host.project, "#!/bin/sh\nexit 3\n")
    code, found = host.deploy()
    assert (code, found["deployments"]["failed"], found["release"]) == (1, ["web"], None), found
    assert (host.state(), host.starts()) == ("active", f"{_PROGRAMS}/{first}/bin/web")

    # Another good one takes its place, beside it on the disk; the way back is the old one, which is here still.
    _built(host.project, _WELL.format("two"))
    code, found = host.deploy()
    assert (code, found["release"], host.state()) == (0, 2, "active"), found
    second = host.starts().split("/")[4]
    assert first != second
    assert {first, second} <= set(host.versions())
    code, found = host._command("-C", str(host.project), "rollback", "--allow-unverified")
    assert (code, found["release"], host.starts()) == (0, 3, f"{_PROGRAMS}/{first}/bin/web"), found
    assert host.round()["status"] == "ok"
    left = systemd.run("ls", "-lR", "/var/lib/shop/").stdout
    assert "one" in left and "two" in left

    # It is started with the machine, and goes with its files when no release has it any more.
    assert systemd.run("systemctl", "is-enabled", "shop-web.service").stdout.strip() == "enabled"
