"""Projects that choose a proxy: what is generated for each platform, and what becomes of what assertions demand."""

from __future__ import annotations

from typing import Any

import pytest

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing
from speccompile.verify.readers.yaml import read

SENTENCES = (
    "Requests time out after 20 seconds",
    "At most 50 requests per second per client",
    "Uploads larger than 25 MB are rejected",
    "CORS requests are accepted only from https://shop.example.com",
    "API responses must never be cached by browsers or proxies",
    "Connections idle for 75 seconds are closed",
    "All traffic is served over TLS 1.2 or newer",
    "95 percent of requests are answered within 200 ms",
)
TLS = {"certificate": "TLS_CERTIFICATE", "key": "TLS_KEY"}
PLATFORMS = ["compose", "swarm", "quadlet"]


def _compiled(*texts: str, **deploy: Any) -> Compilation:
    numbered = [assertion(number, text) for number, text in enumerate(texts, start=1)]
    services = {"services": {"app": {"path": "."}}, "targets": PLATFORMS, **deploy}
    done = compiled(BUN_WEB, manifest("web-service", *numbered), services)
    assert done.defects == ()
    return done


def test_what_nginx_holds_caddy_holds_but_for_rates() -> None:
    nginx, caddy = (_compiled(*SENTENCES, tls=TLS, proxy=one) for one in ("nginx", "caddy"))
    for before, after in zip(nginx.platforms, caddy.platforms, strict=True):
        others = {
            one.assertion.assertion: (one.standing, other.standing, other.why)
            for one, other in zip(before.accounts, after.accounts, strict=True)
            if one.standing != other.standing
        }
        assert others == {"A-002": (Standing.ENFORCED, Standing.LOST, "the front door counts no requests for it")}
    assert all(one.accounts[1].remedy.startswith("choose nginx") for one in caddy.platforms)


def test_a_key_that_caddy_does_not_hold_is_said_once_a_platform() -> None:
    done = _compiled(proxy="caddy", services={"app": {"path": ".", "route": {"rate": {"count": 20, "per": "s"}}}})
    assert [one.code for one in done.notes if "Caddy has it in a plugin" in one.message] == ["SC453"] * 3


def test_each_platform_gets_the_caddyfile_and_no_nginx() -> None:
    files = _compiled(proxy="caddy").files
    assert {path for path in files if path.endswith("Caddyfile")} == {
        "Caddyfile",
        "swarm/Caddyfile",
        "quadlet/Caddyfile",
    }
    assert not [path for path in files if "nginx" in path]
    assert files["Caddyfile"].split("\n")[2:] == files["swarm/Caddyfile"].split("\n")[2:]
    proxy = read(files["docker-compose.yml"]).data["services"]["proxy"]
    assert (proxy["cap_drop"], proxy["cap_add"], proxy["read_only"]) == (["ALL"], ["NET_BIND_SERVICE"], True)
    assert "AddCapability=NET_BIND_SERVICE" in files["quadlet/bank-proxy.container"]
    assert "Entrypoint" not in files["quadlet/bank-proxy.container"]


def test_networks_that_get_in_are_read_back() -> None:
    text = "The admin interface is reachable from 10.0.0.0/8 only"
    standing = {}
    for proxy in ("nginx", "caddy"):
        done = _compiled(text, proxy=proxy, services={"app": {"path": ".", "route": {"allow": ["10.0.0.0/8"]}}})
        standing[proxy] = [(one.accounts[0].standing, one.accounts[0].why) for one in done.platforms]
    assert standing["caddy"] == standing["nginx"]


def test_without_a_proxy_each_public_service_has_a_port_of_its_own() -> None:
    services = {"shop": {"path": "."}, "other": {"path": "."}, "inner": {"path": ".", "routes": []}}
    done = _compiled(proxy="none", services=services)
    boxes = read(done.files["docker-compose.yml"]).data["services"]
    assert "proxy" not in boxes
    ports = {name: [one["published"] for one in box.get("ports", [])] for name, box in boxes.items()}
    assert ports == {
        "inner": [],
        "other": ["${OTHER_HTTP_PORT:-3000}"],
        "shop": ["${SHOP_HTTP_PORT:-3001}"],
    }
    units = {name: done.files[f"quadlet/{done.plan.app}-{name}.container"] for name in services}
    assert ["PublishPort" in units[name] for name in ("inner", "other", "shop")] == [False, True, True]
    stack = read(done.files["swarm/stack.yml"]).data["services"]
    assert [stack[name]["deploy"]["update_config"]["order"] for name in ("inner", "shop")] == [
        "start-first",
        "stop-first",
    ]
    assert not [path for path in done.files if path.endswith(("nginx.conf", "Caddyfile"))]


def test_without_a_proxy_what_one_would_hold_is_lost() -> None:
    done = _compiled(*SENTENCES, proxy="none")
    for platform in done.platforms:
        assert {one.standing for one in platform.accounts} == {Standing.LOST}
        assert all(one.remedy.startswith("choose a proxy") for one in platform.accounts[:6])


@pytest.mark.parametrize(("route", "code"), [({"allow": ["10.0.0.0/8"]}, "SC455"), ({"basic_auth": "STAFF"}, "SC455")])
def test_without_a_proxy_nothing_is_generated_that_would_be_open(route: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        _compiled(proxy="none", services={"app": {"path": ".", "route": route}})
    assert code in {one.code for one in refused.value.diagnostics}


def test_without_a_proxy_one_container_has_the_port() -> None:
    with pytest.raises(Refused) as refused:
        _compiled(proxy="none", services={"app": {"path": ".", "replicas": 3}})
    assert "SC456" in {one.code for one in refused.value.diagnostics}


def test_a_cluster_has_an_ingress_whatever_is_chosen() -> None:
    one, other = (_compiled(proxy=one, targets=["kubernetes"]) for one in ("nginx", "none"))
    assert {p: t for p, t in one.files.items() if "ingress" in p} == {
        p: t for p, t in other.files.items() if "ingress" in p
    }


def test_a_cluster_tells_services_apart_by_their_places() -> None:
    services = {"shop": {"path": "."}, "other": {"path": "."}}
    with pytest.raises(Refused) as refused:
        _compiled(proxy="none", services=services, targets=["kubernetes"])
    assert "SC362" in {one.code for one in refused.value.diagnostics}
