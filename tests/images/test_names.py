"""Names, tags, labels and registries."""

from __future__ import annotations

from pathlib import Path

import pytest
from image_plans import CLEAN, COMMIT, DIRTY, NO_GIT, several, single

from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.images.checkout import github, web_address
from speccompile.images.jobs import Naming, jobs
from speccompile.images.labels import bases, epoch, labels
from speccompile.images.registries import Hints, Registry, create_command, login_command, resolve
from speccompile.images.tags import Tags, tags


def test_the_only_service_is_below_the_application_too() -> None:
    (job,) = jobs(single(), Path("/p"), (), Naming(registry="ghcr.io/acme", checkout=CLEAN))
    assert job.names == ("ghcr.io/acme/bank/app:0123456", "ghcr.io/acme/bank/app:0.1.0")
    assert job.local_name == "bank/app:local"
    assert (job.context, job.dockerfile) == (Path("/p"), Path("/p/generated/Dockerfile"))
    assert job.ignorefile == Path("/p/generated/Dockerfile.dockerignore")


def test_services_are_below_the_application_and_in_order() -> None:
    api, web = jobs(several(), Path("/p"), (), Naming(registry=None, checkout=CLEAN))
    assert (api.names[0], web.names[0]) == ("shop/api:0123456", "shop/web:0123456")
    assert (api.after, web.after) == ((), ("api",))


def test_only_the_services_that_were_chosen() -> None:
    assert [job.name for job in jobs(several(), Path("/p"), ("web",), Naming(registry=None, checkout=CLEAN))] == ["web"]


def test_docker_hub_has_two_parts() -> None:
    (api, _) = several().services
    assert api.repository.at("docker.io/acme") == "docker.io/acme/shop-api"
    assert api.repository.name == "shop/api"


def test_the_registry_of_deploy_yaml_is_in_every_name() -> None:
    plan = several("registry.example.com/team")
    api, _ = jobs(plan, Path("/p"), (), Naming(registry=None, checkout=CLEAN))
    assert api.repository == plan.services[0].repository.name == "registry.example.com/team/shop/api"
    assert api.local_name == "registry.example.com/team/shop/api:local"
    elsewhere, _ = jobs(plan, Path("/p"), (), Naming(registry="ghcr.io/acme", checkout=CLEAN))
    assert elsewhere.repository == "ghcr.io/acme/shop/api"
    assert elsewhere.local_name == api.local_name


def test_a_dirty_tree_says_so_in_every_tag_of_its_own() -> None:
    assert tags(DIRTY, "1.0.0", ["mine"]) == Tags(("0123456-dirty", "1.0.0-dirty", "mine"))


def test_latest_only_when_asked_for() -> None:
    assert tags(CLEAN, "1.0.0") == Tags(("0123456", "1.0.0"))
    assert tags(CLEAN, None, ["latest"]) == Tags(("0123456", "latest"))


def test_a_build_number_becomes_a_tag() -> None:
    assert tags(NO_GIT, "1.0.0+b.7") == Tags(("1.0.0_b.7",))


@pytest.mark.parametrize("bad", ["", "-a", ".a", "a:b", "a/b", "a b", "é", "a" * 129, "$(id)"])
def test_what_is_no_tag_is_refused(bad: str) -> None:
    found = tags(CLEAN, None, [bad])
    assert isinstance(found, Diagnostic)
    assert found.code == "SC621"


def test_nothing_to_tag_with() -> None:
    found = tags(NO_GIT, None)
    assert isinstance(found, Diagnostic)
    assert found.code == "SC620"
    assert "git" in found.fix


def test_every_problem_of_every_service_is_told() -> None:
    with pytest.raises(Refused) as refused:
        jobs(several(), Path("/p"), (), Naming(registry=None, checkout=CLEAN, asked=("no good",)))
    assert {d.code for d in refused.value.diagnostics} == {"SC621"}


def test_labels_of_a_commit() -> None:
    (service,) = single().services
    assert dict(labels(service, CLEAN, 1700000000, "sha256:" + "a" * 64)) == {
        "org.opencontainers.image.revision": COMMIT,
        "org.opencontainers.image.created": "2023-11-14T22:13:20Z",
        "org.opencontainers.image.source": "https://github.com/Acme/bank",
        "org.opencontainers.image.base.name": "docker.io/oven/bun:1-slim",
        "org.opencontainers.image.base.digest": "sha256:" + "a" * 64,
    }


def test_what_is_not_known_is_not_claimed() -> None:
    (service,) = single().services
    assert dict(labels(service, NO_GIT, None, None)) == {
        "org.opencontainers.image.base.name": "docker.io/oven/bun:1-slim"
    }
    assert dict(labels(service, DIRTY, 0, None))["org.opencontainers.image.revision"] == f"{COMMIT}-dirty"


def test_every_base_once_and_no_stage() -> None:
    (service,) = single().services
    found = [base.reference for base in bases(service)]
    assert sorted(found) == sorted(set(found))
    assert found[-1] == "oven/bun:1-slim"
    assert not {stage.name for stage in service.image.stages} & set(found)


def test_source_date_epoch_wins() -> None:
    assert epoch(CLEAN, {}) == 1700000000
    assert epoch(CLEAN, {"SOURCE_DATE_EPOCH": "5"}) == 5
    assert epoch(NO_GIT, {}) is None


@pytest.mark.parametrize("bad", ["yesterday", "-1", "1.5", "٣", "9" * 30])
def test_source_date_epoch_must_be_a_time(bad: str) -> None:
    found = epoch(CLEAN, {"SOURCE_DATE_EPOCH": bad})
    assert isinstance(found, Diagnostic)
    assert found.code == "SC606"


@pytest.mark.parametrize(
    ("remote", "slug", "address"),
    [
        ("git@github.com:acme/bank.git", "acme/bank", "https://github.com/acme/bank"),
        ("https://github.com/acme/bank", "acme/bank", "https://github.com/acme/bank"),
        ("https://user:hunter2@github.com/acme/bank.git", "acme/bank", "https://github.com/acme/bank"),
        ("ssh://git@github.com:22/acme/bank.git", "acme/bank", "https://github.com/acme/bank"),
        ("https://oauth2:hunter2@gitlab.com/a/b/c.git", None, "https://gitlab.com/a/b/c"),
        ("https://github.com.evil.example/acme/bank", None, "https://github.com.evil.example/acme/bank"),
        ("/srv/git/bank.git", None, None),
        ("file:///srv/git/bank.git", None, None),
        (None, None, None),
    ],
)
def test_remotes_are_told_without_passwords(remote: str | None, slug: str | None, address: str | None) -> None:
    assert github(remote) == slug
    assert web_address(remote) == address


ECR = {"AWS_ACCOUNT_ID": "123456789012", "AWS_REGION": "eu-west-1"}


@pytest.mark.parametrize(
    ("asked", "hints", "prefix"),
    [
        ("ghcr", Hints({"GITHUB_REPOSITORY": "Acme/Bank"}), "ghcr.io/acme"),
        ("ghcr", Hints({}, "git@github.com:Acme/bank.git"), "ghcr.io/acme"),
        ("dockerhub", Hints({}, None, "Somebody"), "docker.io/somebody"),
        ("dockerhub", Hints({"DOCKERHUB_USERNAME": "acme"}, None, "other"), "docker.io/acme"),
        ("ecr", Hints(ECR), "123456789012.dkr.ecr.eu-west-1.amazonaws.com"),
        ("127.0.0.1:5000/team", Hints({}), "127.0.0.1:5000/team"),
        ("https://registry.example.com/team/", Hints({}), "registry.example.com/team"),
        (None, Hints({}), "registry.example.com/declared"),
    ],
)
def test_registries(asked: str | None, hints: Hints, prefix: str) -> None:
    assert resolve(asked, "registry.example.com/declared", hints) == Registry(prefix)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (None, "SC630"),
        ("example", "SC631"),
        ("Example.com/UPPER", "SC631"),
        ("example.com/a b", "SC631"),
        ("example.com/../x", "SC631"),
        ("--help.example.com", "SC631"),
        ("ghcr", "SC632"),
        ("dockerhub", "SC632"),
        ("ecr", "SC632"),
    ],
)
def test_registries_that_are_none(asked: str | None, code: str) -> None:
    found = resolve(asked, None, Hints({"AWS_REGION": "eu-west-1"}))
    assert isinstance(found, Diagnostic)
    assert (found.code, bool(found.fix)) == (code, True)


def test_login_commands_take_passwords_from_standard_input() -> None:
    ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    assert login_command(ecr) == (
        f"aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin {ecr}"
    )
    assert "--password-stdin" in login_command("ghcr.io", "podman")
    assert login_command("docker.io") == "docker login"
    assert create_command(ecr, "bank").startswith("aws ecr create-repository --region eu-west-1")
