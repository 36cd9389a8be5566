"""The verifier of nginx.conf is content with what is generated, and with nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nginx_plans import CONFIG, PLANS, paged, plan, route
from nginx_server import text_of

from speccompile.codes import nginx as codes
from speccompile.codes.code import Code
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.source import Span
from speccompile.verify.nginx import verify

PLAN = paged(
    plan(
        route("/api", host="a.example.com", number=10, rate=(10, "s", 20), body=2**24),
        route("/api/v2", "next", "a.example.com", number=20),
        route("/few", "web", "a.example.com", number=30, rate=(1, "m", 0)),
        route("/", "web", number=40, connections=(50, False)),
        route("/bare", "bare", "a.example.com", number=50, strip=True),
        route("/staff", "staff", number=60, guarded=True),
        route("/busy", "busy", number=70, connections=(2, True), rate=(3, "m", 0), refused=503),
        route("/shop.Pay", "pay", number=200, port=50051, timeouts=(5, 600), calls=True),
        tls="1.3",
    ),
    {None: {404: 1, 502: 2}, "/busy": {503: 3}},
)
TEXT = text_of(PLAN)
TINY = plan(route("/api", host="a.example.com", rate=(1, "s", 2)))


def _findings(made: Plan, text: str) -> tuple[Diagnostic, ...]:
    return verify(made, {CONFIG: text})


@pytest.mark.parametrize("name", sorted(PLANS))
def test_what_is_generated_is_right(name: str) -> None:
    assert _findings(PLANS[name], text_of(PLANS[name])) == ()


def test_without_a_proxy_there_is_nothing_to_verify() -> None:
    assert verify(plan(), {}) == ()


def test_a_missing_file_is_found() -> None:
    (finding,) = verify(PLAN, {})
    assert (finding.code, finding.span) == ("SC970", Span("generated/nginx.conf"))


# Each sabotage: the code that must object, what is replaced (the first time), and by what.
SABOTAGE = [
    (codes.UNREADABLE, "http {", "http"),
    (codes.UNREADABLE, "access_log off;", 'access_log "off;'),
    (codes.PRIVILEGED, "pid /tmp/nginx.pid;", "pid /run/nginx.pid;"),
    (codes.PRIVILEGED, "pid /tmp/nginx.pid;", ""),
    (codes.PRIVILEGED, "proxy_temp_path /tmp/proxy;", "proxy_temp_path /tmp/../var;"),
    (codes.PRIVILEGED, "events {", "user nginx; events {"),
    (codes.PRIVILEGED, "listen 8080;", "listen 80;"),
    (codes.PRIVILEGED, "/dev/stderr", "/var/log/nginx/error.log"),
    (codes.PRIVILEGED, "/dev/stdout", "/var/log/nginx/access.log"),
    (codes.UNBOUNDED, "client_body_timeout 10s;", ""),
    (codes.UNBOUNDED, "send_timeout 10s;", "send_timeout 0;"),
    (codes.UNBOUNDED, "keepalive_timeout 30s;", ""),
    (codes.UNBOUNDED, "client_header_timeout 10s;", ""),
    (codes.UNBOUNDED, "proxy_read_timeout 30s;", "proxy_read_timeout 31s;"),
    (codes.UNBOUNDED, "proxy_connect_timeout 5s;", ""),
    (codes.UNBOUNDED, "proxy_send_timeout 30s;", "proxy_send_timeout 30m;"),
    (codes.UNBOUNDED, "client_max_body_size 16m;", "client_max_body_size 0;"),
    (codes.UNBOUNDED, "client_max_body_size 16m;", "client_max_body_size 16k;"),
    (codes.ROUTES, "location = /api {", "location = /api/ {"),
    (codes.ROUTES, "location /api/ {", "location /api {"),
    (codes.ROUTES, "location /api/v2/ {", "location ~ /api/v2/ {"),
    (codes.ROUTES, "proxy_pass http://next_3000", "proxy_pass http://api_3000"),
    (codes.ROUTES, "server next:3000", "server api:3000"),
    (codes.ROUTES, "server api:3000", "server api:3001"),
    (codes.ROUTES, "server api:3000 resolve;", "server api:3000 resolve; server next:3000 resolve;"),
    (codes.ROUTES, "proxy_pass http://api_3000;", "proxy_pass http://api_3000/;"),
    (codes.ROUTES, "proxy_pass http://api_3000;", "proxy_pass http://api_3000/x;"),
    (codes.ROUTES, "server_name a.example.com;", "server_name b.example.com;"),
    (codes.ROUTES, "proxy_pass http://api_3000;", "rewrite ^ /x; proxy_pass http://api_3000;"),
    (codes.ROUTES, "rewrite (?s)^/[^/]+(/.*)$ $1 break;", ""),
    (codes.ROUTES, "rewrite (?s)^/[^/]+(/.*)$ $1 break;", "rewrite ^/[^/]+(/.*)$ $1 break;"),
    (codes.ROUTES, "rewrite (?s)^/[^/]+(/.*)$ $1 break;", "rewrite (?s)^/[^/]+(/.*)$ $1 last;"),
    (codes.ROUTES, "rewrite (?s)^/[^/]+(/.*)$ $1 break;", "rewrite (?s)^/[^/]+/[^/]+(/.*)$ $1 break;"),
    (codes.ROUTES, "rewrite (?s)^/[^/]+(/.*)$ $1 break;", "rewrite (?s)^/[^/]+(/.*)$ /x$1 break;"),
    (codes.ROUTES, "rewrite ^ / break;", "rewrite ^ /x break;"),
    (codes.ROUTES, "rewrite ^ / break;", "rewrite ^ / break; rewrite ^ / break;"),
    (codes.STATIC_UPSTREAM, "proxy_pass http://api_3000;", "proxy_pass http://api:3000;"),
    (codes.STATIC_UPSTREAM, "upstream api_3000 {", "upstream api {"),
    (codes.STATIC_UPSTREAM, "server api:3000 resolve;", "server api:3000;"),
    (codes.STATIC_UPSTREAM, "zone api_3000 64k;", ""),
    (codes.STATIC_UPSTREAM, "resolver 127.0.0.11 valid=2s ipv6=off;", ""),
    (codes.MISSING, "keepalive 32;", ""),
    (codes.MISSING, "keepalive_timeout 1s;", "keepalive_timeout 60s;"),
    (codes.MISSING, "proxy_next_upstream_timeout 30s;", ""),
    (codes.HEADERS, "proxy_pass http://api_3000;", "proxy_set_header X-A b; proxy_pass http://api_3000;"),
    (codes.HEADERS, "access_log off;", "add_header X-A b;"),
    (codes.HEADERS, "add_header X-Content", "add_header X-Content-Type-Options b; add_header X-Content"),
    (codes.HEADERS, "Host $asked_host", "Host $http_host"),
    (codes.HEADERS, "X-Forwarded-Proto $scheme", "X-Forwarded-Proto $http_x_forwarded_proto"),
    (codes.HEADERS, "    server_tokens off;", "    server_tokens off;\n    set_real_ip_from 0.0.0.0/0;"),
    (codes.HEADERS, "X-Forwarded-For $remote_addr", "X-Forwarded-For $proxy_add_x_forwarded_for"),
    (codes.HEADERS, 'proxy_set_header Forwarded "";', ""),
    (codes.HEADERS, "Upgrade $upgrade_to", "Upgrade $http_upgrade"),
    (codes.HEADERS, "proxy_set_header Connection $connection_to;", ""),
    (codes.ROUTES, "grpc_pass grpc://pay_50051;", "proxy_pass http://pay_50051;"),
    (codes.STATIC_UPSTREAM, "grpc_pass grpc://pay_50051;", "grpc_pass grpcs://pay_50051;"),
    (codes.UNBOUNDED, "grpc_read_timeout 600s;", "grpc_read_timeout 60s;"),
    (codes.UNBOUNDED, "client_body_timeout 600s;", ""),
    (codes.MISSING, "grpc_next_upstream_timeout 600s;", ""),
    (codes.HEADERS, "grpc_pass", "grpc_set_header X-A b; grpc_pass"),
    (codes.CALLS, "grpc_set_header X-Forwarded-For $remote_addr;", ""),
    (codes.CALLS, "grpc_set_header Host $asked_host;", "grpc_set_header Host $http_host;"),
    (codes.CALLS, "grpc_hide_header X-Powered-By;", ""),
    (codes.CALLS, "http2 on;", "http2 off;"),
    (codes.RATE, "limit_req zone=api@a.example.com/api burst=20 nodelay;", ""),
    (codes.RATE, "burst=20", "burst=200"),
    (codes.RATE, "rate=10r/s", "rate=10r/m"),
    (codes.RATE, "$binary_remote_addr", "$host"),
    (codes.RATE, "limit_req_status 429;", ""),
    (codes.RATE, "limit_req_status 429;", "limit_req_status 404;"),
    (codes.RATE, "limit_conn_status 429;", ""),
    (codes.RATE, "limit_req_status 503;", ""),
    (codes.RATE, "limit_req_status 503;", "limit_req_status 429;"),
    (codes.RATE, "limit_conn_status 503;", "limit_conn_status 502;"),
    (codes.RATE, "limit_req zone=api@a", "limit_req_status 503; limit_req zone=api@a"),
    (codes.RATE, "zone=web@a.example.com/few;", "zone=api@a.example.com/api;"),
    (codes.RATE, "proxy_pass http://next", "limit_req zone=web@a.example.com/few; proxy_pass http://next"),
    (codes.RATE, "limit_conn web@@/ 50;", ""),
    (codes.RATE, "limit_conn web@@/ 50;", "limit_conn web@@/ 51;"),
    (codes.RATE, "limit_conn_zone $binary_remote_addr", "limit_conn_zone $server_name"),
    (codes.RATE, "proxy_pass http://next", "limit_conn web@@/ 50; proxy_pass http://next"),
    (codes.DOORS, "            if ($outside_1) {\n                return 403;\n            }\n", ""),
    (codes.DOORS, "if ($outside_1)", "if ($outside_2)"),
    (codes.MISSING, "192.0.2.7/32 yes;", ""),
    (codes.MISSING, "192.0.2.0/24 yes;", "0.0.0.0/0 yes;"),
    (codes.ROUTES, "return 403;", "return 200;"),
    (codes.DOORS, "auth_basic_user_file /run/secrets/users;", ""),
    (codes.DOORS, 'auth_basic "restricted";', "auth_basic off;"),
    (codes.DOORS, '"^(?:GET|HEAD)$"', '"^(?:GET|HEAD|PUT)$"'),
    (codes.DOORS, "if (-f /var/tmp/maintenance-staff)", "if (-f /var/tmp/maintenance-other)"),
    (codes.UNEXPECTED, "proxy_pass http://next", "allow 10.0.0.0/8; proxy_pass http://next"),
    (
        codes.DOORS,
        "proxy_pass http://next",
        "auth_basic restricted; auth_basic_user_file /run/secrets/users; proxy_pass http://next",
    ),
    (codes.ROUTES, "return 405;", "return 200;"),
    (codes.ROUTES, "if (-f /var/tmp/maintenance-staff) {", "if (-f /etc/passwd) {"),
    (codes.PAGES, "404:pages @page_1;", "404:pages @page_2;"),
    (codes.PAGES, "502:pages @page_2;", ""),
    (codes.PAGES, "404:pages @page_1;", "404:pages @page_1; 500:pages @page_1;"),
    (codes.PAGES, "503:pages @page_3;", "503:data @page_3;"),
    (codes.PAGES, "503 504 $problem_1;", "503 504 @problem;"),
    (codes.PAGES, "error_page 401 403", "error_page 403"),
    (codes.PAGES, "503 504 $problem_2;", "503 504 $problem_1;"),
    (codes.PAGES, "return 200 $page_1_1;", "return 404 $page_1_1;"),
    (codes.PAGES, "<title>$host", "<title>$hosts"),
    (codes.PAGES, "$page_2_1$page_2_2", "$page_2_2$page_2_1"),
    (codes.PAGES, "default_type text/html;", "default_type text/plain;"),
    (codes.PAGES, "server_name _;", "server_name _; error_page 404 @page_2;"),
    (codes.TLS, "ssl_protocols TLSv1.3;", "ssl_protocols TLSv1.2 TLSv1.3;"),
    (codes.TLS, "ssl_ciphers ECDHE", "ssl_ciphers RC4:ECDHE"),
    (codes.TLS, "listen 8443 ssl;\n        listen [::]:8443 ssl;", "listen 8443; listen [::]:8443;"),
    (codes.TLS, "        if ($to_https) {\n            return 308 https://$host$request_uri;\n        }\n", ""),
    (codes.TLS, "Strict-Transport-Security $hsts always", "Strict-Transport-Security max-age=1 always"),
    (codes.ROUTES, "https://$host$request_uri", "https://evil.example$request_uri"),
    (codes.UNEXPECTED, "server_tokens off;", "server_tokens off; gzip on;"),
    (codes.UNEXPECTED, "server_tokens off;", "server_tokens off; server_tokens off;"),
    (codes.UNEXPECTED, "server_tokens off;", "server_tokens off; # why not"),
    (codes.UNEXPECTED, "\nworker_processes", "\n# Generated\nworker_processes"),
    (codes.MISSING, "server_tokens off;", ""),
    (codes.MISSING, "server_tokens off;", "server_tokens on;"),
    (codes.MISSING, "# Generated by", "# Written by"),
    (codes.MISSING, "# Why", "\n# Why"),
    (codes.HEALTH, "listen 8080 default_server;", "listen 8080;"),
    (codes.HEALTH, "listen 8080;", "listen 8080 default_server;"),
    (codes.HEALTH, "location = /-/proxy-health {", "location /-/proxy-health {"),
    (codes.HEALTH, "location = /-/proxy-health {", "location = /-/health {"),
    (codes.HEALTH, 'return 200 "ok\\n";', 'return 500 "ok\\n";'),
    (codes.HEALTH, "access_log off;", ""),
]


@pytest.mark.parametrize(("code", "old", "new"), SABOTAGE)
def test_each_check_can_fail(code: Code, old: str, new: str) -> None:
    assert old in TEXT
    findings = _findings(PLAN, TEXT.replace(old, new, 1))
    assert code.id in {finding.code for finding in findings}


def test_each_code_has_a_sabotage() -> None:
    assert {code for code, _, _ in SABOTAGE} == set(codes.CODES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("~^[^.]+[.]shop[.]example[.]com$", "*.shop.example.com"),
        ("~^[^.]+[.]shop[.]example[.]com$", "~^.+[.]shop[.]example[.]com$"),
        ("~^[^.]+[.]shop[.]example[.]com$", "~^[^.]+[.]shop[.]example[.]com"),
        ("~^[^.]+[.]shop[.]example[.]com$", "~^[^.]+[.]shop.example[.]com$"),
        ("~^[^.]+[.]shop[.]example[.]com$", "~^[^.]+[.]shop[.]example[.]org$"),
    ],
)
def test_another_pattern_of_hosts_is_found(old: str, new: str) -> None:
    made = PLANS["patterns of hosts"]
    text = text_of(made)
    assert old in text
    assert {"SC973", "SC977", "SC978"} <= {one.code for one in _findings(made, text.replace(old, new, 1))}


def test_two_routes_that_share_a_limit_are_found() -> None:
    shared = plan(route("/a", rate=(5, "s", 5)), route("/b", rate=(5, "s", 5)))
    findings = _findings(shared, text_of(shared).replace("limit_req zone=api@/b", "limit_req zone=api@/a"))
    assert "SC976" in {finding.code for finding in findings}


def test_a_finding_says_where_and_who_asked_for_it() -> None:
    line = TEXT[: TEXT.index("client_max_body_size 16m;")].count("\n") + 1
    findings = _findings(PLAN, TEXT.replace("client_max_body_size 16m;", "client_max_body_size 17m;", 1))
    unexpected = next(finding for finding in findings if finding.code == "SC977")
    missing = next(finding for finding in findings if finding.code == "SC978")
    assert unexpected.span == Span("generated/nginx.conf", line, 13)
    assert [str(related.span) for related in missing.related] == ["specs/assertions.json:13:1"]
    assert "client_max_body_size 16m in http / server a.example.com / location = /api" in missing.message


def _alterations(line: str) -> Iterator[str]:
    """The line deleted, doubled, commented out, and with each of its words changed."""
    yield ""
    yield f"{line}\n{line}"
    yield f"# {line}"
    for word in re.finditer(r"[^\s;{}]+", line):
        start, end = word.span()
        yield f"{line[:start]}{line[end:]}"
        yield f"{line[:start]}{word[0].swapcase()}{line[end:]}"
        yield f"{line[:end]}x{line[end:]}"
        yield line[:start] + re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), word[0]) + line[end:]
    for mark in re.finditer(r"[;{}]", line):
        yield line[: mark.start()] + line[mark.end() :]


def test_whatever_line_is_altered_something_objects() -> None:
    lines = text_of(TINY).split("\n")
    unseen = [
        (number, altered)
        for number, line in enumerate(lines)
        if line.strip()
        for altered in set(_alterations(line)) - {line}
        if not _findings(TINY, "\n".join((*lines[:number], altered, *lines[number + 1 :])))
    ]
    assert unseen == []


def test_a_file_for_another_plan_is_not_right() -> None:
    (only,) = TINY.ingress.routes if TINY.ingress else ()
    others = (
        replace(only, host="b.example.com"),
        replace(only, path="/b"),
        replace(only, service="b"),
        replace(only, port=1),
        replace(only, rate=None),
    )
    for other in others:
        assert _findings(plan(other), text_of(TINY)), other


@given(st.integers(0, len(TEXT)), st.integers(0, 40), st.text(st.sampled_from("a1 \"'\\{};#$\n"), max_size=6))
def test_the_verifier_survives_any_damage(start: int, length: int, more: str) -> None:
    damaged = TEXT[:start] + more + TEXT[start + length :]
    for finding in _findings(PLAN, damaged):
        assert finding.span.path == "generated/nginx.conf"
