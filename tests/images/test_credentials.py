"""Credentials of registries, and references to images."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from speccompile.images.credentials import Credential, authfile, credential
from speccompile.images.registry_client import Reference
from speccompile.images.runner import Runner

SECRET = "hunter2-hunter2"


def _config(directory: Path, body: dict[str, object]) -> dict[str, str]:
    (directory / "config.json").write_text(json.dumps(body), encoding="utf-8")
    return {"DOCKER_CONFIG": str(directory), "HOME": str(directory), "XDG_RUNTIME_DIR": str(directory)}


def test_credentials_from_the_file(tmp_path: Path) -> None:
    entry = {"auth": base64.b64encode(f"me:{SECRET}".encode()).decode()}
    environment = _config(tmp_path, {"auths": {"r.example.com": entry, "https://index.docker.io/v1/": entry}})
    assert credential(Runner(), "r.example.com", environment) == Credential("me", SECRET)
    assert credential(Runner(), "docker.io", environment) == Credential("me", SECRET)
    assert credential(Runner(), "other.example.com", environment) is None
    assert SECRET not in repr(credential(Runner(), "r.example.com", environment))


def test_credentials_from_a_helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper = tmp_path / "docker-credential-mine"
    helper.write_text(
        '#!/bin/sh\n[ "$1" = get ] && server=$(cat) && [ "$server" = r.example.com ] || exit 1\n'
        f'echo \'{{"ServerURL": "", "Username": "me", "Secret": "{SECRET}"}}\'\n',
        encoding="utf-8",
    )
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    bodies: tuple[dict[str, object], ...] = ({"credsStore": "mine"}, {"credHelpers": {"r.example.com": "mine"}})
    for body in bodies:
        assert credential(Runner(), "r.example.com", _config(tmp_path, body)) == Credential("me", SECRET)
    assert credential(Runner(), "r.example.com", _config(tmp_path, {"credsStore": "../evil; x"})) is None


def test_logins_for_a_part_of_a_registry(tmp_path: Path) -> None:
    """As podman keeps them; the longest path counts."""
    auths = {
        place: {"auth": base64.b64encode(f"{user}:{SECRET}".encode()).decode()}
        for place, user in (("r.example.com", "all"), ("r.example.com/team", "team"), ("r.example.com/team/a", "one"))
    }
    place = tmp_path / "containers/auth.json"
    place.parent.mkdir()
    place.write_text(json.dumps({"auths": auths}), encoding="utf-8")
    environment = _config(tmp_path, {})
    for path, user in (("", "all"), ("/other", "all"), ("/team", "team"), ("/team/b", "team"), ("/team/a/c", "one")):
        assert credential(Runner(), f"r.example.com{path}", environment) == Credential(user, SECRET)


def test_what_podman_and_buildah_are_given_is_what_was_found(tmp_path: Path) -> None:
    file = tmp_path / "auth.json"
    for found in (Credential("me", SECRET), Credential("<token>", SECRET, token=True)):
        file.write_text(authfile(found, "r.example.com"), encoding="utf-8")
        environment = {"REGISTRY_AUTH_FILE": str(file), "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
        assert credential(Runner(), "r.example.com", environment) == found


@pytest.mark.parametrize("text", ["", "[]", "{", '{"auths": 5}', '{"auths": {"r.example.com": {"auth": "%%%"}}}'])
def test_a_broken_configuration_has_no_credentials(tmp_path: Path, text: str) -> None:
    environment = _config(tmp_path, {})
    (tmp_path / "config.json").write_text(text, encoding="utf-8")
    assert credential(Runner(), "r.example.com", environment) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("127.0.0.1:5000/team/bank:1", ("127.0.0.1:5000", "team/bank", "1")),
        ("ghcr.io/acme/bank@sha256:" + "a" * 64, ("ghcr.io", "acme/bank", "sha256:" + "a" * 64)),
        ("bank", ("docker.io", "library/bank", "latest")),
        ("docker.io/acme/bank:1", ("docker.io", "acme/bank", "1")),
    ],
)
def test_references(text: str, parts: tuple[str, str, str]) -> None:
    found = Reference.parse(text)
    assert found is not None
    assert (found.host, found.path, found.version) == parts


@pytest.mark.parametrize("text", ["", "A/B", "r.example.com/../x", "r.example.com/a:b:c", "r.example.com/a?b"])
def test_what_is_no_reference(text: str) -> None:
    assert Reference.parse(text) is None
