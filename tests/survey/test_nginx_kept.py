"""What an nginx configuration in the tree does with requests is in the proposed routes, or is named once for people to look after."""

from __future__ import annotations

import pytest
from survey_cases import proposed
from test_services import server

from projects import compiled, manifest
from speccompile.frontends import yamltext
from speccompile.spec.located import SourceText
from speccompile.survey import deployfile
from speccompile.survey.proposal import Proposal

FRONT = {**server("web"), **server("api", dependencies={"express": "4"})}
CONF = """\
user nginx;
http {
  limit_req_zone $binary_remote_addr zone=perip:10m rate=10r/s;
  client_max_body_size 2m;
  upstream backend { server api:3000; keepalive 16; }
  server {
    listen 80;
    server_name shop.example.com;
    add_header X-Frame-Options DENY;
    location / { proxy_pass http://web:3000; proxy_set_header Host $host; gzip on; }
    location /api/ {
      proxy_pass http://backend/;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Tenant shop;
      proxy_read_timeout 5m;
      proxy_connect_timeout 3s;
      limit_req zone=perip burst=20 nodelay;
      auth_basic "staff";
      auth_basic_user_file /etc/nginx/htpasswd;
      proxy_cache things;
      allow 10.1.2.3/8;
      deny all;
    }
    location /api/upload { proxy_pass http://backend; client_max_body_size 512M; }
  }
}
"""


def _lines(found: Proposal, name: str) -> str:
    """The line of its route in deploy.yaml, without the reason."""
    text = deployfile.text(found, deployfile.Manifests(), None).split(f"\n  {name}:")[1]
    return next(line.split("  #")[0].strip() for line in text.splitlines() if "route:" in line)


def _unused(found: Proposal, name: str) -> tuple[str, ...]:
    return next(one.found.unused for one in found.services if one.found.name == name)


def test_what_has_a_key_is_carried_and_the_rest_is_named_once() -> None:
    found = proposed({**FRONT, "nginx/nginx.conf": CONF})
    assert _lines(found, "api") == (
        "route: {path: /api, strip: true, body: 2MiB, timeouts: {connect: 3s, read: 300s}, rate: {count: 10, per: s, burst: 20}, "
        'allow: ["10.0.0.0/8"], basic_auth: API_USERS}'
    )
    assert _lines(found, "web") == "route: {path: /, body: 2MiB, compression: true}"
    assert _unused(found, "api") == (
        "the secret API_USERS has the lines of /etc/nginx/htpasswd, by which nginx/nginx.conf lets people in to api",
        "nginx/nginx.conf has body: 512MiB for /api/upload of api: a route of its own in deploy.yaml",
        "proxy_set_header X-Tenant, proxy_cache, add_header X-Frame-Options in nginx/nginx.conf for api: nothing is made of these",
    )
    assert _unused(found, "web") == (
        "add_header X-Frame-Options in nginx/nginx.conf for web: nothing is made of these",
    )


def test_what_is_proposed_compiles() -> None:
    """And holds what nginx held."""
    files = {**FRONT, "nginx/nginx.conf": CONF}
    text = deployfile.text(proposed(files), deployfile.Manifests(), None)
    value, findings = yamltext.read(SourceText("specs/deploy.yaml", text))
    assert not findings
    sources = {**server("web"), **server("api")}  # without dependencies there is nothing to lock
    done = compiled(sources, manifest("web-service"), {"services": dict(value["services"]), "app": "shop"})
    made = done.files["nginx.conf"]
    for line in (
        "client_max_body_size 2m;",
        "proxy_read_timeout 300s;",
        "rate=10r/s;",
        "burst=20 nodelay;",
        "auth_basic_user_file",
    ):
        assert line in made


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("client_max_body_size 10m;", "body: 10MiB"),
        ("proxy_read_timeout 1h30m;", "timeouts: {read: 5400s}"),
        ("deny 192.0.2.7; deny 2001:db8::/32; allow all;", 'deny: ["192.0.2.7/32", "2001:db8::/32"]'),
        ("auth_basic off;", ""),
        ("client_max_body_size 0;", "client_max_body_size"),
        ("limit_req zone=others;", "limit_req"),
        ("limit_req zone=perip;", "limit_req"),
        ("allow 10.0.0.0/8; deny 10.1.0.0/16; deny all;", "allow, deny"),
        ("allow 0.0.0.0/0; deny all;", "allow, deny"),
        ("proxy_read_timeout 500ms;", "proxy_read_timeout"),
        ("client_max_body_size ${LIMIT};", "client_max_body_size"),
        ("limit_rate 1m;", "limit_rate"),
        ("proxy_read_timeout 7d;", "proxy_read_timeout"),
        ("client_max_body_size 999999999999g;", "client_max_body_size"),
    ],
)
def test_of_a_single_service_too(said: str, keys: str) -> None:
    """What cannot be carried as it is meant is named, not guessed."""
    found = proposed(
        {**server(""), "nginx.conf": f"server {{ location / {{ {said} proxy_pass http://127.0.0.1:3000; }} }}"}
    )
    (one,) = found.services
    carried = ", ".join(f"{key}: {value}" for key, value in one.route.keys) if one.route else ""
    named = [line.partition(" in nginx.conf")[0] for line in one.found.unused]
    assert [text for text in (carried, *named) if text] == ([keys] if keys else [])


@pytest.mark.parametrize(
    "text",
    [
        "server { location { proxy_pass http://127.0.0.1:3000; } location = { proxy_pass x; } }",
        "limit_req_zone; server { location / { proxy_pass; limit_req; client_max_body_size; allow; auth_basic; } }",
        "location / { proxy_pass http://a; " * 2000 + "}" * 2000,
    ],
)
def test_what_nginx_would_not_take_is_left_alone(text: str) -> None:
    """It is a stranger's file."""
    (one,) = proposed({**server(""), "nginx.conf": text}).services
    assert one.route is None


def test_calls_of_grpc() -> None:
    """Are passed on as such where the sources do not say so."""
    files = {
        **FRONT,
        "nginx.conf": "server { location /shop.Pay { grpc_pass grpc://api:3000; grpc_read_timeout 2h; gzip on; } }",
    }
    found = proposed(files)
    assert "grpc: true" not in (_lines(found, "api"))
    alone = proposed(
        {
            **server(""),
            "nginx.conf": "server { location / { grpc_pass grpc://127.0.0.1:3000; grpc_read_timeout 2h; gzip on; } }",
        }
    )
    assert alone.services[0].route
    assert alone.services[0].route.keys == (("grpc", "true"), ("timeouts", "{read: 7200s}"))
