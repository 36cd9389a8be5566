"""A shared host's nginx while certbot gets certificates for it from a real ACME server, and renews them."""

from __future__ import annotations

import contextlib
import grp
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from nginx_server import free_port, service
from shared_hosts import Shared, project

from acme_server import Authority, authority, issuer, self_signed
from tools import need

SHOP = "shop.example.com"
OWN_HOST = f"services: {{app: {{path: ., route: {{host: {SHOP}}}}}}}\n"


@pytest.fixture
def machine() -> Iterator[Shared]:
    """A host that speaks TLS, where certbot may put what an authority asks for; workers, who are nobody where nginx is started by root, see it."""
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        host = Shared(top / "machine")
        top.chmod(0o755)
        self_signed(top, "all", "api.example.com")
        files = {part: f"{top}/all-{part}" for part in ("certificate", "key")}
        group = grp.getgrgid(os.getgid()).gr_name
        tls = {**files, "listen": free_port(), "challenges": True, "group": group}
        host.say(tls=tls, trusted_proxies=["127.0.0.0/8"])
        yield host


def _port(host: Shared) -> int:
    """Where *host* speaks TLS."""
    return int(json.loads((host.root / "host.json").read_text())["tls"]["listen"])


def _certbot(host: Shared, known: Authority, *words: str) -> None:
    """certbot as docs/shared-host.md has it started, but for the directories of this test."""
    own = [word for name in ("config", "work", "logs") for word in (f"--{name}-dir", f"{host.top}/certbot/{name}")]
    argv = [need("certbot", "pip install certbot"), *words, *own, "--server", known.directory, "--non-interactive"]
    done = subprocess.run(
        argv,
        env={**os.environ, "REQUESTS_CA_BUNDLE": str(known.roots)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextlib.contextmanager
def _asked(host: Shared) -> Iterator[list[int]]:
    """Statuses of requests that are made without a pause meanwhile."""
    done, statuses, over_tls = threading.Event(), list[int](), {"X-Forwarded-Proto": "https"}

    def ask() -> None:
        while not done.is_set():
            statuses.append(site.ask("/alice/todo/x", said=over_tls).status)

    with host.serving() as site:
        clients = [threading.Thread(target=ask) for _ in range(2)]
        for one in clients:
            one.start()
        try:
            yield statuses
        finally:
            done.set()
            for one in clients:
                one.join()


def test_certbot_gets_and_renews_certificates_and_no_request_is_lost(machine: Shared) -> None:
    top, port = machine.top, _port(machine)
    hook = ("--deploy-hook", f"sh {machine.root}/current/certified.sh")
    with (
        service("alice") as alice,
        service("shop") as shop,
        authority(top, SHOP, plain=machine.port, encrypted=port) as known,
    ):
        machine.add(project(top / "alice"), "alice", alice)
        with _asked(machine) as statuses:
            shops = project(top / "carl", OWN_HOST, "shop")
            notes = machine.add(shops, "carl", shop)["diagnostics"]
            assert [one["code"] for one in notes if SHOP in one["message"]] == ["SC589"]
            assert "DNS:api.example.com" in issuer(port, SHOP)
            asked = ("certonly", "--webroot", "-w", f"{machine.root}/challenges", "-d", SHOP)
            _certbot(machine, known, *asked, *hook, "--agree-tos", "--register-unsafely-without-email")
            assert (machine.root / f"certificates/{SHOP}.pem").stat().st_mode & 0o777 == 0o640
            again = machine.add(shops, "carl", shop)
            assert (again["state"], again["diagnostics"]) == ("changed", [])
            first = issuer(port, SHOP)
            assert f"DNS:{SHOP}" in first
            serial = _serial(port)
            _certbot(machine, known, "renew", "--force-renewal", "--no-random-sleep-on-renew")
            assert _until_other(port, serial)
    assert len(statuses) > 50
    assert set(statuses) == {200}


def _serial(port: int) -> str:
    argv = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", SHOP]
    shown = subprocess.run(argv, input=b"", capture_output=True, check=False).stdout
    return subprocess.run(
        ["openssl", "x509", "-noout", "-serial"], input=shown, capture_output=True, check=True
    ).stdout.decode()


def _until_other(port: int, serial: str) -> bool:
    """Whether another certificate than that of the number *serial* is shown within what a busy machine takes."""
    return any(_serial(port) != serial for _ in range(200))
