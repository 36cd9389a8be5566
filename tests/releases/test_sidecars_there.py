"""Sidecars of containers that are there, as the engine tells of them: parts of the instance whose network they have."""

from __future__ import annotations

import json
from typing import Any

from speccompile.releases.sidecars import instances, labelled, left_behind, lent, missing, sharing
from speccompile.releases.wanted import State

_API = "com.docker.compose.service"
_EARLY, _LATE = "2026-11-28T18:39:08.12Z", "2026-11-28T18:39:08.123456789Z"


def _container(
    id_: str,
    service: str,
    *,
    state: str = "running",
    started: str = _EARLY,
    network: str = "shop_backend",
    **labels: str,
) -> dict[str, Any]:
    named = {"_".join(("com.spec-driven", key)).replace("_", "."): value for key, value in labels.items()}
    return {
        "Id": id_,
        "Created": id_,
        "State": {"Status": state, "StartedAt": started},
        "HostConfig": {"NetworkMode": network},
        "Config": {"Labels": {_API: service, "com.docker.compose.config-hash": "v1", **named}},
    }


def _owner(state: str = "running", started: str = _EARLY) -> dict[str, Any]:
    return _container("a", "api", state=state, started=started, beside="auth=x1,tail=x2")


def _beside(name: str, id_: str, **more: Any) -> dict[str, Any]:
    return _container(id_, f"{name}-a", network="container:a", sidecar=name, **{"started": _LATE, **more})


def _found(*containers: dict[str, Any]) -> tuple[State, str]:
    ((name, one),) = instances(containers)
    assert (name, one.id, one.version) == ("api", "a", "v1")
    return one.state, one.why


def test_an_instance_is_as_the_worst_of_it() -> None:
    """Its own state first; a sidecar that is not there, has ended, is ill or cut off is said with its name. Times are compared, not their digits."""
    auth, tail = _beside("auth", "b"), _beside("tail", "c")
    assert _found(_owner(), auth, tail) == (State.RUNNING, "")
    assert _found(_owner("exited"), auth, tail) == (State.STOPPED, "")
    assert _found(_owner(), auth) == (State.UNHEALTHY, "tail, which is to be beside it, is not there")
    assert _found(_owner(), _beside("auth", "b", state="exited"), tail) == (
        State.UNHEALTHY,
        "auth, which is to be beside it, has ended",
    )
    assert _found(_owner(), _beside("auth", "b", state="restarting"), tail) == (
        State.UNHEALTHY,
        "auth, which is beside it, is not well",
    )
    assert (
        _found(_owner(started=_LATE), _beside("auth", "b", started=_EARLY), tail)[1]
        == "auth is cut off from it, as it was started again"
    )


def test_what_is_to_be_started_is_what_is_not_well_there() -> None:
    """Of a version and of what runs alone; what is in its place goes."""
    old = _beside("auth", "b", started=_EARLY)
    found = [(one.name, one.container, one.there) for one in missing([_owner(started=_LATE), old], "api", "v1")]
    assert found == [("auth", "a", ("b",)), ("tail", "a", ())]
    assert list(missing([_owner(started=_LATE), old], "api", "v2")) == []
    assert list(missing([_owner("exited"), old], "api", "v1")) == []


def test_what_goes_with_a_container_is_what_has_its_network() -> None:
    """Whoever started it; and what has the network of one that is gone is left behind."""
    by_hand, other = _container("d", "tail", network="container:a"), _container("e", "web")
    every = [_owner(), _beside("auth", "b"), by_hand, other]
    assert sharing(every, ["a"]) == ("b", "d")
    assert left_behind(every[1:], ["auth"]) == ("b",)
    assert left_behind(every, ["auth"]) == ()


def test_another_sidecar_is_another_version() -> None:
    """By a label of its service, which compose's digest has, too; each container is told to compose as a service of its own."""
    told = {
        "services": {
            "api": {"image": "i"},
            "auth": {"image": "i", "network_mode": "service:api"},
            "web": {"image": "i"},
        }
    }
    text = labelled(json.dumps(told), {"api": "1", "auth": "2", "web": "3"})
    services = json.loads(text)["services"]
    assert (services["api"]["labels"], "labels" in services["web"]) == ({"com.spec-driven.beside": "auth=2"}, False)
    more, made = lent(text, "auth", "0123456789abcdef")
    assert made == "auth-0123456789ab"
    assert json.loads(more)["services"][made] == {
        "image": "i",
        "labels": {"com.spec-driven.sidecar": "auth"},
        "network_mode": "container:0123456789abcdef",
    }
