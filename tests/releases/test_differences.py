"""What is different between two releases, as people say it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_records import A_DIGEST, B_DIGEST, release

from speccompile.digests import digest
from speccompile.releases.differences import Difference, differences
from speccompile.releases.record import Release

_NGINX = """events {{}}
http {{
    upstream api {{
        server api:{port} resolve;
    }}
    server {{
        server_name bank.example.com;
        location / {{
            proxy_pass http://api;
        }}{more}
    }}
}}
"""
_MORE = """
        location = /ping {
            return 204;
        }"""


def _part(**told: Any) -> bytes:
    return json.dumps({"services": {"api": told}, "volumes": {}}).encode()


def _with(
    texts: dict[str, bytes], before: bytes, after: bytes, **more: Any
) -> tuple[Release, Release, Callable[[str], bytes | None]]:
    found = {**texts, digest(before): before, digest(after): after}
    return release(1, artifacts=digest(before)), release(2, artifacts=digest(after), **more), found.get


def _said(before: bytes, after: bytes) -> list[str]:
    first, second, text = _with({}, before, after)
    return [one.what for one in differences(first, second, text) if one.service == "api"]


def test_nothing_is_different_in_what_runs_the_same() -> None:
    """The number, the time and who deployed are no difference."""
    assert differences(release(1), release(2, by="bob"), lambda _: None) == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"environment": {"PORT": "3000"}}, {"environment": {"PORT": "4000"}}, ["environment.PORT 3000 → 4000"]),
        ({"mem_limit": "512m"}, {}, ["mem_limit 512m removed"]),
        ({}, {"init": True}, ["init true added"]),
        ({"tmpfs": ["/tmp"]}, {"tmpfs": ["/tmp", "/run"]}, ['tmpfs "/run" added']),
        ({"command": ["a", "b"]}, {"command": ["b", "a"]}, ["command in another order"]),
        ({"cpus": 1}, {"cpus": 1.0}, ["cpus 1 → 1.0"]),
        ({"init": True}, {"init": 1}, ["init true → 1"]),
        ({"tmpfs": [True]}, {"tmpfs": [1]}, ["tmpfs 1 added", "tmpfs true removed"]),
        ({"tmpfs": ["/tmp"]}, {"tmpfs": ["/tmp", "/tmp"]}, ["tmpfs in another number"]),
        (
            {"volumes": [{"type": "volume", "source": "data", "target": "/data"}]},
            {"volumes": [{"type": "volume", "source": "more", "target": "/data"}]},
            ["volumes./data.source data → more"],
        ),
        ({"image": "a"}, {"image": "b"}, []),  # the record has the image that really runs
    ],
)
def test_keys_are_told_by_what_they_mean(before: dict[str, Any], after: dict[str, Any], said: list[str]) -> None:
    assert _said(_part(**before), _part(**after)) == said


def test_images_services_and_hosts() -> None:
    image = f"registry.example.com/acme/bank/api:v2@{B_DIGEST}"
    later = release(2, image=image)
    web = later.services["api"].model_copy(update={"hosts": ("one", "two")})
    first, second = release(1), later.model_copy(update={"services": {**later.services, "web": web}})
    found = differences(first, second, lambda _: None)
    assert Difference("web", f"comes: {image}") in found
    old, new = A_DIGEST[:19], B_DIGEST[:19]
    assert (
        Difference(
            "api", f"image registry.example.com/acme/bank/api:v1@{old} → registry.example.com/acme/bank/api:v2@{new}"
        )
        in found
    )
    third = second.model_copy(update={"services": {**second.services, "web": web.model_copy(update={"hosts": ()})}})
    assert differences(second, third, lambda _: None) == (Difference("web", "hosts one, two → all"),)
    assert Difference("web", "goes") in differences(second, first, lambda _: None)


def test_patches_by_their_reasons() -> None:
    """What a file was changed by is an input like the specs."""
    first, why = release(1), "patches/docker-compose.yml.yaml: the importer keeps 900 MiB"
    second = first.model_copy(update={"patches": (why,)})
    assert differences(first, second, lambda _: None) == (Difference("", f"patches added: {why}"),)
    assert differences(second, first, lambda _: None) == (Difference("", f"patches removed: {why}"),)


def test_routes_that_come_and_lead_elsewhere() -> None:
    before, after = _NGINX.format(port=3000, more="").encode(), _NGINX.format(port=4000, more=_MORE).encode()
    texts = {digest(before): before, digest(after): after}
    first = release(1).model_copy(update={"front_door": digest(before)})
    second = release(1).model_copy(update={"front_door": digest(after)})
    said = [one.what for one in differences(first, second, texts.get)]
    assert said == [
        "route bank.example.com = /ping → return 204 added",
        "route bank.example.com /: api:3000 → api:4000",
    ]
    without = release(1)
    assert [one.what for one in differences(first, without, texts.get)] == ["route bank.example.com / removed"]


@pytest.mark.parametrize("garbage", [b"", b"\xff\x00", b"[" * 50_000, b"[1]", b"}", b'{"services": 3}'])
def test_garbage_is_said_to_differ(garbage: bytes) -> None:
    assert _said(_part(init=True), garbage)
    first = release(1).model_copy(update={"front_door": digest(garbage)})
    assert all(one.what for one in differences(first, release(1), {digest(garbage): garbage}.get))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
)


@given(before=_json, after=_json)
def test_what_is_said_is_one_line_of_text(before: object, after: object) -> None:
    """Whatever a stranger has kept; and it is said just when there is a difference."""
    said = _said(json.dumps({"x": before}).encode(), json.dumps({"x": after}).encode())
    assert all(one.isprintable() and len(one) < 400 for one in said)
    assert bool(said) == (json.dumps(before, sort_keys=True) != json.dumps(after, sort_keys=True))
