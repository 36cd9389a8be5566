"""A Caddyfile that is not the plan's is noticed, whatever was altered in it, and by the invariant that it breaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from caddy_plans import DENSE, WHOLE, of
from caddy_server import text_of, with_caddy
from nginx_plans import PLANS, route

from speccompile.codes import caddy as codes
from speccompile.codes.code import Code
from speccompile.plan.plan import Plan
from speccompile.realise.front_door import FrontDoor, front_door
from speccompile.verify import caddy
from speccompile.verify.readers.caddyfile import CaddyfileSyntaxError, read

EVERY = {**PLANS, **WHOLE}


def _found(plan: Plan, text: str) -> set[str]:
    return {one.code for one in caddy.of_front_door(plan, _front(plan), {"Caddyfile": text})}


def _front(plan: Plan) -> FrontDoor:
    found = front_door(with_caddy(plan).ingress)
    assert found
    return found


@pytest.mark.parametrize("name", sorted(EVERY))
def test_what_is_generated_is_what_the_plan_says(name: str) -> None:
    plan = EVERY[name]
    assert _found(plan, text_of(plan)) == set()


def _altered(text: str) -> Iterator[tuple[int, str]]:
    """*text* with a line left out, twice, longer by a word, or after the next one."""
    lines = text.split("\n")[:-1]
    for number, line in enumerate(lines):
        before, after = lines[:number], lines[number + 1 :]
        for other in (
            [*before, *after],
            [*before, line, line, *after],
            [*before, f"{line} x", *after],
            [*before, *after[:1], line, *after[1:]],
        ):
            if [one.strip() for one in other if one.strip()] != [one.strip() for one in lines if one.strip()]:
                yield number + 1, "\n".join((*other, ""))


@pytest.mark.parametrize(
    "plan",
    [DENSE, of(route("/"), tls="1.3", trusted=("10.0.0.0/8",))],
    ids=["everything", "encrypted"],
)
def test_every_line_is_accounted_for(plan: Plan) -> None:
    text = text_of(plan)
    assert not [number for number, other in _altered(text) if not _found(plan, other)]


SABOTAGE = (
    (codes.UNREADABLE, "plain", "\troute {\n", "\troute { {\n"),
    (codes.UNREADABLE, "plain", "log_skip @health", "log_skip {$HOME}"),
    (codes.PRIVILEGED, "plain", "admin unix//tmp/caddy.sock", "admin 0.0.0.0:2019"),
    (codes.PRIVILEGED, "plain", "auto_https off", "auto_https on"),
    (codes.PRIVILEGED, "plain", "output stdout", "output file /srv/log"),
    (codes.PRIVILEGED, "plain", "http://example.com:8080", "http://example.com:80"),
    (codes.UNBOUNDED, "plain", "read_header 10s", "read_header 0"),
    (codes.UNBOUNDED, "plain", "read_timeout 30s", "read_timeout 3000s"),
    (codes.UNBOUNDED, "plain", "max_size 1048576", "max_size 10485760"),
    (codes.ROUTES, "plain", "@r1 path_regexp ^/closed(?:/|$)", "@r1 path_regexp ^/closed"),
    (codes.ROUTES, "plain", "name api\n", "name web\n"),
    (codes.ROUTES, "plain", " /$1", " /x$1"),
    (codes.STATIC_UPSTREAM, "plain", "refresh 2s", "refesh 2s"),
    (codes.HEADERS, "plain", "header_up X-Forwarded-For {client_ip}", "header_up X-Forwarded-For {header.X-Forwarded-For}"),
    (codes.HEADERS, "plain", "header_up -Forwarded\n", "header_up -Forward\n"),
    (codes.HEADERS, "behind somebody", "trusted_proxies static 10.0.0.0/8", "trusted_proxies static 0.0.0.0/0"),
    (codes.HEADERS, "plain", "request_header @upgrade1 -Upgrade", "request_header @upgrade1 -Ugrade"),
    (codes.DOORS, "plain", "not client_ip 192.0.2.0/24", "not client_ip 0.0.0.0/0"),
    (codes.DOORS, "plain", "error @denied1 403", "error @denied1 503"),
    (codes.DOORS, "plain", "import /tmp/users.users", "import /tmp/anybody.users"),
    (codes.DOORS, "plain", "request_header -Authorization", "request_header -Authorisation"),
    (codes.DOORS, "plain", "error @method1 405", "error @method1 200"),
    (codes.DOORS, "plain", "error @closed1 503", "error @closed1 500"),
    (codes.TLS, "encrypted", "protocols tls1.2 tls1.3", "protocols tls1.0 tls1.3"),
    (codes.TLS, "encrypted", "redir https://{host}{uri} 308", "respond @health ok 200"),
    (codes.TLS, "encrypted", "tls /run/secrets/tls-certificate", "tls /srv/tls-certificate"),
    (codes.PAGES, "with pages", "1:404 1", "1:404 2"),
    (codes.PAGES, "with pages", "1:502 2\n", "1:502 2\n\t\t\t\t1:503 2\n"),
    (codes.PAGES, "with pages", "vars pages 2", "vars pages 1"),
    (codes.PAGES, "with pages", "vars pages 1\n", "vars page 1\n"),
    (codes.PAGES, "with pages", "header_regexp Accept (?i)text/html", "header_regexp Accept (?i)text/plain"),
    (codes.PAGES, "with pages", "<title>$host", "<title>$hosts"),
    (codes.PAGES, "with pages", "handle_errors {", "handle_errors 404 {"),
    (codes.CALLS, "plain", "versions h2c", "versions 1.1"),
    (codes.CALLS, "plain", "protocols h1 h2 h2c", "protocols h1 h2"),
    (codes.HEALTH, "plain", "respond @health ok 200", "respond @health ok 503"),
    (codes.UNEXPECTED, "plain", "\theader -Server\n", "\theader -Server\n\t\theader -Via\n"),
    (codes.MISSING, "plain", "header X-Content-Type-Options nosniff\n", "header -Server\n"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "name", "old", "new"), SABOTAGE, ids=[f"{one[0].id}-{one[3][:30]}" for one in SABOTAGE]
)
def test_sabotage_is_noticed_by_its_invariant(code: Code, name: str, old: str, new: str) -> None:
    plan = WHOLE[name]
    text = text_of(plan)
    assert old in text
    assert code.id in _found(plan, text.replace(old, new, 1))


def test_a_door_behind_the_service_is_in_the_wrong_order() -> None:
    plan = WHOLE["plain"]
    lines = text_of(plan).split("\n")
    number = next(number for number, line in enumerate(lines) if "error @allowed1 403" in line)
    end = next(at for at, line in enumerate(lines) if at > number and line == "\t\t}")
    moved = [*lines[:number], *lines[number + 1 : end], lines[number], *lines[end:]]
    assert {codes.ORDER.id, codes.DOORS.id} <= _found(plan, "\n".join(moved))


def test_every_code_is_provoked() -> None:
    assert {one.id for one in codes.CODES} == {one[0].id for one in SABOTAGE} | {codes.ORDER.id}


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a {\n",
        "}\n",
        "a { b\n}\n",
        "a } b\n",
        '"a\n',
        '"a"b\n',
        "a`b`\n",
        "a `b\n",
        "a `b\n`c\n",
        "a `{$A}`\n",
        "<<END\nEND\n",
        "{$A}\n",
        'a"b\n',
    ],
)
def test_what_caddy_could_read_otherwise_is_refused(text: str) -> None:
    with pytest.raises(CaddyfileSyntaxError):
        read(text)


def test_words_are_those_that_caddy_sees() -> None:
    found = read('a "b c" "" "d \\" e" f\\x20 # g\nh {\n\ti "{"\n}\n')
    lines = read('a `b\n"# {\n` "`" c # `d\ne\n')
    assert [(one.words, one.line) for one in lines.blocks] == [(("a", 'b\n"# {\n', "`", "c"), 1), (("e",), 4)]
    assert [(one.text, one.line) for one in lines.comments] == [(" `d", 1)]
    assert [one.words for one in found.blocks] == [("a", "b c", "", 'd " e', "f\\x20"), ("h",)]
    assert [one.words for one in found.blocks[1].block or ()] == [("i", "{")]
    assert [one.text for one in found.comments] == [" g"]
