"""What a platform does not hold of what only an environment asks of it is said as all losses are, at the environment's key and with its name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from projects import BUN_WEB, manifest
from speccompile.errors import Refused
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.memory import MemoryTree

_TAIL = {"image": "fluent/fluent-bit:3.2.4", "port": 2020, "beside": "api", "user": "2000:2000"}


def _compiled(environments: dict[str, Any], **more: Any) -> Compilation:
    services = {"api": {"path": "."}, **more.pop("services", {})}
    deploy = {"app": "shop", "registry": "ghcr.io/acme", "services": services, "environments": environments, **more}
    specs = {"specs/assertions.json": manifest("web-service"), "specs/deploy.yaml": json.dumps(deploy)}
    return compile_project(MemoryTree({**BUN_WEB, **specs}), Surroundings(None, ("shop",), allow_unverified=False))


@pytest.mark.parametrize("platform", ["compose", "quadlet", "swarm"])
def test_what_cannot_run_several_times_is_refused_where_it_is_asked_for(platform: str) -> None:
    """Without a proxy each of them would have the same port; on the environment's platform, and nothing is emitted that a verifier objects to."""
    with pytest.raises(Refused) as refused:
        _compiled({"staging": {"on": platform, "replicas": {"api": 3}}}, proxy="none", targets=[platform])
    (said,) = (one for one in refused.value.diagnostics if one.code == "SC456")
    assert said.message.startswith(f"in staging, on {platform}, api cannot run several times: ")
    assert said.span.path == "specs/deploy.yaml"
    assert {one.code for one in refused.value.diagnostics if one.severity.value == "error"} == {"SC456"}


def test_what_is_lost_everywhere_is_said_once() -> None:
    """Only what the environment adds is its own: a sidecar is cut off on compose anyway, and beside the first container only where there are several."""
    done = _compiled({"staging": {"on": "compose", "replicas": {"api": 2}}}, services={"tail": _TAIL})
    said = [one.message.partition(":")[0] for one in done.notes if one.code == "SC782"]
    assert sorted(said) == [
        "in staging, on compose, tail is beside the first container of api alone",
        "on compose tail is cut off when api has ended and the engine starts it again",
    ]


def test_an_environment_on_another_platform_loses_nothing_here() -> None:
    """Replicas of a cluster are its own."""
    done = _compiled(
        {"prod": {"on": "kubernetes", "context": "c", "replicas": {"api": 2}}},
        targets=["compose", "kubernetes"],
        proxy="none",
    )
    assert not [one for one in done.notes if one.message.startswith("in prod")]
    assert done.defects == ()
