"""An nginx with its own ACME module gets certificates from a real ACME server. Nobody publishes the module as a package that can be had everywhere, and
to build nginx with it takes three minutes of two processors, for which CI's hour has no room: where ``nginx-with-acme`` is on PATH, it is tried.

::

    ./auto/configure --prefix=DIR --with-compat --with-http_ssl_module --with-http_v2_module --with-http_realip_module --add-dynamic-module=../nginx-acme
    make && make install && ln -s DIR/sbin/nginx ~/.local/bin/nginx-with-acme

of https://github.com/nginx/nginx and https://github.com/nginx/nginx-acme; libclang and the headers of OpenSSL, PCRE2 and zlib are needed.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import ssl
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from name_server import names
from nginx_plans import by_acme, origin, plan, route
from nginx_server import Site, at_ports, free_port, running, service, text_of

from acme_server import authority, issuer, self_signed
from speccompile.plan.tls import HostCertificate
from tools import find

SHOP, BLOG, OWN = "shop.example.com", "blog.example.com", "own.example.org"


@pytest.fixture
def program() -> str:
    """The nginx that has the module."""
    found = find("nginx-with-acme")
    if found is None:
        pytest.skip("an nginx with its ACME module is built by hand, as this file says")
    return found


@pytest.fixture
def kept() -> Iterator[Path]:
    """A directory for all that nginx's workers see, who are nobody where nginx is started by root, and what they keep."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


@contextlib.contextmanager
def _served(program: str, directory: str, secrets: Path, ports: dict[int, int], resolver: int) -> Iterator[Site]:
    """The front door of three hosts, of which one has a certificate of its own."""
    apart = HostCertificate(host="*.example.org", certificate="own-certificate", key="own-key", origin=origin(96))
    tls = replace(by_acme(directory, "ops@example.com", "acme-roots"), apart=(apart,))
    made = plan(*(route("/", host=host) for host in (SHOP, BLOG, OWN)))
    assert made.ingress
    text = text_of(replace(made, ingress=replace(made.ingress, tls=tls, ipv6=False)))
    module = Path(program).resolve().parent.parent / "modules/ngx_http_acme_module.so"
    shutil.copy(module, secrets)
    text = text.replace("modules/", "/run/secrets/").replace("/var/tmp/", "/run/secrets/")
    text = text.replace("resolver 127.0.0.11", f"resolver 127.0.0.1:{resolver}")
    with (
        service("api") as api,
        running(at_ports(text, ports), ports[8080], {"api:3000": api}, secrets=secrets, program=program) as site,
    ):
        yield site


def test_an_authority_certifies_the_hosts_of_routes_and_no_others(program: str, kept: Path) -> None:
    """And what it gave is kept; whose certificate is the operator's is not asked for."""
    ports = {8080: free_port(), 8443: free_port()}
    self_signed(kept, "own", "*.example.org")
    with (
        authority(kept, SHOP, BLOG, plain=ports[8080], encrypted=ports[8443]) as known,
        names(localhost=("127.0.0.1",)) as resolver,
    ):
        shutil.copy(known.roots, kept / "acme-roots")
        with _served(program, known.directory, kept, ports, resolver.port) as site:
            deadline = time.monotonic() + 90
            while not all(_told(ports[8443], host) for host in (SHOP, BLOG)):
                assert time.monotonic() < deadline, (site.directory / "stderr").read_text()
                time.sleep(0.2)
            told = _told(ports[8443], SHOP)
            assert told
            assert "Pebble Intermediate" in told
            assert f"DNS:{SHOP}" in told
            assert "DNS:*.example.org" in (_told(ports[8443], OWN) or "")
            with pytest.raises(ssl.SSLError):
                issuer(ports[8443], "other.example.com")
            assert site.ask("/", SHOP).status == 308
        orders = _orders(kept)
        assert orders == 2
        with _served(program, known.directory, kept, ports, resolver.port):
            assert _told(ports[8443], SHOP) == told
        assert _orders(kept) == orders
        assert not re.search("own.example.org", (kept / "pebble.log").read_text())


def _orders(directory: Path) -> int:
    return (directory / "pebble.log").read_text().count("order-plz")


def _told(port: int, host: str) -> str | None:
    try:
        return issuer(port, host)
    except (ssl.SSLError, ConnectionError):
        return None
