"""What a patch breaks is its own: said with its reason, allowed by itself, and never held against us."""

from __future__ import annotations

import re

import pytest
from patched import LIMITED, STORED, codes, compiled, looked_at, patch

from speccompile.codes.families import CODES
from speccompile.errors import Refused
from speccompile.patching.judging import CLOSED_WORLD, NOT_READ
from speccompile.plan.assertions import Standing

COMPOSE = "docker-compose.yml.yaml"
WRITABLE = {"op": "replace", "path": "/services/api/read_only", "value": False}
BREAKING = [
    (COMPOSE, WRITABLE, "SC942"),
    (COMPOSE, {"op": "add", "path": "/services/api/privileged", "value": True}, "SC942"),
    (COMPOSE, {"op": "remove", "path": "/services/db/mem_limit"}, "SC943"),
    (COMPOSE, {"op": "replace", "path": "/services/db/image", "value": "postgres:latest"}, "SC951"),
    (COMPOSE, {"op": "replace", "path": "/services/api/environment/DATABASE_URL", "value": "postgres://bank@dbx:5432/bank"}, "SC995"),
    ("Dockerfile.yaml", {"op": "replace", "find": "USER 10001:10001", "text": "USER root"}, "SC913"),
    ("Dockerfile.yaml", {"op": "insert", "at": "after-base", "text": "ENV API_TOKEN=1"}, "SC919"),
    ("Dockerfile.yaml", {"op": "remove", "find": "EXPOSE 3000"}, "SC921"),
    ("nginx.conf.yaml", {"op": "insert", "at": "http", "text": "user root;"}, "SC971"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "operation", "code"), BREAKING)
def test_what_a_patch_breaks_is_said_at_its_reason(file: str, operation: dict[str, object], code: str) -> None:
    """And goes on where the patch says that it is meant; then it is said each time."""
    with pytest.raises(Refused) as refused:
        compiled({file: patch(operation, reason="the auditors want it")})
    found = [one for one in refused.value.diagnostics if one.code == "SC564"]
    assert found
    assert all(one.span.path == f"patches/{file}" for one in found)
    assert any(code in one.message and "the auditors want it" in one.message for one in found)
    broken = tuple(sorted({one.message.partition("breaks ")[2][:5] for one in found}))
    allowed = looked_at({file: patch(operation, allow=broken)})
    assert set(codes(allowed)) == {"SC566"}
    assert allowed.defects == ()


def test_who_of_two_breaks_it_is_told_apart() -> None:
    """The second one does, though its file has nothing wrong in it by itself."""
    two = {
        "patches": [
            *patch({"op": "replace", "path": "/services/api/cpus", "value": 2})["patches"],
            *patch(WRITABLE)["patches"],
        ]
    }
    (found,) = looked_at({COMPOSE: two}).overrides.objections
    assert found.code == "SC564"
    assert found.span == looked_at({COMPOSE: two}).overrides.applied[1].place


def test_what_is_allowed_in_vain_is_said() -> None:
    """Since it would allow what comes later."""
    found = looked_at({COMPOSE: patch({"op": "replace", "path": "/services/api/cpus", "value": 2}, allow=("SC942",))})
    assert codes(found) == ["SC567"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("Dockerfile.yaml", "RUN \\"),
        ("Dockerfile.yaml", "NONSENSE"),
        ("nginx.conf.yaml", "server {"),
        ("nginx.conf.yaml", '"'),
    ],
)
def test_what_cannot_be_read_back_cannot_be_allowed(file: str, text: str) -> None:
    """Nobody could say anything about it."""
    found = looked_at(
        {
            file: patch(
                {"op": "insert", "at": "end" if "Docker" in file else "http", "text": text}, allow=("SC910", "SC970")
            )
        }
    )
    assert "SC565" in codes(found)


def test_a_standing_is_read_from_the_patched_file() -> None:
    """A rate that a patch takes away is contradicted by it, and both places are named."""
    held = compiled({}, LIMITED, STORED)
    (before,) = (one for one in held.standings if one.assertion.assertion == "A-001")
    assert before.standing is Standing.ENFORCED
    limit = next(
        line.strip() for line in held.files["nginx.conf"].split("\n") if line.strip().startswith("limit_req zone")
    )
    said = patch({"op": "remove", "find": limit}, allow=("SC976",), reason="a load test")
    found = looked_at({"nginx.conf.yaml": said}, LIMITED, STORED)
    (after,) = (one for one in found.standings if one.assertion.assertion == "A-001")
    assert after.standing is Standing.CONTRADICTED
    assert [cause.span.path for cause in after.against] == ["patches/nginx.conf.yaml"]
    with pytest.raises(Refused, match=r"A-001 is contradicted by patches/nginx\.conf\.yaml"):
        compiled({"nginx.conf.yaml": said}, LIMITED, STORED)


def test_a_stricter_value_is_stricter() -> None:
    """Read from the patched file as well."""
    zone = next(
        line.strip() for line in compiled({}, LIMITED).files["nginx.conf"].split("\n") if "limit_req_zone" in line
    )
    said = patch(
        {"op": "replace", "find": zone, "text": f"    {zone.replace('rate=10r/s', 'rate=5r/s')}"}, allow=("SC976",)
    )
    (account,) = (
        one for one in looked_at({"nginx.conf.yaml": said}, LIMITED).standings if one.assertion.assertion == "A-001"
    )
    assert account.standing is Standing.STRICTER


def test_every_code_of_a_closed_world_is_known() -> None:
    """Else a patch would be told that it is not the plan, which it is not meant to be."""
    told = re.compile(r"(?:not what|differs? from) the plan|nothing calls for|(?:comment|directive) missing")
    unread = re.compile(r"cannot be (?:read|parsed)|is not of its language")
    reviewed = {"SC926", "SC874"}  # what is not what was reviewed is broken, too
    codes = {one.id: one.title for one in CODES.values() if one.id >= "SC800" or one.id in ("SC487", "SC488")}
    assert {id_ for id_, title in codes.items() if told.search(title)} - reviewed <= CLOSED_WORLD
    assert {id_ for id_, title in codes.items() if unread.search(title)} <= NOT_READ
    assert codes.keys() >= CLOSED_WORLD | NOT_READ
