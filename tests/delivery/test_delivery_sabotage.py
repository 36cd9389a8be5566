"""Alter or delete any one line of a bake file, a workflow or terraform's files, and the verifier of its target objects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from delivered import DELIVERY, EXAMPLES, PROJECTS, delivery_files, example, project

from speccompile.codes.families import CODES
from speccompile.pipeline import Compilation
from speccompile.proving import verify_files
from speccompile.targets import chosen

_WORKFLOW = "github-actions/deploy.yml"
_BAKE = "bake/docker-bake.hcl"
_MAIN = "terraform/main.tf"


def _objects(done: Compilation, path: str, lines: list[str]) -> bool:
    (name,) = {artifact.target for artifact in done.artifacts if artifact.path == path}
    return bool(verify_files(done.plan, {**done.files, path: "\n".join(lines)}, chosen((name,))))


def _new(name: str) -> dict[str, dict[str, int]]:
    """By path the lines of a project's files that none of the projects before it has, each once, with where they first stand."""
    before = list(PROJECTS)[: list(PROJECTS).index(name)]
    known = {line for other in before for text in delivery_files(project(other)).values() for line in text.split("\n")}
    found: dict[str, dict[str, int]] = {}
    for path, text in delivery_files(project(name)).items():
        for number, line in enumerate(text.split("\n")):
            if line.strip() and line not in known:
                found.setdefault(path, {}).setdefault(line, number)
    return found


def _unnoticed(name: str, alter: Callable[[str], str | None]) -> list[str]:
    """The lines whose alteration nobody notices; None takes the line away."""
    done, missed = project(name), []
    for path, new in _new(name).items():
        lines = done.files[path].split("\n")
        for line, number in new.items():
            altered = alter(line)
            if altered is not None and altered.rstrip() == line.rstrip():
                continue
            between = [] if altered is None else [altered]
            if not _objects(done, path, [*lines[:number], *between, *lines[number + 1 :]]):
                missed.append(f"{path}:{number + 1}: {line} -> {altered}")
    return missed


@pytest.mark.parametrize("name", PROJECTS)
@pytest.mark.parametrize(
    "alter",
    [
        lambda _: None,
        lambda line: line + "x",
        lambda line: line[:-1],
        lambda line: line.replace("e", "o", 1),
    ],
    ids=["deleted", "longer", "shorter", "another-letter"],
)
def test_any_sabotaged_line_is_noticed(name: str, alter: Callable[[str], str | None]) -> None:
    assert _unnoticed(name, alter) == []


@pytest.mark.parametrize("name", PROJECTS)
def test_a_missing_file_and_a_second_line_are_noticed(name: str) -> None:
    done = project(name)
    for path in delivery_files(done):
        left = {other: text for other, text in done.files.items() if other != path}
        assert verify_files(done.plan, left, chosen(DELIVERY)), path
        lines = done.files[path].split("\n")
        assert _objects(done, path, [*lines[:-1], lines[-2], ""]), path


def test_every_target_is_here() -> None:
    done = project("web")
    assert {artifact.target for artifact in done.artifacts} >= set(DELIVERY)
    assert set(delivery_files(project("tool"))) == {_BAKE, _WORKFLOW}
    assert ".github/workflows/deploy.yml" in project("in-place").files


# Code, project, file, what stands there, what stands there instead.
_SPOILT = (
    ("SC860", "web", _BAKE, 'group "default" {', 'group default" {'),
    ("SC861", "web", _BAKE, 'platforms  = ["linux/amd64"]', 'platforms  = ["linux/arm64"]'),
    ("SC862", "web", _BAKE, '"ghcr.io/acme/bank/api"', '"ghcr.io/other/bank/api"'),
    ("SC865", "web", _WORKFLOW, "timeout-minutes: 60", "timeout-minutes: 61"),
    ("SC866", "web", _WORKFLOW, "permissions: {}", "permissions: write-all"),
    ("SC866", "web", _WORKFLOW, "      contents: read  # to check out", "      contents: write  # to check out"),
    ("SC866", "web", _WORKFLOW, "      attestations: write  # to keep the attestation\n", ""),
    ("SC867", "web", _WORKFLOW, "speccompile check --deep", "echo ${{ github.event.head_commit.message }}"),
    ("SC867", "web", _WORKFLOW, "@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "@v7"),
    ("SC867", "web", _WORKFLOW, "github.event.repository.default_branch", "github.event.head_commit.message"),
    ("SC867", "web", _WORKFLOW, "  workflow_dispatch: {}\n", "  workflow_dispatch: {}\n  pull_request_target: {}\n"),
    ("SC867", "secrets", _WORKFLOW, "IMAGE: oven/bun:1", 'IMAGE: "${{ secrets.NPM_TOKEN }}"'),
    ("SC868", "web", _WORKFLOW, "    needs:\n      - check\n      - verify\n", ""),
    ("SC868", "web", _WORKFLOW, "    environment: production\n", ""),
    (
        "SC867",
        "deployed",
        _WORKFLOW,
        "ENVIRONMENT: production",
        'ENVIRONMENT: "${{ secrets.WHERE }}x${{ github.head_ref }}"',
    ),
    (
        "SC867",
        "deployed",
        _WORKFLOW,
        'API_DIGEST: "${{ needs',
        'MORE: "${{ secrets.SSH_KEY }}"\n          API_DIGEST: "${{ needs',
    ),
    ("SC868", "deployed", _WORKFLOW, "    environment: production\n", "    environment: staging\n"),
    ("SC868", "deployed", _WORKFLOW, "    needs:\n      - attest-api\n", ""),
    ("SC868", "web", _WORKFLOW, "    timeout-minutes: 15\n", ""),
    ("SC868", "web", _WORKFLOW, 'group: "deploy-${{ github.ref }}"', "group: deploy"),
    ("SC873", "web", _MAIN, "locals {", "locals {{"),
    ("SC874", "web", _MAIN, 'architecture = "amd64"', 'architecture = "arm64"'),
    ("SC875", "web", _MAIN, "? [80, 443] : []", "? [22, 80, 443] : []"),
    ("SC875", "web", _MAIN, "  monitoring                  = true", '  key_name = "me"'),
    ("SC875", "job", _MAIN, "front_door   = {}", 'front_door   = { "HTTP_PORT" = "80" }'),
    ("SC876", "web", _MAIN, '= "required"', '= "optional"'),
    ("SC876", "web", _MAIN, "http_put_response_hop_limit = 1", "http_put_response_hop_limit = 2"),
    ("SC876", "web", _MAIN, "encrypted             = true", "encrypted             = false"),
    ("SC877", "web", _MAIN, '["ssm:GetParameter"]', '["ssm:*"]'),
    ("SC877", "web", _MAIN, ":parameter${local.prefix}/*", ":parameter/*"),
    ("SC877", "followed", _MAIN, '["${local.releases}/*"]', '["*"]'),
    ("SC877", "followed", _MAIN, "/${local.releases}/hosts/*", "/${local.releases}/*"),
    ("SC877", "followed", _MAIN, "${local.bucket}/${local.releases}/*", "${local.bucket}/*"),
    ("SC877", "followed", _MAIN, '"ecr:BatchGetImage", "', '"ecr:PutImage", "'),
)


@pytest.mark.parametrize(("code", "name", "path", "old", "new"), _SPOILT, ids=[f"{r[0]}-{r[4][:30]}" for r in _SPOILT])
def test_invariant_of_delivery_can_fail(code: str, name: str, path: str, old: str, new: str) -> None:
    done = project(name)
    assert old in done.files[path]
    found = verify_files(done.plan, {**done.files, path: done.files[path].replace(old, new, 1)}, chosen(DELIVERY))
    assert code in {one.code for one in found}


def test_every_invariant_of_delivery_is_here() -> None:
    assert {row[0] for row in _SPOILT} == {code for code in CODES if "SC860" <= code <= "SC879"}


def test_two_machines_are_not_one() -> None:
    done = project("web")
    again = done.files[_MAIN].replace('resource "aws_instance" "machine" {', 'resource "aws_instance" "other" {')
    both = done.files[_MAIN] + again[again.index('\nresource "aws_instance"') : again.index('\nresource "aws_eip"')]
    found = verify_files(done.plan, {**done.files, _MAIN: both}, chosen(DELIVERY))
    assert "there is not just one machine" in {one.message for one in found}


def test_a_plan_that_is_not_the_files_is_noticed() -> None:
    """The images' names, the platforms and the registry are read from the plan, not from the text."""
    done = project("web")
    (service,) = done.plan.services
    other = replace(done.plan, services=(replace(service, platforms=("linux/arm64",)),))
    assert {one.code for one in verify_files(other, done.files, chosen(DELIVERY))} >= {"SC861", "SC865", "SC874"}


def test_examples_have_no_defect() -> None:
    for name in EXAMPLES:
        assert delivery_files(example(name))
