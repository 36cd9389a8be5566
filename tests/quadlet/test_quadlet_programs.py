"""Programs that systemd starts without a container: what keeps one in a container, what is read back of one that needs none."""

from __future__ import annotations

from typing import Any

import pytest

from projects import PYTHON_JOB, PYTHON_WEB, assertion, compiled, manifest
from quadlet_projects import made
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing
from speccompile.proving import verify_files
from speccompile.targets import chosen
from speccompile.verify.held.quadlet import held
from speccompile.verify.quadlet.programs import HELD
from speccompile.verify.standings import standings

_SERVER = {"path": ".", "port": 8000, "artifact": {"path": "bin/web"}}
_UNIT = "quadlet/shop-web.service"


def _made(service: dict[str, Any], **system: Any) -> Compilation:
    deploy = {"app": "shop", "targets": ["quadlet"], "proxy": "none", "services": {"web": {**_SERVER, **service}}}
    others = system.pop("services", {})
    deploy["services"] |= others
    return compiled(
        PYTHON_WEB,
        manifest("web-service"),
        {key: said for key, said in {**deploy, **system}.items() if said is not None},
    )


@pytest.mark.parametrize(
    ("service", "system", "why"),
    [
        ({"needs": ["db"]}, {"services": {"db": {"uses": "postgres"}}}, "it needs db, which is in one"),
        ({}, {"proxy": "nginx"}, "the front door is in one"),
        ({}, {"proxy": None}, "the front door is in one"),
        ({"replicas": 2, "routes": []}, {}, "there are several of it"),
        ({"writable": ["/app/data"]}, {}, "it keeps data elsewhere"),
        ({"labels": {"a": "b"}}, {}, "it is given labels"),
        ({"artifact": {"path": "bin/web", "arguments": [";"]}}, {}, "one of its arguments is a semicolon"),
        (
            {},
            {"services": {"sender": {"path": ".", "role": "worker", "command": ["python", "x.py"], "needs": ["web"]}}},
            "what needs it is in one",
        ),
    ],
)
def test_what_keeps_a_program_in_its_container_is_said(
    service: dict[str, Any], system: dict[str, Any], why: str
) -> None:
    done = _made(service, **system)
    assert done.defects == ()
    (said,) = (one.message for one in done.notes if one.code == "SC477")
    assert said.startswith("on quadlet web runs in a container all the same: ")
    assert why in said
    assert _UNIT not in done.files
    assert any(path.startswith("quadlet/shop-web") and path.endswith(".container") for path in done.files)


@pytest.mark.parametrize("key", sorted({*HELD, "MemoryMax", "CPUQuota", "TasksMax"}))
def test_any_bound_that_is_missing_or_weaker_is_found_whatever_the_plan_says(key: str) -> None:
    """By an invariant, besides the comparison with the plan."""
    done = made("programs")
    text = done.files[_UNIT]
    (line,) = (one for one in text.split("\n") if one.startswith(f"{key}="))
    for instead in ("", f"{key}=no\n"):
        found = verify_files(done.plan, {**done.files, _UNIT: text.replace(f"{line}\n", instead)}, chosen(("quadlet",)))
        assert {"SC831"} < {one.code for one in found}, instead


def test_a_program_that_calls_nobody_may_not() -> None:
    """And the others may reach the network, which they wait for."""
    alone = compiled(
        PYTHON_JOB,
        manifest("data-pipeline", constraints=["no-network"]),
        {"app": "shop", "targets": ["quadlet"], "services": {"job": {"path": ".", "artifact": {"path": "bin/job"}}}},
    )
    (text,) = (text for path, text in alone.files.items() if path.endswith(".service"))
    assert "\nIPAddressDeny=any\nIPAddressAllow=localhost\n" in text
    assert "network-online" not in text
    other = _made({"needs": ["payments"]}, services={"payments": {"uses": "external"}}).files[_UNIT]
    assert "IPAddress" not in other
    assert "\nAfter=network-online.target\n" in other


_JOB = manifest(
    "data-pipeline",
    assertion(1, "The job uses at most 256 MB of memory"),
    assertion(2, "The job runs every night at 3:00"),
    assertion(3, "A run takes at most 30 minutes"),
    assertion(4, "Only one run at a time exports records"),
    assertion(5, "The job does not run as root"),
)


@pytest.mark.parametrize(
    ("which", "old", "new"),
    [
        ("A-001", "MemoryMax=268435456", "MemoryMax=536870912"),
        ("A-003", "TimeoutStartSec=1800", "TimeoutStartSec=3600"),
        ("A-005", "DynamicUser=yes", "DynamicUser=no"),
    ],
)
def test_what_is_demanded_of_a_program_is_read_back_from_its_service(which: str, old: str, new: str) -> None:
    service = {"path": ".", "artifact": {"path": "bin/export"}}
    done = compiled(PYTHON_JOB, _JOB, {"app": "shop", "targets": ["quadlet"], "services": {"job": service}})
    (path,) = (one for one in done.files if one.endswith(".service"))
    assert old in done.files[path]
    good = {one.assertion.assertion: one.standing for one in done.standings}
    assert good[which] in (Standing.ENFORCED, Standing.BY_DEFAULT), good
    altered = {**done.files, path: done.files[path].replace(old, new)}
    bad = {one.assertion.assertion: one.standing for one in standings(done.plan, held(done.plan, altered), {})}
    assert bad[which] not in (Standing.ENFORCED, Standing.BY_DEFAULT), bad
    assert {one: standing for one, standing in bad.items() if one != which} == {
        one: standing for one, standing in good.items() if one != which
    }
