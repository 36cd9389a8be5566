"""What an operator says of a shared host, and the unit that is made of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from test_hosts_registry import PLACE, USUAL, planned, read_back, refusals

from speccompile.hosts import settings as operators
from speccompile.hosts.configuration import files
from speccompile.hosts.unit import unit

FILES = {"certificate": "/etc/ssl/a.pem", "key": "/etc/ssl/a.key"}

GOT: dict[str, Any] = {"acme": {}}


@pytest.mark.parametrize(
    "said",
    [
        {"listen": 81},
        {"listen": 443},
        {"listen": 8081},
        {"listen": "8080"},
        {"host": "a;b"},
        {"host": "Example.com"},
        {"runtime": "run"},
        {"runtime": "/run/../etc"},
        {"access_log": "off"},
        {"access_log": "/var/log/a b"},
        {"access_log": "syslog:server=evil.example.com"},
        {"resolver": "1.1.1.1; evil"},
        {"trusted_proxies": ["10.0.0.1/8"]},
        {"trusted_proxies": "10.0.0.0/8"},
        {"workers": 0},
        {"liston": 8080},
        {"tls": {}},
        {"tls": {"certificate": "/a", "key": "b"}},
        {"tls": {"certificate": "/a;b", "key": "/b"}},
        {"tls": {"acme": {}}},
        {"host": "a.b", "tls": {**FILES, "acme": {}}},
        {"host": "a.b", "tls": {"certificate": "/a", "acme": {}}},
        {"host": "a.b", "tls": {"acme": {"directory": "http://a.b/dir"}}},
        {"host": "a.b", "tls": {"acme": {"contact": "a@b; evil"}}},
        {"host": "a.b", "tls": {"acme": {"roots": "a"}}},
        {"host": "a.b", "tls": {"acme": {"state": "/a/../b"}}},
        {"host": "a.b", "tls": {"acme": {}, "challenges": True, "group": "ssl-cert"}},
        {"tls": {**FILES, "challenges": True}},
        {"tls": {**FILES, "challenges": "/var/www", "group": "ssl-cert"}},
        {"tls": {**FILES, "listen": 80}},
        {"tls": {**FILES, "listen": 8080}},
        {"tls": {**FILES, "oldest": "1.1"}},
        {"tls": {**FILES, "hsts": -1}},
        {"tls": {**FILES, "group": "a b"}},
        {"tls": {**FILES, "certificates": [{**FILES, "host": "*"}]}},
        {"tls": {**FILES, "certificates": [{**FILES, "host": "*.a;b"}]}},
        {"tls": {**FILES, "certificates": [{**FILES, "host": "a.b"}, {**FILES, "host": "a.b"}]}},
        {"tls": {**FILES, "certificates": [{"certificate": "/a", "key": "/../b", "host": "a.b"}]}},
    ],
)
def test_settings_that_cannot_be_are_refused(said: dict[str, Any]) -> None:
    """With their place."""
    assert refusals(lambda: operators.parse(json.dumps(said), "host.json")) == ["SC661"]


def test_the_unit_may_do_what_its_settings_need_and_no_more() -> None:
    """A port below 1024, a group's keys."""
    said = operators.parse(
        json.dumps({"listen": 80, "tls": {**FILES, "listen": 443, "group": "ssl-cert"}}), "host.json"
    )
    for settings_, privileged in ((USUAL, False), (said, True)):
        text = unit(settings_, "/etc/speccompile", "nginx")
        assert ("AmbientCapabilities=CAP_NET_BIND_SERVICE\n" in text) == privileged
        assert ("SupplementaryGroups=ssl-cert\n" in text) == privileged
        assert f"\nCapabilityBoundingSet={'CAP_NET_BIND_SERVICE' if privileged else ''}\n" in text
    kept = {**GOT, "acme": {"state": "/srv/kept"}}
    for tls, line in ((GOT, "StateDirectory=speccompile"), (kept, "ReadWritePaths=/srv/kept")):
        asked = operators.parse(json.dumps({"host": "a.b", "tls": tls}), "host.json")
        assert f"\n{line}\n" in unit(asked, "/etc/speccompile", "nginx")
    made = files(read_back(planned()), said, replace(PLACE, low=True))["nginx.conf"]
    assert "listen [::]:443 ssl default_server;" in made
