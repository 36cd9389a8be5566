"""What stands in a registry, in the settings of a host and in a project is a stranger's: it says what it may say, or it is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import BUN_WEB, compiled, manifest
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.hosts import registry
from speccompile.hosts import settings as operators
from speccompile.hosts.clashes import clashes, loops
from speccompile.hosts.configuration import files, front, proved
from speccompile.hosts.joining import Wanted, joined
from speccompile.hosts.registry import Application
from speccompile.realise.front_door import Place
from speccompile.verify.readers.nginx import Directive, read

PLACE = Place(
    scratch="/run/speccompile", access_log="/dev/null", error_log="stderr", strangers=True, closed="/srv/door/closed"
)
USUAL = operators.Settings()
EVERYTHING = {
    "path": "/",
    "rate": {"count": 5, "per": "s", "burst": 9},
    "compression": True,
    "cache_control": {"static": "30d"},
    "headers": {"X-Frame-Options": "DENY"},
    "cors": {"origins": ["https://a.example.com"]},
    "allow": ["10.0.0.0/8"],
    "methods": ["GET", "POST"],
    "websockets": {"idle": "2h"},
    "maintenance": {"retry_after": "10m"},
    "basic_auth": "STAFF_USERS",
    "errors": {"401": "pages/a.html"},
}
PAGES = {"pages/a.html": "<p>who are you? $host \\n</p>\n", "pages/b.html": "<p>down</p>"}


def wanted(
    owner: str, routes: list[dict[str, Any]] | None, more: dict[str, Any]
) -> tuple[Application, tuple[Diagnostic, ...]]:
    """The application that a small project with *routes* becomes, and what is said of it."""
    services = {"app": {"path": ".", **({"routes": routes} if routes else {})}}
    files = {**BUN_WEB, **PAGES, **more.pop("files", {})}
    plan = compiled(files, manifest("web-service"), {"services": services, **more.pop("deploy", {})}).plan
    usual: dict[str, Any] = {"owner": owner, "app": "todo", "host": None, "prefix": f"/{owner}/todo"}
    return joined(plan, Wanted(**usual | {"addresses": {"app": "127.0.0.1:3000"}} | more), "p")


def planned(owner: str = "alice", *routes: dict[str, Any], **more: Any) -> Application:
    """The same, alone."""
    return wanted(owner, list(routes), more)[0]


def read_back(*applications: Application) -> tuple[Application, ...]:
    """*applications* as a registry has them."""
    return registry.parse(registry.dump(applications), "app-registry.json")


def refusals(action: Callable[[], object]) -> list[str]:
    """The codes with which *action* is refused."""
    with pytest.raises(Refused) as refused:
        action()
    return [one.code for one in refused.value.diagnostics]


def test_a_registry_says_all_that_there_is() -> None:
    """Written and read, an application is what it was, and is written as it was; so is what nginx is told."""
    one = planned(
        "alice", EVERYTHING, {"path": "/admin", "strip": True, "body": "8MiB"}, {"host": "a.example.com", "path": "/"}
    )
    (again,) = read_back(one)
    assert (again.routes, again.services, again.spec_digest) == (one.routes, one.services, one.spec_digest)
    assert registry.dump([again]) == registry.dump([one])
    assert files([again], USUAL, PLACE) == files([one_with_origins(one)], USUAL, PLACE)


def one_with_origins(one: Application) -> Application:
    """*one* as it is after a second time."""
    return read_back(*read_back(one))[0]


def test_each_application_has_its_own_files_and_they_are_as_without_the_others() -> None:
    """Whoever comes and goes changes nothing in them: what is counted or numbered over all of them stays out."""
    alice, bob = (
        planned("alice", {"path": "/", "rate": {"count": 5, "per": "s"}}),
        planned("bob", addresses={"app": "127.0.0.1:1"}),
    )
    alone, both = files(read_back(alice), USUAL, PLACE), files(read_back(alice, bob), USUAL, PLACE)
    own = [path for path in alone if path != "nginx.conf"]
    assert own == ["hosts/_/alice.todo.conf", "upstreams/alice.todo.conf"]
    assert [both[path] for path in own] == [alone[path] for path in own]
    assert "127.0.0.1_1" not in "".join(both[path] for path in own)


@pytest.mark.parametrize(
    ("address", "code"),
    [("127.0.0.1:8080", "SC664"), ("0.0.0.0:8443", "SC664"), ("[::1]:8080", "SC664"), ("127.0.0.1:3000", None)],
)
def test_nginx_is_no_service_of_its_own(address: str, code: str | None) -> None:
    """It would ask itself."""
    said = operators.parse(json.dumps({"tls": FILES}), "host.json")
    found = loops(planned(addresses={"app": address}), said)
    assert [one.code for one in found] == ([code] if code else [])


FILES = {"certificate": "/etc/ssl/a.pem", "key": "/etc/ssl/a.key"}


@pytest.mark.parametrize(
    "said",
    [{}, {"tls": {**FILES, "challenges": True, "group": "g"}}, {"host": "a.example.com", "tls": {"acme": {}}}],
    ids=["plain", "challenges", "acme"],
)
def test_each_line_of_what_is_installed_is_read_back(said: dict[str, Any]) -> None:
    """Without any one line, or with one twice, in another file or another order of files, it is not what it should be."""
    host = said.get("host")
    alone = planned("bob", host=host, addresses={"app": "127.0.0.1:1"})
    # With TLS that nginx or somebody else gets certificates for, the lines that it has without are asked for once, above.
    known = read_back(alone) if said else read_back(planned("alice", EVERYTHING), alone)
    operators_ = operators.parse(json.dumps(said), "host.json")
    where = replace(PLACE, challenges="/srv/door/challenges" if "challenges" in str(said) else None, kept="/var/lib/s")
    whole, made = front(known, operators_, where), files(known, operators_, where)
    assert not proved(whole, made)
    for path, text in made.items():
        lines = text.splitlines(keepends=True)
        for number, line in enumerate(lines):
            if not line.strip() or (said and not any(word in line for word in ("acme", "ssl", "disable", "root "))):
                continue
            without = "".join(lines[:number] + lines[number + 1 :])
            assert proved(whole, {**made, path: without}), f"{path}:{number + 1} can go: {line}"
    assert proved(whole, {path: text for path, text in made.items() if not path.startswith("upstreams/bob")})
    assert proved(whole, {**made, "hosts/_/more.conf": made[f"hosts/{host or '_'}/bob.todo.conf"]})
    assert proved(whole, {**made, "elsewhere/more.conf": "# x\n"})


HOSTILE = [
    "a;b",
    "a b",
    'a"b',
    "a'b",
    "a{b",
    "a}b",
    "a\\b",
    "a$b",
    "a#b",
    "a\nb",
    "/a;}evil{",
    "a.b; } evil {",
    "~x",
    "é",
    "..",
    "",
    "*",
    "x" * 300,
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "steps",
    [
        ("owner",),
        ("app",),
        ("services", 0, "address"),
        ("services", 0, "service"),
        ("routes", 0, "host"),
        ("routes", 0, "path"),
        ("routes", 0, "mount"),
        ("routes", 0, "service"),
        ("routes", 0, "rate", "per"),
        ("routes", 0, "headers", "each", 0, "name"),
        ("routes", 0, "headers", "each", 0, "value"),
        ("routes", 0, "headers", "at"),
        ("routes", 0, "origins", "allow", 0),
        ("routes", 0, "networks", "allow", 0),
        ("routes", 0, "methods", "allow", 0),
        ("routes", 0, "caching", "rules", 0, "what"),
        ("routes", 0, "login", "secret"),
        ("pages", 0, "source"),
    ],
)
def test_a_stranger_s_word_makes_no_directive(steps: tuple[str | int, ...], text: str) -> None:
    """It is refused, or it is one word of the configuration as any other: no more statements than before."""
    body = json.loads(everything())
    place = body["applications"][0]
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = text
    try:
        made = files(registry.parse(json.dumps(body), "app-registry.json"), USUAL, PLACE)
    except Refused as problem:
        codes = {one.code for one in problem.diagnostics}
    else:
        codes = directives(made) - usual()
    assert codes <= {"SC662"} or all(one < "SC200" for one in codes)


@cache
def everything() -> str:
    """A registry with one application that asks for all there is."""
    return registry.dump([planned("alice", EVERYTHING)])


@cache
def usual() -> set[str]:
    """The directives that it comes to."""
    return directives(files(registry.parse(everything(), "app-registry.json"), USUAL, PLACE))


def directives(made: dict[str, str]) -> set[str]:
    """The names of all directives of *made*; what stands in a table is data."""

    def names(found: Iterable[Directive]) -> Iterator[str]:
        for one in found:
            yield one.name
            yield from names(one.block or () if one.name not in ("map", "geo", "types") else ())

    return {name for text in made.values() for name in names(read(text).directives)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda body: body.update(version=2), "its version is"),
        (lambda body: body.update(more=1), "nothing is called"),
        (lambda body: body.pop("applications"), "applications is missing"),
        (lambda body: body.update(applications={}), "no list"),
        (lambda body: body["applications"].append(body["applications"][0]), "stands there twice"),
        (lambda body: body["applications"][0].update(owner="A"), "no name of an owner"),
        (lambda body: body["applications"][0].update(app=5), "no name of an application"),
        (lambda body: body["applications"][0]["routes"][0].update(port="80"), "no whole number"),
        (lambda body: body["applications"][0]["routes"][0].update(port=True), "no whole number"),
        (lambda body: body["applications"][0]["routes"][0].update(evil="x"), "nothing is called"),
        (lambda body: body["applications"][0]["routes"][0].pop("timeouts"), "timeouts is missing"),
        (lambda body: body["applications"][0]["routes"][0].update(service="other"), "none of the services"),
        (lambda body: body["applications"][0]["services"][0].update(address="127.0.0.1:70000"), "no HOST:PORT"),
        (lambda body: body["applications"][0]["services"][0].update(address="999.1.1.1:70"), "no HOST:PORT"),
        (lambda body: body["applications"][0]["services"][0].update(address="[::0001]:70"), "no HOST:PORT"),
        (lambda body: body["applications"][0]["services"][0].update(address="[::1%lo]:70"), "no HOST:PORT"),
        (lambda body: body["applications"][0].update(pages=[{"number": 0, "source": "a", "text": "b"}]), "one number"),
        (
            lambda body: body["applications"][0]["routes"][0].update(errors={"each": [{"status": 502, "page": 7}]}),
            "no page is shown",
        ),
    ],
)
def test_a_registry_that_says_something_else_is_refused_with_its_place(
    change: Callable[[Any], None], message: str
) -> None:
    """Rather than dropped, as a route would be lost."""
    body = json.loads(registry.dump([planned()]))
    change(body)
    with pytest.raises(Refused, match=message) as refused:
        registry.parse(json.dumps(body, indent=2), "app-registry.json")
    (finding,) = refused.value.diagnostics
    assert (finding.code, finding.span.path, finding.span.line > 0) == ("SC662", "app-registry.json", True)


@given(
    st.text(max_size=40)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["version", "applications", "owner"]), inner),
    ).map(json.dumps)
)
@settings(max_examples=100, deadline=None)
def test_garbage_is_refused(text: str) -> None:
    """Whatever it is."""
    for parse in (registry.parse, operators.parse):
        with suppress(Refused):
            parse(text, "x")


@pytest.mark.parametrize(
    ("mine", "theirs", "code"),
    [
        ({"prefix": "/bob/todo"}, {}, "SC663"),
        ({"prefix": "/bob/todo/admin"}, {}, "SC663"),
        ({"prefix": "/bob"}, {}, "SC663"),
        ({"prefix": ""}, {}, "SC663"),
        ({"prefix": "/bob/todos"}, {}, None),
        ({"prefix": "/bob/todo", "host": "a.example.com"}, {}, None),
        ({"prefix": "/bob/todo/x", "owner": "bob", "app": "more"}, {}, None),
        ({"prefix": "/bob/todo", "owner": "bob", "app": "more"}, {}, "SC663"),
        ({"addresses": {"app": "127.0.0.1:1"}}, {}, "SC664"),
        ({"prefix": "/-/proxy-health"}, {}, "SC666"),
        ({"prefix": "/.well-known/acme-challenge"}, {}, "SC666"),
        ({"prefix": "/.well-known/acme%2Dchallenge/x", "host": "a.example.com"}, {}, "SC666"),
        ({"prefix": "/.well-known"}, {}, None),
    ],
)
def test_two_that_want_the_same(mine: dict[str, Any], theirs: dict[str, Any], code: str | None) -> None:
    """Both are named, with where they stand; owners do not get below each other, one owner's applications may."""
    other = planned("bob", addresses={"app": "127.0.0.1:1"}, **theirs)
    found = clashes(planned(mine.pop("owner", "alice"), **mine), read_back(other))
    assert {one.code for one in found} == ({code} if code else set())
    if code in ("SC663", "SC664"):
        assert "bob/todo" in found[0].message
        assert found[0].related[0].span.path == "app-registry.json"
        assert found[0].related[0].span.line > 0


@pytest.mark.parametrize(
    ("routes", "more", "codes"),
    [
        (
            [{"host": "a.example.com", "path": "/"}, {"path": "/old", "redirect": {"to": "https://a.example.com"}}],
            {},
            ["SC666"],
        ),
        ([{"path": "/"}], {"addresses": {}}, ["SC665"]),
    ],
)
def test_what_a_shared_host_cannot_hold(routes: list[dict[str, Any]], more: dict[str, Any], codes: list[str]) -> None:
    """Is refused, and not left out."""
    assert refusals(lambda: planned("alice", *routes, **more)) == codes


def test_what_the_operator_says_is_left_to_the_operator() -> None:
    """And that is said."""
    notes = wanted("alice", None, {"deploy": {"trusted_proxies": ["10.0.0.0/8"]}})[1]
    assert [one.code for one in notes] == ["SC674"]
    pages = {"files": {"pages/a.html": "<p>a</p>"}, "deploy": {"errors": {"502": "pages/a.html"}}}
    assert wanted("alice", None, pages)[1] == ()
    pages["deploy"] = {"errors": {"404": "pages/a.html"}}
    assert [(one.code, "errors" in one.message) for one in wanted("alice", None, pages)[1]] == [("SC674", True)]


def test_a_project_without_a_route() -> None:
    """Has no place."""
    plan = compiled(BUN_WEB, manifest("web-service")).plan
    empty = replace(plan, ingress=None)
    asked = Wanted(owner="a", app="b", host=None, prefix="", addresses={})
    assert refusals(lambda: joined(empty, asked, "p")) == ["SC670"]
