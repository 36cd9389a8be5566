"""The catalogue: what holds for every backing service, checked statically."""

from __future__ import annotations

import re
from dataclasses import fields
from urllib.parse import urlsplit

import pytest

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import HALF, Backing, identifier

_ALL = pytest.mark.parametrize("kind", sorted(CATALOG))


def test_the_registry_is_what_was_asked_for() -> None:
    """Every kind is registered under its own name; the usual database comes first."""
    assert [kind for kind, backing in CATALOG.items() if backing.kind != kind] == []
    assert next(iter(CATALOG)) == "postgres"


@_ALL
def test_images_have_tags(kind: str) -> None:
    """An exact tag that follows from the version."""
    backing = CATALOG[kind]
    assert re.fullmatch(
        r"[a-z./-]+:(?:v?[0-9.]+|RELEASE\.[0-9TZ-]+)(?:-bookworm|-alpine)?", backing.tag.format(version=backing.version)
    )
    assert "{version}" in backing.tag


@_ALL
def test_the_user_is_numeric_and_not_root(kind: str) -> None:
    """Memory for the user alone belongs to that user."""
    backing = CATALOG[kind]
    uid, gid = backing.user.split(":")
    assert int(uid) > 0
    assert int(gid) > 0
    for room in backing.scratch:
        assert room.path.startswith("/")
        assert room.size > 0
        assert (room.mode, room.owner) in ((0o1777, None), (0o755, f"{uid}:{gid}"))


@_ALL
def test_urls_name_host_port_user_and_password(kind: str) -> None:
    """The last form fits everybody and is a URL that anybody can read; the bare one has all but the password."""
    backing = CATALOG[kind]
    last = backing.forms[-1]
    if backing.login is None or "{password}" not in last.address:
        assert (last.clients, last.plain, last.address, backing.form(())) == ((), True, last.bare, last)
        assert f"{{host}}:{backing.port}" in last.address
        return
    user = backing.login.user.format(user="bank")
    names = {"app": "bank", "host": "db", "user": user, "password": "s3cret"}
    url, bare = urlsplit(last.address.format(**names)), urlsplit(last.bare.format(**names))
    assert (last.clients, last.plain, backing.form(())) == ((), True, last)
    assert (url.hostname, url.port, url.username, url.password) == ("db", backing.port, user, "s3cret")
    assert (bare.hostname, bare.port, bare.username or "", bare.password) == ("db", backing.port, user, None)
    assert url.scheme in backing.schemes
    assert backing.url_variable.endswith("_URL")


@_ALL
def test_every_form_has_one_password_and_is_of_its_kind(kind: str) -> None:
    """What is not plain says so; no form is hidden behind one that fits whenever it does."""
    backing = CATALOG[kind]
    for number, form in enumerate(backing.forms):
        assert (form.address.count("{password}"), form.bare.count("{password}")) == (int(form.address != form.bare), 0)
        assert form.plain == bool(re.match(r"[a-z0-9+]+://|\{host\}:[0-9]+\Z", form.address))
        assert backing.form({name for group in form.clients for name in group}) in backing.forms[: number + 1]


@_ALL
def test_one_record_says_everything_about_a_kind(kind: str) -> None:
    """Clients of every ecosystem, schemes, prefixes, a usual name, the oldest version. Mailpit is implied by nothing."""
    backing = CATALOG[kind]
    assert all((backing.usual_name, backing.own))
    assert (backing.clients and backing.schemes) or kind == "mailpit"
    assert re.fullmatch(backing.numbered, backing.version)
    assert backing.least < backing.memory
    assert backing.oldest <= int(re.split("[.-]", backing.version)[0])
    go = [name for name in backing.clients if re.match(r"(?:github\.com|go\.mongodb\.org)/", name)]
    assert go or kind in ("mariadb", "mailpit")


@_ALL
def test_no_pattern_has_a_field_that_nobody_fills(kind: str) -> None:
    """{app} in the environment and the probe, nothing else in braces."""
    backing = CATALOG[kind]
    for pattern in (*(value for _, value in backing.environment), *backing.check):
        assert "{" not in pattern.format(app="bank", user="me", host="store", half="64")
    assert not any("{" in word.replace(HALF, "64") for word in backing.command)


@_ALL
def test_no_secret_in_environment_or_arguments(kind: str) -> None:
    """The catalogue has no values; a program that starts gets the password from the environment, a file or its standard input."""
    backing = CATALOG[kind]
    login = backing.login
    for name, value in (*backing.environment, *(login.environment if login else ())):
        assert not re.search(r"PASS|SECRET|TOKEN", name) or value == "yes"
    for argv in (backing.command, backing.check, *((login.command, login.check) if login else ())):
        assert not any(re.search(r"--pass|requirepass$|-a\b", word) for word in argv)
        scripts = [word for word in argv if "PASSWORD" in word]
        assert all(login and f"${login.variable}" in script for script in scripts)
        assert all("$p" not in line for script in scripts for line in re.findall(r"exec .*", script))


@_ALL
def test_probes_ask_the_server(kind: str) -> None:
    """Over the network, in bounded time, and less often than they may take."""
    backing = CATALOG[kind]
    assert backing.check_timeout < backing.check_interval
    asked = " ".join(backing.check)
    assert (
        "127.0.0.1" in asked
        or "$(hostname)" in asked
        or "connect" in asked
        or asked in ("mc ready local", "/mailpit readyz")
    )


@_ALL
def test_no_memory_file_system_hides_the_data(kind: str) -> None:
    """And there is time to write it when the server is stopped."""
    backing = CATALOG[kind]
    assert backing.data not in [room.path for room in backing.scratch]
    assert backing.stop_grace >= 10


@_ALL
def test_words_are_patterns_in_lower_case(kind: str) -> None:
    """Every word is a regular expression; a store is not found by another one's name."""
    backing = CATALOG[kind]
    for word in (*backing.words, *backing.generic):
        re.compile(word)
        assert word == word.lower()
    others = [word for other in CATALOG.values() if other is not backing for word in (*other.words, *other.clients)]
    assert not set(others) & {*backing.words, *backing.clients}


def test_headers_about_caches_name_no_cache() -> None:
    """«Cache-Control headers» is not a wish for a store."""
    pattern = "|".join(CATALOG["redis"].generic)
    assert re.search(rf"\b(?:{pattern})\b", "results are kept in a cache for an hour")
    assert not re.search(rf"\b(?:{pattern})\b", "responses have cache-control headers")


@pytest.mark.parametrize(
    ("app", "name"),
    [
        ("bank", "bank"),
        ("ledger-export", "ledger_export"),
        ("root", "root_app"),
        ("postgres", "postgres_app"),
        ("a" * 31 + "-b", "a" * 31),
        ("x" * 40, "x" * 32),
    ],
)
def test_identifiers(app: str, name: str) -> None:
    """Names that every server takes for databases and users: at most 32 characters, none that it keeps for itself."""
    assert identifier(app) == name
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", identifier(app))


def test_every_field_is_explained() -> None:
    """The class's documentation speaks of all but the obvious fields."""
    obvious = {
        "kind",
        "port",
        "command",
        "cpus",
        "pids",
        "stop_signal",
        "start_period",
        "check_interval",
        "check_timeout",
    }
    documented = set(re.findall(r"``([a-z_]+)``", Backing.__doc__ or ""))
    assert {field.name for field in fields(Backing)} - obvious <= documented
