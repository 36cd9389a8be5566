"""Images that deploy.yaml names itself: run within the same bounds as everything, and told to who needs them."""

from __future__ import annotations

from typing import Any

import pytest

from projects import PYTHON_WEB, compiled, manifest
from speccompile.diagnostics import errors
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.plan import Store
from speccompile.plan.workload import Literal, Readiness, Supplied, Workload

DIGEST = f"sha256:{'a1' * 32}"


def _with(env: dict[str, str] | None = None, **mail: Any) -> Compilation:
    accessory = {"image": "axllent/mailpit:v1.27", "port": 8025, **mail}
    deploy = {
        "version": 1,
        "app": "bank",
        "services": {"api": {"needs": ["mail"], "env": env or {}}, "mail": accessory},
    }
    result = compiled(PYTHON_WEB, manifest("web-service"), deploy)
    assert result.defects == ()
    return result


def _api(result: Compilation) -> Workload:
    (service,) = result.plan.services
    assert service.workload
    return service.workload


def _mail(result: Compilation) -> Store:
    (store,) = result.plan.stores
    return store


def _text(result: Compilation) -> str:
    return next(artifact.text for artifact in result.artifacts if artifact.path == "docker-compose.yml")


def test_it_runs_within_the_bounds_of_everything_else_and_a_note_says_so() -> None:
    result = _with()
    box = _mail(result).workload
    assert (box.user, box.inside is not None, box.egress) == ("1000:1000", True, None)
    (note,) = [found for found in result.notes if found.code == "SC379"]
    assert "runs as 1000:1000 without capabilities, and can write to /tmp only" in note.message


def test_who_needs_it_is_told_where_it_is_and_asks_whether_it_can_be_reached() -> None:
    result = _with()
    told = {entry.name: entry.value for entry in _api(result).environment if isinstance(entry, Literal)}
    assert {name: told[name] for name in ("MAIL_URL", "MAIL_HOST", "MAIL_PORT")} == {
        "MAIL_URL": "http://mail:8025",
        "MAIL_HOST": "mail",
        "MAIL_PORT": "8025",
    }
    (service,) = result.plan.services
    assert service.health
    assert [(n.name, n.protocol, n.critical) for n in service.health.needs] == [("mail", "tcp", False)]


def test_what_deploy_yaml_sets_is_not_set_again() -> None:
    told = [entry for entry in _api(_with(env={"MAIL_HOST": "other"})).environment if entry.name == "MAIL_HOST"]
    assert [entry.value for entry in told if isinstance(entry, Literal)] == ["other"]


@pytest.mark.parametrize(("check", "readiness"), [((), Readiness.STARTED), (("/mailpit", "readyz"), Readiness.HEALTHY)])
def test_it_is_waited_for_as_far_as_it_can_be_asked(check: tuple[str, ...], readiness: Readiness) -> None:
    result = _with(check=list(check))
    assert [(d.name, d.readiness) for d in _api(result).depends_on] == [("mail", readiness)]
    assert (_mail(result).workload.probes is not None) is bool(check)


def test_what_it_needs_is_said() -> None:
    result = _with(
        command=["serve"],
        user="101:101",
        env={"TZ": "UTC"},
        secrets=["ADMIN_WORD"],
        writable=["/data/mail"],
        resources={"memory": "1G", "cpus": 2},
    )
    box = _mail(result).workload
    assert (box.command, box.user, box.limits.memory, box.limits.cpus) == (("serve",), "101:101", 2**30, 2)
    assert [(volume.name, volume.target) for volume in box.volumes] == [("mail-data-mail", "/data/mail")]
    assert [entry.parameter for entry in box.environment if isinstance(entry, Supplied)] == ["ADMIN_WORD"]
    assert [slot.secret for slot in result.plan.parameters if slot.name == "ADMIN_WORD"] == [True]


def test_a_digest_pins_it() -> None:
    result = _with(image=f"axllent/mailpit:v1.27@{DIGEST}")
    assert f"image: axllent/mailpit:v1.27@{DIGEST}" in _text(result).replace('"', "")
    assert "MAIL_DIGEST" not in [slot.name for slot in result.plan.parameters]
    assert "MAIL_DIGEST" in [slot.name for slot in _with().plan.parameters]


@pytest.mark.parametrize(
    "image",
    [
        "axllent/mailpit",
        "axllent/mailpit:latest",
        f"axllent/mailpit:latest@{DIGEST}",
        f"axllent/mailpit@{DIGEST}",
        "Axllent/mailpit:1",
        "a:1${X}",
        "a:1 b",
        "https://a/b:1",
        "../a:1",
    ],
)
def test_an_image_without_a_version_is_refused(image: str) -> None:
    with pytest.raises(Refused) as refused:
        _with(image=image)
    assert [problem.code for problem in errors(refused.value.diagnostics)] == ["SC206"]


@pytest.mark.parametrize("user", ["0:0", "root", "1000", "1000:0"])
def test_root_is_not_granted(user: str) -> None:
    with pytest.raises(Refused):
        _with(user=user)


def test_an_image_needs_a_port() -> None:
    with pytest.raises(Refused) as refused:
        _with(port=None)
    assert errors(refused.value.diagnostics)


@pytest.mark.parametrize(
    ("image", "port", "writable"),
    [
        ("redis:7.4", 6379, ["/data"]),
        ("rabbitmq:3.13-management", 15672, ["/var/lib/rabbitmq", "/var/log/rabbitmq"]),
        ("axllent/mailpit:v1.27", 1025, []),
    ],
)
def test_an_image_that_the_system_check_knows_may_be_named_too(image: str, port: int, writable: list[str]) -> None:
    """It is told by a URL of HTTP and by host and port, as any other; none of that is a defect."""
    assert _with(image=image, port=port, writable=writable).notes


def test_an_image_that_is_known_to_lose_its_data_is_refused_where_it_is_named() -> None:
    with pytest.raises(Refused) as refused:
        _with(image="redis:7.4", port=6379)
    (problem,) = errors(refused.value.diagnostics)
    assert (problem.code, "/data" in problem.message) == ("SC996", True)
