"""A machine that ssh reaches: a real sshd on loopback, whose docker is the one here."""

from __future__ import annotations

import getpass
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from released import Project

from tools import need, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_ALLOWED = "--allow-unverified"


class Sshd:
    """An sshd that lets us in, at ``port``; it can go away, and come back."""

    def __init__(self, program: str, config: Path, port: int) -> None:
        self._argv, self.port = [program, "-D", "-e", "-f", str(config)], port
        self._server: subprocess.Popen[bytes] | None = None

    def come(self) -> None:
        """Be there."""
        self._server = subprocess.Popen(self._argv, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)

    def go(self) -> None:
        """Be away: nobody gets in any more."""
        if self._server:
            self._server.terminate()
            self._server.wait(20)
            self._server = None


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sshd]:
    """One of our own; `ssh` on PATH knows the key."""
    sshd, keygen, ssh = (
        need(name, "apt-get install openssh-server openssh-client") for name in ("sshd", "ssh-keygen", "ssh")
    )
    need_engine()
    place = tmp_path / "ssh"
    place.mkdir(mode=0o700)
    for name in ("host", "user"):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(place / name)], check=True)
    (place / "authorized").write_text((place / "user.pub").read_text("utf-8"), encoding="utf-8")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        number: int = one.getsockname()[1]
    told = f"""Port {number}
ListenAddress 127.0.0.1
HostKey {place}/host
AuthorizedKeysFile {place}/authorized
PasswordAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
"""
    (place / "sshd.conf").write_text(told, encoding="utf-8")
    (place / "config").write_text(
        f"IdentityFile {place}/user\nUserKnownHostsFile {place}/known\nStrictHostKeyChecking accept-new\n",
        encoding="utf-8",
    )
    tools = place / "bin"
    tools.mkdir()
    (tools / "ssh").write_text(f'#!/bin/sh\nexec {ssh} -F {place}/config "$@"\n', encoding="utf-8")
    (tools / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    Path("/run/sshd").mkdir(exist_ok=True)
    found = Sshd(sshd, place / "sshd.conf", number)
    try:
        found.come()
        yield found
    finally:
        found.go()


def test_by_ssh(there: Sshd, tmp_path: Path) -> None:
    """The front door's configuration is on that machine, and only there; a second version takes over; status asks there; while the machine is away
    nothing is changed, and that is said."""
    host = f"ssh://{getpass.getuser()}@127.0.0.1:{there.port}"
    project = Project(tmp_path / "here/project", environment={"host": host, "values": "production.env"})
    place = Path.home() / ".local/state/speccompile" / project.app
    try:
        project.write("production.env", f"HTTP_PORT={project.port}\n")
        for version in ("v1", "v2"):
            project.built("api", version)
            project.built("web", "v1")
            code, said = project.answer("deploy", "production", _ALLOWED)
            assert "deployments" in said, said
            assert code == 0, json.dumps(said, indent=1)
            assert [(one["host"], one["status"]) for one in said["deployments"]["hosts"]] == [(host, "success")]
            assert (project.asked(), project.asked("/web")) == (version, "v1")
        assert (place / "production/nginx.conf").is_file()
        assert not (tmp_path / "here/state/speccompile" / project.app / "production/nginx.conf").exists()
        code, said = project.answer("status", _ALLOWED)
        assert (code, {one["host"] for one in said["services"]}) == (0, {host})
        there.go()
        before = project.containers("api")
        code, said = project.answer("status", _ALLOWED)
        assert (code, [(one["host"], one["status"]) for one in said["hosts"]]) == (1, [(host, "silent")])
        project.built("api", "v3")
        code, said = project.answer("deploy", "production", _ALLOWED)
        assert (code, [one["code"] for one in said["diagnostics"]]) == (1, ["SC705"])
        assert (project.containers("api"), project.asked()) == (before, "v2")
        there.come()
        assert project.answer("status", _ALLOWED)[0] == 0
    finally:
        project.remove()
        for file in (place / "production").glob("*"):
            file.unlink()
        for directory in (place / "production", place):
            if directory.is_dir():
                directory.rmdir()
