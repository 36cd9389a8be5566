"""The catalogue: what holds for every backing service, checked statically."""

from __future__ import annotations

import re
from dataclasses import fields
from urllib.parse import urlsplit

import pytest

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import Backing, identifier

_ALL = pytest.mark.parametrize("kind", sorted(CATALOG))


def test_the_registry_is_what_was_asked_for() -> None:
    """Every kind is registered under its own name; the usual database comes first."""
    assert set(CATALOG) == {"postgres", "redis", "mysql", "mariadb", "mongodb", "rabbitmq", "nats"}
    assert [kind for kind, backing in CATALOG.items() if backing.kind != kind] == []
    assert next(iter(CATALOG)) == "postgres"


@_ALL
def test_images_have_tags(kind: str) -> None:
    """An exact tag that follows from the version."""
    backing = CATALOG[kind]
    assert re.fullmatch(r"[a-z]+:[0-9.]+(?:-bookworm|-alpine)?", backing.tag.format(version=backing.version))
    assert "{version}" in backing.tag


@_ALL
def test_the_user_is_numeric_and_not_root(kind: str) -> None:
    """Memory for the user alone belongs to that user."""
    backing = CATALOG[kind]
    uid, gid = backing.user.split(":")
    assert int(uid) > 0
    assert int(gid) > 0
    for path, options in backing.tmpfs:
        assert path.startswith("/")
        assert any(option.startswith("size=") for option in options)
        assert "mode=1777" in options or {f"uid={uid}", f"gid={gid}"} <= set(options)


@_ALL
def test_urls_hold_no_password(kind: str) -> None:
    """Clients get host, port, user and database; the password comes as a file."""
    backing = CATALOG[kind]
    url = urlsplit(backing.url.format(app="bank", host="db"))
    assert (url.hostname, url.port, url.password) == ("db", backing.port, None)
    assert (url.username == "bank") == (backing.password_variable is not None)
    assert (backing.password_variable is None) == (backing.client_password_variable is None)
    assert backing.url_variable.endswith("_URL")


@_ALL
def test_no_pattern_has_a_field_that_nobody_fills(kind: str) -> None:
    """{app} in the environment and the probe, nothing else in braces."""
    backing = CATALOG[kind]
    for pattern in (*(value for _, value in backing.environment), *backing.check):
        assert "{" not in pattern.format(app="bank")
    assert not any("{" in word for word in backing.command)


@_ALL
def test_no_secret_in_environment_or_arguments(kind: str) -> None:
    """Passwords come as files; nothing that is a secret can be seen with ``docker inspect``."""
    backing = CATALOG[kind]
    for name, value in backing.environment:
        assert not re.search(r"PASS|SECRET|TOKEN", name) or value == "yes"
    assert not any("password" in word.lower() and "_FILE" not in word for word in (*backing.check, *backing.command))
    assert backing.password_variable is None or backing.password_variable.endswith("_FILE")


@_ALL
def test_probes_ask_the_server(kind: str) -> None:
    """Over the network, in bounded time, and less often than they may take."""
    backing = CATALOG[kind]
    assert backing.check_timeout < backing.check_interval
    asked = " ".join(backing.check)
    assert "127.0.0.1" in asked or "$(hostname)" in asked or "connect" in asked


@_ALL
def test_no_memory_file_system_hides_the_data(kind: str) -> None:
    """And there is time to write it when the server is stopped."""
    backing = CATALOG[kind]
    assert backing.data not in [path for path, _ in backing.tmpfs]
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
