"""Routes to servers of gRPC: who gets one, what it holds, and what it has no use for."""

from __future__ import annotations

from typing import Any

import pytest

from projects import assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing
from speccompile.plan.ingress import Route
from speccompile.verify import held
from speccompile.verify.standings import standings

_LOCK = '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"@grpc/grpc-js": "1.12.5"}}, "node_modules/@grpc/grpc-js": {"version": "1.12.5"}}}'
NODE = {
    "package.json": '{"name": "pay", "version": "1.0.0", "scripts": {"start": "node server.js"}, "dependencies": {"@grpc/grpc-js": "1.12.5"}}',
    "package-lock.json": _LOCK,
    "server.js": 'new grpc.Server().bindAsync("0.0.0.0:50051", grpc.ServerCredentials.createInsecure(), () => undefined);\n',
}
WEB = {
    **NODE,
    "package.json": NODE["package.json"].replace("@grpc/grpc-js", "express"),
    "package-lock.json": _LOCK.replace("@grpc/grpc-js", "express"),
    "server.js": 'require("express")().listen(3000);\n',
}


def _done(route: dict[str, Any] | None, *texts: str, files: dict[str, str] = NODE, **deploy: Any) -> Compilation:
    numbered = [assertion(number, text) for number, text in enumerate(texts, start=1)]
    said = {"services": {"app": {"path": ".", **({"route": route} if route else {})}}, **deploy}
    done = compiled(files, manifest("web-service", *numbered), said)
    assert done.defects == ()
    return done


def _route(done: Compilation) -> Route:
    assert done.plan.ingress
    return done.plan.ingress.routes[0]


def test_without_a_route_only_the_others_reach_it() -> None:
    done = _done(None)
    assert done.plan.ingress is None
    assert "SC298" in [one.code for one in done.notes]


@pytest.mark.parametrize("proxy", ["nginx", "caddy", "none"])
def test_with_a_route_calls_are_passed_on_as_such(proxy: str) -> None:
    done = _done({"host": "pay.example.com"}, proxy=proxy)
    route = _route(done)
    assert route.grpc
    assert next(cause.span.path for cause in route.grpc.origin.causes) == "server.js"
    assert route.body.size == 2**40
    texts = {one.path: one.text for one in done.artifacts}
    said = {"nginx": "grpc_pass grpc://app_50051;", "caddy": "versions h2c", "none": ""}[proxy]
    assert said in texts.get("nginx.conf", texts.get("Caddyfile", ""))


def test_the_key_says_what_sources_do_not_show() -> None:
    assert _route(_done({"path": "/"}, files=WEB)).grpc is None
    route = _route(_done({"path": "/shop.Pay", "grpc": True}, files=WEB))
    assert route.grpc
    assert route.body.size == 2**40
    assert _route(_done({"path": "/shop.Pay", "grpc": True, "body": "1MiB"}, files=WEB)).body.size == 2**20


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("websockets", {}),
        ("events", {}),
        ("compression", True),
        ("cors", {"origins": []}),
        ("cache_control", {"html": 0}),
    ],
)
def test_what_is_of_no_use_to_calls_is_an_error(key: str, value: object) -> None:
    with pytest.raises(Refused) as refused:
        _done({"path": "/", key: value})
    assert [one.code for one in refused.value.diagnostics] == ["SC815"]


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_demands_are_read_back_from_what_is_said_of_calls(proxy: str) -> None:
    done = _done({"path": "/"}, "Requests time out after 45 seconds", "Request bodies are at most 8 MiB", proxy=proxy)
    found = standings(done.plan, held.compose(done.plan, {one.path: one.text for one in done.artifacts}))
    assert {one.standing for one in found} == {Standing.ENFORCED}


def test_a_share_goes_to_who_speaks_the_same() -> None:
    services = {
        "pay": {"path": "pay", "route": {"path": "/", "canary": {"service": "web", "weight": 10}}},
        "web": {"path": "web", "routes": []},
    }
    files = {
        **{f"pay/{path}": text for path, text in NODE.items()},
        **{f"web/{path}": text for path, text in WEB.items()},
    }
    with pytest.raises(Refused) as refused:
        compiled(files, manifest("web-service"), {"services": services})
    assert "SC468" in [one.code for one in refused.value.diagnostics]
