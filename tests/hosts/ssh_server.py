"""A real sshd on loopback, with keys that were made for it, and an ssh that knows them."""

from __future__ import annotations

import contextlib
import getpass
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nginx_server import free_port

from tools import need


@dataclass(frozen=True)
class Reachable:
    """Its address, and a directory with an ``ssh`` to be first on PATH."""

    url: str
    path: Path


@contextlib.contextmanager
def sshd(top: Path) -> Iterator[Reachable]:
    """Serve whoever runs this, by a key alone. The client's configuration is a file of *top*, and not the user's own."""
    server, client = need("sshd", "apt-get install openssh-server"), need("ssh", "apt-get install openssh-client")
    keygen, port = need("ssh-keygen", "apt-get install openssh-client"), free_port()
    for name in ("host", "user"):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(top / name)], check=True)
    (top / "authorized").write_text((top / "user.pub").read_text())
    (top / "authorized").chmod(0o600)
    (top / "known").write_text(f"[127.0.0.1]:{port} {(top / 'host.pub').read_text()}")
    (top / "server").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {top}/host\nAuthorizedKeysFile {top}/authorized\nStrictModes no\n"
        f"PidFile none\nPasswordAuthentication no\nUsePAM no\nPermitRootLogin prohibit-password\n"
    )
    (top / "client").write_text(f"IdentityFile {top}/user\nIdentitiesOnly yes\nUserKnownHostsFile {top}/known\n")
    (top / "bin").mkdir()
    (top / "bin/ssh").write_text(f'#!/bin/sh\nexec {client} -F {top}/client "$@"\n')
    (top / "bin/ssh").chmod(0o755)
    Path("/run/sshd").mkdir(exist_ok=True)  # where sshd leaves its privileges
    with (top / "log").open("wb") as log:
        process = subprocess.Popen([server, "-D", "-e", "-f", str(top / "server")], stdout=log, stderr=log)
    try:
        _await(port, process, top)
        yield Reachable(f"ssh://{getpass.getuser()}@127.0.0.1:{port}", top / "bin")
    finally:
        process.terminate()
        process.wait(10)


def _await(port: int, process: subprocess.Popen[bytes], top: Path) -> None:
    for _ in range(100):
        with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert process.poll() is None, (top / "log").read_text()
        time.sleep(0.05)
    raise AssertionError((top / "log").read_text())
