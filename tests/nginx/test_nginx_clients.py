"""Whom a service is told that it is asked by, and by which address: a real nginx with a generated configuration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from nginx_plans import plan, route
from nginx_server import Site, free_port, running, service, text_of

BANK = "bank.example.com"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A service of one host, and another for all others."""
    port = free_port()
    routes = (route("/api", "api", BANK, number=10), route("/", "next", number=20))
    with service("api") as api, service("next") as following:
        upstreams = {"api:3000": api, "next:3000": following}
        with running(text_of(plan(*routes), listen=port), port, upstreams) as running_site:
            yield running_site


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (f"{BANK}:8080", f"{BANK}:8080"),
        (BANK.upper(), BANK),
        (f"{BANK}:443", f"{BANK}:443"),
        ("[::1]:8080", "[::1]:8080"),
        ("[::1]", "[::1]"),
        ("other.example:1", "other.example:1"),
    ],
)
def test_the_service_is_told_the_port_that_was_asked_for(site: Site, asked: str, told: str) -> None:
    """Django compares Origin with Host, port and all (CSRF); Rails does likewise."""
    got = site.ask("/api" if BANK in asked.lower() else "/", asked).json["headers"]
    assert (got["host"], got["x-forwarded-host"]) == ([told], [told])


SAID = {"X-Forwarded-For": "6.6.6.6, 192.0.2.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example:444"}


@pytest.mark.parametrize(
    ("trusted", "client", "scheme", "host"),
    [
        (("127.0.0.1/32",), "192.0.2.9", "https", "shop.example:444"),
        (("127.0.0.1/32", "192.0.2.0/24"), "6.6.6.6", "https", "shop.example:444"),
        (("10.0.0.0/8",), "127.0.0.1", "http", BANK),
        ((), "127.0.0.1", "http", BANK),
    ],
)
def test_who_stands_in_front_is_believed_where_he_is_trusted(
    trusted: tuple[str, ...], client: str, scheme: str, host: str
) -> None:
    """The address of the client is the last one that no trusted proxy has; nobody else says of himself who he is."""
    port = free_port()
    with (
        service("api") as api,
        running(text_of(plan(route("/"), trusted=trusted), listen=port), port, {"api:3000": api}) as behind,
    ):
        got = behind.ask("/", BANK, said=SAID).json["headers"]
        odd = behind.ask("/", BANK, said={"X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "a b"}).json["headers"]
    assert (got["x-real-ip"], got["x-forwarded-for"]) == ([client], [client])
    assert (got["x-forwarded-proto"], got["x-forwarded-host"], got["host"]) == ([scheme], [host], [BANK])
    assert (odd["x-forwarded-proto"], odd["x-forwarded-host"]) == (["http"], [BANK])


def test_each_client_behind_a_balancer_has_its_own_rate() -> None:
    """Without that, all of them would share the balancer's."""
    port = free_port()
    text = text_of(plan(route("/", rate=(1, "m", 0)), trusted=("127.0.0.0/8",)), listen=port)
    with service("api") as api, running(text, port, {"api:3000": api}) as behind:
        got = [behind.ask("/", BANK, said={"X-Forwarded-For": f"192.0.2.{n}"}).status for n in (1, 1, 2)]
    assert got == [200, 429, 200]
