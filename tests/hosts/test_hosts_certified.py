"""A shared host's nginx while certbot gets certificates for it from a real ACME server, and renews them."""

from __future__ import annotations

import contextlib
import grp
import json
import os
import re
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from name_server import names
from nginx_server import free_port, service
from shared_hosts import Shared, project

from acme_server import Authority, authority, issuer, self_signed
from tools import find, need

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
            time.sleep(0.01)

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
            _what_is_wrong_changes_nothing(machine, port)
            _as_lego_says_it(machine)
    assert len(statuses) > 50
    assert set(statuses) == {200}


def _what_is_wrong_changes_nothing(host: Shared, port: int) -> None:
    """A key that is another certificate's, names that lead elsewhere: the script says so, and what was there stays, and is shown."""
    there, serial = (host.root / f"certificates/{SHOP}.pem").read_bytes(), _serial(port)
    lineage = host.top / "wrong"
    lineage.mkdir()
    (lineage / "fullchain.pem").write_bytes((host.top.parent / "all-certificate").read_bytes())
    (lineage / "privkey.pem").write_bytes((host.top / "authority-key").read_bytes())
    for domains in (SHOP, "../x", "a;b", "", ".", f"{SHOP} a/b"):
        got = {"RENEWED_DOMAINS": domains, "RENEWED_LINEAGE": str(lineage)} if domains else {}
        argv = ["sh", f"{host.root}/current/certified.sh"]
        done = subprocess.run(argv, env={**os.environ, **got}, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr[:14]) == (1, "certified.sh: ")
    assert [one.name for one in (host.root / "certificates").iterdir()] == [f"{SHOP}.pem"]
    assert (host.root / f"certificates/{SHOP}.pem").read_bytes() == there
    assert _serial(port) == serial


def _as_lego_says_it(host: Shared) -> None:
    """The same pair under other names, in the words of lego 4 and of lego 5 (https://go-acme.github.io/lego/advanced/hooks/)."""
    live = host.top / f"certbot/config/live/{SHOP}"
    pair = {"CERT_PATH": f"{live}/fullchain.pem", "CERT_KEY_PATH": f"{live}/privkey.pem"}
    for prefix, word, domains, files in (
        ("LEGO_", "CERT_DOMAIN", "*.b.example", {"_.b.example.pem"}),
        ("LEGO_HOOK_", "CERT_DOMAINS", "a.example,c.example", {"a.example.pem", "c.example.pem"}),
    ):
        told = {f"{prefix}{name}": text for name, text in {**pair, word: domains}.items()}
        before = set((host.root / "certificates").iterdir())
        subprocess.run(["sh", f"{host.root}/current/certified.sh"], env={**os.environ, **told}, check=True)
        made = set((host.root / "certificates").iterdir()) - before
        assert {one.name for one in made} == files
        for one in made:
            text = one.read_bytes()
            assert text == (live / "privkey.pem").read_bytes() + (live / "fullchain.pem").read_bytes()
            assert one.stat().st_mode & 0o777 == 0o640


def _serial(port: int) -> str:
    argv = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", SHOP]
    shown = subprocess.run(argv, input=b"", capture_output=True, check=False).stdout
    return subprocess.run(
        ["openssl", "x509", "-noout", "-serial"], input=shown, capture_output=True, check=True
    ).stdout.decode()


def _until_other(port: int, serial: str) -> bool:
    """Whether another certificate than that of the number *serial* is shown within what a busy machine takes."""
    return any(_serial(port) != serial for _ in range(200))


def test_nginx_gets_certificates_itself_where_it_has_the_module(machine: Shared) -> None:
    """Skipped where nobody has built it: tests/nginx/test_nginx_acme.py says how. Nothing is asked for twice."""
    program = find("nginx-with-acme")
    if program is None:
        pytest.skip("an nginx with its ACME module is built by hand, as tests/nginx/test_nginx_acme.py says")
    top, port = machine.top, _port(machine)
    machine.program = program
    with (
        service("shop") as shop,
        authority(top, SHOP, plain=machine.port, encrypted=port) as known,
        names(localhost=("127.0.0.1",)) as resolver,
    ):
        (top / "state").mkdir()
        (top / "state").chmod(0o777)
        acme = {"directory": known.directory, "roots": str(known.roots), "state": f"{top}/state"}
        machine.say(host="api.example.com", tls={"listen": port, "acme": acme})
        shops = project(top / "carl", OWN_HOST, "shop")
        machine.add(shops, "carl", shop)
        main = machine.root / "current/nginx.conf"
        main.write_text(re.sub(r"resolver \S+ ", f"resolver 127.0.0.1:{resolver.port} ", main.read_text()))
        for _ in range(2):
            with machine.serving():
                assert _until_certified(port), (machine.top / "stderr").read_text()
        assert (top / "pebble.log").read_text().count("order-plz") == 1
        assert machine.told("remove", "--owner", "carl", where=shops)["state"] == "removed"


def _until_certified(port: int) -> bool:
    """Whether a certificate of the authority's is shown within a minute."""
    for _ in range(300):
        with contextlib.suppress(ssl.SSLError, ConnectionError):
            if f"DNS:{SHOP}" in issuer(port, SHOP):
                return True
        time.sleep(0.2)
    return False
