"""Programs without an image are deployed and followed: a systemd of the test's own runs them, in the bounds that the compiler writes; nothing stands in for anything."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from own_systemd import OwnSystemd, own_systemd
from speccompile.releases.directory import DirectoryStore
from tools import ROOT, missing

_SPECS: dict[str, Any] = {
    "specs/assertions.json": {"version": "1.0.0", "archetype": "web-service", "assertions": []},
    "package.json": {"name": "shop", "version": "1.0.0", "type": "module", "scripts": {"start": "node server.js"}},
}
_WELL = '#!/bin/sh\n[ -r "$(dirname "$0")/../words" ] || exit 4\ntouch "$STATE_DIRECTORY/{0}" || exit 5\nexec sleep 1000000\n'
_PROGRAMS = "/opt/speccompile"


class Host:
    """A machine, a project that is deployed on it, and the store that its agent looks at."""

    def __init__(self, systemd: OwnSystemd, project: Path) -> None:
        self.systemd, self.project = systemd, project
        self.app = json.loads((project / "specs/deploy.yaml").read_text())["app"]
        self.store = DirectoryStore(project.parent / "store" / self.app / "production")

    def generated(self) -> None:
        """Have the artifacts made."""
        assert self.run("generate")[0] == 0

    def deploy(self) -> tuple[int, dict[str, Any]]:
        """What `deploy` ends with, and its document."""
        return self.run("deploy", "production")

    def run(self, *words: str) -> tuple[int, dict[str, Any]]:
        """What a command about the project ends with, and its document."""
        return self._command("-C", str(self.project), *words, "--allow-unverified")

    def round(self, *words: str) -> dict[str, Any]:
        """What a round of the agent comes to."""
        store = ("--store", str(self.project.parent / "store"), "--state", "/var/lib/speccompile")
        named = ("--app", self.app, "-e", "production", "--host", "here", "--platform", "quadlet")
        code, found = self._command("agent", "run", "--once", *store, *named, *words)
        assert (code == 0) == (found["status"] == "ok"), found
        return found

    def installed_round(self) -> None:
        """Let the agent do a round as it is installed: a service of systemd's, with all that this is not allowed."""
        store = "/run/store"  # what it cannot see is /tmp
        self.systemd.run("rm", "-rf", store)
        assert self.systemd.run("cp", "-r", str(self.project.parent / "store"), store).returncode == 0
        argv = (sys.executable, "-m", "speccompile", "agent", "install", "--platform", "quadlet", "--store", store)
        named = ("--app", self.app, "-e", "production", "--host", "here")
        done = self.systemd.run(*argv, *named, PYTHONPATH=str(ROOT))
        assert done.returncode == 0, done.stderr
        (timer,) = [
            one
            for one in self.systemd.run("ls", "/etc/systemd/system").stdout.split()
            if "agent" in one and one.endswith(".timer")
        ]
        self.systemd.run("systemctl", "daemon-reload")
        started = self.systemd.run("systemctl", "start", timer.replace(".timer", ".service"), timeout=300)
        log = (self.systemd.there / "systemd.log").read_text()
        assert started.returncode == 0, (started.stderr, log[-2000:])

    def starts(self) -> str:
        """The first word of what the unit starts."""
        shown = self.systemd.run(
            "systemctl", "show", "--property=ExecStart", "--value", f"{self.app}-web.service"
        ).stdout
        return shown.partition("path=")[2].partition(" ;")[0]

    def state(self) -> str:
        """How the unit is."""
        return self.systemd.run("systemctl", "is-active", f"{self.app}-web.service").stdout.strip()

    def versions(self) -> list[str]:
        """The archives that are here."""
        return [
            one for one in self.systemd.run("ls", f"{_PROGRAMS}/{self.app}").stdout.split() if not one.endswith(".seal")
        ]

    def _command(self, *words: str) -> tuple[int, dict[str, Any]]:
        path = f"{self.systemd.there}:{os.environ['PATH']}"
        around = {"PYTHONPATH": str(ROOT), "PATH": path, "XDG_STATE_HOME": str(self.systemd.there / "home")}
        argv = (sys.executable, "-m", "speccompile", *words, "--format", "json")
        done = self.systemd.run(*argv, timeout=300, **around)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)


def _project(directory: Path, app: str, artifact: dict[str, Any]) -> Path:
    # A worker: of a server its start asks whether it answers (tests/quadlet/test_quadlet_programs.py).
    service = {"path": ".", "role": "worker", "artifact": artifact, "writable": [f"/var/lib/{app}"]}
    files = {
        **_SPECS,
        "specs/deploy.yaml": {
            "version": 1,
            "app": app,
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
    """A machine without anything on it, and a place where it can have a store of Nix's."""
    made = not Path("/nix").exists() and os.geteuid() == 0
    if made:
        Path("/nix").mkdir()
    try:
        with own_systemd(tmp_path_factory.mktemp("machine")) as there:
            yield there
    finally:
        if made:
            Path("/nix").rmdir()


def test_the_life_of_a_program_without_an_image(systemd: OwnSystemd, tmp_path: Path) -> None:
    """Deployed, altered by hand, replaced by one that does not run, and taken away."""
    host = Host(systemd, _project(tmp_path / "project", "shop", {"path": "dist", "program": "bin/web"}))
    _built(host.project, _WELL.format("shop"))
    host.generated()
    code, found = host.deploy()
    assert (code, found["release"]) == (0, 1), found
    (first,) = host.versions()
    assert (host.state(), host.starts()) == ("active", f"{_PROGRAMS}/shop/{first}/bin/web")

    # A hand in its files and in its unit is undone by the agent, as it is installed.
    for altered in (f"{_PROGRAMS}/shop/{first}/bin/web", "/etc/systemd/system/shop-web.service"):
        text = systemd.text(altered) or ""
        systemd.write(altered, text.replace("DynamicUser=yes", "DynamicUser=no").replace("exec sleep", "exec  sleep"))
    host.installed_round()
    assert host.state() == "active"
    assert systemd.text(f"{_PROGRAMS}/shop/{first}/bin/web") == _WELL.format("shop")
    assert "\nDynamicUser=yes\n" in (systemd.text("/etc/systemd/system/shop-web.service") or "")

    # One that does not run: what ran before runs again.
    _built(host.project, "#!/bin/sh\nexit 3\n")
    code, found = host.deploy()
    assert (code, found["deployments"]["failed"], found["release"]) == (1, ["web"], 1), found
    assert (host.state(), host.starts()) == ("active", f"{_PROGRAMS}/shop/{first}/bin/web")

    # It is started with the machine, and goes with its files when no release has it here any more. Its data stay.
    assert systemd.run("systemctl", "is-enabled", "shop-web.service").stdout.strip() == "enabled"
    last = host.store.read(1)
    elsewhere = {name: one.model_copy(update={"hosts": ("there",)}) for name, one in last.services.items()}
    host.store.add(last.model_copy(update={"number": 2, "services": elsewhere}))
    did = host.round("--grace", "0")
    assert [one["action"] for one in did["actions"]] == ["retire"], did
    assert (systemd.text("/etc/systemd/system/shop-web.service"), host.state()) == (None, "inactive")
    assert host.round()["status"] == "ok"
    assert first not in host.versions()
    assert systemd.run("ls", "/var/lib/shop/").stdout.split() == ["shop"]


_BUILT = """derivation {
  name = "web-1"; system = builtins.currentSystem; builder = "/bin/sh";
  args = ["-c" "PATH=/bin:/usr/bin; mkdir -p $out/bin; echo > $out/words; cp ${./web} $out/bin/web; chmod 755 $out/bin/web"];
}
"""
_CACHED = """set -eu
export HOME=/root NIX_CONFIG="build-users-group =
sandbox = false
experimental-features = nix-command"
cd "$1"
path=$(nix-build --out-link project/dist web.nix)
nix-store --generate-binary-cache-key test-1 secret public
nix store sign -k secret -r "$path"
nix copy --to "file://$1/cache" "$path"
"""


def _nix() -> bool:
    """Whether there is a Nix that does without a store of its own, which the machine hides."""
    found = shutil.which("nix-store")
    return found is not None and not os.path.realpath(found).startswith("/nix/")


def test_a_closure_of_nix_comes_from_a_cache_that_the_machine_trusts(systemd: OwnSystemd, tmp_path: Path) -> None:
    """Built here and deployed; gone back to when it is here no more: from a cache, with a signature of a key that the machine's nix.conf names, or not at all."""
    if not _nix():
        missing("nix-store of Debian's", "apt-get install nix-bin")
    host = Host(systemd, _project(tmp_path / "project", "mint", {"path": "dist", "program": "bin/web"}))
    (tmp_path / "web").write_text(_WELL.format("closure"), encoding="utf-8")
    (tmp_path / "web.nix").write_text(_BUILT, encoding="utf-8")
    (tmp_path / "cache.sh").write_text(_CACHED, encoding="utf-8")
    done = systemd.run("sh", str(tmp_path / "cache.sh"), str(tmp_path))
    assert done.returncode == 0, done.stderr
    host.generated()
    code, found = host.deploy()
    assert (code, host.state()) == (0, "active"), found
    path = str((host.project / "dist").readlink())
    assert host.store.read(1).services["web"].closure == path
    assert host.starts() == f"{path}/bin/web"

    # What comes next is an archive; the closure goes out of the store of this machine, as nothing wants it here.
    (host.project / "dist").unlink()
    _built(host.project, _WELL.format("archive"))
    code, found = host.deploy()
    assert (code, host.state()) == (0, "active"), found
    assert host.starts().startswith(f"{_PROGRAMS}/mint/")
    roots = "/nix/var/nix/gcroots/speccompile/mint"
    assert systemd.run("rm", "-r", roots).returncode == 0
    assert systemd.run("nix-store", "--delete", path).returncode == 0

    settings = f"build-users-group =\nsubstituters = file://{tmp_path}/cache\n"
    systemd.write("/etc/nix/nix.conf", settings + "require-sigs = false\n")
    code, found = host.run("rollback")
    assert (code, [one["code"] for one in found["diagnostics"]]) == (1, ["SC738"]), found
    assert "not signed by any of the keys" in found["diagnostics"][0]["message"], found
    assert host.state() == "active"

    systemd.write("/etc/nix/nix.conf", f"{settings}trusted-public-keys = {(tmp_path / 'public').read_text()}\n")
    code, found = host.run("rollback")
    assert (code, found["release"], host.state(), host.starts()) == (0, 3, "active", f"{path}/bin/web"), found
    assert systemd.run("readlink", f"{roots}/{path.rpartition('/')[2]}").stdout.strip() == path
