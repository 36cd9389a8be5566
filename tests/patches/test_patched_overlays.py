"""Patches where there are environments: of an overlay, of what overlays lie over, of a service that is called something else since."""

from __future__ import annotations

from typing import Any

import pytest
from patched import codes, compiled, looked_at, patch

from speccompile.errors import Refused
from speccompile.verify.readers.yaml import read

THERE: dict[str, Any] = {"environments": {"staging": {"on": "compose", "resources": {"api": {"memory": "1G"}}}}}


def test_an_overlay_is_patched_as_every_artifact_is() -> None:
    """Its own values, and more; the reason is cited."""
    operations = (
        {"op": "replace", "path": "/services[name=api]/mem_limit", "value": "2g"},
        {"op": "add", "path": "/services[name=api]/environment", "value": {"TRACE": "1"}},
    )
    done = compiled({"compose.staging.yml.yaml": patch(*operations)}, **THERE)
    told = read(done.files["compose.staging.yml"]).data["services"]["api"]
    assert told == {"mem_limit": "2g", "environment": {"TRACE": "1"}}
    assert (done.defects, codes(done)) == ((), [])
    (overlay,) = [one for one in done.artifacts if one.path == "compose.staging.yml"]
    number = next(number for number, line in enumerate(overlay.text.split("\n"), 1) if "mem_limit" in line)
    assert {cause.span.path for origin in overlay.origins[number] for cause in origin.causes} >= {
        "patches/compose.staging.yml.yaml"
    }


def test_what_it_breaks_there_is_said_by_the_invariant() -> None:
    """And is allowed by that, as in every artifact."""
    writes = {"op": "add", "path": "/services[name=api]/read_only", "value": False}
    done = looked_at({"compose.staging.yml.yaml": patch(writes)}, **THERE)
    (found,) = [one for one in done.overrides.findings if one.code == "SC564"]
    assert "SC942" in found.message
    allowed = compiled({"compose.staging.yml.yaml": patch(writes, allow=("SC942",))}, **THERE)
    assert set(codes(allowed)) == {"SC566"}


def test_what_overlays_lie_over_is_patched_too() -> None:
    """An environment is no reason against a patch, and has it as well."""
    less = {"op": "replace", "path": "/services[name=db]/mem_limit", "value": "384m"}
    done = compiled({"docker-compose.yml.yaml": patch(less)}, **THERE)
    assert read(done.files["docker-compose.yml"]).data["services"]["db"]["mem_limit"] == "384m"
    assert codes(done) == []
    writes = {"op": "replace", "path": "/services[name=db]/read_only", "value": False}
    assert "SC564" in codes(looked_at({"docker-compose.yml.yaml": patch(writes)}, **THERE))


def test_an_overlay_that_is_none_any_more_is_refused() -> None:
    """That cannot be allowed."""
    twice = {"op": "add", "path": "/services", "value": "none"}
    assert {"SC564", "SC565"} & set(codes(looked_at({"compose.staging.yml.yaml": patch(twice)}, **THERE)))


@pytest.mark.parametrize("name", ["api", "web"])
def test_a_patch_survives_that_a_service_is_called_something_else(name: str) -> None:
    """Where it names what stays; one by the old name says which services there are."""
    services = {
        "services": {
            name: {"route": {"host": "bank.example.com", "path": "/"}, "needs": ["db"]},
            "db": {"uses": "postgres"},
        }
    }
    stays = {"op": "add", "path": "/services[build.dockerfile=generated/Dockerfile]/hostname", "value": "front"}
    done = compiled({"docker-compose.yml.yaml": patch(stays)}, **services)
    assert read(done.files["docker-compose.yml"]).data["services"][name]["hostname"] == "front"
    named = {"docker-compose.yml.yaml": patch({"op": "add", "path": "/services[name=api]/hostname", "value": "front"})}
    if name == "api":
        assert codes(compiled(named, **services)) == []
    else:
        with pytest.raises(Refused) as refused:
            compiled(named, **services)
        (found,) = refused.value.diagnostics
        assert (found.code, "web" in f"{found.message} {found.fix}") == ("SC562", True)
