"""A Caddyfile in which services are reached at addresses, while they are deployed, is what Caddy takes it for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from caddy_plans import of, sharing
from caddy_server import caddy, text_of
from nginx_plans import route

from speccompile.releases import routing_caddy


def _dialled(text: str, directory: Path) -> list[dict[str, Any]]:
    """The upstreams of each reverse proxy, and how one is chosen, as Caddy itself reads *text*."""
    (directory / "Caddyfile").write_text(text, encoding="utf-8")
    argv = [caddy(), "adapt", "--adapter", "caddyfile", "--config", str(directory / "Caddyfile")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = []

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("handler") == "reverse_proxy":
                found.append(value)
            for one in value.values():
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    look(json.loads(done.stdout))
    return found


def test_addresses_in_a_caddyfile_are_as_caddy_understands_them(tmp_path: Path) -> None:
    """Of the one service alone; a single one has the name behind it; of shares each address has its part."""
    whole = text_of(of(route("/", "api", port=3000), route("/web", "web", port=4000)))
    assert routing_caddy.ports(whole) == {"api": "3000", "web": "4000"}
    assert routing_caddy.pinned(whole, "api", ()) == whole
    one = {
        str(each.get("upstreams")): each
        for each in _dialled(routing_caddy.pinned(whole, "api", ("10.0.0.1",)), tmp_path)
    }
    api = one.pop(str([{"dial": "10.0.0.1:3000"}, {"dial": "api:3000"}]))
    assert api["load_balancing"]["selection_policy"] == {"policy": "first"}
    assert "dynamic_upstreams" not in api
    (web,) = one.values()
    assert (web["dynamic_upstreams"]["name"], web["dynamic_upstreams"]["port"]) == ("web", "4000")
    two = _dialled(routing_caddy.pinned(whole, "api", ("10.0.0.1", "10.0.0.2")), tmp_path)
    assert [{"dial": "10.0.0.1:3000"}, {"dial": "10.0.0.2:3000"}] in [each.get("upstreams") for each in two]
    moved = routing_caddy.meanwhile(whole, {"api": "2999", "web": "3999"}, frozenset(("web",)))
    assert routing_caddy.ports(moved) == {"api": "2999", "web": "4000"}
    assert routing_caddy.meanwhile(whole, {}, frozenset()) == whole


def test_an_address_gets_the_share_that_its_service_has(tmp_path: Path) -> None:
    """Each of several addresses its part of it."""
    whole = text_of(of(sharing(route("/", "api", port=3000), "next", 20)))
    assert routing_caddy.ports(whole) == {"api": "3000", "next": "3000"}
    (told,) = _dialled(routing_caddy.pinned(whole, "api", ("10.0.0.1", "10.0.0.2")), tmp_path)
    assert [one["dial"] for one in told["upstreams"]] == ["10.0.0.1:3000", "10.0.0.2:3000", "next:3000"]
    assert told["load_balancing"]["selection_policy"]["weights"] == [4, 4, 2]
    (told,) = _dialled(routing_caddy.pinned(whole, "next", ("10.0.0.3",)), tmp_path)
    assert [one["dial"] for one in told["upstreams"]] == ["api:3000", "10.0.0.3:3000"]
    assert told["load_balancing"]["selection_policy"]["weights"] == [4, 1]
    assert routing_caddy.ports(routing_caddy.meanwhile(whole, {"next": "4000"}, frozenset())) == {
        "api": "3000",
        "next": "4000",
    }
