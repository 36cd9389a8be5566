"""Certificates by ACME and HTTP/3: what becomes of them on each platform, and that nothing of it is altered unnoticed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from nginx_plans import CONFIG, by_acme, encrypted, origin, plan, route
from nginx_server import text_of

from projects import BUN_WEB, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.plan import Plan
from speccompile.plan.tls import Http3, Tls
from speccompile.verify import nginx
from speccompile.verify.readers.yaml import read

ACME = {"contact": "ops@example.com", "directory": "https://ca.example.com/acme/directory", "roots": "ACME_ROOTS"}
ROUTES = [{"host": "shop.example.com"}, {"host": "api.example.com", "path": "/api", "strip": True}]
PLATFORMS = ["compose", "swarm", "quadlet"]


def _compiled(tls: dict[str, Any], **deploy: Any) -> Compilation:
    services = {"services": {"app": {"path": ".", "routes": ROUTES}}, "targets": PLATFORMS, "tls": tls, **deploy}
    done = compiled(BUN_WEB, manifest("web-service"), services)
    assert done.defects == ()
    return done


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_certificates_outlive_the_front_door_on_every_platform(proxy: str) -> None:
    files = _compiled({"acme": ACME}, proxy=proxy).files
    for path in ("docker-compose.yml", "swarm/stack.yml"):
        document = read(files[path]).data
        mounted = [one for one in document["services"]["proxy"]["volumes"] if one["type"] == "volume"]
        assert mounted == [{"type": "volume", "source": "proxy-certificates", "target": "/var/tmp"}]
        assert "proxy-certificates" in document["volumes"]
        assert "acme-roots" in str(document["services"]["proxy"]["secrets"])
    (unit,) = (text for path, text in files.items() if path.endswith("-proxy.container"))
    assert "proxy-certificates.volume:/var/tmp\n" in unit


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_http3_is_published_beside_https(proxy: str) -> None:
    done = _compiled({"certificate": "TLS_CERTIFICATE", "key": "TLS_KEY", "http3": True}, proxy=proxy)
    for path in ("docker-compose.yml", "swarm/stack.yml"):
        ports = read(done.files[path]).data["services"]["proxy"]["ports"]
        asked = {(one["target"], one["protocol"], one["published"]) for one in ports}
        assert {(8443, one, "${HTTPS_PORT:-8443}") for one in ("tcp", "udp")} < asked
    (unit,) = (text for path, text in done.files.items() if path.endswith("-proxy.container"))
    assert "PublishPort=${BIND_ADDRESS}:${HTTPS_PORT}:8443/udp\n" in unit


def test_a_machine_takes_https_at_443() -> None:
    done = _compiled({"acme": ACME, "http3": True}, targets=["compose", "terraform"], registry="ghcr.io/acme")
    assert '"HTTPS_PORT" = "443", "HTTP_PORT" = "80"' in done.files["terraform/main.tf"]
    said = {one.code for one in done.notes}
    assert "SC687" in said
    assert "SC424" not in said


def test_lets_encrypt_is_asked_where_nobody_else_is_named() -> None:
    files = {one: _compiled({"acme": {"staging": one}}).files["nginx.conf"] for one in (False, True)}
    assert "uri https://acme-v02.api.letsencrypt.org/directory;" in files[False]
    assert "uri https://acme-staging-v02.api.letsencrypt.org/directory;" in files[True]


@pytest.mark.parametrize("host", ["10.0.0.1", "localhost"])
def test_names_that_nobody_certifies_are_refused(host: str) -> None:
    with pytest.raises(Refused) as refused:
        _compiled({"acme": {}}, services={"app": {"path": ".", "route": {"host": host}}})
    assert {one.code for one in refused.value.diagnostics} == {"SC684"}


def test_an_authority_of_ones_own_knows_names_without_dots() -> None:
    done = _compiled({"acme": ACME}, services={"app": {"path": ".", "route": {"host": "intranet"}}})
    assert "acme_certificate authority;" in done.files["nginx.conf"]


@pytest.mark.parametrize("contact", ["a b@example.com", "a@example.com;evil", "é@example.com", "@example.com"])
def test_nothing_of_a_contact_becomes_a_directive(contact: str) -> None:
    with pytest.raises(Refused) as refused:
        _compiled({"acme": {"contact": contact}})
    assert {one.code for one in refused.value.diagnostics} == {"SC685"}


@pytest.mark.parametrize(
    "directory",
    [
        "http://ca.example.com/",
        "https://ca.example.com/;",
        "https://u:p@ca.example.com/",
        "https://ca.example.com/{x}",
        "https://ca.example.com/?a",
    ],
)
def test_nothing_of_a_directory_becomes_a_directive(directory: str) -> None:
    with pytest.raises(Refused) as refused:
        _compiled({"acme": {"directory": directory}})
    assert {one.code for one in refused.value.diagnostics} == {"SC685"}


def _with(tls: Tls) -> Plan:
    made = plan(route("/", host="shop.example.com"))
    assert made.ingress
    return replace(made, ingress=replace(made.ingress, tls=tls))


WHOLE = replace(
    by_acme("https://ca.example.com/directory", "ops@example.com", "acme-roots"), http3=Http3(origin=origin(94))
)


def test_no_line_of_it_is_altered_unnoticed() -> None:
    made, mine = (
        _with(WHOLE),
        ("acme", "quic", "also_by", "Alt-Svc", "ssl", "load_module", "uri", "contact", "state_path"),
    )
    lines = text_of(made).split("\n")
    assert nginx.verify(made, {CONFIG: "\n".join(lines)}) == ()
    unnoticed = []
    for number, line in enumerate(lines):
        if any(word in line for word in mine) and line.endswith(";"):
            without = [*lines[:number], *lines[number + 1 :]]
            longer = [*lines[:number], line.removesuffix(";") + "x;", *lines[number + 1 :]]
            unnoticed += [line for other in (without, longer) if not nginx.verify(made, {CONFIG: "\n".join(other)})]
    assert unnoticed == []


@pytest.mark.parametrize(
    ("tls", "line"),
    [
        (encrypted("1.2"), "        listen 8443 quic;"),
        (encrypted("1.2"), "        add_header Alt-Svc 'h3=\":443\"' always;"),
    ],
)
def test_http3_that_nobody_asked_for_is_noticed(tls: Tls, line: str) -> None:
    made = _with(tls)
    text = text_of(made)
    before = "        listen 8443 ssl;\n" if "listen" in line else "    add_header X-Request-ID"
    assert before in text
    found = nginx.verify(made, {CONFIG: text.replace(before, f"{line}\n{before}", 1)})
    assert "SC821" in {one.code for one in found}
